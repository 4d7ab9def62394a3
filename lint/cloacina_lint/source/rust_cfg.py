"""Room source/: conditional compilation, in three values: holds, does not hold, cannot be known from here."""

from __future__ import annotations

from .rust_attr import Attr, Meta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

DEPTH = 64

_parsed: dict[str, Meta | None] = {}

# The compiler service builds on Linux, people there or on macOS: what holds on both, and what on neither.
SYSTEMS = ("windows", "ios", "android", "freebsd", "netbsd", "openbsd", "dragonfly", "wasi", "emscripten", "none")
HOLDS = {"unix", 'target_family="unix"'}
HOLDS_NOT = {"windows", 'target_family="windows"', 'target_family="wasm"', 'target_env="msvc"'} | {
    f'target_os="{system}"' for system in SYSTEMS
}


def cfg_conditions(attrs: Iterable[Attr]) -> list[str]:
    """The conditions under which something with these attributes is compiled: texts, all of which must hold."""
    found: list[str] = []
    for attr in attrs:
        if attr.path != ("cfg",):
            continue
        text = ", ".join(arg.span.text for arg in attr.args)
        if attr.conditions:
            # cfg_attr(a, cfg(b)) says: where a holds, b must hold too
            text = ", ".join([f"not({condition})" for condition in attr.conditions] + [text])
            text = f"any({text})"
        found.append(text)
    return found


def cfg_holds(
    condition: str | Iterable[str | Attr],
    *,
    features: set[str],
    test: bool,
    flags: set[str] | None = None,
    off: set[str] | None = None,
) -> bool | None:
    """Whether code under this condition is compiled: True, False, or None where that cannot be known from here.

    condition: the text between the brackets of `cfg(...)`, or several of them or attributes, all of which must hold
    (attributes other than cfg do not count). features: the crate's features that are on. test: under `cargo test`.
    flags: other conditions known to hold, such as "unix" or 'target_os = "linux"' (spaces do not matter). off: those
    known not to, without spaces.
    """
    if isinstance(condition, str):
        texts = [condition]
    else:
        texts = []
        for part in condition:
            texts.extend([part] if isinstance(part, str) else cfg_conditions([part]))
    known: dict[str, bool] = {flag.replace(" ", ""): True for flag in flags or ()}
    for flag in off or ():
        known[flag] = False
    results = [_holds(_read(text), features, test, known, 0) for text in texts]
    return _all(results)


def built(condition: str | Iterable[str | Attr], features: set[str]) -> bool | None:
    """`cfg_holds` in a release build of the library, on Linux or macOS."""
    return cfg_holds(condition, features=features, test=False, flags=HOLDS, off=HOLDS_NOT)


def _all(results: list[bool | None]) -> bool | None:
    if False in results:
        return False
    return None if None in results else True


def _holds(meta: Meta | None, features: set[str], test: bool, known: dict[str, bool], depth: int) -> bool | None:
    if meta is None or depth > DEPTH:
        return None
    name = meta.name
    if meta.path is None:
        value = meta.value
        return value if isinstance(value, bool) else None
    if meta.args is not None:
        if meta.op is not None or name not in ("all", "any", "not"):
            return None
        results = [_holds(arg, features, test, known, depth + 1) for arg in meta.args]
        if name == "all":
            return _all(results)
        if name == "not":
            return None if len(results) != 1 or results[0] is None else not results[0]
        return True if True in results else None if None in results else False
    if meta.op == "=":
        value = meta.value
        if not isinstance(value, str):
            return None
        if name == "feature":
            return value in features
        return known.get(f'{name}="{value}"')
    if meta.op is not None or meta.value is not None:
        return None
    if name == "test":
        return test
    return known.get(name)


def _read(text: str) -> Meta | None:
    """The condition as Meta; None where the text is not one condition."""
    if text not in _parsed:
        from .rust import parse
        from .text import SourceFile

        rust = parse(SourceFile("<cfg>", f"#[cfg(\n{text}\n)]\nstruct A;"))
        attrs = rust.items[0].attrs if len(rust.items) == 1 and not rust.errors else []
        one = len(attrs) == 1 and attrs[0].path == ("cfg",) and len(attrs[0].args) == 1
        if len(_parsed) > 1000:
            _parsed.clear()
        _parsed[text] = attrs[0].args[0] if one else None
    return _parsed[text]
