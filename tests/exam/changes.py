"""Room tests/exam/: the small steps that mistakes and variations are made of."""

from __future__ import annotations

from collections.abc import Callable

from tests.exam.base import MARK, Draft

Change = Callable[[Draft], None]


def swap(path: str, old: str, new: str, count: int = 1) -> Change:
    """Replace a text that is there; `{name}`, `{workflow}`, `{version}` and `{task}` (the first) are filled in."""

    def change(draft: Draft) -> None:
        draft.put(path, fill(draft, old), fill(draft, new), count)

    return change


def fill(draft: Draft, text: str) -> str:
    for key, value in (
        ("{name}", draft.name),
        ("{workflow}", draft.workflow),
        ("{version}", draft.version),
        ("{task}", draft.tasks[0] if draft.tasks else ""),
    ):
        text = text.replace(key, value)
    return text


def cargo(old: str, new: str) -> Change:
    return swap("Cargo.toml", old, new)


def package(old: str, new: str) -> Change:
    return swap("package.toml", old, new)


def rust(old: str, new: str, count: int = 1) -> Change:
    return swap("src/lib.rs", old, new, count)


def steps(*changes: Change) -> Change:
    """One after the other."""

    def change(draft: Draft) -> None:
        for step in changes:
            step(draft)

    return change


def write(path: str, text: str) -> Change:
    return lambda draft: draft.files.__setitem__(path, fill(draft, text))


def append(path: str, text: str) -> Change:
    return lambda draft: draft.files.__setitem__(path, draft.files[path] + fill(draft, text))


def prepend(path: str, text: str) -> Change:
    return lambda draft: draft.files.__setitem__(path, fill(draft, text) + draft.files[path])


def remove(path: str) -> Change:
    def change(draft: Draft) -> None:
        del draft.files[path]

    return change


def line(draft: Draft, crate: str) -> str:
    """The dependency line of a crate."""
    return next(text for text in draft.manifest.split("\n") if text.startswith(f"{crate} = "))


def require(crate: str, value: str) -> Change:
    """Another requirement for a crate that is a dependency."""
    return lambda draft: draft.cargo(line(draft, crate), f"{crate} = {fill(draft, value)}")


def move_to(crate: str, table: str) -> Change:
    """A dependency taken to another table of its own making; an empty table name leaves it out."""

    def change(draft: Draft) -> None:
        text = line(draft, crate)
        draft.cargo(text + "\n", "")
        if table:
            draft.files["Cargo.toml"] += f"\n{table}\n{text}{MARK}\n"
        draft.cargo("[dependencies]\n", f"[dependencies]{MARK}\n")

    return change


def quietly_move_to(crate: str, table: str) -> Change:
    """The same without marks, for places that are as good."""

    def change(draft: Draft) -> None:
        text = line(draft, crate)
        draft.cargo(text + "\n", "")
        draft.files["Cargo.toml"] += f"\n{table}\n{text}\n"

    return change
