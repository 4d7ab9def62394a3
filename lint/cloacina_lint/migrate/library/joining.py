"""Room migrate/library/: where the program's root file goes: it becomes the library's root, or a module of the
library there is."""

from __future__ import annotations

import posixpath

from ...source.rust import parse
from ...source.text import SourceFile
from ..outcome import RefusedError, place
from ..rust import lines
from ..rust.words import mentions
from ..survey.modules import Module
from ..survey.targets import BIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..draft import Draft
    from ..rust.lines import Change
    from ..survey.crate import Survey
    from ..survey.targets import Target
    from .fates import Fates

NAMES = ("workflow", "packaged", "service", "app", "program")


class Join:
    """Nothing moves: the library has the workflow.

    library: path of the library's root file; module: of the module that stands for the program's root; renamed: old
    path -> new path.
    """

    def __init__(self, library: str) -> None:
        self.library = library
        self.module: tuple[str, ...] = ()
        self.renamed: dict[str, str] = {}

    def change(self, changes: dict[str, list[Change]]) -> None:
        """Further changes of the original files."""

    def rewritten(self, path: str, text: str) -> str:
        """A file's new text, given that of its changes."""
        return text

    def finish(self, draft: Draft) -> None:
        """What other files need."""


def plan(survey: Survey, fates: Fates) -> Join:
    """Raises RefusedError where the files cannot be moved."""
    home = survey.home
    if home.kind != BIN:
        return Join(home.path)
    if survey.lib is not None:
        return Merge(survey, survey.lib, fates)
    folder = posixpath.dirname(home.path)
    wanted = survey.crate.manifest.lib_path
    if home.path.startswith("src/bin/"):
        join = Join("src/lib.rs")
        join.renamed[home.path] = "src/lib.rs"
        _move_modules(survey, folder, join)
        return join
    library = wanted if posixpath.dirname(wanted) == folder else posixpath.join(folder, "lib.rs")
    join = Join(library)
    join.renamed[home.path] = library
    return join


def _move_modules(survey: Survey, folder: str, join: Join) -> None:
    """The module files of src/bin/x.rs or src/bin/x/main.rs move with it to src/."""
    reasons = []
    for mod_file in survey.home.tree.files[1:]:
        if not mod_file.path.startswith(f"{folder}/"):
            continue
        new = f"src/{mod_file.path[len(folder) + 1 :]}"
        decl = mod_file.decl
        assert decl is not None
        shared = [other for other in survey.targets if other is not survey.home and other.holds(mod_file.path)]
        if shared or survey.crate.tree.is_file(new) or decl.attr("path") is not None:
            why = f"`{new}` is taken" if survey.crate.tree.is_file(new) else "other code needs it where it is"
            reasons.append(
                f"{place(decl.span)}: module file {mod_file.path} cannot move to src/ with the workflow: {why}; "
                "move the workflow into src/main.rs first"
            )
        join.renamed[mod_file.path] = new
    if reasons:
        raise RefusedError(reasons)


