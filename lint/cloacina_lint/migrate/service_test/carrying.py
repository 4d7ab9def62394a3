"""Room migrate/service_test/: what code taken into a test needs: imports, copies of the crate's items, other paths."""

from __future__ import annotations

import re

from ..rust.syntax import Names, Ref, names, walk
from .harmless import DERIVES, MACROS, METHODS_UNSAFE, SOFT, TRAITS, path_fault
from .reach import Foreign, Module, Own, Plain, Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ...source.rust import RustFile
    from ...source.rust_item import Item, Use
    from ..survey.crate import Beside

    Path = tuple[str, ...]

COPIED = frozenset(("fn", "const", "static", "struct", "enum", "union", "type", "trait"))
VARIABLE = re.compile(r"\b(?:std\s*::\s*)?env\s*::\s*var\s*\(")
DEFAULTED = re.compile(r"\.\s*(?:unwrap_or\w*|map_or\w*|is_ok|ok)\s*\(")
INCLUDED = re.compile(r'\binclude_(?:str|bytes)!\s*\(\s*"([^"]*)"')


# what holds a state that a test does not share with the library that it loads
STATE = re.compile(r":\s*[^=]*\b(?:Atomic\w+|Mutex|RwLock|Once\w+|Cell|RefCell)\b")


def shared(item: Item) -> bool:
    """Whether an item is a variable of the whole program that changes."""
    text = item.span.text
    return item.kind == "static" and ("static mut " in text or STATE.search(text) is not None)


class Place:
    """Where code stands: the module and the function around it."""

    __slots__ = ("around", "module")

    def __init__(self, module: Module, around: Item | None) -> None:
        self.module = module
        self.around = around


