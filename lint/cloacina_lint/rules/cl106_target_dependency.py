"""Room rules/: CL106 target-dependency."""

from __future__ import annotations

from ..finding import ERROR, Fix
from ..rule import Rule
from ..source import toml_edit
from ..source.rust_cfg import cfg_holds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TargetDependency(Rule):
    code = "CL106"
    name = "target-dependency"
    group = "build"
    severity = ERROR
    summary = "A crate that the macros need is a dependency for another platform only"
    why = """
The compiler service builds on Linux. A needed crate that stands only in `[target.'cfg(windows)'.dependencies]` is not
there (built, 0.6.1: E0433). Conditions that hold on Linux, `cfg(unix)` say, are fine (built), and one that cannot be
decided here is left alone.
"""
    fixable = True
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"

[target.'cfg(windows)'.dependencies]
«serde_json» = "1"
"""
    passing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"

[target.'cfg(windows)'.dependencies]
serde_json = "1"
"""
    proof = r"build: E0433"

    def check(self, crate: Crate) -> Iterator[Finding]:
        uses = crate.facts.needed_for()
        for name, needs in crate.contract.crates.items():
            kind = needs.get("kind", "normal")
            reason = next((use for use in needs["for"] if use in uses), None)
            entries = [d for d in crate.manifest.dependencies if d.package == name and d.kind == kind]
            if reason is None or not entries or not all(d.target and _elsewhere(d.target) for d in entries):
                continue
            first = entries[0]
            table = "build-dependencies" if kind == "build" else "dependencies"
            doc = crate.manifest.doc
            key, value = doc.key_span(*first.path), doc.value_span(*first.path)
            plain = doc.form(*first.path) in ("scalar", "inline")
            edits = toml_edit.insert_key(doc, (table,), key.text, value.text) if plain and key and value else None
            yield self.finding(
                f"`{name}` is a dependency for `{first.target}` only, but {needs['because']}",
                first.key_span,
                help=f"move it to [{table}]: the compiler service builds on Linux",
                related=[(uses[reason], "needed by this")],
                fix=Fix(f"add it to [{table}]", edits) if edits else None,
            )


OTHER_SYSTEMS = ("windows", "macos", "ios", "android", "freebsd", "netbsd", "openbsd", "wasi", "none", "illumos")
OTHERS = (
    *(f'target_os="{name}"' for name in OTHER_SYSTEMS),
    'target_family="windows"', 'target_family="wasm"', 'target_arch="wasm32"', 'target_arch="wasm64"',
    'target_vendor="apple"', 'target_env="msvc"',
)  # fmt: skip
LINUX = {"unix", 'target_os="linux"', 'target_family="unix"'}


def _elsewhere(target: str) -> bool:
    """Whether the target of a table, `cfg(..)` or a triple, is surely not Linux."""
    text = target.replace(" ", "")
    if not (text.startswith("cfg(") and text.endswith(")")):
        return any(word in text for word in ("-windows-", "-apple-", "wasm32-", "-android", "-freebsd"))
    text = f",{text[4:-1]},".replace("(", "(,").replace(")", ",)")
    for other in (*OTHERS, "windows"):
        text = text.replace(f",{other},", ",any(),").replace(f",{other},", ",any(),")
    text = text.replace("(,", "(").replace(",)", ")").strip(",")
    return cfg_holds(text, features=set(), test=False, flags=LINUX) is False
