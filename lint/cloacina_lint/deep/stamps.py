"""Room deep/: is the shared library in the target directory the one that was built from this crate?

Cargo gives a cdylib no hash in its name. Two crates of one name in one target directory overwrite each other's library,
and cargo calls the first one fresh all the same. So the library is stamped when cargo has really written it; a fresh
one with another stamp is somebody else's, and is built again.
"""

from __future__ import annotations

import json
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SHARED = (".so", ".dylib", ".dll")


class Stamps:
    """The stamps of one crate's libraries, kept in a file. manifest: path of the crate's Cargo.toml in the mirror."""

    def __init__(self, path: str, manifest: str) -> None:
        self._path = path
        self._manifest = manifest
        try:
            with open(path, encoding="utf-8") as file:
                loaded = json.load(file)
        except (OSError, ValueError):
            loaded = {}
        self._known: dict[str, list[int]] = loaded if isinstance(loaded, dict) else {}

    def foreign(self, messages: list[dict[str, Any]]) -> bool:
        """Is one of this build's libraries another crate's? Its source is then marked as changed: build once more.

        Otherwise the libraries are stamped. Raises OSError.
        """
        found = False
        for message in messages:
            library = self.library(message)
            if library is None:
                continue
            stamp = _stamp(library)
            if message["fresh"] and self._known.get(library) != stamp:
                now = time.time_ns()
                os.utime(message["target"]["src_path"], ns=(now, now))
                found = True
            else:
                self._known[library] = stamp
        if not found:
            with open(self._path, "w", encoding="utf-8") as file:
                json.dump(self._known, file)
        return found

    def library(self, message: dict[str, Any]) -> str | None:
        """The shared library in a message about an artefact of this crate."""
        if message["reason"] != "compiler-artifact" or message["manifest_path"] != self._manifest:
            return None
        if not {"cdylib", "dylib"} & set(message["target"]["crate_types"]):
            return None
        return next((name for name in message["filenames"] if name.endswith(SHARED)), None)


def _stamp(path: str) -> list[int]:
    info = os.stat(path)
    return [info.st_mtime_ns, info.st_size, info.st_ino]
