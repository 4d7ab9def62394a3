"""Room tests/lint: a migration that is killed at its n-th call that touches the disk, or finds the disk full there.

Run as a program (no threads, so that it may fork) with a crate's directory and the faults as arguments. The plan is
made once: it touches nothing. Prints a JSON object a fault: what went wrong, and what was seen.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from cloacina_lint import write
from cloacina_lint.crate import Crate
from cloacina_lint.migrate.command import write as write_plan
from cloacina_lint.migrate.plan import plan
from cloacina_lint.source.tree import Tree

from tests.lint import killing


def run(source: Path, root: Path, fault: str) -> dict[str, Any]:
    """From the first call to the last: the tree is the old or the new one at once, and nothing is left beside it."""

    def fresh() -> killing.Content:
        shutil.rmtree(root.parent, ignore_errors=True)
        shutil.copytree(source, root)
        return killing.snapshot(root)

    old = fresh()
    crate = Crate(Tree(str(root)), explicit=True)
    made = plan(crate)
    write_plan(crate, made, None)
    new = killing.snapshot(root)
    wrong: list[str] = []
    seen: dict[str, int] = {}
    at, how = 0, ""
    while how != "ended":
        at += 1
        fresh()
        how, text = killing.child(lambda: write_plan(crate, made, None), at, fault, "exchange")
        now = killing.state(root, old, new)
        seen[f"{how}: {now[:5]}"] = seen.get(f"{how}: {now[:5]}", 0) + 1
        if now not in ("old", "new") or (how == "ended" and now != "new"):
            wrong.append(f"{fault} at {at}: {how} {text}: {now}")
        write.recover(str(root))
        after, left = killing.state(root, old, new), killing.beside(root.parent)
        if after != now or left:
            wrong.append(f"{fault} at {at}: recovered from {now} to {after}, left {left}")
    return {"wrong": wrong, "seen": seen, "calls": at - 1, "changes": len(made.changes)}


def main() -> None:
    os.umask(0o022)
    memory = "/dev/shm" if os.path.isdir("/dev/shm") and os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="cloacina-migrate-") as directory:
        root = Path(directory) / "place" / "crate"
        print(json.dumps({fault: run(Path(sys.argv[1]), root, fault) for fault in sys.argv[2:]}))


if __name__ == "__main__":
    main()
