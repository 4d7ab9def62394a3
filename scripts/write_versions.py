#!/usr/bin/env python3
"""Room scripts/: puts the versions of versions.json, with what the linter's contracts say of them, into
cookiecutter.json and the README's table. Run with the development environment's Python."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "lint")]

from cloacina_lint.contracts import load  # noqa: E402

from scripts._versions import known, minor  # noqa: E402

CHOICES = re.compile(r'^  "cloacina_version": (\[.*\]),$', re.M)
PROMPTS = re.compile(r'^(    "cloacina_version": \{\n      "__prompt__": .*\n)((?:      ".*\n)*)(?=    \},$)', re.M)
TABLE = re.compile(r"^(\| Cloacina \| loads on servers \|.*\n\|[ |-]*\n)((?:\|.*\n)*)", re.M)
# The README's column is about what comes beside these.
USUAL = ("cloacina-workflow", "cloacina-workflow-plugin")


def _contract(version: str) -> dict[str, Any]:
    contract = load(version)
    if contract is None or version not in contract.data["published"]:
        raise SystemExit(f"error: no file in lint/cloacina_lint/contracts lists {version} as published; add it there")
    return contract.data


def servers(version: str) -> list[str]:
    """The minor versions on whose servers a package of this version loads."""
    return list(dict.fromkeys(minor(one) for one in _contract(version)["published"]))


def cookiecutter_json(text: str) -> str:
    """cookiecutter.json with the versions and their lines."""
    offered = known().offered
    lines = []
    for version in offered:
        names = servers(version)
        says = f"{version} (loads on {' and '.join(names) if len(names) > 1 else f'{names[0]} only'})"
        lines.append(f"      {json.dumps(version)}: {json.dumps(says)}")
    text = _once(CHOICES, text, f'  "cloacina_version": {json.dumps(offered)},')
    found = PROMPTS.search(text)
    return _once(PROMPTS, text, (found[1] if found else "") + ",\n".join(lines) + "\n")


def readme(text: str) -> str:
    """The README with its table of versions."""
    offered = known().offered
    groups: dict[tuple[str, ...], list[str]] = {}
    for version in offered:
        groups.setdefault(tuple(servers(version)), []).append(version)
    rows, last = [], ""
    for names, versions in groups.items():
        contract = _contract(versions[-1])
        crates = [
            name
            for name, crate in contract["crates"].items()
            if name not in USUAL and {"workflow", "trigger", "package", "cron"} & set(crate["for"])
        ]
        shown = ", ".join(f"`{name}`" for name in crates)
        listed = ", ".join(f"{one} (default)" if one == offered[0] else one for one in versions)
        rust = contract["template"]["rust-version"]
        rows.append(f"| {listed} | {', '.join(names)} | {rust} | {'the same' if shown == last else shown} |\n")
        last = shown
    found = TABLE.search(text)
    return _once(TABLE, text, (found[1] if found else "") + "".join(rows))


def _once(pattern: re.Pattern[str], text: str, new: str) -> str:
    result, count = pattern.subn(lambda _: new, text)
    if count != 1:
        raise SystemExit(f"error: the place for the versions is there {count} times, not once: {pattern.pattern}")
    return result


def main() -> None:
    for name, written in (("cookiecutter.json", cookiecutter_json), ("README.md", readme)):
        path = ROOT / name
        old = path.read_text(encoding="utf-8")
        new = written(old)
        if new != old:
            path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