class Carrier:
    """Decides what may be carried, and collects what it needs.

    public: gives the path under which a test finds an item of the crate in the new library, or None.
    kept_names: names that the test file has already, each with the path behind it ("" for its own items).
    """

    def __init__(
        self, reach: Reach, public: Callable[[Own], Path | None], taken: dict[str, str], beside: Beside | None = None
    ) -> None:  # fmt: skip
        self.reach = reach
        self.beside = beside
        self.public = public
        self.taken = taken
        self.imports: dict[str, str] = {}
        self.unsure: set[str] = set()
        self.copies: list[tuple[Item, Place]] = []
        self.impls: list[tuple[Item, set[str] | None, Place]] = []
        self.renamed: dict[int, str] = {}
        self.methods: set[str] = set()
        self._faults: dict[int, str | None] = {}
        self._known: set[int] = set()
        self._own_traits: list[Item] | None = None

    def at(self, rust: RustFile, place: Place) -> Place:
        """Where a step stands: a function of another file of the program has that file's names."""
        if rust is place.module.file.rust:
            return place
        file = next((file for file in self.reach.tree.files if file.rust is rust), None)
        return place if file is None else Place(self.reach.module_of(rust, None), None)

    # --- may it be carried? ---

    def fault(self, found: Names, place: Place, local: set[str], text: str = "") -> str | None:
        """Why code must not be carried, or None. local: variables that it may use."""
        for path in found.imports:
            if path[0] not in ("super", "crate", "self") and self._path_fault(tuple(p for p in path if p and p != "*")):
                return f"`use {'::'.join(path)}`"
        bad = sorted(found.methods & METHODS_UNSAFE - SOFT)
        if bad:
            return f"`.{bad[0]}()`"
        if self.beside is not None and found.methods & self.beside.methods:
            return f"`.{min(found.methods & self.beside.methods)}()`"
        for item in self._traits():
            if any(function.name in found.methods for function in item.children):
                return f"a method of the trait `{item.name}`"
        for ref in found.refs:
            if found.inside(ref.parts[0]) or (len(ref.parts) == 1 and not ref.macro and ref.parts[0] in local):
                continue
            why = self._ref_fault(ref, place)
            if why is not None and not _has_default(ref, text) and not _same_from_tests(ref, text, place):
                return why
        for name in found.captured - found.bound - found.items - local:
            why = self._ref_fault(Ref((name,), 0, 0), place)
            if why is not None:
                return why
        return None

    def _path_fault(self, parts: Path) -> str | None:
        known = self.beside.harmless if self.beside is not None else ()
        return None if any(parts[: len(path)] == path for path in known) else path_fault(parts)

    def _traits(self) -> list[Item]:
        """The crate's own traits: their methods need more in scope than names show."""
        if self._own_traits is None:
            files = self.reach.tree.files
            self._own_traits = [item for file in files for item in file.rust.walk() if item.kind == "trait"]
        return self._own_traits

    def _ref_fault(self, ref: Ref, place: Place) -> str | None:
        meaning = self.reach.meaning(ref.parts, place.module, place.around)
        whole = "::".join(ref.parts)
        if ref.macro:
            if isinstance(meaning, Own):
                return f"`{whole}!`"
            return None if ref.parts[-1] in MACROS else f"`{whole}!`"
        if meaning is None:
            return f"`{whole}`"
        if isinstance(meaning, Plain):
            return None
        if isinstance(meaning, Foreign):
            return self._path_fault(meaning.parts)
        return self._own_fault(meaning)

    def _own_fault(self, own: Own) -> str | None:
        item = own.item
        if id(item) in self._faults:
            return self._faults[id(item)]
        self._faults[id(item)] = None  # of a circle, what is not at fault otherwise
        why: str | None = None
        if item.kind not in COPIED or set(item.cfgs()) - {"test"}:  # what only tests have, a test may have
            why = f"`{item.name}`"
        elif shared(item):
            why = f"`{item.name}`, of which the loaded library has its own"
        else:
            place = Place(own.module, item)
            why = self.fault(_item_names(item), place, set(), item.span.text)
            if why is not None:
                why = f"{why} in `{item.name}`"
        if why is None and item.kind in ("struct", "enum", "union"):
            for impl, module in self.impls_of(item, own.module):
                if impl.trait is not None and why is None:
                    why = self.fault(_item_names(impl), Place(module, impl), {"self"}, impl.span.text)
                elif impl.trait is None and own.rest:
                    for function in impl.children:
                        if impl.trait is None and function.name not in own.rest:
                            continue
                        inner = self.fault(_item_names(function), Place(module, impl), {"self"}, function.span.text)
                        why = why or (None if inner is None else f"{inner} in `{item.name}::{function.name}`")
        self._faults[id(item)] = why
        if why is not None and item.kind in ("struct", "enum") and own.rest:
            del self._faults[id(item)]
        return why

    def impls_of(self, item: Item, module: Module) -> list[tuple[Item, Module]]:
        found = []
        for file in module.tree.files:
            for other in file.rust.walk():
                if other.kind == "impl" and other.name.partition("<")[0] == item.name:
                    found.append((other, self.reach.module_of(file.rust, other) if file.rust else module))
        return found

    # --- what it needs ---

    def need(self, found: Names, place: Place, local: set[str]) -> list[tuple[Ref, str]]:
        """Note all that code needs; gives the paths in it that have to be written in another way."""
        changes: list[tuple[Ref, str]] = []
        self.methods |= found.methods | {part for ref in found.refs for part in ref.parts[1:]}
        heads = [ref for ref in found.refs if not found.inside(ref.parts[0])]
        heads += [Ref((name,), 0, 0) for name in found.captured - found.bound]
        for ref in heads:
            if len(ref.parts) == 1 and not ref.macro and ref.parts[0] in local:
                continue
            meaning = self.reach.meaning(ref.parts, place.module, place.around)
            if isinstance(meaning, Foreign):
                new = self._foreign(meaning, ref)
            elif isinstance(meaning, Own):
                new = self._own(meaning, ref)
            else:
                new = None
            if new is not None and new != "::".join(ref.parts) and ref.end:
                changes.append((ref, new))
        return changes

    def _foreign(self, meaning: Foreign, ref: Ref) -> str | None:
        use = meaning.use
        if use is None:
            return "::".join(meaning.parts) if ref.parts[0] not in ("crate", "self", "super") else None
        rest = meaning.parts[len(meaning.parts) - len(ref.parts) + 1 :] if len(ref.parts) > 1 else ()
        name = ref.parts[0]
        if use.glob:
            path = meaning.parts[: len(meaning.parts) - len(rest)]
        else:
            path = tuple(part for part in use.path if part)
            if path and path[0] in self.reach.engine:
                path = ("cloacina", *path[1:])
        whole = "::".join(_known_path(path))
        if whole == "pretty_assertions::" + name:
            return None
        if name == whole:
            return None
        before = self.taken.get(name)
        if before is not None and before != whole:
            return "::".join((*path, *rest))
        self._import(name, whole)
        return None

    def _import(self, name: str, whole: str) -> None:
        self.taken.setdefault(name, whole)
        self.imports[name] = whole

    def _own(self, meaning: Own, ref: Ref) -> str | None:
        item = meaning.item
        public = self.public(meaning)
        name = self.renamed.get(id(item), item.name)
        if public is not None and not self._needs_copy(meaning):
            whole = "::".join(public)
            before = self.taken.get(item.name)
            if before is not None and before != whole:
                return "::".join((*public, *meaning.rest))
            self._import(item.name, whole)
            return "::".join((item.name, *meaning.rest))
        if id(item) not in self._known:
            self._known.add(id(item))
            if item.name in self.taken:
                name = item.name + (
                    "_OF_MAIN" if item.name.isupper() else "_of_main" if item.kind == "fn" else "OfMain"
                )
                self.renamed[id(item)] = name
            self.taken[name] = ""
            place = Place(meaning.module, item)
            self.copies.append((item, place))
        return "::".join((name, *meaning.rest))

    def _needs_copy(self, meaning: Own) -> bool:
        """Whether a type of the library keeps something to itself that the test uses."""
        item = meaning.item
        if item.kind not in ("struct", "enum", "union"):
            return False
        if item.kind != "enum" and any(
            child.type == "field_declaration" and not any(c.type == "visibility_modifier" for c in child.children)
            for child in walk(item.node)
        ):
            return True
        inherent = [impl for impl, _ in self.impls_of(item, meaning.module) if impl.trait is None]
        return any(fn.vis != "pub" and fn.name in self.methods for impl in inherent for fn in impl.children)

    def settle(self) -> None:
        """Follow the copies to what they need in turn."""
        done: set[int] = set()
        while True:
            todo = [(item, place) for item, place in self.copies if id(item) not in done]
            for item, place in todo:
                done.add(id(item))
                self.need(_item_names(item), place, set())
            for item, place in self.copies:
                if item.kind in ("struct", "enum", "union"):
                    for impl, module in self.impls_of(item, place.module):
                        if impl.trait is not None and id(impl) not in done:
                            done.add(id(impl))
                            todo.append((impl, place))
                            self.need(_item_names(impl), Place(module, impl), {"self"})
                        for function in impl.children:
                            wanted = impl.trait is not None or function.name in self.methods
                            if wanted and id(function) not in done:
                                done.add(id(function))
                                todo.append((function, place))
                                self.need(_item_names(function), Place(module, impl), {"self"})
            if not todo:
                return

    def copied(self) -> list[str]:
        """The text of every item to copy, in the order of the sources."""
        found = []
        for item, place in sorted(self.copies, key=lambda pair: (pair[0].rust.file.path, pair[0].span.start)):
            found.append(self._copy(item, place))
            for impl, module in self.impls_of(item, place.module):
                functions = [fn for fn in impl.children if impl.trait is not None or fn.name in self.methods]
                if impl.trait is not None:
                    found.append(self._copy(impl, Place(module, impl)))
                elif functions:
                    head = impl.span.text.partition("{")[0].strip()
                    inner = "\n\n".join(self._copy(fn, Place(module, impl)) for fn in functions)
                    found.append(f"{head} {{\n{inner}\n}}")
        return found

    def _copy(self, item: Item, place: Place) -> str:
        changes = self.need(_item_names(item), place, {"self"})
        text = rewritten(item.rust, item.span.start, item.span.text, changes)
        if id(item) in self.renamed:
            text = re.sub(rf"\b{re.escape(item.name)}\b", self.renamed[id(item)], text, count=1)
        if item.vis:
            text = text[len(item.vis_span.text) :].lstrip() if item.vis_span is not None else text
        attrs = "".join(f"{attr.span.text}\n" for attr in item.attrs if not attr.conditions)
        if self._partly_used(item) and "dead_code" not in attrs:
            attrs = f"#[allow(dead_code)]\n{attrs}"
        return documented(item) + attrs + text

    def _partly_used(self, item: Item) -> bool:
        """Whether a type has fields or variants that the test does not look at."""
        if item.kind not in ("struct", "enum", "union") or "Serialize" in "".join(a.span.text for a in item.attrs):
            return False
        for child in walk(item.node):
            if child.type in ("field_declaration", "enum_variant"):
                name = child.child_by_field_name("name")
                if name is not None and item.rust.text(name) not in self.methods:
                    return True
        return False

    def traits(self, uses: list[Use]) -> list[str]:
        """Imports that only bring methods: `path as _`, for the methods that are used."""
        found = []
        for use in uses:
            path = "::".join(part for part in use.path if part)
            methods = TRAITS.get(path)
            name = use.name or "_"
            if methods is not None and methods & self.methods and name not in self.imports:
                found.append(path if name not in self.taken and name != "_" else f"{path} as _")
        return found


