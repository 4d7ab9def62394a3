"""Room deep/: the steps in their order: mirror the crate, build it, read its library, run its tests."""

from __future__ import annotations

import json
import os

from .cargo_errors import problems as cargo_problems
from .cargo_errors import require_able
from .interface import FAIL, PASS, DeepError, DeepRequest, DeepResult
from .mirror import Mirror, cache_root, crate_key
from .place import Places
from .problem import Problem, finding, merged
from .process import Interruptible, Runner
from .progress import make_progress
from .rustc import is_error
from .rustc import problem as rustc_problem
from .stamps import Stamps
from .symbols import REGISTRY_SYMBOL, SymbolsError, exported_symbols
from .testing import TestRun, failures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .process import Output
    from .progress import Progress

_CACHE_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This directory holds what cloacina-lint --deep builds. It can be deleted at any time.
"""


def run_steps(request: DeepRequest) -> DeepResult:
    """See `run` in deep/."""
    if request.cargo is None:
        raise DeepError("cargo was not found: install Rust (https://rustup.rs), or leave --deep out")
    environ = dict(os.environ)
    cache = cache_root(environ)
    key = crate_key(request.crate_dir)
    target = os.path.abspath(request.target_dir or os.path.join(cache, "target", key))
    _prepare(cache, target)
    with (
        Interruptible(),
        make_progress(request.progress) as progress,
        Mirror(os.path.join(cache, "mirror", key), request.crate_dir, request.overlay) as mirror,
    ):
        return _Deep(request, mirror, target, _environment(environ), progress).run()


def _prepare(cache: str, target: str) -> None:
    try:
        os.makedirs(cache, exist_ok=True)
        os.makedirs(target, exist_ok=True)
        tag = os.path.join(cache, "CACHEDIR.TAG")
        if not os.path.exists(tag):
            with open(tag, "w", encoding="utf-8") as file:
                file.write(_CACHE_TAG)
    except OSError as error:
        raise DeepError(f"{error.filename}: cannot be written: {error.strerror}") from error


def _environment(environ: dict[str, str]) -> dict[str, str]:
    """The user's environment without what a cargo around us may have left, and without colour or backtraces."""
    left_out = ("CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_", "CARGO_PRIMARY_")
    kept = {name: value for name, value in environ.items() if not name.startswith(left_out)}
    kept.pop("CARGO_TARGET_DIR", None)
    kept.update(
        CARGO_TERM_COLOR="never", CARGO_TERM_PROGRESS_WHEN="never", CARGO_TERM_VERBOSE="false", RUST_BACKTRACE="0"
    )
    return kept


