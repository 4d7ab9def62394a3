"""Room rules/: all rule files' byte code in one file, so that a hundred small files start like one.

A hundred imports cost 25 ms, half of a whole run; read together they cost 4. The bundle is a cache like `__pycache__`:
made anew when any rule file changes, never needed, written only where Python may write byte code.
"""

from __future__ import annotations

import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

Stamp = list[tuple[str, int, int]]


def _stamp(directory: str) -> Stamp:
    """(file, modification time in ns, size) of this file and every rule file, in order of name."""
    with os.scandir(directory) as entries:
        found = [
            (entry.name, entry.stat().st_mtime_ns, entry.stat().st_size)
            for entry in entries
            if entry.name.startswith(("cl", "_bundle")) and entry.name.endswith(".py")
        ]
    return sorted(found)


def codes(package: ModuleType) -> dict[str, bytes]:
    """Module name -> marshalled byte code of every rule file; empty where there is no bundle to use or make."""
    cached = package.__spec__.cached if package.__spec__ is not None else None
    if cached is None or package.__file__ is None:
        return {}
    directory = os.path.dirname(package.__file__)
    path = os.path.join(os.path.dirname(cached), f"bundle.{sys.implementation.cache_tag}-{sys.flags.optimize}")
    stamp = _stamp(directory)
    found = _read(path, stamp)
    if found is None and not sys.dont_write_bytecode and os.access(os.path.dirname(path), os.W_OK):
        found = _compile(directory, stamp)
        _write(path, stamp, found)
    return found or {}


def _read(path: str, stamp: Stamp) -> dict[str, bytes] | None:
    try:
        with open(path, "rb") as stream:
            content = marshal.loads(stream.read())
    except (OSError, EOFError, ValueError, TypeError):
        return None
    if not isinstance(content, tuple) or len(content) != 2 or content[0] != stamp:
        return None
    found: dict[str, bytes] = content[1]
    return found


def _compile(directory: str, stamp: Stamp) -> dict[str, bytes]:
    found = {}
    for file, _, _ in stamp[1:]:
        path = os.path.join(directory, file)
        with open(path, "rb") as stream:
            found[file[:-3]] = marshal.dumps(compile(stream.read(), path, "exec", dont_inherit=True))
    return found


def _write(path: str, stamp: Stamp, found: dict[str, bytes]) -> None:
    beside = f"{path}.{os.getpid()}"
    try:
        with open(beside, "wb") as stream:
            stream.write(marshal.dumps((stamp, found)))
        os.replace(beside, path)
    except OSError:
        return  # full disk: the next run tries again


def run(package: ModuleType, name: str, marshalled: bytes) -> ModuleType:
    """The module of a rule file, from its byte code."""
    code = marshal.loads(marshalled)
    full = f"{package.__name__}.{name}"
    module = type(package)(full)
    module.__package__ = package.__name__
    module.__file__ = code.co_filename
    sys.modules[full] = module
    exec(code, module.__dict__)
    return module