def _known_path(path: Path) -> Path:
    """The engine's names as the test's own imports write them."""
    from .harmless import ENGINE

    if path[:1] == ("cloacina",) and len(path) > 1 and path[-1] in ENGINE:
        return tuple(ENGINE[path[-1]].split("::"))
    return path


def _same_from_tests(ref: Ref, text: str, place: Place) -> bool:
    """`include_str!("../data.csv")` in src/ means the same file as in tests/."""
    if not ref.macro or ref.parts[-1] not in ("include_str", "include_bytes"):
        return False
    paths = INCLUDED.findall(text)
    return place.module.file.path.count("/") == 1 and bool(paths) and all(path.startswith("../") for path in paths)


def _has_default(ref: Ref, text: str) -> bool:
    """`env::var("X").unwrap_or(..)`: the environment may say otherwise, and need not."""
    return ref.parts[-2:] == ("env", "var") and VARIABLE.search(text) is not None and DEFAULTED.search(text) is not None


def _item_names(item: Item) -> Names:
    found = Names()
    found.add(names(item.rust, item.node))
    for attr in item.attrs:
        if attr.name == "derive":
            for meta in attr.args:
                if meta.path is not None and meta.path[-1] not in DERIVES:
                    found.see(Ref(meta.path, 0, 0))
    return found


def documented(item: Item) -> str:
    """The documentation and comments right above an item, with a line end."""
    text = item.rust.file.text
    start = min([item.span.start, *(attr.span.start for attr in item.attrs)])
    lines: list[str] = []
    for line in reversed(text[:start].split("\n")[:-1]):
        stripped = line.strip()
        if not stripped.startswith("//") or stripped.startswith("//!"):
            break
        lines.append(stripped)
    return "".join(f"{line}\n" for line in reversed(lines))


def rewritten(rust: RustFile, start: int, text: str, changes: list[tuple[Ref, str]]) -> str:
    """Text that begins at a character offset of its file, with other paths in it."""
    for ref, new in sorted(changes, key=lambda pair: -pair[0].start):
        first, last = rust.offset(ref.start) - start, rust.offset(ref.end) - start
        if 0 <= first <= last <= len(text):
            text = text[:first] + new + text[last:]
    return text
