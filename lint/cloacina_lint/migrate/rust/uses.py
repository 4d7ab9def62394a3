"""Room migrate/rust/: a use declaration as a tree of names that can be thinned and written again as rustfmt would."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...source.rust_item import Use

    Leaf = tuple[tuple[str, ...], str | None]

WIDTH = 100


class Branch:
    """A name and what is imported below it; `self` and `*` are names too."""

    __slots__ = ("alias", "below", "leaf", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.alias: str | None = None
        self.leaf = False
        self.below: list[Branch] = []

    def child(self, name: str) -> Branch:
        """The branch of a name; where the name itself is imported it becomes `name::{self, ..}`."""
        for branch in self.below:
            if branch.name == name and not branch.alias and name != "*":
                if branch.leaf:
                    branch.leaf = False
                    branch.below.append(Branch("self"))
                return branch
        branch = Branch(name)
        self.below.append(branch)
        return branch


def leaf_of(use: Use) -> Leaf:
    """A leaf as (path, alias); the path ends with `*` for a glob."""
    return (*use.path, "*") if use.glob else use.path, use.alias


def sort_key(name: str, edition: str) -> tuple[object, ...]:
    """Where rustfmt puts a name in a list: `self` first, `*` last; lower case before upper in styles before 2024."""
    bare = name.removeprefix("r#")
    if bare == "self" or bare.startswith("self "):
        return (0,)
    if bare == "*":
        return (9,)
    if edition >= "2024":
        return (1, bare)
    kind = 1 if bare[:1].islower() or bare[:1] == "_" else 3 if bare.isupper() and len(bare) > 1 else 2
    return (kind, bare)


def order(path: tuple[str, ...], edition: str) -> tuple[tuple[object, ...], ...]:
    """Where rustfmt puts a declaration among others: by its path, a list ("{}") behind names."""
    first = {"self": 0, "super": 1, "crate": 2}
    keys: list[tuple[object, ...]] = []
    for index, name in enumerate(part for part in path if part):
        if name == "{}":
            keys.append((10,))
        elif index == 0 or name in first:
            keys.append((0, first[name]) if name in first else sort_key(name, edition))
        else:
            keys.append(sort_key(name, edition))
    return tuple(keys)


def write(
    leaves: Iterable[Leaf], *, head: str, indent: str, edition: str, sort: bool
) -> list[tuple[tuple[str, ...], str]]:  # fmt: skip
    """`use ..;` declarations, one for each first name, each with its path (see `order`).

    head: what stands before the path (`use `, `pub use `).
    """
    roots: list[Branch] = []
    for path, alias in leaves:
        if path[0] == "":
            path = (f"::{path[1]}", *path[2:])
        root = next(
            (branch for branch in roots if branch.name == path[0] and not (branch.leaf and len(path) > 1)), None
        )
        if root is None:
            root = Branch(path[0])
            roots.append(root)
        at = root
        for name in path[1:-1]:
            at = at.child(name)
        if len(path) > 1:
            last = Branch(path[-1])
            at.below.append(last)
        else:
            last = root
        last.leaf, last.alias = True, alias
    if sort:
        for root in roots:
            _sort(root, edition)
    return [(_stem(root), _declaration(root, head, indent)) for root in roots]


def _stem(branch: Branch) -> tuple[str, ...]:
    """The path of a declaration up to its first list."""
    names = [branch.name.removeprefix("::")]
    while len(branch.below) == 1 and branch.below[0].name != "self":
        branch = branch.below[0]
        names.append(branch.name)
    return (*names, "{}") if len(branch.below) > 1 else tuple(names)


def _sort(branch: Branch, edition: str) -> None:
    branch.below.sort(key=lambda below: sort_key(below.name, edition))
    for below in branch.below:
        _sort(below, edition)


def _flat(branch: Branch) -> str:
    alias = f" as {branch.alias}" if branch.alias else ""
    if not branch.below:
        return branch.name + alias
    if len(branch.below) == 1:
        only = branch.below[0]
        if only.name == "self":
            return branch.name + (f" as {only.alias}" if only.alias else "")
        return f"{branch.name}::{_flat(only)}"
    return f"{branch.name}::{{{', '.join(_flat(below) for below in branch.below)}}}"


def _declaration(root: Branch, head: str, indent: str) -> str:
    flat = f"{head}{_flat(root)};"
    if len(indent) + len(flat) <= WIDTH:
        return flat
    return f"{head}{_broken(root, indent)};"


def _broken(branch: Branch, indent: str) -> str:
    """As a list over several lines: filled, or one name a line where a name has a list of its own."""
    prefix = ""
    while len(branch.below) == 1 and branch.below[0].name != "self":
        prefix += f"{branch.name}::"
        branch = branch.below[0]
    if not branch.below:
        return prefix + _flat(branch)
    inner = indent + "    "
    nested = any("{" in _flat(below) for below in branch.below)
    lines: list[str] = []
    for below in branch.below:
        text = _flat(below)
        if nested:
            lines.append(text if len(inner) + len(text) < WIDTH else _broken(below, inner))
        elif lines and len(inner) + len(lines[-1]) + 2 + len(text) + 1 <= WIDTH:
            lines[-1] += f", {text}"
        else:
            lines.append(text)
    body = f",\n{inner}".join(lines)
    return f"{prefix}{branch.name}::{{\n{inner}{body},\n{indent}}}"