class _Deep:
    def __init__(
        self, request: DeepRequest, mirror: Mirror, target: str, environ: dict[str, str], progress: Progress
    ) -> None:
        self.request = request
        self.mirror = mirror
        self.target = target
        self.progress = progress
        # cargo's working directory is the real crate: its configuration and rustup's toolchain go by that.
        self.runner = Runner(mirror.real, environ, request.timeout)
        self.manifest = os.path.join(mirror.crate_dir, "Cargo.toml")
        self.places = Places(request.open_source, mirror, mirror.crate_dir)
        self.stamps = Stamps(os.path.join(os.path.dirname(mirror.root), "stamps.json"), self.manifest)
        self.result = DeepResult()

    def run(self) -> DeepResult:
        result = self.result
        total = self._resolve()
        if result.findings:
            return result
        self._build(total)
        if result.build == FAIL and result.library is None and not self._compiled:
            result.tests_evidence = "the release build failed"
        elif self.request.tests:
            self._test()
        else:
            result.tests_evidence = "left out"
        lock = os.path.join(self.mirror.crate_dir, "Cargo.lock")
        if os.path.isfile(lock):
            with open(lock, "rb") as stream:
                result.lock = stream.read()
        return result

    def _command(self, verb: str, *arguments: str, target: bool = True) -> list[str]:
        command = [str(self.request.cargo), verb, "--manifest-path", self.manifest, *arguments]
        if target:
            command += ["--target-dir", self.target]
        return [*command, "--offline"] if self.request.offline else command

    def _fail_build(self, found: list[Problem]) -> None:
        self.result.findings += merged(found, "CL006")
        self.result.build = FAIL
        first = self.result.findings[0]
        line = first.span.file.position(first.span.start)[0]
        self.result.build_evidence = f"{first.file.display}:{line}: {first.message}"

    def _resolve(self) -> int | None:
        """Find the workspace and the number of packages to compile. What fails here would fail in the build too."""
        self.progress.step(f"resolving the dependencies of {self.request.package}")
        located = self.runner.run(
            [
                str(self.request.cargo),
                "locate-project",
                "--workspace",
                "--message-format",
                "plain",
                "--manifest-path",
                self.manifest,
            ],
            "cargo locate-project",
        )
        tree = None
        if located.status == 0 and located.out:
            self.places = Places(self.request.open_source, self.mirror, os.path.dirname(located.out[-1]))
            # Not `cargo metadata`: that downloads what only the tests need before the build can begin.
            tree = self.runner.run(
                self._command("tree", "-e", "normal,build", "--prefix", "none", "--format", "{p}", target=False),
                "cargo tree",
            )
        failed = located if tree is None else tree
        if failed.status == 0:
            self.progress.end("done")
            return len({line.removesuffix(" (*)") for line in failed.out if line.strip()})
        found = cargo_problems(
            failed.err, self.places, self.request.package, self.request.contract_version, testing=False
        )
        if found:
            self.progress.end(FAIL)
            self._fail_build(found)
            self.result.tests_evidence = "the release build failed"
        elif failed is located:
            raise DeepError(f"cargo locate-project failed: {_last(failed)}")
        else:
            self.progress.end("the number of packages is not known")
        return None

    def _build(self, total: int | None) -> None:
        name = self.request.package
        self.progress.step(f"building {name} (release)", total)
        # As the compiler service does: the library only, the crate's own default features.
        messages, output = self._compile(
            self._command("build", "--release", "--lib", "--message-format", "json"), "cargo build"
        )
        self.result.library, root = self._library(messages)
        self._compiled = output.status == 0
        if output.status != 0:
            self._fail_build(self._errors(messages, output, testing=False))
        elif self.result.library is None:
            self.result.findings.append(
                finding(
                    "CL006",
                    "`cargo build --release` gives no shared library",
                    self._crate_type(),
                    'write `crate-type = ["cdylib", "rlib"]` in [lib]',
                )
            )
            self.result.build = FAIL
            self.result.build_evidence = "built, but there is no shared library"
        else:
            self._read_library(self.result.library, root)
        self.progress.end(self.result.build)

    def _compile(self, command: list[str], what: str) -> tuple[list[dict[str, Any]], Output]:
        """Run a build whose stdout is JSON, with progress. Gives what it said of errors and artefacts."""
        for _ in range(3):
            messages, output = self._compile_once(command, what)
            try:
                if output.status != 0 or not self.stamps.foreign(messages):
                    return messages, output
            except OSError as error:
                raise DeepError(f"{error.filename}: {error.strerror or error}") from error
        raise DeepError(f"another build keeps overwriting the library in {self.target}: name another --target-dir")

    def _library(self, messages: list[dict[str, Any]]) -> tuple[str | None, str]:
        """The crate's shared library among what was built, and the root of its source."""
        for message in reversed(messages):
            library = self.stamps.library(message)
            if library is not None:
                return library, message["target"]["src_path"]
        return None, ""

    def _compile_once(self, command: list[str], what: str) -> tuple[list[dict[str, Any]], Output]:
        messages: list[dict[str, Any]] = []
        done: set[str] = set()

        def read(line: str) -> None:
            try:
                message = json.loads(line)
            except ValueError:
                return  # a build tool that writes to stdout
            if not isinstance(message, dict):
                return
            if message.get("reason") == "compiler-artifact":
                messages.append(message)
                if "custom-build" not in message["target"]["kind"]:
                    done.add(message["package_id"])
                    self.progress.advance(len(done), message["target"]["name"])
            elif message.get("reason") == "compiler-message" and is_error(message["message"]):
                messages.append(message)

        def tell(line: str) -> None:
            if line.lstrip().startswith("Blocking waiting for file lock"):
                self.progress.advance(len(done), "waiting for another cargo")

        output = self.runner.run(command, what, on_out=read, on_err=tell)
        return messages, output

    def _errors(self, messages: list[dict[str, Any]], output: Output, *, testing: bool) -> list[Problem]:
        version = self.request.contract_version
        found = []
        for message in messages:
            if message["reason"] == "compiler-message":
                one = rustc_problem(
                    message["message"], self.places, _other_package(message, self.mirror), version, testing=testing
                )
                if one.meaning is not None and one.meaning.machine:
                    raise DeepError(f"{one.advice} ({one.message})")
                found.append(one)
        found += cargo_problems(output.err, self.places, self.request.package, version, testing=testing)
        if not found:
            require_able("\n".join(output.err))
            raise DeepError(
                f"cargo failed without an error that could be read (status {output.status}): {_last(output)}"
            )
        return found

    def _crate_type(self) -> Any:
        file = self.places.manifest
        place = self.places.word(file, r"^\s*(crate[-_]type)\s*=") or self.places.word(file, r"^\s*(\[lib\])")
        return place or self.places.manifest_top()

    def _read_library(self, library: str, root: str) -> None:
        """root: the library's root source file, as cargo writes its path."""
        result = self.result
        try:
            result.symbols = exported_symbols(library)
        except SymbolsError as error:
            result.build = FAIL
            result.build_evidence = str(error)
            result.findings.append(
                finding(
                    "CL006", f"the built library cannot be read: {error}", self._crate_type(), "build for this machine"
                )
            )
            return
        result.build = PASS
        result.build_evidence = f"{library} ({_size(library)})"
        if REGISTRY_SYMBOL not in result.symbols:
            early = self.request.contract_version.startswith("0.5.")
            source = self.places.open(root)
            result.findings.append(
                finding(
                    "CL201",
                    f"{os.path.basename(library)} exports no `{REGISTRY_SYMBOL}`: no host can load it",
                    source.line_span(1) if source is not None else self.places.manifest_top(),
                    "put a `#[workflow]` module into the crate: before 0.6 that macro makes the entry points"
                    if early
                    else "write `cloacina_workflow_plugin::package!();` once, at the top of src/lib.rs",
                )
            )

    def _test(self) -> None:
        result, name, version = self.result, self.request.package, self.request.contract_version
        self.progress.step(f"building the tests of {name}")
        messages, output = self._compile(
            self._command("test", "--no-run", "--message-format", "json"), "cargo test --no-run"
        )
        if output.status != 0:
            found = merged(self._errors(messages, output, testing=True), "CL007")
            self.progress.end(FAIL)
            self._fail_tests(found, f"do not compile: {found[0].message}")
            return
        self.progress.end(PASS)
        self.progress.step(f"testing {name}")
        output = self.runner.run(self._command("test", "--no-fail-fast"), "cargo test", merge=True)
        run = TestRun(output.out)
        problems = failures(run, self.places)
        if output.status != 0 and not problems:
            problems = cargo_problems(output.out, self.places, name, version, testing=True) or [
                Problem(f"`cargo test` failed: {_last(output)}", self.places.manifest_top())
            ]
        if problems:
            self._fail_tests(merged(problems, "CL007"), run.summary() or problems[0].message)
        elif run.ran == 0:
            ignored = f" ({run.ignored} ignored)" if run.ignored else ""
            advice = "write tests of the tasks, and one that runs the workflow through the built library"
            none = finding("CL007", f"no test ran{ignored}", self.places.manifest_top(), advice)
            self._fail_tests([none], f"no test ran{ignored}")
        else:
            result.tests, result.tests_evidence = PASS, run.summary()
        self.progress.end(result.tests)

    def _fail_tests(self, found: list[Any], evidence: str) -> None:
        self.result.findings += found
        self.result.tests, self.result.tests_evidence = FAIL, evidence


def _other_package(message: dict[str, Any], mirror: Mirror) -> str:
    """Name and version of a package from a registry; "" for one whose source is the user's."""
    if message.get("manifest_path", "").startswith(mirror.root):
        return ""
    name, _, version = message["package_id"].rpartition("#")[2].rpartition("@")
    return f"{name} {version}" if name else str(message["target"]["name"])


def _size(path: str) -> str:
    size = os.path.getsize(path)
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.0f} kB"


def _last(output: Output) -> str:
    lines = [line.strip() for line in [*output.out, *output.err] if line.strip()]
    return lines[-1] if lines else "no output"
