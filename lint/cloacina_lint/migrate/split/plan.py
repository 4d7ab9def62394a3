"""Room migrate/split/: several workflows in one crate become one service-mode crate each in a workspace, as a plan.

Each workflow's crate is the ordinary migration of a projection: the old crate without what only the others need. What
several of them use becomes a library crate.
"""

from __future__ import annotations

import re

from ... import contracts
from ...crate import Crate, CrateError
from ...source import toml, toml_edit
from ...source.memory import MemoryTree
from .. import notes
from ..draft import Draft
from ..library.fates import Fates
from ..library.names import Names
from ..outcome import Kept, RefusedError, Report, place
from ..plan import Plan
from ..survey.crate import read
from ..survey.dependants import find as dependants_of
from ..survey.modules import Code
from ..survey.targets import BIN, LIB, engine_names
from . import root_files, shared
from .dividing import Division
from .projecting import Projection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...contracts import Contract
    from ...source.text import SourceFile
    from ...source.tree import Tree
    from ..survey.crate import Survey

BUILT = re.compile(r'\benv!\s*\(\s*"(?!CARGO_)|"OUT_DIR"')  # what a build script gives
ALLOWED = ("CL801",)  # the path to the shared library: told, and what to do before packing
OWN = (notes.PATH,)  # one for the whole workspace


class Member:
    """One new crate. directory: below the old one; plan: None for the shared library; files: path below `directory`
    -> text."""

    def __init__(self, directory: str, name: str, plan: Plan | None, files: dict[str, str]) -> None:
        self.directory = directory
        self.name = name
        self.plan = plan
        self.files = files


def plan(crate: Crate, version: str) -> Plan | None:
    """None where the crate has fewer than two workflows. Raises as plan.plan does."""
    contract = contracts.load(version)
    assert contract is not None
    found = read(crate, several=True)
    if len(found.workflows) < 2:
        return None
    _check(crate, found)
    return _Splitter(crate, found, contract).plan()


def _check(crate: Crate, found: Survey) -> None:
    if crate.workspace_root is not None:
        raise RefusedError(
            [f"{crate.display}/Cargo.toml:1:1: the crate is a member of a workspace, and --split makes one of it"],
            "take it out of the workspace's `members`, split it, and list the new directories there if you like",
        )
    dependants = [
        f"{place(dependency.key_span)}: `{name}` depends on this crate, which --split takes apart"
        for name, _, dependency in dependants_of(crate)
    ]
    if dependants:
        raise RefusedError(dependants, "let it depend on a library with what it needs, then split the crate")
    home = found.home
    others = [
        workflow.attr
        for target in found.of_kind(LIB, BIN)
        for workflow in target.facts.workflows
        if not home.holds(workflow.mod_file.path)
    ]
    if home.kind == BIN and found.lib is not None:
        others += [workflow.attr for workflow in found.workflows]
    if others:
        instead = "move all workflows into the library, then split it"
        raise RefusedError([f"{place(attr.span)}: not in the crate's library; {instead}" for attr in others])


