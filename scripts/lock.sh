#!/usr/bin/env bash
# Room scripts/: renew the two lock files from pyproject.toml. Needs uv on PATH; only whoever renews needs it.
# `scripts/lock.sh` keeps the versions that still fit; `scripts/lock.sh --upgrade` takes the newest.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND="scripts/lock.sh"
common=(--quiet --universal --python-version 3.10 --generate-hashes --no-emit-index-url pyproject.toml scripts/requirements.in)
uv pip compile "${common[@]}" --group dev --output-file requirements-dev.txt "$@"
# The first command's packages: the same versions, fewer of them.
uv pip compile "${common[@]}" --constraints requirements-dev.txt --output-file requirements.txt "$@"
