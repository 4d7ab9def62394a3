"""Room deep/: from what cargo and rustc call a place to a Span of the user's files."""

from __future__ import annotations

import os
import re

from ..source.text import SourceFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..source.text import Span
    from .interface import OpenSource
    from .mirror import Mirror

_ALIEN = "<"  # rustc's names for code that is in no file: "<anon>", "<proc-macro source>"


class Places:
    """Opens the files that cargo names. workspace: the directory that rustc's relative paths are relative to."""

    def __init__(self, open_source: OpenSource, mirror: Mirror, workspace: str) -> None:
        self._open_source = open_source
        self._mirror = mirror
        self._workspace = workspace
        self._files: dict[str, SourceFile | None] = {}

    def real(self, path: str) -> str:
        """The absolute real path of a path as cargo writes it."""
        return self._mirror.to_real(os.path.normpath(os.path.join(self._workspace, path)))

    def in_crate(self, path: str) -> bool:
        """Does this path, as cargo writes it, lie in the crate itself?"""
        return not path.startswith(_ALIEN) and self.real(path).startswith(self._mirror.real + os.sep)

    def open(self, path: str) -> SourceFile | None:
        """The file that cargo calls `path`, None where there is none that the user owns."""
        if path.startswith(_ALIEN):
            return None
        real = self.real(path)
        if real not in self._files:
            inside = real.startswith(self._mirror.real + os.sep)
            name = os.path.relpath(real, self._mirror.real) if inside else real
            self._files[real] = self._open_source(name)
        return self._files[real]

    def own(self, path: str) -> SourceFile | None:
        """A file by a path relative to the crate, which is also cargo's working directory."""
        return self.open(os.path.join(self._mirror.real, path))

    def text(self, words: str) -> str:
        """A message with the real paths in it."""
        return self._mirror.real_text(words)

    @property
    def manifest(self) -> SourceFile:
        """The crate's Cargo.toml; empty where even that cannot be opened."""
        return self.own("Cargo.toml") or SourceFile(os.path.join(self._mirror.real, "Cargo.toml"), "")

    def at(self, file: SourceFile, line: int, column: int = 1, end_line: int = 0, end_column: int = 0) -> Span:
        """A place from lines and columns (from 1, in characters), kept inside the file and on the first line."""
        line = min(max(line, 1), len(file.starts))
        whole = file.line_span(line)
        start = min(whole.start + max(column, 1) - 1, whole.end)
        end = whole.end if end_line != line else min(whole.start + max(end_column, 1) - 1, whole.end)
        return file.span(start, max(start, end))

    def rustc(self, span: dict[str, Any]) -> Span | None:
        """The place of one of rustc's spans: inside a macro's expansion the innermost one that lies in the crate."""
        at: dict[str, Any] | None = span
        while at is not None:
            name = at.get("file_name", "")
            file = self.open(name) if self.in_crate(name) else None
            if file is not None:
                return self.at(file, at["line_start"], at["column_start"], at["line_end"], at["column_end"])
            at = (at.get("expansion") or {}).get("span")
        return None

    def word(self, file: SourceFile, pattern: str) -> Span | None:
        """Group 1 of the first match of a regular expression (multi-line)."""
        found = re.search(pattern, file.text, re.MULTILINE)
        return file.span(*found.span(1)) if found else None

    def manifest_top(self) -> Span:
        """The `name` key of the manifest's package, else its first line."""
        file = self.manifest
        return self.word(file, r"^\s*\[package\][^\[]*?^\s*(name)\s*=") or file.line_span(1)

    def dependency(self, package: str) -> Span | None:
        """Where the manifest names a package as a dependency."""
        name = re.escape(package)
        return self.word(self.manifest, rf'^\s*(?:\[[\w.\'"()= ,-]*dependencies\.)?["\']?({name})["\']?\s*[\]=.]')
