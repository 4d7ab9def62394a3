"""Room source/: Rust literals decoded to Python values."""

from __future__ import annotations

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "0": "\0", "'": "'", '"': '"'}
SUFFIXES = ("u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize")
BASES = {"0x": 16, "0o": 8, "0b": 2}
HEX = frozenset("0123456789abcdefABCDEF")


def decode_literal(kind: str, text: str, sign: str = "") -> str | bytes | int | float | bool | None:
    """The value of a literal. kind: its node type; sign: "-" or "". None where it is none, or cannot be read.

    A character literal is None: to Rust it is not a string.
    """
    if kind in ("integer_literal", "float_literal"):
        return _number(text, sign)
    if sign:
        return None
    if kind in ("string_literal", "raw_string_literal"):
        return _string(text)
    if kind == "boolean_literal":
        return text == "true"
    return None


def _number(text: str, sign: str) -> int | float | None:
    text = text.replace("_", "")
    base = BASES.get(text[:2], 10)
    try:
        if base == 10:
            for suffix in ("f32", "f64"):
                if text.endswith(suffix):
                    return float(sign + text[:-3])
        for suffix in SUFFIXES:
            if text.endswith(suffix):
                text = text[: -len(suffix)]
                break
        if base != 10:
            return int(sign + text[2:], base)
        if "." in text or "e" in text or "E" in text:
            return float(sign + text)
        return int(sign + text)
    except ValueError:
        return None


def _string(text: str) -> str | bytes | None:
    # rustc reads CRLF in a source file as LF, in strings too
    text = text.replace("\r\n", "\n")
    quote = text.find('"')
    if quote < 0:
        return None
    prefix = text[:quote]
    binary = prefix[:1] in ("b", "c")
    if "r" in prefix:
        hashes = prefix.count("#")
        body = text[quote + 1 : len(text) - 1 - hashes]
        return body.encode("utf-8", "replace") if binary else body
    end = len(text) - 1 if text.endswith('"') and len(text) > quote + 1 else len(text)
    body = text[quote + 1 : end]
    if "\\" not in body:
        return body.encode("utf-8", "replace") if binary else body
    parts = _unescape(body)
    if not binary:
        return "".join(part if isinstance(part, str) else chr(part) for part in parts)
    return b"".join(part.encode("utf-8", "replace") if isinstance(part, str) else bytes((part,)) for part in parts)


def _unescape(body: str) -> list[str | int]:
    """Text pieces, and an int for each `\\xNN`. An escape that Rust does not have stays as it is written."""
    parts: list[str | int] = []
    at = 0
    while True:
        slash = body.find("\\", at)
        if slash < 0 or slash + 1 >= len(body):
            parts.append(body[at:])
            return parts
        parts.append(body[at:slash])
        mark = body[slash + 1]
        at = slash + 2
        if mark in ESCAPES:
            parts.append(ESCAPES[mark])
        elif mark == "\n":
            while at < len(body) and body[at] in " \t\n\r":
                at += 1
        elif mark == "x" and len(body) >= at + 2 and body[at] in HEX and body[at + 1] in HEX:
            parts.append(int(body[at : at + 2], 16))
            at += 2
        elif mark == "u" and body[at : at + 1] == "{":
            close = body.find("}", at, at + 16)
            digits = body[at + 1 : close].replace("_", "") if close > 0 else ""
            code = int(digits, 16) if digits and len(digits) <= 6 and HEX.issuperset(digits) else -1
            if 0 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
                parts.append(chr(code))
                at = close + 1
            else:
                parts.append("\\u")
        else:
            parts.append("\\" + mark)
