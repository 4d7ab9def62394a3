"""Room migrate/service_test/: what a program does beside its runs that they may need, and that a test does not do."""

from __future__ import annotations

import re

from ..outcome import place as place_of
from ..programs.runs import Run, Step, Unfolded
from .carrying import Place, shared
from .reach import Own, Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust_item import Item
    from .slicing import Slice

UNSET = "set up first what the program sets up: {what}"
# what a program changes around it -> what in the library's code may depend on it
EFFECTS = (
    (re.compile(r"\b(?:set_var|remove_var|dotenvy?)\b"), re.compile(r"\benv::|\bvar\("), "the environment"),
    (
        re.compile(r"\bfs::(?!read|metadata|exists)\w+|\bFile::(?:create|options)|\bset_current_dir\b|\bOpenOptions\b"),
        re.compile(r"\bfs::|\bFile::|\bPath\b|\bread_to_string\b|\bOpenOptions\b|\bCommand::"),
        "files",
    ),
    (
        re.compile(r"\bTcpListener\b|\bMockServer\b|\bserve\s*\(|\bhttpmock\b|\bmockito\b"),
        re.compile(r"\breqwest\b|\bureq\b|\bhyper\b|\bTcpStream\b"),
        "a server",
    ),
)


def check(
    unfolded: Unfolded, sliced: Slice, library: str, reach: Reach, where: Place, functions: list[Item]
) -> None:  # fmt: skip
    """Note what stands before a run, is not in the test, and may matter to the tasks."""
    kept = {id(entry) for entry in sliced.kept}
    runs = [index for index, entry in enumerate(unfolded.steps) if isinstance(entry, Run)]
    for entry in unfolded.steps[: runs[-1] if runs else 0]:
        if not isinstance(entry, Step) or id(entry) in kept or entry.lost:
            continue
        called = {ref.parts[-1] for ref in entry.names.refs}
        texts = [entry.text, *(item.span.text for item in functions if item.name in called)]
        what = next(
            (
                what
                for does, needs, what in EFFECTS
                if any(does.search(text) for text in texts) and needs.search(library)
            ),
            None,
        )
        for ref in entry.names.refs if what is None else []:
            meaning = reach.meaning(ref.parts, where.module, where.around)
            if isinstance(meaning, Own) and shared(meaning.item):
                what = f"`{meaning.item.name}`"
        if what is not None:
            sliced.unset = UNSET.format(what=what)
            sliced.lost.append((place_of(entry.span), "what the program sets up here is not in the test"))
