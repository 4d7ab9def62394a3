"""Room: the command line, `cloacina-lint`. Arguments, environment, exit status; the rest is imported when used."""

from __future__ import annotations

import os
import sys

from . import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser

    from .crate import Crate
    from .deep import DeepResult
    from .engine import Run, Selection
    from .fixing import Fixer

CLEAN, FOUND, COULD_NOT_RUN = 0, 1, 2

EPILOG = """\
cloacina-lint migrate DIR makes a service-mode crate of a library-mode one, or moves a crate to another version.
cloacina-lint why TEXT|- explains a message of the server, the compiler service, cargo or the loader.
exit status: 0 nothing found (infos allowed), 1 errors or warnings (see --fail-on), 2 could not run.
A crate named by its directory is checked in full. Found below a directory, or through one of its files (pre-commit),
a library-mode crate is listed and not judged.
"""


class Options:
    """The options with their defaults, as argparse fills them."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.format = "text"
        self.output: str | None = None
        self.select: list[str] = []
        self.ignore: list[str] = []
        self.fail_on = "warning"
        self.fix = False
        self.diff = False
        self.unsafe_fixes = False
        self.exit_non_zero_on_fix = False
        self.cloacina: str | None = None
        self.server: str | None = None
        self.deep = False
        self.target_dir: str | None = None
        self.offline = False
        self.explain: str | None = None
        self.list_rules = False
        self.color = "auto"


class UsageError(Exception):
    """Something the user can put right; the message is one line."""


def parse(arguments: list[str]) -> Options:
    """The options of a command line. Exits with status 2 and one line on a usage error, as argparse does."""
    options = Options()
    if any(argument.startswith("-") for argument in arguments):
        return _parser().parse_args(arguments, namespace=options)
    options.paths = arguments  # paths alone: argparse and its locale would cost a third of the run
    return options


def _parser() -> ArgumentParser:
    from argparse import SUPPRESS, RawDescriptionHelpFormatter

    from .report import FORMATS
    from .usage import Parser

    parser = Parser(
        prog="cloacina-lint",
        description="Checks, before the build, that a Cloacina service-mode crate will build, load and run.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
        argument_default=SUPPRESS,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="crate directories, trees of crates, or files of crates (default: .)")
    add("--format", choices=FORMATS, help="how to report (default: text)")
    add("--output", metavar="FILE", help="write the report to FILE instead of standard output")
    add("--select", metavar="RULES", action="append", help="only these rules: codes, prefixes, groups")
    add("--ignore", metavar="RULES", action="append", help="not these rules: codes, prefixes, groups")
    add("--fail-on", choices=("error", "warning", "info"), help="least severity for exit status 1 (default: warning)")
    add("--fix", action="store_true", help="make the safe fixes, and report what is left")
    add("--diff", action="store_true", help="show what --fix would do as a unified diff, and write nothing")
    add("--unsafe-fixes", action="store_true", help="with --fix or --diff: also the fixes that change meaning")
    add("--exit-non-zero-on-fix", action="store_true", help="exit status 1 where --fix fixed something, left or not")
    add("--cloacina", metavar="VERSION", help="judge by this Cloacina version (default: Cargo.lock, else Cargo.toml)")
    add("--server", metavar="VERSION", help="the server's version: a package of another generation does not load there")
    add("--deep", action="store_true", help="also build in release mode, read the library's symbols, run cargo test")
    add(
        "--target-dir", metavar="DIR", help="where --deep builds (default: the user's cache, never the crate's target/)"
    )
    add("--offline", action="store_true", help="--deep without the network")
    add("--explain", metavar="CODE", help="what a rule finds, why, with examples")
    add("--list-rules", action="store_true", help="every rule, one line each (with --format json: as JSON)")
    add("--color", choices=("auto", "always", "never"), help="colour in text (default: auto)")
    add("--version", action="version", version=f"cloacina-lint {__version__}")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The exit status. Never a traceback for what a user did."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if given[:1] == ["why"]:
            from .why.command import main as why

            return why(given[1:])
        if given[:1] == ["migrate"]:
            from .migrate.command import main as migrate

            return migrate(given[1:])
        options = parse(given)
        return _run(options)
    except UsageError as error:
        print(f"cloacina-lint: {error}", file=sys.stderr)
        return COULD_NOT_RUN
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        print("cloacina-lint: interrupted", file=sys.stderr)
        return 130


def _run(options: Options) -> int:
    if options.list_rules or options.explain:
        from . import explain

        try:
            text = explain.page(options.explain) if options.explain else explain.listing(options.format)
        except KeyError as error:
            raise UsageError(f"no rule {error.args[0]!r}; --list-rules lists them") from None
        _write(text, options.output)
        return CLEAN
    from .engine import exceeds
    from .report import Style, render

    selection = _selection(options)
    fixer = _fixer(options, selection)
    run = _lint(options, selection, fixer)
    if fixer is not None and options.diff:
        _write(fixer.diff(Style(colored(options.color, options.output))), options.output)
        if fixer.fixed:
            print(f"cloacina-lint: {fixer.summary(run)}", file=sys.stderr)
    elif run.results or not run.problems:
        _write(render(run, options.format, Style(colored(options.color, options.output))), options.output)
    for note in fixer.notes if fixer is not None else ():
        print(f"cloacina-lint: {note}", file=sys.stderr)
    for problem in run.problems:
        print(f"cloacina-lint: {problem}", file=sys.stderr)
    if run.problems:
        return COULD_NOT_RUN
    if fixer is not None and options.diff:
        return FOUND if fixer.fixed else CLEAN
    return FOUND if exceeds(run, options.fail_on) or (run.fixed and options.exit_non_zero_on_fix) else CLEAN


def _fixer(options: Options, selection: Selection) -> Fixer | None:
    """What makes or shows the fixes; --diff wins over --fix."""
    if not options.fix and not options.diff:
        for given, name in (
            (options.unsafe_fixes, "unsafe-fixes"),
            (options.exit_non_zero_on_fix, "exit-non-zero-on-fix"),
        ):
            if given:
                raise UsageError(f"--{name} goes with --fix; to see first what it would do, --diff")
        return None
    if options.diff and options.deep:
        raise UsageError("--diff shows what --fix would do, and builds nothing: leave --deep out")
    if options.diff and options.format != "text":
        raise UsageError(f"--diff is a format of its own: leave --format {options.format} out")
    from .fixing import Fixer

    return Fixer(selection, unsafe=options.unsafe_fixes, write=not options.diff)


def _selection(options: Options) -> Selection:
    from .engine import Selection

    def words(values: list[str]) -> list[str]:
        return [word for value in values for word in value.replace(",", " ").split()]

    selection = Selection(words(options.select), words(options.ignore))
    if selection.select or selection.ignore:
        unknown = selection.unknown()
        if unknown:
            raise UsageError(f"no rule or group {unknown[0]!r} in --select/--ignore; --list-rules lists them")
    return selection


def _lint(options: Options, selection: Selection, fixer: Fixer | None = None) -> Run:
    from .contracts import load
    from .crate import CrateError
    from .discover import discover
    from .engine import Run, lint
    from .source.tree import UnreadableError

    if options.cloacina is not None and load(options.cloacina) is None:
        raise UsageError(f"--cloacina {options.cloacina!r}: not a Cloacina version from 0.5 on, such as 0.6.1")
    if options.server is not None and load(options.server) is None:
        raise UsageError(f"--server {options.server!r}: not a Cloacina version from 0.5 on, such as 0.6.1")
    crates, problems = discover(options.paths or ["."], options.cloacina, options.server)
    archive = next((crate.display for crate in crates if not crate.tree.on_disk), None)
    if fixer is not None and archive is not None:
        raise UsageError(f"{archive}: an archive is not changed: fix the crate it was packed from, and pack it again")
    results = []
    for crate in crates:
        try:
            if fixer is not None:
                fixed = fixer.fix(crate)
                if not options.deep:
                    results.append(fixed)
                    continue
                crate = fixed.crate
            deep = _deep(crate, options, problems) if options.deep and crate.judged else None
            results.append(lint(crate, selection, deep))
        except (CrateError, UnreadableError) as error:
            problems.append(str(error))
    if not problems and not any(result.crate.kind != "other" for result in results):
        named = ", ".join(options.paths) or "."
        problems.append(f"{named}: no Cloacina crate here (no cloacina dependency, no package.toml)")
    if fixer is None:
        return Run(results, problems)
    return Run(results, [*fixer.problems, *problems], fixer.fixed)


def _deep(crate: Crate, options: Options, problems: list[str]) -> DeepResult | None:
    """None, and a line in `problems`, where the checks could not be made: the rest of the report still stands."""
    if not crate.tree.on_disk:
        problems.append(f"{crate.display}: --deep builds directories, not archives; name the crate's directory")
        return None
    from shutil import which

    from .deep import DeepError, DeepRequest, run

    request = DeepRequest(
        crate_dir=crate.tree.root,
        package=crate.name,
        lib_name=crate.manifest.lib_name or crate.name,
        contract_version=crate.contract.version,
        target_dir=options.target_dir or os.environ.get("CLOACINA_LINT_TARGET_DIR") or None,
        cargo=which("cargo"),
        offline=options.offline,
        progress=sys.stderr,
        open_source=lambda path: crate.tree.read(os.path.relpath(crate.tree.absolute(path), crate.tree.root)),
    )
    try:
        return run(request)
    except DeepError as error:
        problems.append(f"{crate.display}: --deep: {error}")
        return None


def colored(choice: str, output: str | None = None) -> bool:
    """Whether to print in colour. choice: --color; output: the file that is written instead of standard output."""
    if choice != "auto":
        return choice == "always"
    if output or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def _write(text: str, output: str | None) -> None:
    """To standard output, or to a file: written beside and renamed, so that no half report is ever read."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    beside = f"{output}.{os.getpid()}.tmp"
    try:
        with open(beside, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(beside, output)
    except OSError as error:
        if os.path.exists(beside):
            os.unlink(beside)
        raise UsageError(f"--output {output}: {error.strerror or error}") from None
