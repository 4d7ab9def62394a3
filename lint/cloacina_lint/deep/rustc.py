"""Room deep/: rustc's JSON messages as problems at their place in the user's files."""

from __future__ import annotations

import os

from .meaning import explain
from .problem import MAX_RELATED, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..source.text import Span
    from .place import Places


def is_error(message: dict[str, Any]) -> bool:
    """An error of its own, not the closing count."""
    level: str = message["level"]
    return level.startswith("error") and not (not message["spans"] and message["message"].startswith("aborting due"))


def problem(message: dict[str, Any], places: Places, package: str, version: str, *, testing: bool) -> Problem:
    """One error of rustc.

    package: name and version of the package it was met in ("" for the crate itself): an error that has no place in a
    file of the user's is placed at the dependency in the manifest. version: the Cloacina version judged by.
    """
    primary = [span for span in message["spans"] if span["is_primary"]]
    place = _first(primary, places) or _first(message["spans"], places)
    others = _foreign(primary, places) if place is None else None
    place = place or others
    macro = " ".join(_macros(primary))
    found = explain(_report(message, primary, places), version, macro=macro, testing=testing)
    words = places.text(_one_line(message))
    if package and place is None:
        words = f"dependency `{package}` does not compile: {words}"
        place = places.dependency(package.split()[0])
    notes = [places.text(_short(note)) for note in _notes(message) if note.strip()]
    return Problem(
        words,
        place or places.manifest_top(),
        notes=notes[:3],
        related=_related(message, primary, places, place),
        meaning=found[0] if found else None,
        advice=found[1] if found else "",
        in_macro=bool(macro),
    )


def _notes(message: dict[str, Any]) -> list[str]:
    """What stands below the first paragraph of the message, then rustc's own notes."""
    return [*message["message"].split("\n\n")[1:], *(child["message"] for child in message["children"])]


def _first(spans: list[dict[str, Any]], places: Places) -> Span | None:
    for span in spans:
        place = places.rustc(span)
        if place is not None:
            return place
    return None


def _foreign(spans: list[dict[str, Any]], places: Places) -> Span | None:
    """A place in another file of the user's: a workspace member, a path dependency."""
    for span in spans:
        if not os.path.isabs(span["file_name"]):
            file = places.open(span["file_name"])
            if file is not None:
                return places.at(file, span["line_start"], span["column_start"], span["line_end"], span["column_end"])
    return None


def _macros(spans: list[dict[str, Any]]) -> list[str]:
    """Names of the macros around the primary spans, innermost first, each once."""
    names: list[str] = []
    for span in spans:
        expansion = span.get("expansion")
        while expansion:
            name = expansion.get("macro_decl_name", "")
            if name and name not in names:
                names.append(name)
            expansion = (expansion.get("span") or {}).get("expansion")
    return names


def _report(message: dict[str, Any], primary: list[dict[str, Any]], places: Places) -> str:
    lines = [message["message"]]
    lines += [span["label"] for span in message["spans"] if span.get("label")]
    lines += [child["message"] for child in message["children"]]
    for span in primary:
        lines += [f"source: {line['text'].strip()}" for line in span.get("text", [])[:1]]
    return "\n".join(lines)


def _one_line(message: dict[str, Any]) -> str:
    words: str = message["message"].split("\n\n")[0]
    if words.endswith("panicked"):
        said = next((c["message"] for c in message["children"] if c["message"].startswith("message: ")), "")
        words = f"{words}: {said.removeprefix('message: ')}" if said else words
    if words.startswith("linking with"):
        said = [line for child in message["children"] for line in child["message"].splitlines() if "error:" in line]
        words = f"{words}: {said[0].strip()}" if said else words
    label = next((s["label"] for s in message["spans"] if s["is_primary"] and s.get("label")), "")
    words = " ".join(words.split())
    if words == "mismatched types" and label:
        words = f"{words}: {label}"
    code = (message.get("code") or {}).get("code", "")
    return f"{words} [{code}]" if code else words


def _short(text: str) -> str:
    """At most three lines of a note: a linker's command line is not for people."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(line if len(line) <= 200 else line[:197] + "..." for line in lines[:3])


def _related(
    message: dict[str, Any], primary: list[dict[str, Any]], places: Places, place: Span | None
) -> list[tuple[Span, str]]:
    related: list[tuple[Span, str]] = []
    spans = [(span, span.get("label") or "") for span in message["spans"] if span not in primary]
    for child in message["children"]:
        if child["level"] in ("note", "error"):
            spans += [(span, span.get("label") or child["message"]) for span in child["spans"]]
    for span, text in spans:
        found = places.rustc(span)
        if found is None or found == place or not text or any(found == seen for seen, _ in related):
            continue
        related.append((found, " ".join(places.text(text).split())))
    return related[:MAX_RELATED]
