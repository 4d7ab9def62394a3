"""Room tests/e2e/: docs/proofs.md, the table of every rule's proof. `python -m tests.e2e.proofs_table` writes it."""

from __future__ import annotations

import sys

from cloacina_lint.rule import Rule
from cloacina_lint.rules import load as load_rules

from tests.e2e import proving
from tests.support import ROOT

PAGE = ROOT / "docs" / "proofs.md"
# The engines and the command line tool that CI builds for the generated crate anyway.
CI_HOSTS = ("0.6.1", "0.11.1")
PACK_VERSIONS = ("0.6.1",)

HEAD = """# Proofs

Written by `python -m tests.e2e.proofs_table`; do not edit.

Every rule of severity `error` outside the guide's checklist shows, with the real tools, that its failing example goes
wrong. `tests/e2e/test_proofs.py` carries the proofs out, and also builds, loads and runs every rule's passing example.

- **build**: `cargo build --release --lib`, as the compiler service calls it, fails, and its output matches.
- **library**: it builds, but no library of that name comes out, which is what the compiler service looks for.
- **symbols**: it builds, but the library does not export that name, and the engine refuses to load it.
- **load**: it builds; the probe host (`tests/e2e/probe`: the published engine's own registry, reconciler and runner on
  a SQLite file) packs, uploads, loads and executes it, and its report matches.
- **pack**: `cloacinactl package pack` of that version refuses it.
- **server**: seen on a real server with PostgreSQL and the compiler service, by hand.

Nightly means `CLOACINA_SERVICE_NIGHTLY=1 python scripts/test.py`: it needs an engine that nothing else in CI builds.

| rule | severity | kind | what is seen | version | run by |
|---|---|---|---|---|---|
"""


def kind_and_pattern(rule: Rule) -> tuple[str, str]:
    """The two halves of `proof`; empty where a rule has none."""
    kind, _, pattern = rule.proof.partition(": ")
    return kind, pattern


def proved(rule: Rule) -> bool:
    """Has a proof to list."""
    return bool(rule.proof) and not rule.deep


def run_by(rule: Rule) -> str:
    """Who carries the proof out: `.ci/run`, `nightly`, `by hand`, or nobody (empty: no proof)."""
    kind, _ = kind_and_pattern(rule)
    if not proved(rule):
        return ""
    if kind == "server":
        return "by hand"
    if kind == "load" and proving.host_version(rule.version) not in CI_HOSTS:
        return "nightly"
    if kind == "pack" and rule.version not in PACK_VERSIONS:
        return "nightly"
    return ".ci/run"


def page() -> str:
    """The whole page, from the rules."""
    rows = []
    for rule in load_rules():
        if not proved(rule):
            continue
        kind, pattern = kind_and_pattern(rule)
        shown = pattern.replace("|", "\\|")
        link = f"[{rule.code}](rules/{rule.code}.md) {rule.name}"
        rows.append(f"| {link} | {rule.severity} | {kind} | `{shown}` | {rule.version} | {run_by(rule)} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
