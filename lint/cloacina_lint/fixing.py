"""Room: fixes made in rounds, in memory, until nothing changes. Nothing is written here.

A fix that would break the syntax of a file, or fixes that never come to an end, are bugs of this linter: what they
would have written is thrown away, and `Settled.bugs` names their rules.
"""

from __future__ import annotations

import os

from .crate import CrateError
from .engine import lint
from .fix import apply, paths, together
from .source import rust, toml
from .source.overlay import DraftTree
from .source.text import SourceFile
from .source.toml_newer import newer_syntax
from .source.tree import Tree, display_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .crate import Crate
    from .engine import CrateResult, Run, Selection
    from .finding import Finding
    from .report import Style

ROUNDS = 10


class Settled:
    """What the rounds came to.

    files: path -> new text with its byte order mark, of all that differs: relative to the crate with `/`, absolute for
    a file of the workspace around it. fixed: the findings that are cured, each as it was in its round. result: what the
    linter says of the crate as it is then. bugs: lines about fixes that were thrown away.
    """

    __slots__ = ("bugs", "files", "fixed", "result")

    def __init__(self, result: CrateResult) -> None:
        self.result = result
        self.files: dict[str, str] = {}
        self.fixed: list[Finding] = []
        self.bugs: list[str] = []


def settle(crate: Crate, selection: Selection, *, unsafe: bool, workspace: bool = False) -> Settled:
    """Make the fixes of all that the linter finds, until there are none left. `unsafe`: those that change meaning too;
    `workspace`: those in files of the workspace around the crate too. Raises what `lint` raises."""
    first = lint(crate, selection)
    settled = Settled(first)
    barred: set[str] = set()
    seen: list[dict[str, str]] = [{}]
    fewest = len(first.findings) + 1
    while True:
        tree = DraftTree(crate.tree)
        tree.changed.update(settled.files)
        findings = [finding for finding in settled.result.findings if finding.code not in barred]
        if not workspace:
            findings = [finding for finding in findings if _stays_inside(tree, finding)]
        findings = together(findings, unsafe=unsafe)
        if not findings:
            settled.files = {path: text for path, text in settled.files.items() if text != text_of(crate, path)}
            return settled
        made, texts, broken = _round(tree, findings)
        barred.update(broken)
        settled.bugs += [
            _bug(crate, f"the fix of {code} would break {path}")
            for code, path in broken.items()
            if not _trouble(path, tree.read(path))  # what is broken already is not understood, and left alone
        ]
        if not made:
            continue
        files = {**settled.files, **texts}
        # More rounds than enough are right only while each leaves fewer findings, as with many edits of one place.
        if files in seen or (len(seen) > ROUNDS and len(settled.result.findings) >= fewest):
            codes = {finding.code for finding in made}
            bugs = settled.bugs
            if not any(_trouble(path, tree.below.read(path)) for path in texts):
                bugs.append(_bug(crate, f"the fixes of {', '.join(sorted(codes))} do not come to an end"))
            barred |= codes  # and all over again without them
            seen, fewest = [{}], len(first.findings) + 1
            settled = Settled(first)
            settled.bugs = bugs
            continue
        seen.append(files)
        fewest = min(fewest, len(settled.result.findings))
        settled.files = files
        settled.fixed += made
        tree = DraftTree(crate.tree)
        tree.changed.update(files)
        settled.result = lint(crate.on(tree), selection)


def text_of(crate: Crate, path: str) -> str | None:
    """A file as it is, with its byte order mark; None where there is none."""
    file = crate.tree.read(path)
    return None if file is None else file.whole


def _bug(crate: Crate, what: str) -> str:
    return f"{crate.display}: internal error, please report it: {what}; nothing of that was written"


def _stays_inside(tree: DraftTree, finding: Finding) -> bool:
    if finding.fix is None:
        return False
    return all(tree.inside(path) is not None for path in paths(finding.fix))


def _round(tree: DraftTree, findings: list[Finding]) -> tuple[list[Finding], dict[str, str], dict[str, str]]:
    """(the findings whose fixes were made, path -> new text, rule -> the file its fix would have broken)."""
    texts, broken = _made(tree, findings)
    if not broken:
        return findings, texts, {}
    made: list[Finding] = []
    culprits: dict[str, str] = {}
    texts = {}
    for finding in findings:
        if finding.code in culprits:
            continue
        tried, broken = _made(tree, [*made, finding])
        if broken:
            culprits[finding.code] = broken
        else:
            made.append(finding)
            texts = tried
    return made, texts, culprits


