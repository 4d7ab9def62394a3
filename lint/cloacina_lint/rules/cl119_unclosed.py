"""Room rules/: CL119 unclosed."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust import RustFile
    from ..source.rust_brackets import Unclosed
    from ..source.text import Span


class UnclosedBracket(Rule):
    code = "CL119"
    name = "unclosed"
    group = "build"
    severity = ERROR
    summary = "A bracket, string or comment that is not closed"
    why = """
A file in which a bracket has no partner, or a string or comment runs on to its end, is no Rust: the compiler stops
(built: "this file contains an unclosed delimiter", "unexpected closing delimiter"). What else may be wrong with a
file's grammar is the compiler's to say.
"""
    no_fix = "because where it was meant to end cannot be known"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}

pub fn helper() «{»
"""
    passing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}

pub fn helper() {}
"""
    proof = r"build: unclosed delimiter"

    def check(self, crate: Crate) -> Iterator[Finding]:
        files: dict[str, RustFile] = {}
        for mod_file in crate.facts.files:
            cfgs = mod_file.cfgs()
            if mod_file.rust.errors and (not cfgs or crate.facts.surely(cfgs)):
                files[mod_file.rust.file.path] = mod_file.rust
        script = crate.build_script
        if script is not None and script.errors:
            files[script.file.path] = script
        if not files:
            return
        from ..source.rust_brackets import unclosed

        for rust in files.values():
            fault = unclosed(rust.file)
            if fault is None:
                continue
            text = fault.span.text
            what = {
                "open": f"nothing closes this `{text}`",
                "close": f"this `{text}` closes nothing",
                "string": "this string is not closed",
                "comment": "this comment is not closed",
            }[fault.kind]
            if fault.other is not None and fault.kind == "close":
                what = f"this `{text}` does not close the `{fault.other.text}` that is open"
            yield self.finding(
                f"{what}: the file does not compile",
                fault.span,
                help="look at the brackets from there on" if fault.kind in ("open", "close") else "close it",
                related=_related(fault),
            )


def _related(fault: Unclosed) -> list[tuple[Span, str]]:
    if fault.other is None:
        return []
    return [(fault.other, "open here" if fault.kind == "close" else "this one does not close it")]
