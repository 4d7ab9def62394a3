"""Room deep/: what goes in and what comes out: DeepRequest, DeepResult, DeepError."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO, TypeAlias

    from ..finding import Finding
    from ..source.text import SourceFile

    OpenSource: TypeAlias = Callable[[str], SourceFile | None]
    ProgressCall: TypeAlias = Callable[[str, int | None, int | None], None]

PASS, FAIL, NOT_RUN = "pass", "fail", "not run"


class DeepError(Exception):
    """The checks could not be made (no cargo, no network, no linker, disk full ...): one line that says what to do."""


class DeepRequest:
    """What to check and how.

    crate_dir: absolute. package, lib_name: the Cargo package's and its library target's name. contract_version: the
    Cloacina version the crate is judged by, like "0.6.1". target_dir: cargo's target directory, None for one of the
    user's cache. cargo: path of the program, None when it was not found. tests: run `cargo test` too. offline: cargo's
    `--offline`. timeout: seconds for each cargo call, None for no limit. open_source: the SourceFile of a path,
    relative to the crate or absolute, or None where there is none.
    progress: None for silence; a text stream (a bar where it is a terminal, else a line at the start and end of each
    step); or a callable that takes (text, done, total), done and total in packages, None where not counted.
    overlay: files that are built other than they are on disk, path below the crate -> content, None for one that goes.
    """

    __slots__ = (
        "cargo",
        "contract_version",
        "crate_dir",
        "lib_name",
        "offline",
        "open_source",
        "overlay",
        "package",
        "progress",
        "target_dir",
        "tests",
        "timeout",
    )

    def __init__(
        self,
        *,
        crate_dir: str,
        package: str,
        lib_name: str,
        contract_version: str,
        open_source: OpenSource,
        target_dir: str | None = None,
        cargo: str | None = None,
        tests: bool = True,
        offline: bool = False,
        progress: ProgressCall | TextIO | None = None,
        timeout: float | None = None,
        overlay: dict[str, bytes | None] | None = None,
    ) -> None:
        self.crate_dir = crate_dir
        self.package = package
        self.lib_name = lib_name
        self.contract_version = contract_version
        self.open_source = open_source
        self.target_dir = target_dir
        self.cargo = cargo
        self.tests = tests
        self.offline = offline
        self.progress = progress
        self.timeout = timeout
        self.overlay = overlay


class DeepResult:
    """What was seen.

    build, tests: PASS, FAIL or NOT_RUN, for the checklist's items CL006 and CL007, each with its evidence in one line.
    library: absolute path of the shared library, None where none was built. lock: Cargo.lock as cargo left it, None
    where the build did not get that far. symbols: the names it exports, sorted,
    None where there is no library to read. findings: CL006, CL007 and CL201, in the order they were met.
    """

    __slots__ = ("build", "build_evidence", "findings", "library", "lock", "symbols", "tests", "tests_evidence")

    def __init__(self) -> None:
        self.build = NOT_RUN
        self.build_evidence = ""
        self.library: str | None = None
        self.lock: bytes | None = None
        self.symbols: list[str] | None = None
        self.tests = NOT_RUN
        self.tests_evidence = ""
        self.findings: list[Finding] = []
