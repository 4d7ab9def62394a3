"""Room: fixes made in rounds, in memory, until nothing changes. Nothing is written here.

A fix that would break the syntax of a file, or fixes that never come to an end, are bugs of this linter: what they
would have written is thrown away, and `Settled.bugs` names their rules.
"""

from __future__ import annotations

from .engine import lint
from .fix import apply, paths, together
from .source import rust, toml
from .source.overlay import DraftTree
from .source.text import SourceFile
from .source.toml_newer import newer_syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .crate import Crate
    from .engine import CrateResult, Selection
    from .finding import Finding

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
        settled.bugs += [_bug(crate, f"the fix of {code} would break {path}") for code, path in broken.items()]
        if not made:
            continue
        files = {**settled.files, **texts}
        if files in seen or len(seen) > ROUNDS:
            codes = ", ".join(sorted({finding.code for finding in made}))
            endless = Settled(first)
            endless.bugs = [*settled.bugs, _bug(crate, f"the fixes of {codes} do not come to an end")]
            return endless
        seen.append(files)
        settled.files = files
        settled.fixed += made
        tree = DraftTree(crate.tree)
        tree.changed.update(files)
        settled.result = lint(crate.on(tree), selection)


def text_of(crate: Crate, path: str) -> str | None:
    """A file as it is, with its byte order mark; None where there is none."""
    file = crate.tree.read(path)
    return None if file is None else ("\ufeff" if file.bom else "") + file.text


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
        if _breaks(path, before, text):
            return {}, path
        texts[path] = text
    return texts, ""


def _newline(tree: DraftTree) -> str:
    """The line ending of a new file: that of Cargo.toml."""
    manifest = tree.read("Cargo.toml")
    return "\r\n" if manifest is not None and "\r\n" in manifest.text else "\n"


def _breaks(path: str, before: SourceFile | None, text: str) -> bool:
    """Whether a file was sound, or no worse than so, and its new text is not."""
    after = SourceFile(path, text)
    if path.endswith(".toml"):
        return _trouble_in_toml(after) > (0 if before is None else _trouble_in_toml(before))
    if path.endswith(".rs"):
        return len(rust.parse(after).errors) > (0 if before is None else len(rust.parse(before).errors))
    return False


def _trouble_in_toml(file: SourceFile) -> int:
    """0 for TOML 1.0, then the number of places that older cargos do not read; the worst for what is not TOML."""
    try:
        return len(newer_syntax(toml.parse(file)))
    except toml.TomlError:
        return 1 << 30
