#!/usr/bin/env python3
"""Room scripts/: writes docs/rules from the rules themselves. Run with the development environment's Python."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lint"))

from cloacina_lint import explain  # noqa: E402
from cloacina_lint.rules import load  # noqa: E402


def main() -> None:
    pages = ROOT / "docs" / "rules"
    pages.mkdir(parents=True, exist_ok=True)
    current = {f"{rule.code}.md": explain.page(rule.code) for rule in load()} | {"README.md": explain.index()}
    for stale in set(pages.glob("*.md")) - {pages / name for name in current}:
        stale.unlink()
    for name, text in current.items():
        (pages / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
