"""Room rules/: CL809 packed-secret."""

from __future__ import annotations

from ..finding import WARNING
from ..packing import file_place, packed_files
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.tree import Packed

NAMES = {
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".pypirc", ".pgpass", ".git-credentials", ".htpasswd",
}  # fmt: skip
PATHS = (".aws/credentials", ".cargo/credentials", ".cargo/credentials.toml", ".docker/config.json", ".kube/config")
KEY_STORES = (".p12", ".pfx", ".jks", ".keystore", ".kdbx")
KEYS = (".pem", ".key")
HARMLESS = {"example", "sample", "template", "dist", "defaults", "schema"}
MAX_KEY = 64 * 1024


class PackedSecret(Rule):
    code = "CL809"
    name = "packed-secret"
    group = "pack"
    severity = WARNING
    summary = "A file that holds secrets goes into the archive"
    why = """
`cloacinactl package pack` archives the whole directory except `target/` and `.git/`: hidden files, and those that
`.gitignore` or `package.exclude` name, go in too (packed: an archive with `.env` in it). The archive is stored in the
server's database and handed to everyone who may download the package. Seen: `.env` files, private keys, key stores and
credential files of common tools; a `.pem` or `.key` file counts when a private key is in it.
"""
    no_fix = "because the file is yours to move: out of the package's directory, or into the host's environment"
    failing = """
--- .env
«»DATABASE_URL=postgres://me:secret@db/live
"""
    passing = """
--- .env.example
DATABASE_URL=
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        for file in packed_files(crate):
            what = _secret(crate, file)
            if what:
                yield self.finding(
                    f"{what} goes into the archive: pack takes every file but target/ and .git/",
                    file_place(crate, file.path),
                    help="move it out of the package's directory before packing",
                )


def _secret(crate: Crate, file: Packed) -> str:
    name = file.path.rpartition("/")[2]
    lower = name.lower()
    if lower == ".env" or (lower.startswith(".env.") and lower.rpartition(".")[2] not in HARMLESS):
        return "an environment file"
    if lower in NAMES or file.path.endswith(PATHS) or lower.endswith(KEY_STORES):
        return "a file of credentials"
    if lower.endswith(KEYS) and file.size <= MAX_KEY and b"PRIVATE KEY" in crate.tree.raw(file.path):
        return "a private key"
    return ""
