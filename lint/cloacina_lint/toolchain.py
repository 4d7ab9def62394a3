"""Room: which Rust a crate asks for, and which one Cloacina's crates and the compiler service have."""

from __future__ import annotations

from .contracts import parse_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .contracts import Version
    from .crate import Crate
    from .source.text import Span


def pinned(crate: Crate) -> tuple[str, Span] | None:
    """(channel, its place) of the crate's own rust-toolchain file; None where it names no channel."""
    from .source import toml

    for name in ("rust-toolchain", "rust-toolchain.toml"):
        file = crate.tree.read(name)
        if file is None:
            continue
        try:
            doc = toml.parse(file)
        except toml.TomlError:
            text = file.text.strip()
            if name == "rust-toolchain" and text and not any(char in text for char in " \n="):
                start = file.text.index(text)
                return text, file.span(start, start + len(text))
            continue
        channel, span = doc.get("toolchain", "channel"), doc.value_span("toolchain", "channel")
        if isinstance(channel, str) and span is not None:
            return channel, span
    return None


def needed(crate: Crate) -> Version | None:
    """The smallest rustc that builds the Cloacina crates of the version judged by; None where they say none."""
    table = crate.contract.data.get("rust-version", {})
    text = table.get("{}.{}".format(*crate.contract.minor))
    return parse_version(text) if text else None


def too_old(crate: Crate, channel: str) -> bool:
    """Whether a channel is a release older than the Cloacina crates allow. A named channel is never."""
    version = parse_version(channel.split("-", 1)[0])
    least = needed(crate)
    return version is not None and least is not None and version < least


def server_toolchain(crate: Crate) -> Version | None:
    """The rustc of the compiler service's image; None where it is not known."""
    text = crate.contract.data.get("server-toolchain")
    return parse_version(text) if text else None


def short(version: Version) -> str:
    return ".".join(str(part) for part in (version if version[2] else version[:2]))
