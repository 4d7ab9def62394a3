"""Room rules/: CL810 packed-clutter."""

from __future__ import annotations

from ..finding import ERROR, WARNING
from ..packing import file_place, packed_files
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.tree import Packed

# A directory is known by its own name, or by a file that only such a directory has.
DIRECTORIES = {
    "node_modules": "installed Node.js packages",
    "__pycache__": "Python's compiled files",
    ".hg": "a repository's history",
    ".svn": "a repository's history",
}
MARKERS = {
    ".rustc_info.json": "cargo's build directory",
    "pyvenv.cfg": "a Python environment",
}
DATABASE = b"SQLite format 3\0"
DATABASES = (".db", ".sqlite", ".sqlite3", ".db-wal", ".db-shm", ".sqlite-wal", ".sqlite-shm", ".sqlite3-wal")


class PackedClutter(Rule):
    code = "CL810"
    name = "packed-clutter"
    group = "pack"
    severity = WARNING
    summary = "What a build or a run leaves behind goes into the archive"
    why = """
`cloacinactl package pack` archives the whole directory except `target/` and `.git/`, whatever `.gitignore` says. A
second `pack .` without `--out` puts the first archive into the second (packed). A build directory under another name,
a Python environment or a test database makes the archive large, stores it in the server's database for every version,
and each upload has a limit of 100 MiB. From 0.10 on earlier archives, node_modules and __pycache__ stay out, but only
where package.toml leaves out what can be inferred (read in the command's source). Links are followed, and what they
lead to is packed. One that leads nowhere stops pack ("failed to add", packed), and one to a directory around it keeps
it going without end (packed, stopped after a minute): both are errors.
"""
    no_fix = "because nothing is deleted for you"
    failing = """
--- my-workflow-0.0.9.cloacina
«»an earlier archive
"""
    passing = """
--- target/my-workflow-0.0.9.cloacina
an earlier archive, in a directory that pack leaves out
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        files = packed_files(crate)
        for file in files:
            if file.broken or file.loop:
                end = "a directory around it, in which pack goes round without end" if file.loop else "nowhere"
                yield self.finding(
                    f"a link to {end}" if file.loop else f"a link that leads {end}: pack refuses the directory",
                    file_place(crate, file.path),
                    help="delete the link: pack follows links, and archives what they lead to",
                    severity=ERROR,
                )
        roots: dict[str, str] = {}
        for file in files:
            parts = file.path.split("/")
            what = MARKERS.get(parts[-1])
            if what is not None and len(parts) > 1:
                roots["/".join(parts[:-1])] = what
        seen = set()
        for file in files:
            what, directory = _kind(crate, file, roots)
            if not what or directory in seen:
                continue
            seen.add(directory or file.path)
            whole = directory and sum(other.size for other in files if other.path.startswith(f"{directory}/"))
            size = f" ({_size(whole)})" if whole else ""
            yield self.finding(
                f"{what}{size} goes into the archive: pack takes everything but target/ and .git/",
                file_place(crate, directory or file.path),
                help="delete it or move it out of the package's directory before packing"
                + ("; write archives elsewhere with `--out`" if what.startswith("an archive") else ""),
            )


def _kind(crate: Crate, file: Packed, roots: dict[str, str]) -> tuple[str, str]:
    """(what it is, the directory it is reported for, "" for the file itself)."""
    parts = file.path.split("/")
    for depth in range(1, len(parts)):
        directory = "/".join(parts[:depth])
        what = roots.get(directory) or DIRECTORIES.get(parts[depth - 1])
        if what is not None:
            return what, directory
    if parts[-1].endswith(".cloacina"):
        return "an archive", ""
    if parts[-1].lower().endswith(DATABASES):
        if not crate.tree.on_disk or parts[-1].endswith(("-wal", "-shm")):
            return "a database", ""
        if crate.tree.head(file.path, len(DATABASE)) == DATABASE:
            return "a database", ""
    return "", ""


def _size(size: int) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size} {unit}"
        size //= 1024
    return f"{size} GiB"
