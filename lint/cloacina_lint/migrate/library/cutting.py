"""Room migrate/library/: variants and impls that hold the engine's types, in types that the workflow needs.

No code that stays can have such a value: the variant goes, with the match arms that take it apart, and so does an impl
for, or from, a type of the engine's. What makes such a variant needs the engine, as what names its type does.
"""

from __future__ import annotations

from ..outcome import Kept
from ..rust import lines
from ..rust.syntax import named, walk
from ..survey.modules import Extern, Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

    from ...source.rust_item import Use
    from ..outcome import Report
    from ..rust.lines import Change
    from ..rust.words import Mention
    from ..survey.modules import Code
    from .fates import Fates

    EngineOnly = Callable[[tuple[str, ...]], bool]


NO_ENGINE = "the package has no engine"


class Variant:
    """start, end: with its attributes and the comma behind it. path: the engine's type that it holds."""

    __slots__ = ("end", "enum", "name", "path", "start")

    def __init__(self, enum: Unit, name: str, path: tuple[str, ...], start: int, end: int) -> None:
        self.enum = enum
        self.name = name
        self.path = path
        self.start = start
        self.end = end


class Cuts:
    """variants: those that hold a type of the engine's; arms: (item, start, end) of the match arms for them; makes:
    (item, mention, variant) where other code names one; impls: ids of the impls for or from the engine's types."""

    def __init__(self, code: Code, engine_only: EngineOnly) -> None:
        self.code = code
        self.engine_only = engine_only
        self.variants: list[Variant] = []
        self.arms: list[tuple[Unit, int, int]] = []
        self.makes: list[tuple[Unit, Mention, Variant]] = []
        self.impls: set[int] = set()
        units = [unit for unit in code.units if unit.item.kind != "mod"]
        tests = [unit for unit in units if unit.module.test or code.only_tests(unit.item)]
        if any(self._engine(unit, mention) for unit in tests for mention in unit.words):
            return  # tests with an engine may need all of it
        for unit in units:
            if unit.item.kind == "enum":
                self.variants += self._variants(unit)
            elif unit.item.kind == "impl" and unit.item.trait is not None:
                body = unit.item.body_span
                head = body.start if body is not None else unit.item.span.end
                if any(mention.start < head and self._engine(unit, mention) for mention in unit.words):
                    self.impls.add(id(unit))
        self.variants = [one for one in self.variants if not self._elsewhere(one, tests)]
        for unit in units if self.variants else ():
            if id(unit) not in self.impls:
                self._uses(unit)

    def inside(self, unit: Unit, mention: Mention) -> bool:
        """Whether a mention goes with what is cut."""
        ranges = [(one.start, one.end) for one in self.variants if one.enum is unit]
        ranges += [(start, end) for where, start, end in self.arms if where is unit]
        return any(start <= mention.start < end for start, end in ranges)

    def _engine(self, unit: Unit, mention: Mention) -> tuple[str, ...]:
        meaning, _ = self.code.meaning(unit.module, unit, mention)
        return meaning.path if isinstance(meaning, Extern) and self.engine_only(meaning.path) else ()

    def _variants(self, unit: Unit) -> list[Variant]:
        rust, text = unit.item.rust, unit.item.span.file.text
        body = next((node for node in named(unit.item.node) if node.type == "enum_variant_list"), None)
        found, count, start = [], 0, -1
        for node in body.children if body is not None else ():
            span = rust.span(node)
            if node.type == "attribute_item":
                start = span.start if start < 0 else start
            if node.type != "enum_variant":
                continue
            count += 1
            first, start = (start if start >= 0 else span.start), -1
            paths = [
                path for one in unit.words if span.start <= one.start < span.end and (path := self._engine(unit, one))
            ]
            name = node.child_by_field_name("name")
            if paths and name is not None:
                end = len(text) - len(text[span.end :].lstrip())
                end = end + 1 if text.startswith(",", end) else span.end
                found.append(Variant(unit, rust.text(name), paths[0], first, end))
        return found if len(found) < count else []

    def _named(self, unit: Unit, mention: Mention) -> Variant | None:
        """The variant that a path names."""
        parts = [part for part in mention.segments if part]
        for one in self.variants:
            if len(parts) < 2 or parts[-1] != one.name:
                continue
            around = unit.item if unit.item.kind == "impl" else unit.item.parent
            if parts == ["Self", one.name]:
                if around is not None and around.kind == "impl" and around.name == one.enum.name:
                    return one
            elif self.code.meaning(unit.module, unit, mention)[0] is one.enum:
                return one
        return None

    def _elsewhere(self, one: Variant, tests: list[Unit]) -> bool:
        """Whether a variant is named where it cannot be followed."""
        modules = self.code.modules
        uses: list[Use] = [use for module in modules for use in module.uses]
        uses += [use for unit in self.code.units for use in unit.uses]
        imported = any(
            one.enum.name in use.path and (use.path[-1] == one.name or (use.glob and use.path[-1] == one.enum.name))
            for use in uses
        )
        return imported or any(self._named(unit, mention) is one for unit in tests for mention in unit.words)

    def _uses(self, unit: Unit) -> None:
        arms = list(_arms(unit))
        for mention in unit.words:
            variant = self._named(unit, mention)
            if variant is None or variant.enum is unit:
                continue
            arm = next((arm for arm, start, end in arms if start <= mention.start < end), None)
            if arm is None:
                self.makes.append((unit, mention, variant))
            else:
                self.arms.append((unit, *arm))


def _arms(unit: Unit) -> Iterator[tuple[tuple[int, int], int, int]]:
    """((start, end) of a match arm, where its pattern begins and ends), of patterns without alternatives."""
    rust = unit.item.rust
    for node in walk(unit.item.node):
        pattern = node.child_by_field_name("pattern") if node.type == "match_arm" else None
        if pattern is None or any(below.type == "or_pattern" for below in walk(pattern)):
            continue
        guard: Node | None = pattern.child_by_field_name("condition")
        whole, span = rust.span(node), rust.span(pattern)
        yield (whole.start, whole.end), span.start, rust.span(guard).start if guard is not None else span.end


def cut(fates: Fates, changes: dict[str, list[Change]], report: Report) -> None:
    """Take them out of the code that stays."""
    cuts = fates.cuts
    if cuts is None:
        return
    pieces = [(one.enum, one.start, one.end) for one in cuts.variants] + cuts.arms
    for unit, start, end in pieces:
        if not fates.leaves(unit.item) and not fates.gone(unit.module):
            span = lines.with_comments(unit.item.span.file, start, end)
            changes.setdefault(unit.module.mod_file.path, []).append((span.start, span.end, ""))
            report.kept.append(Kept(span, NO_ENGINE))
    told = [f"`{one.enum.name}::{one.name}`" for one in cuts.variants if not fates.leaves(one.enum.item)]
    if told:
        report.done.append(f"out of the library's code, because the engine's types are in it: {', '.join(told)}")
