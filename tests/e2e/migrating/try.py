"""Room tests/e2e/: the migration tried by hand: `python -m tests.e2e.migrating.try [NAME...] [--no-build] [--no-test]`.

Every crate that is named (default: all) is copied, migrated, linted, built and tested; a table says how it went, and
the results stay in the work directory to be looked at. `--originals` builds and runs the crates as they are instead.
"""

from __future__ import annotations

import argparse
import re
import sys
import time

from tests.e2e.migrating.cases import CASES, Case
from tests.e2e.migrating.judging import outcome, run_original
from tests.e2e.migrating.running import Place


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.migrating.try", description=__doc__.split("\n\n")[1])
    parser.add_argument("names", nargs="*", metavar="NAME", help="crates, or the beginnings of their names")
    parser.add_argument("--no-build", action="store_true", help="migrate and lint only")
    parser.add_argument("--no-test", action="store_true", help="do not run cargo test")
    parser.add_argument("--originals", action="store_true", help="build and run the crates as they are")
    parser.add_argument("--version", help="only crates of this Cloacina version")
    parser.add_argument("--quiet", action="store_true", help="the table only")
    parser.add_argument("--kept", default="try", help="folder for the results in the work directory (default: try)")
    options = parser.parse_args()
    unknown = [name for name in options.names if not any(case.name.startswith(name) for case in CASES)]
    if unknown:
        parser.error(f"no such crate: {', '.join(unknown)}; there are {', '.join(case.name for case in CASES)}")
    chosen = [
        case
        for case in CASES
        if (not options.names or any(case.name.startswith(name) for name in options.names))
        and options.version in (None, case.version)
    ]
    width = max(len(case.name) for case in chosen)
    failed = 0
    for case in chosen:
        start = time.monotonic()
        trouble = _originals(case, options.kept, width) if options.originals else _migrated(case, options, width)
        failed += bool(trouble)
        print(f"  {time.monotonic() - start:5.1f} s", flush=True)
        if not options.quiet:
            for line in trouble:
                print(_indented(line))
    print(f"{len(chosen) - failed} of {len(chosen)} as they should be")
    return 1 if failed else 0


def _originals(case: Case, kept: str, width: int) -> list[str]:
    print(f"{case.name:<{width}} ", end="", flush=True)
    trouble = run_original(case, kept)
    print("as it is: " + ("runs" if not trouble else "FAILS"), end="")
    return trouble


def _migrated(case: Case, options: argparse.Namespace, width: int) -> list[str]:
    print(f"{case.name:<{width}} {case.version:<7}", end="", flush=True)
    place = Place(case, options.kept)
    trouble: list[str] = []
    for step, found in outcome(place, build=not options.no_build, test=not options.no_test):
        print(f" {step + ('' if not found else ' NO'):<11}", end="", flush=True)
        trouble += found
    if trouble and not options.quiet:
        trouble.append(f"see {place.base}")
    return trouble


def _indented(text: str) -> str:
    return re.sub(r"^", "    ", text.rstrip(), flags=re.MULTILINE)


if __name__ == "__main__":
    sys.exit(main())