def _made(tree: DraftTree, findings: list[Finding]) -> tuple[dict[str, str], str]:
    """(path -> text of the files that the findings' fixes change, the file that they break or "")."""
    texts: dict[str, str] = {}
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    new_files = {path for fix in fixes for path in fix.new_files}
    for absolute, text in apply(fixes).items():
        path = tree.inside(absolute) or absolute
        before = tree.read(path)
        if absolute in new_files:
            if before is not None:
                return {}, path
            text = text.replace("\r\n", "\n").replace("\n", _newline(tree))
        if _trouble(path, SourceFile(absolute, text)) > _trouble(path, before):
            return {}, path
        texts[path] = text
    return texts, ""


def _newline(tree: DraftTree) -> str:
    """The line ending of a new file: that of Cargo.toml."""
    manifest = tree.read("Cargo.toml")
    return "\r\n" if manifest is not None and "\r\n" in manifest.text else "\n"


def _trouble(path: str, file: SourceFile | None) -> int:
    """How unsound a file is: 0 for one that reads well, or that is not there.

    TOML: the number of places that older cargos do not read, more than any number where it is not TOML; Rust: the
    number of places where the parser lost the thread, which it also does over sound Rust that it does not know.
    """
    if file is None:
        return 0
    if path.endswith(".rs"):
        return len(rust.parse(file).errors)
    if path.endswith(".toml"):
        try:
            return len(newer_syntax(toml.parse(file)))
        except toml.TomlError:
            return 1 << 30
    return 0


class Fixer:
    """Fixes crates one after the other, all or nothing for each; `write=False` only tells what it would write.

    changed: absolute path -> (how a report names it, text before or None, new text), in the order of the crates.
    fixed: the findings that are cured. problems: lines about what could not be done; notes: about what was done beside.
    """

    def __init__(self, selection: Selection, *, unsafe: bool, write: bool) -> None:
        self.selection = selection
        self.unsafe = unsafe
        self.write = write
        self.changed: dict[str, tuple[str, str | None, str]] = {}
        self.fixed: list[Finding] = []
        self.problems: list[str] = []
        self.notes: list[str] = []

    def fix(self, crate: Crate) -> CrateResult:
        """What the linter says once a crate is fixed; as it is where it cannot be. Raises what `lint` raises."""
        crate = self._recovered(crate) if self.write else self._current(crate)
        settled = settle(crate, self.selection, unsafe=self.unsafe, workspace=True)
        self.problems += settled.bugs
        if not settled.files:
            return settled.result
        if self.write and not self._written(crate, settled.files):
            return lint(crate, self.selection)
        for path, text in settled.files.items():
            absolute = crate.tree.absolute(path)
            before = self.changed[absolute][1] if absolute in self.changed else text_of(crate, path)
            self.changed[absolute] = (display_path(absolute), before, text)
        self.fixed += settled.fixed
        return settled.result

    def diff(self, style: Style) -> str:
        """All changes as one unified diff."""
        from .diff import unified

        return "".join(unified(path, before, after, style) for path, before, after in self.changed.values())

    def summary(self, run: Run) -> str:
        """What the fixes would come to, one line."""
        from .report import plural

        more = run.fixable(safe=False)
        text = f"--fix would cure {plural(len(self.fixed), 'finding')} in {plural(len(self.changed), 'file')}"
        return text + (f", and {more} more with --unsafe-fixes" if more else "")

    def _recovered(self, crate: Crate) -> Crate:
        """The crate as it is on disk now, what an earlier run was stopped in brought to an end."""
        from .write import WriteError, recover

        try:
            for top in {crate.tree.root, crate.workspace_root or crate.tree.root}:
                done = recover(top)
                if done is not None:
                    self.notes.append(done)
        except WriteError as error:
            raise CrateError(str(error)) from None
        return crate.on(Tree(crate.tree.root))

    def _current(self, crate: Crate) -> Crate:
        """The crate with what the fixes of those before it have changed."""
        if not self.changed:
            return crate
        tree = DraftTree(crate.tree)
        for absolute, (_, _, text) in self.changed.items():
            tree.put(absolute, text)
        return crate.on(tree)

    def _written(self, crate: Crate, files: dict[str, str]) -> bool:
        from .write import Change, WriteError, commit

        top = crate.tree.root
        if any(os.path.isabs(path) for path in files) and crate.workspace_root is not None:
            top = crate.workspace_root
        changes = []
        for path, text in files.items():
            before = text_of(crate, path)
            inside = os.path.relpath(crate.tree.absolute(path), top).replace(os.sep, "/")
            changes.append(Change(inside, None if before is None else before.encode(), text.encode()))
        try:
            commit(top, changes)
        except WriteError as error:
            shown = display_path(top)
            self.problems.append(str(error) if shown == "." else f"{shown}: {error}")
            return False
        return True
