"""Room: the crate's tests, as the rules of group test read them: integration tests and code under cfg(test)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .crate import Crate
    from .source.rust import RustFile
    from .source.text import Span

# Code that loads or registers a package by hand: its runner knows more than the embedded registry.
BY_HAND = (
    "PackageLoader", "TaskRegistrar", "register_workflow", "register_package_tasks", "runtime", "runtime_arc",
    "register_workflow_package", "WorkflowRegistryImpl", "RegistryReconciler", "DaemonRunner",
)  # fmt: skip


class TestCode:
    """One file's test code. unit: it is the library's, and only what is under cfg(test) counts."""

    __slots__ = ("crate", "rust", "unit")

    def __init__(self, crate: Crate, rust: RustFile, unit: bool) -> None:
        self.crate = crate
        self.rust = rust
        self.unit = unit

    def holds(self, span: Span) -> bool:
        """Whether a place is test code."""
        return not self.unit or not self.crate.facts.compiled_at(self.rust, span)

    def mentions(self, word: str) -> list[Span]:
        return [span for span in self.rust.mentions(word) if self.holds(span)]

    def ignored(self, span: Span) -> bool:
        """Whether a place is in a test that `#[ignore]` leaves out, or in a function that only such tests call."""
        functions = [item for item in self.rust.walk() if item.kind == "fn"]
        around = [item for item in functions if item.span.start <= span.start and span.end <= item.span.end]
        if not around:
            return False
        if around[-1].attr("test") is not None:
            return around[-1].attr("ignore") is not None
        calls = self.rust.mentions(around[-1].name)
        callers = [
            item
            for item in functions
            if item.attr("test") is not None
            and any(item.span.start <= call.start and call.end <= item.span.end for call in calls)
        ]
        return bool(callers) and all(item.attr("ignore") is not None for item in callers)

    def globs(self, crate_name: str) -> bool:
        """Whether the file brings in everything of a crate (`use cloacina::*`, or one of its modules)."""
        return any(use.glob and use.path[:1] == (crate_name,) for use in self.rust.uses())

    def strings(self, text: str) -> Iterator[Span]:
        """String literals of exactly this text, as macro or function arguments; comments are left out."""
        file = self.rust.file
        at = file.text.find(f'"{text}"')
        comments = self.rust.comments()
        while at >= 0:
            span = file.span(at, at + len(text) + 2)
            commented = any(c.start <= at < c.end for c in comments)
            line = file.line_span(file.position(at)[0]).text.lstrip()
            if not commented and not line.startswith(("///", "//!")) and self.holds(span):
                yield span
            at = file.text.find(f'"{text}"', at + 1)


def test_code(crate: Crate) -> list[TestCode]:
    """Every integration test, then the library's own files that have something under cfg(test)."""
    found = []
    for path in crate.test_files:
        rust = crate.rust(path)
        if rust is not None:
            found.append(TestCode(crate, rust, False))
    modules = crate.modules
    for mod_file in modules.files if modules is not None else ():
        if "test" in mod_file.rust.file.text:
            found.append(TestCode(crate, mod_file.rust, not crate.facts.is_test_file(mod_file)))
    return found


def method_calls(code: TestCode, name: str) -> list[Span]:
    """The names in `.name(` calls."""
    text = code.rust.file.text
    found = []
    for span in code.mentions(name):
        before = text[: span.start].rstrip()
        if before.endswith(".") and text[span.end : span.end + 1] == "(":
            found.append(span)
    return found
