"""Room deep/: what cargo itself says on stderr (manifest, resolver, build script) as problems.

Faults of the machine (network, toolchain, disk) become DeepError.
"""

from __future__ import annotations

import re

from .interface import DeepError
from .meaning import explain
from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..source.text import Span
    from .place import Places

_START = re.compile(r"^error(?:\[\w+\])?: ")
_STATUS = re.compile(
    r"^\s*(?:Compiling|Checking|Finished|Running|Downloading|Downloaded|Updating|Locking|Adding|Fresh|Blocking) "
    r"|^\s*Doc-tests |^warning: "
)
# Closing lines that only count what was said before.
_CLOSING = re.compile(
    r"^error: (?:could not (?:compile|document) |test failed, to rerun|aborting due|\d+ targets? failed|"
    r"build failed, waiting|doctest failed, to rerun)"
)
_ARROW = re.compile(r"^\s*--> (?P<path>.+?):(?P<line>\d+):(?P<column>\d+)\s*$", re.MULTILINE)
_MANIFEST = re.compile(
    r"(?:failed to (?:parse|read|load) manifest (?:at|for)|failed to parse) `(?P<path>[^`]+Cargo\.toml)`"
)
_LOCK = re.compile(r"failed to parse lock file at: (?P<path>\S+)")
_LINE = re.compile(r"TOML parse error at line (?P<line>\d+), column (?P<column>\d+)")
_NAMED = (
    r"no matching package (?:named )?`(?P<name>[\w-]+)` found",
    r"failed to select a version for the requirement `(?P<name>[\w-]+) ",
    r"depends on `(?P<name>[\w-]+)` with feature",
    r"failed to (?:load manifest for|get `(?P<got>[\w-]+)` as a) dependency (?:`(?P<name>[\w-]+)`)?",
    r"which satisfies dependency `(?P<name>[\w-]+) = [^`]*` of package `{package}[ `]",
    r"error inheriting `(?P<name>[\w.-]+)` from workspace root",
    r"failed to select a version for `(?P<name>[\w-]+)`",
    r"^\s+(?P<name>cloacina[\w-]*)@\S+ requires rustc",
    r"package `(?P<name>[\w-]+) v[^`]*` cannot be built because it requires rustc",
    r"failed to run custom build command for `(?P<name>[\w-]+) ",
)
_KEYS = (
    r"feature `(?P<name>[\w-]+)` includes",
    r"failed to parse the `(?P<name>[\w-]+)` key",
    r"unknown (?:key|field|variant) `(?P<name>[\w-]+)`",
)


def blocks(lines: list[str]) -> list[str]:
    """The error reports in cargo's stderr, each from its "error:" line to the next report or status line."""
    found: list[list[str]] = []
    inside = False
    for line in lines:
        if _START.match(line):
            inside = not _CLOSING.match(line)
            if inside:
                found.append([line])
        elif inside and _STATUS.match(line):
            inside = False
        elif inside:
            found[-1].append(line)
    return ["\n".join(block).rstrip() for block in found]


def problems(lines: list[str], places: Places, package: str, version: str, *, testing: bool) -> list[Problem]:
    """The errors in cargo's stderr. Raises DeepError for a fault of the network, the toolchain or the disk."""
    return [_problem(block, places, package, version, testing) for block in blocks(lines)]


def require_able(text: str) -> None:
    """Raises DeepError where a report tells of a fault of this machine and not of the crate."""
    found = explain(text, machine=True)
    if found is not None:
        reason = next((line.strip() for line in text.splitlines() if found[0].pattern.search(line)), "")
        reason = reason.removeprefix("error: ")
        raise DeepError(f"{found[1]} ({reason[:200]})" if reason else found[1])


def _problem(block: str, places: Places, package: str, version: str, testing: bool) -> Problem:
    block = places.text(block)
    require_able(block)
    found = explain(block, version, testing=testing, machine=False)
    meaning, advice = found or (None, "")
    words = _message(block)
    notes = [_details(block, words)]
    return Problem(words, _place(block, places, package), notes=notes, meaning=meaning, advice=advice)


def _message(block: str) -> str:
    """The first line; a build script's own error, or the innermost cause, after it where that says more."""
    lines = [line.strip() for line in block.splitlines()]
    first = _START.sub("", lines[0])
    if "--- stderr" in lines:
        said = [line for line in lines[lines.index("--- stderr") + 1 :] if line]
        # A panicking script: "thread 'main' panicked at build.rs:2:5:", the message follows.
        panics = [i for i, line in enumerate(said[:-1]) if " panicked at " in line]
        inner = (
            said[panics[0] + 1] if panics else next((x for x in said if x.startswith("error")), said[0] if said else "")
        )
    else:
        causes = [i for i, line in enumerate(lines[:-1]) if line == "Caused by:"]
        inner = lines[causes[-1] + 1] if causes else ""
    inner = inner.removeprefix("error: ")
    if inner and first.startswith("failed to parse manifest at"):
        return inner
    if first.endswith(":") and len(lines) > 1:
        return f"{first} {lines[1]}"
    feature = next((line for line in lines if " with feature " in line), "")
    first = feature or first.rstrip(".")
    return f"{first}: {inner}" if inner and inner not in first else first


def _details(block: str, words: str) -> str:
    """Up to six lines of the report beside its message, without the snippet of source that our own report shows."""
    lines = [line.strip() for line in block.splitlines()[1:] if not re.match(r"^\s*(?:-->|\d* *\|)", line)]
    return "\n".join([line for line in lines if line and line != "Caused by:" and line not in words][:6])


def _place(block: str, places: Places, package: str) -> Span:
    arrow = _ARROW.search(block)
    if arrow is not None:
        file = places.own(arrow["path"])
        if file is not None:
            return places.at(file, int(arrow["line"]), int(arrow["column"]))
    named = _MANIFEST.search(block) or _LOCK.search(block)
    file = places.open(named["path"]) if named is not None else None
    at = _LINE.search(block)
    if file is not None and at is not None:
        return places.at(file, int(at["line"]), int(at["column"]))
    if file is None or file.path == places.manifest.path:
        return _name(block, places, package) or places.manifest_top()
    return file.line_span(1)


def _name(block: str, places: Places, package: str) -> Span | None:
    """What the report names: a dependency or a key of the manifest, or the build script."""
    for pattern in _NAMED:
        # The last one: of a conflict it is the requirement that could not be met.
        for found in reversed(list(re.finditer(pattern.replace("{package}", re.escape(package)), block, re.MULTILINE))):
            groups = found.groupdict()
            place = places.dependency(groups.get("name") or groups.get("got") or "")
            if place is not None:
                return place
    for pattern in _KEYS:
        found_key = re.search(pattern, block)
        if found_key is not None:
            name = re.escape(found_key["name"])
            place = places.word(places.manifest, rf"^\s*({name})\s*=")
            if place is not None:
                return place
    script = places.own("build.rs")
    if script is not None and "failed to run custom build command" in block:
        # Of the crates below it only build.rs itself brings in those that look for Python.
        call = places.word(script, r"(cloacina_build::configure)") if "Python" in block else None
        return call or (script.line_span(1) if f"build command for `{package} " in block else None)
    return None
