"""Room migrate/rust/: files that code includes by a path from its own file, when that file moves."""

from __future__ import annotations

import posixpath
import re

LITERAL = re.compile(r'(\binclude(?:_str|_bytes)?!\s*\(\s*")([^"\\]+)(?=")')


def moved(text: str, old: str, new: str) -> str:
    """The text of a file that goes from one path of the crate to another: what it includes stays where it is."""
    before, after = posixpath.dirname(old), posixpath.dirname(new)

    def path(match: re.Match[str]) -> str:
        if posixpath.isabs(match[2]):
            return match[0]
        return match[1] + posixpath.relpath(posixpath.join("/", before, match[2]), posixpath.join("/", after))

    return text if before == after else LITERAL.sub(path, text)
