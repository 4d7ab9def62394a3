"""Room rules/: CL305 manifest-value-type."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..package_manifest import known
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.toml import TomlDoc


class ManifestValueType(Rule):
    code = "CL305"
    name = "manifest-value-type"
    group = "manifest"
    severity = ERROR
    summary = "A value in package.toml has the wrong type"
    why = """
The readers are strict about types: `version = 0.1` is a number, `interface_version = "1"` a string, and
`cloacinactl package pack` refuses both (packed, 0.6.1 and 0.11.1: invalid type). The values of `[metadata]` are held to
it by the server, and by `package pack` from 0.8 on (packed, 0.11.1).
"""
    fixable = True
    failing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = «"1"»
extension = "cloacina"
"""
    passing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"
"""
    proof = r"pack: invalid type"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        if doc is None:
            return
        contract = known(crate)
        for table, keys in (("package", contract["package-keys"]), ("metadata", contract["metadata-keys"])):
            values = doc.get(table)
            if values is None:
                continue
            if not isinstance(values, dict):
                yield from self._wrong(doc, (table,), "a table")
                continue
            for key, value in values.items():
                if key not in keys:
                    continue
                if key == "interface_version":
                    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**32:
                        yield from self._wrong(doc, (table, key), "a whole number from 0 on")
                elif key == "accumulators":
                    yield from self._accumulators(doc, value)
                elif key == "providers":
                    if not isinstance(value, dict):
                        yield from self._wrong(doc, (table, key), "a table")
                elif key in ("package_type", "triggers"):
                    if not isinstance(value, list):
                        yield from self._wrong(doc, (table, key), "an array")
                elif not isinstance(value, str):
                    yield from self._wrong(doc, (table, key), "a string")

    def _accumulators(self, doc: TomlDoc, value: object) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield from self._wrong(doc, ("metadata", "accumulators"), "an array of tables")
            return
        for index, entry in enumerate(value):
            path = ("metadata", "accumulators", index)
            if not isinstance(entry, dict):
                yield from self._wrong(doc, path, "a table")
                continue
            span = doc.value_span(*path)
            if "name" not in entry and span is not None:
                yield self.finding("an accumulator without `name`", span, help='write `name = "..."`')
            for key in ("name", "accumulator_type"):
                if key in entry and not isinstance(entry[key], str):
                    yield from self._wrong(doc, (*path, key), "a string")
            config = entry.get("config")
            if config is not None and not isinstance(config, dict):
                yield from self._wrong(doc, (*path, "config"), "a table of strings")
            for key, item in config.items() if isinstance(config, dict) else ():
                if not isinstance(item, str):
                    yield from self._wrong(doc, (*path, "config", key), "a string")

    def _wrong(self, doc: TomlDoc, path: tuple[str | int, ...], wanted: str) -> Iterator[Finding]:
        span = doc.value_span(*path)
        if span is None:
            return
        value = doc.get(*path)
        edits = None
        if wanted == "a string" and isinstance(value, (int, float)):
            edits = [Edit(span, toml_edit.string(span.text))]
        elif wanted.startswith("a whole number") and isinstance(value, str) and value.isascii() and value.isdigit():
            edits = [Edit(span, str(int(value)))]
        name = next(step for step in reversed(path) if isinstance(step, str))
        yield self.finding(
            f"`{name}` must be {wanted}: package.toml cannot be read",
            span,
            help=f"write {wanted}",
            fix=Fix(f"make it {wanted}", edits) if edits else None,
        )