class _Splitter:
    def __init__(self, crate: Crate, found: Survey, contract: Contract) -> None:
        self.crate = crate
        self.found = found
        self.contract = contract
        self.name = crate.manifest.name or "crate"
        self.edition = str(crate.manifest.package("edition") or "2015")
        home = found.home
        self.division = Division(Fates(Code(home, engine_names(crate, home.tree), Names(contract.version))))
        self.report = Report()
        self.draft = Draft(crate)
        self.sorted = root_files.Sorted(crate, found, self.division)
        self.dropped: list[Kept] = []
        self.shared_name = f"{self.name}-shared"
        self.library = self.shared_name.replace("-", "_")
        self.names = self._names()
        self.beside = shared.beside(self.division, self.library)

    def _names(self) -> list[str]:
        names: list[str] = []
        for workflow in self.division.workflows:
            kebab = re.sub(r"[^a-z0-9]+", "-", (workflow.text("name") or workflow.item.name).lower()).strip("-")
            name = f"{self.name}-{kebab or 'workflow'}"
            while name in (*names, self.shared_name):
                name += "-workflow"
            names.append(name)
        taken = [name for name in (*names, self.shared_name) if self.crate.tree.names(name)]
        if taken:
            raise RefusedError([f"{self.crate.display}/{name}: is there already; move it away" for name in taken])
        return names

    # --- the new crates ---

    def plan(self) -> Plan:
        members = [self._member(index, name) for index, name in enumerate(self.names)]
        if self.division.shared:  # one of the workflows needs it, or more
            members.append(self._shared(members[0]))
        for member in members:
            for path, text in member.files.items():
                self.draft.put(f"{member.directory}/{path}", text)
        self._root(members)
        self._tell(members)
        made = Plan(self.draft, self.report, self.crate.version[0], self.contract.version, self.crate.kind)
        made.members = members
        return made

    def _member(self, index: int, name: str) -> Member:
        division = self.division
        keep = division.own[index] | division.main
        files = dict(Projection(division, keep, division.shared, self.library, self.edition).files)
        files.update(self.sorted.of(index, self.crate.manifest.lib_name or "", name.replace("-", "_")))
        files.update(self.sorted.included(files))
        uses_shared = any(re.search(rf"\b{self.library}\b", text) for path, text in files.items() if path[-3:] == ".rs")
        paths = {self.shared_name: f"../{self.shared_name}"} if uses_shared else {}
        files["Cargo.toml"], dropped = root_files.package(self.crate, self.found, name, files, paths)
        self.dropped += dropped
        if paths and self.beside is not None:
            cargo = root_files.scratch(self.crate, files["Cargo.toml"])
            for feature in sorted(shared.features(self.beside.text)):
                entry = toml_edit.string(f"{self.shared_name}/{feature}")
                if cargo.doc.has("features", feature):
                    cargo.edit(toml_edit.append(cargo.doc, ("features", feature), entry))
            files["Cargo.toml"] = root_files.text_of(cargo.draft)
        tree = MemoryTree(self.crate.tree.absolute(name), files)
        from ..plan import plan

        try:
            made = plan(
                Crate(tree, explicit=True), self.contract.version, allowed=ALLOWED,
                beside=self.beside if uses_shared else None,
            )  # fmt: skip
        except RefusedError as refused:
            reasons = [self._original(reason, tree) for reason in refused.reasons]
            raise RefusedError(reasons, refused.plan) from None
        after = {path: text for path, text in {**files, **made.changes}.items() if text is not None}
        for path in [path for path in after if path in OWN]:
            del after[path]
        for path in root_files.orphans(made.draft, self.contract.version, files):
            file = self.crate.tree.read(path)
            after.pop(path, None)
            if file is not None and not any(kept.span.file is file for kept in self.report.kept):
                self.report.kept.append(Kept(file.span(0, len(file.text)), "only `main` used it"))
        return Member(name, name, made, after)

    def _shared(self, first: Member) -> Member:
        more = shared.macro_changes(self.division)
        projected = Projection(self.division, self.division.shared, set(), "", self.edition, more).files
        root = self.found.home.path
        if root == "src/main.rs":
            projected = {("src/lib.rs" if path == root else path): text for path, text in projected.items()}
            root = "src/lib.rs"
        directory = self.crate.tree.absolute(self.shared_name)
        crate_toml, _ = root_files.package(self.crate, self.found, self.shared_name, projected, {})
        files = shared.code(projected, root, crate_toml, directory, self.contract)
        files.update(self.sorted.of(None, self.crate.manifest.lib_name or "", self.library))
        files.update(self.sorted.included(files))
        if any(BUILT.search(text) for text in files.values()):
            files.update(self.sorted.build_script())
        assert first.plan is not None
        package = first.plan.draft.crate(self.contract.version)
        cargo = root_files.scratch(self.crate, crate_toml)
        shared.manifest(cargo, files, root, f"What the workflows of {self.name} share", package)
        files["Cargo.toml"] = root_files.text_of(cargo.draft)
        return Member(self.shared_name, self.shared_name, None, files)

    def _original(self, reason: str, tree: Tree, there: dict[str, str] | None = None) -> str:
        """A reason with its place in the old crate, where that is not in a file that is there now."""
        at = re.match(r"(.+?):(\d+):(\d+): ", reason)
        if at is None:
            return reason
        for path in [file.path for target in self.found.targets for file in target.tree.files]:
            file, before = tree.read(path), self.crate.tree.read(path)
            if file is None or before is None or file.display != at[1] or int(at[2]) > len(file.starts):
                continue
            if there is not None and path in there:
                break
            line = file.line_span(int(at[2])).text
            places = [n for n in range(1, len(before.starts) + 1) if before.line_span(n).text == line]
            number = places[0] if line.strip() and places else 1
            return f"{before.display}:{number}:{at[3]}: {reason[at.end() :]}"
        return reason

    # --- the old directory ---

    def _root(self, members: list[Member]) -> None:
        draft = self.draft
        for path in self.sorted.moved:
            draft.remove(path)
        newline = draft.newline
        draft.put("Cargo.toml", root_files.workspace(self.crate, [member.directory for member in members]))
        if not draft.tree.is_file(".gitignore"):
            draft.put(".gitignore", f"/target{newline}")

    # --- the account ---

    def _tell(self, members: list[Member]) -> None:
        report, count = self.report, len(self.division.workflows)
        report.done.append(f"Cargo.toml: a workspace of {len(members)} crates, for {count} workflows")
        for member, workflow in zip(members, self.division.workflows, strict=False):
            name = workflow.text("name") or workflow.item.name
            report.done.append(f"{member.directory}/: the package of the workflow `{name}`")
        if self.division.shared:
            names = sorted({unit.name for unit in self.division.code.units if id(unit) in self.division.shared
                            and unit.item.kind not in ("impl", "mod") and unit.item.parent is None})  # fmt: skip
            report.done.append(f"{self.shared_name}/: the library with what several workflows use: {', '.join(names)}")
        self._kept(members)
        self._person(members)
        display = self.crate.display
        where = "" if display == "." else display
        page = notes.text(
            report, self.name, self.contract.version, commands(members), where,
            now=f"a workspace of {count} packages for Cloacina {self.contract.version}",
        )  # fmt: skip
        before = self.draft.read(notes.PATH)
        if before is None:
            self.draft.create(notes.PATH, page)
        else:
            self.draft.put(notes.PATH, ("\ufeff" if before.bom else "") + before.text.rstrip() + "\n\n" + page)

    def _kept(self, members: list[Member]) -> None:
        """What left every crate, once, with its place in the old files."""
        seen = {kept.text.strip() for kept in self.report.kept}
        for unit in self.division.left:
            span = unit.item.span
            self.report.kept.append(Kept(span, "it uses several workflows"))
            self.report.person.append(
                f"`{unit.name}` uses several workflows, and is in no crate now: see {notes.PATH}, Kept"
            )
        everything = "\n".join(
            text for member in members for path, text in member.files.items() if path != "Cargo.toml"
        )
        for member in members:
            for kept in member.plan.report.kept if member.plan is not None else ():
                text = kept.text.strip()
                if text in seen or text in everything:
                    continue
                seen.add(text)
                path = kept.span.file.display.split(f"{member.directory}/", 1)[-1]
                before = self.crate.tree.read(path)
                at = before.text.find(kept.text.strip("\r\n")) if before is not None else -1
                if before is not None and at >= 0:
                    span = before.span(at, at + len(kept.text.strip("\r\n")))
                    self.report.kept.append(Kept(span, kept.why, kept.text))
        comments = [kept for kept in self.dropped if "#" in kept.text]
        told = "\n".join([root_files.text_of(self.draft), *(member.files["Cargo.toml"] for member in members)])
        self.report.kept += [
            kept for kept in comments if not all(line.strip() in told for line in kept.text.split("\n"))
        ]
        # lines whose paths begin otherwise now
        heads = rf"\$crate::|\b{self.library}::|" + "|".join(rf"\b{name.replace('-', '_')}::" for name in self.names)
        plain = re.sub(heads, "", everything)
        old = rf"\b{self.crate.manifest.lib_name or self.library}::"
        for kept in notes.rest(self.draft, self.report):
            if re.sub(old, "", kept.text).strip() not in plain:
                self.report.kept.append(kept)

    def _person(self, members: list[Member]) -> None:
        report = self.report
        for member in members:
            if member.plan is None:
                continue
            for line in member.plan.report.person:
                orphan = "only `main` used this module" in line
                if "which is not this crate's" in line or "(CL801)" in line or orphan:
                    continue
                told = self._original(line, member.plan.draft.original.tree, member.files)
                report.person.append(told if member.directory in line else f"{member.directory}: {told}")
            doc = toml.parse(_file(member))
            span = doc.value_span("dependencies", self.shared_name)
            if span is not None:
                report.person.append(
                    f"{member.directory}/Cargo.toml:{span.line}: builds, tests and loads as it is; an archive does not "
                    f"hold `../{self.shared_name}`: before packing publish `{self.shared_name}` to a registry and "
                    f'write `{self.shared_name} = "{doc.get("package", "version") or "0.1.0"}"` here, or copy it to '
                    f'{member.directory}/shared and write `{self.shared_name} = {{ path = "shared" }}` (CL801)'
                )
        if self.contract.minor >= (0, 7):
            report.person.append(
                "before packing: the compiler service builds with --frozen, so each package needs a Cargo.lock of its "
                "own, and members of a workspace have none: copy the crate out of the workspace, run "
                "`cargo generate-lockfile` there, and pack that"
            )
        for member in members:
            for path, text in member.files.items():
                at = text.find('"CARGO_MANIFEST_DIR"') if path.endswith(".rs") else -1
                if at >= 0:
                    where = f"{member.directory}/{path}:{text.count(chr(10), 0, at) + 1}"
                    report.person.append(
                        f"{where}: looks for files in the crate's own directory, which is another now: copy into it "
                        "what it needs"
                    )
        for path in self.sorted.stays:
            report.person.append(
                f"{path}: not in one workflow's crate, so it stays where it is, and cargo no longer builds it: move it "
                "into the crate it belongs to, or delete it"
            )


def _file(member: Member) -> SourceFile:
    tree = MemoryTree("/", member.files)
    file = tree.read("Cargo.toml")
    if file is None:
        raise CrateError(f"{member.directory}: no Cargo.toml was made")
    return file


def commands(members: list[Member], *, built: bool = False) -> list[str]:
    """What to type next, in the workspace. built: it was built and tested already."""
    packages = [member for member in members if member.plan is not None]
    lines = [] if built else ["cargo build --release --lib", "cargo test"]
    for member in packages:
        version = toml.parse(_file(member)).get("package", "version") or "0.1.0"
        archive = f"target/{member.name}-{version}.cloacina"
        lines.append(f"cloacinactl package pack {member.directory} --out {archive}")
    return lines


__all__ = ["Member", "commands", "plan"]