class Merge(Join):
    """The program becomes a module of the library. Module files that it declared are the library's own modules now."""

    def __init__(self, survey: Survey, lib: Target, fates: Fates) -> None:
        super().__init__(lib.path)
        self.survey = survey
        self.fates = fates
        self.lib = lib
        taken = {item.name for item in lib.tree.root.items} | {use.name for use in lib.tree.root.uses()}
        folder = posixpath.dirname(lib.path)
        tree = survey.crate.tree
        name = next(
            (
                name
                for name in NAMES
                if name not in taken
                and name not in {item.name for item in survey.home.tree.root.items}
                and not tree.is_file(f"{folder}/{name}.rs")
                and not tree.is_file(f"{folder}/{name}/mod.rs")
            ),
            None,
        )
        alone = survey.home.path.startswith("src/bin/") and len(survey.home.tree.files) == 1
        if name is None or not (alone or posixpath.dirname(survey.home.path) == folder):
            where = place(survey.home.facts.workflows[0].attr.span) if survey.workflow else survey.home.path
            raise RefusedError(
                [f"{where}: the workflow is in {survey.home.path} and the library in {lib.path}; move it there first"]
            )
        self.module = (name,)
        self.renamed[survey.home.path] = f"{folder}/{name}.rs"
        self.shared: list[str] = []
        self.added: list[str] = []
        self._modules()

    def _modules(self) -> None:
        reasons = []
        for child in self.fates.code.root.children:
            if child.item is not None or child.unit is None or self.fates.leaves(child.unit.item):
                continue
            decl = child.unit.item
            name = child.path[-1]
            same = [file for file in self.lib.tree.files if file.path == child.mod_file.path]
            other = any(item.name == name for item in self.lib.tree.root.items)
            if same and same[0].mod_path == (name,):
                self.shared.append(name)
            elif other or same or decl.attr("path") is not None:
                reasons.append(
                    f"{place(decl.span)}: module `{name}` of {self.survey.home.path} cannot become one of the library, "
                    f"where the name or the file is in other use; move the workflow into {self.lib.path} first"
                )
            else:
                self.added.append(name)
        if reasons:
            raise RefusedError(reasons)

    def change(self, changes: dict[str, list[Change]]) -> None:
        """Module declarations become imports."""
        for child in self.fates.code.root.children:
            if child.unit is None or child.path[-1] not in (*self.shared, *self.added) or child.item is not None:
                continue
            item = child.unit.item
            start = lines.item_start(item)
            used = self._named(child)
            span = lines.with_comments(item.span.file, start, item.span.end)
            change = (start, item.span.end, f"use crate::{item.name};") if used else (span.start, span.end, "")
            changes.setdefault(self.survey.home.path, []).append(change)

    def _named(self, module: Module) -> bool:
        """Whether code of the program's root file calls a module by its bare name."""
        name = module.path[-1]
        file = self.fates.code.root.mod_file
        uses = {use.path[0] for use in file.rust.uses() if use.path}
        if name in uses:
            return True
        for word in self.fates.words:
            if word.module.mod_file is not file or self.fates.state(word.unit, word.module) == "gone":
                continue
            segments = [part for part in word.mention.segments if part not in ("super", "self")]
            if segments[:1] == [name]:
                return True
        return False

    def rewritten(self, path: str, text: str) -> str:
        """`crate::` and the library's name in paths mean other places now."""
        file = SourceFile(path, text)
        rust = parse(file)
        root = path == self.survey.home.path
        lib_name = self.survey.crate.manifest.lib_name
        modules = {*self.shared, *self.added}
        changes: list[Change] = []
        for mention in mentions(rust):
            segments = [part for part in mention.segments if part]
            if len(segments) < 2 and not (segments[:1] == [lib_name] and text.startswith("::{", mention.end)):
                if segments == ["crate"] and text.startswith("::{", mention.end):
                    changes += self._group(text, mention.start, mention.end)
                continue
            end = mention.ends[0]
            if segments[0] == "crate":
                if segments[1] not in modules:
                    changes.append((end, end, f"::{self.module[0]}"))
            elif segments[0] == lib_name and (root or path not in {file.path for file in self.lib.tree.files}):
                changes.append((mention.start, end, "crate"))
        return lines.apply(text, changes)

    def _group(self, text: str, start: int, end: int) -> list[Change]:
        """`crate::{a, b}`: with names of the program's root in it the whole group is the program's."""
        inside = text[end + 3 : text.find("}", end)]
        names = {part.split("::")[0].strip() for part in inside.split(",")}
        return [] if names & {*self.shared, *self.added} else [(end, end, f"::{self.module[0]}")]

    def finish(self, draft: Draft) -> None:
        """Declare the module, and those the program declared, in the library's root."""
        root = draft.rust(self.lib.path)
        assert root is not None
        declared = [item for item in root.items if item.kind == "mod" and not item.inline]
        new = "".join(f"mod {name};\n" for name in self.added) + f"pub mod {self.module[0]};\n"
        text = root.file.text
        if declared:
            end = text.find("\n", declared[-1].span.end)
            at, new = (len(text), f"\n{new}") if end < 0 else (end + 1, new)
        elif root.items:
            first = root.items[0]
            at = lines.with_comments(root.file, lines.item_start(first), first.span.end).start
            new += "\n"
        else:
            at = len(text)
        draft.put(self.lib.path, ("\ufeff" if root.file.bom else "") + lines.apply(text, [(at, at, new)]))
