"""Room rules/: CL811 unpack-limits."""

from __future__ import annotations

from .. import packing
from ..finding import ERROR, WARNING
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.text import Span
    from ..source.tree import Packed

LARGE = 50 * 1024 * 1024


class UnpackLimits(Rule):
    code = "CL811"
    name = "unpack-limits"
    group = "pack"
    severity = ERROR
    summary = "The archive exceeds what the server unpacks"
    why = """
The server unpacks an upload under limits: at most 10 times the archive's own size, 500 MiB, 10,000 files; the upload
itself may have 100 MiB. A file of repetitive data (a table of zeros, generated JSON) compresses better than ten to one
and makes the whole package fail, though it is small: "archive decompressed size … exceeds limit of … bytes" (run on
the real unpacker with 860 KB of JSON, and with the ten kilobytes below). `package pack` makes such an archive without
a word. The archive is made in memory to know its size, up to 32 MiB of files; a larger directory is only measured.
"""
    no_fix = "because the data has to go elsewhere: into a database, or compressed beside the code"
    failing = """
--- data/zeros.csv
«»%s
""" % ("0," * 6000)
    passing = """
--- data/zeros.csv
0,0,0
"""
    proof = r"load: exceeds limit of"

    def check(self, crate: Crate) -> Iterator[Finding]:
        files = packing.packed_files(crate)
        if not files:
            return
        total = sum(file.size for file in files)
        largest = max(files, key=lambda file: file.size)
        place = packing.file_place(crate, largest.path)
        if len(files) > packing.MAX_ENTRIES:
            yield self.finding(
                f"more than {packing.MAX_ENTRIES} files go into the archive: the server refuses it",
                crate.manifest.name_span,
                help="move what the build does not need out of the package's directory",
            )
        elif total > packing.MAX_TOTAL:
            yield self.finding(
                f"{total // 1024 // 1024} MiB go into the archive, more than the server unpacks "
                f"({packing.MAX_TOTAL // 1024 // 1024} MiB); this is the largest file",
                place,
                help="move what the build does not need out of the package's directory",
            )
        elif crate.tree.on_disk and total > LARGE:
            yield self.finding(
                f"{total // 1024 // 1024} MiB go into the archive, and an upload may have "
                f"{packing.MAX_UPLOAD // 1024 // 1024} MiB; this is the largest file",
                place,
                help="move what the build does not need out of the package's directory",
                severity=WARNING,
            )
        else:
            yield from self._ratio(crate, files, place)

    def _ratio(self, crate: Crate, files: list[Packed], place: Span) -> Iterator[Finding]:
        if crate.tree.on_disk:
            sizes = packing.exact_size(crate, files)
        else:
            sizes = sum(file.size for file in files), crate.tree.packed
        if sizes is None:
            return
        total, packed = sizes
        if total > packed * packing.MAX_RATIO:
            yield self.finding(
                f"{total} bytes pack into {packed}, more than {packing.MAX_RATIO} to one: the server refuses the "
                "archive; this is the largest file",
                place,
                help="keep repetitive data out of the package, or compress it yourself and unpack it in the code",
            )
