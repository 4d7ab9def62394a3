"""Room rules/: CL808 cargo-config."""

from __future__ import annotations

from ..finding import ERROR, WARNING
from ..rule import Rule
from ..source import toml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding

FILES = (".cargo/config", ".cargo/config.toml")


class CargoConfig(Rule):
    code = "CL808"
    name = "cargo-config"
    group = "pack"
    severity = ERROR
    summary = "A packed cargo configuration moves the built library"
    why = """
Pack takes `.cargo/config.toml` along, and cargo in the compiler service reads it. The service looks for the library
in `release/` of its target directory and nowhere else. `build.target` makes cargo write to `<triple>/release/` (built:
the build is green, and there is no `release/libmy_workflow.so`), so the package fails with "expected libmy_workflow.so
in …". `build.target-dir` does the same where the service has no `--cargo-target-dir` (a warning: its environment
variable wins), and a `linker` has to exist there.
"""
    no_fix = "because the setting may be wanted for development: only the archive should lack it"
    failing = """
--- .cargo/config.toml
[build]
target = «"x86_64-unknown-linux-gnu"»
"""
    passing = """
--- .cargo/config.toml
[build]
jobs = 2
"""
    proof = r"library: libmy_workflow"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for name in FILES:
            file = crate.tree.read(name)
            if file is None:
                continue
            try:
                doc = toml.parse(file)
            except toml.TomlError:
                continue
            target = doc.value_span("build", "target")
            if target is not None and doc.get("build", "target"):
                yield self.finding(
                    "`build.target` makes cargo write to another directory than the compiler service looks in",
                    target,
                    help=_HELP,
                )
            moved = doc.value_span("build", "target-dir")
            if moved is not None:
                yield self.finding(
                    "`build.target-dir` makes cargo write to another directory than the compiler service looks in, "
                    "unless its operator sets one",
                    moved,
                    help=_HELP,
                    severity=WARNING,
                )
            targets = doc.get("target")
            for triple in targets if isinstance(targets, dict) else ():
                linker = doc.value_span("target", triple, "linker")
                if linker is not None and "linux" in triple:
                    yield self.finding(
                        f"the compiler service has to have this linker for `{triple}`",
                        linker,
                        help=_HELP,
                        severity=WARNING,
                    )


_HELP = "move the setting to a .cargo/config.toml above the package, or to ~/.cargo/config.toml"
