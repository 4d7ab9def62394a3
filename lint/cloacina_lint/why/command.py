"""Room why/: the command `cloacina-lint why TEXT|-`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..finding import Finding

EXPLAINED, UNKNOWN, COULD_NOT_RUN = 0, 1, 2
MOST = 64 * 1024 * 1024

EPILOG = """\
examples:
  cloacina-lint why "symbol 'fidius_get_registry' not found"
  journalctl -u cloacina-server | cloacina-lint why - --crate path/to/crate
exit status: 0 explained, 1 nothing in the text is known, 2 could not run.
"""


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(
        prog="cloacina-lint why",
        description="Explains a message, or a whole log, of the server, the compiler service, cargo or the loader.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("text", nargs="+", metavar="TEXT", help="the message; `-` reads it from standard input")
    parser.add_argument("--crate", metavar="DIR", help="also show the very lines of this crate that are to blame")
    parser.add_argument(
        "--cloacina", metavar="VERSION", help="the version of the Cloacina crates (default: the crate's)"
    )
    options = parser.parse_args(arguments)
    text = sys.stdin.buffer.read(MOST).decode("utf-8", "replace") if options.text == ["-"] else " ".join(options.text)
    if not text.strip():
        print("cloacina-lint why: no text; give a message, or `-` and a log on standard input", file=sys.stderr)
        return COULD_NOT_RUN
    from . import answers, render

    findings: list[Finding] | None = None
    version = options.cloacina or ""
    if options.crate is not None:
        try:
            findings, found_version = _lint(options.crate, options.cloacina)
        except _CannotLintError as error:
            print(f"cloacina-lint why: {error}", file=sys.stderr)
            return COULD_NOT_RUN
        version = version or found_version
    found = answers(text, version)
    if not found:
        print(
            "nothing in this text is known here; `cloacina-lint --deep` builds the crate and explains what cargo says"
        )
        return UNKNOWN
    sys.stdout.write(render(found, findings))
    return EXPLAINED


class _CannotLintError(Exception):
    pass


def _lint(directory: str, version: str | None) -> tuple[list[Finding], str]:
    from ..crate import CrateError
    from ..discover import discover
    from ..engine import Selection, lint
    from ..source.tree import UnreadableError

    crates, problems = discover([directory], version)
    if problems or not crates:
        raise _CannotLintError(problems[0] if problems else f"{directory}: no crate here")
    try:
        findings = [finding for crate in crates for finding in lint(crate, Selection([], [])).findings]
        return findings, crates[0].version[0] if crates[0].has_manifest else ""
    except (CrateError, UnreadableError) as error:
        raise _CannotLintError(str(error)) from None
