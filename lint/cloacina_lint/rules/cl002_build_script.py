"""Room rules/: CL002 build-script, the guide's second item."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust import RustFile
    from ..source.rust_item import Item
    from ..source.text import Span


def configure_call(crate: Crate, script: RustFile) -> Span | None:
    """Where the build script calls `cloacina_build::configure`, under whatever name; None where it does not."""
    dependency = crate.manifest.find("cloacina-build", "build")
    names = {"cloacina_build"} | ({dependency.import_name} if dependency else set())
    imported = set()
    for use in script.uses():
        path = tuple(part for part in use.path if part)
        if path[:1] and path[0] in names:
            if use.glob or path[-1] == "configure":
                imported.add(use.alias or "configure")
            elif len(path) == 1 and use.alias:
                names.add(use.alias)
    for path_ref in script.paths():
        segments = tuple(part for part in path_ref.segments if part)
        if segments[-1:] == ("configure",) and segments[0] in names:
            return path_ref.span
    for name in imported:
        for span in script.mentions(name):
            if span.file.text[span.end : span.end + 1] == "(":
                return span
    return None


class BuildScript(Rule):
    code = "CL002"
    name = "build-script"
    group = "guide"
    severity = ERROR
    until = (0, 10)
    summary = "No build.rs that calls `cloacina_build::configure()`"
    why = """
The guide's checklist asks for it up to 0.9; the guide of 0.10 and later leaves it out. What it really does is small:
it emits PyO3's cfgs and one rpath for libpython. A crate without it still builds and exports its registry (built on
every version from 0.5.1 to 0.11.1), and on a machine with no Python it makes the build fail. The rule follows the
guide's checklist; ignore it if you know you do not want the build script.
"""
    fixable = True
    failing = """
--- build.rs
fn «main»() {
    println!("cargo:rerun-if-changed=build.rs");
}
"""
    passing = """
--- build.rs
fn main() {
    cloacina_build::configure();
    println!("cargo:rerun-if-changed=build.rs");
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        path = crate.manifest.build_script
        script = crate.build_script
        if script is None:
            span = crate.manifest.doc.value_span("package", "build") or crate.manifest.name_span
            yield self.finding(
                f"no {path or 'build.rs'}: the guide's checklist asks for one that calls cloacina_build::configure()",
                span,
                help="write build.rs with `fn main() { cloacina_build::configure(); }` "
                f'and `cloacina-build = "{crate.contract.version}"` in [build-dependencies]',
                fix=_new_script(crate, path) if path else None,
            )
        elif configure_call(crate, script) is None:
            main = next((item for item in script.items if item.kind == "fn" and item.name == "main"), None)
            span = main.name_span if main is not None and main.name_span else script.file.line_span(1)
            yield self.finding(
                "the build script does not call cloacina_build::configure()",
                span,
                help="call `cloacina_build::configure();` in main; what is there may stay",
                fix=_call(crate, main),
            )

    def evidence(self, crate: Crate) -> str:
        span = configure_call(crate, crate.build_script) if crate.build_script else None
        return f"{span.text}() at {span.file.display}:{span.line}" if span else ""

    def undetermined(self, crate: Crate) -> str:
        script = crate.build_script
        if script is not None and configure_call(crate, script) is None and script.opaque:
            return "the build script has macros or include!() that may hold the call"
        return ""


def _dependency(crate: Crate) -> list[Edit] | None:
    if crate.manifest.find("cloacina-build", "build") is not None:
        return []
    version = toml_edit.string(crate.contract.requirement("cloacina-build"))
    return toml_edit.insert_key(crate.manifest.doc, ("build-dependencies",), "cloacina-build", version)


def _new_script(crate: Crate, path: str) -> Fix | None:
    edits = _dependency(crate)
    if edits is None:
        return None
    text = "fn main() {\n    cloacina_build::configure();\n}\n"
    return Fix(f"write {path}", edits, new_files={crate.tree.absolute(path): text})


def _call(crate: Crate, main: Item | None) -> Fix | None:
    edits = _dependency(crate)
    if main is None or main.body_span is None or edits is None:
        return None
    start = main.body_span.start + 1
    dependency = crate.manifest.find("cloacina-build", "build")
    name = dependency.import_name if dependency else "cloacina_build"
    closing = "" if "\n" in main.body_span.text else "\n"
    call = Edit(main.span.file.span(start, start), f"\n    {name}::configure();{closing}")
    return Fix("call cloacina_build::configure()", [call, *edits])
