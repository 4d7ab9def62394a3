"""Room tests/e2e/: the matrix's table of results. `python -m tests.e2e.matrix_table` prints what the last runs gave;
`--write` puts it into docs/matrix.md.

Exit status 1 where a supported combination has failed, or has no result for the template as it is.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from scripts import _terminal
from tests.e2e.matrix import COLUMNS, FAIL, Row, results_dir, rustc, table, template_code
from tests.support import ROOT

PAGE = ROOT / "docs" / "matrix.md"
HEAD = """\
# The matrix

Each combination of the answers that change code: its crate, generated, built, tested, checked, packed. Written by
`python3 scripts/test.py --matrix`, which runs all of it; `python3 scripts/test.py --matrix 0.11.1` runs one version's
part and prints it. CI runs the rows in `QUICK` of `tests/e2e/matrix.py`, whose table this is.

- build: `cargo build --release` gives the library of the expected name
- symbol: the library exports `fidius_get_registry`
- test: `cargo test`: the tasks, then the built library loaded by the engine of this version, and its workflow executed;
  with `cron` the schedule is read from the library, with `poll` the trigger is polled through it; with `event` the
  reactor fires the computation graph for what is pushed to its accumulator
- clippy: `cargo clippy --all-targets -- -D warnings`; fmt: `cargo fmt --check`; lint: `cloacina-lint` finds nothing
- pack, validate: `cloacinactl package pack` and `package validate` of this version; `-`: it has no `validate`

"""


def result(row: Row) -> dict[str, Any] | None:
    """What the last run of this row gave, None where the template's code has changed since, or without one."""
    file = results_dir() / f"{row.id}.json"
    found: dict[str, Any] | None = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    return found if found and found["template"] == template_code() else None


def cells(row: Row) -> list[str]:
    """The row as it is shown: version, start, edition, columns."""
    shown = [row.version, "any" if row.start == "*" else row.start, "any" if row.edition == "*" else row.edition]
    if row.refused:
        return [*shown, f"refused: {row.refused}"]
    found = result(row)
    return [*shown, *(found["results"].get(name, "?") if found else "not run" for name in COLUMNS)]


def plain(rows: list[Row]) -> str:
    """The table for a terminal."""
    lines = [["version", "start", "edition", *COLUMNS], *(cells(row) for row in rows)]
    whole = [line for line in lines if len(line) == len(lines[0])]  # a refusal runs through the columns
    widths = [max(len(line[index]) for line in whole) for index in range(len(lines[0]))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def markdown(rows: list[Row]) -> str:
    """The table and the time for docs/matrix.md."""
    head = ["version", "start", "edition", *COLUMNS]
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    for row in rows:
        shown = cells(row)
        lines.append("| " + " | ".join(shown + [""] * (len(head) - len(shown))) + " |")
    supported = [row for row in rows if not row.refused]
    seconds = [found["seconds"] for row in supported if (found := result(row))]
    whole, longest, shortest = (_terminal.clock(figure(seconds or [0])) for figure in (sum, max, min))
    note = (
        f"{len(seconds)} of {len(supported)} supported combinations run, in {whole} with rustc {rustc()}; the longest "
        f"took {longest}, the shortest {shortest}. What rows share is built by the first that needs it, and "
        "`cloacinactl` before all."
    )
    return "\n".join(lines) + f"\n\n{note}\n"


def good(rows: list[Row]) -> bool:
    """All supported rows have a result of now, and no column failed."""
    found = [result(row) for row in rows if not row.refused]
    return all(one is not None and FAIL not in one["results"].values() for one in found)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="matrix_table", description="The matrix's table of results.")
    parser.add_argument("--write", action="store_true", help="put it into docs/matrix.md")
    parser.add_argument("--version", help="the rows of one Cloacina version alone")
    options = parser.parse_args(arguments)
    rows = [row for row in table() if options.version in (None, row.version)]
    print(plain(rows))
    if options.write:
        PAGE.write_text(HEAD + markdown(rows), encoding="utf-8")
    return 0 if good(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
