"""Room migrate/service_test/: rustfmt for a test that has code of the user's in it, where rustfmt is there."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...crate import Crate

SECONDS = 20


def formatted(text: str, crate: Crate) -> str:
    """The text as rustfmt writes it with the crate's own settings; as it is where rustfmt is not there or fails."""
    import shutil
    import subprocess
    import tempfile

    program = shutil.which("rustfmt")
    if program is None:
        return text
    edition = crate.manifest.package("edition")
    options = ["--edition", edition if isinstance(edition, str) else "2021", "--emit", "stdout"]
    settings = _settings(crate.tree.root) if crate.tree.on_disk else None
    if settings is not None:
        options += ["--config-path", settings]
    try:
        # elsewhere than in the crate: its rust-toolchain.toml must not make rustup install anything
        with tempfile.TemporaryDirectory() as elsewhere:
            done = subprocess.run(
                [program, *options], input=text.encode(), capture_output=True, timeout=SECONDS, cwd=elsewhere,
                env={**os.environ, "RUSTUP_AUTO_INSTALL": "0"}, check=False,
            )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return text
    result = done.stdout.decode("utf-8", "replace")
    return result if done.returncode == 0 and result.strip() else text


def _settings(directory: str) -> str | None:
    """The rustfmt.toml that holds for a directory."""
    while True:
        for name in ("rustfmt.toml", ".rustfmt.toml"):
            path = os.path.join(directory, name)
            if os.path.isfile(path):
                return path
        above = os.path.dirname(directory)
        if above == directory:
            return None
        directory = above
