"""Room: Cargo's version requirements (`^0.6`, `=0.6.1`, `>=0.6, <0.8`, `0.*`), for released versions."""

from __future__ import annotations

from .contracts import Version, parse_version

OPERATORS = (">=", "<=", ">", "<", "=", "^", "~")


def _comparators(requirement: str) -> list[tuple[str, list[int], int]] | None:
    """(operator, the numbers given, how many) for each comma-separated part; None where it is no requirement."""
    result = []
    for part in requirement.split(","):
        text = part.strip()
        operator = next((op for op in OPERATORS if text.startswith(op)), "")
        text = text[len(operator) :].strip().split("+", 1)[0].split("-", 1)[0]
        numbers: list[int] = []
        wildcard = False
        for piece in text.split("."):
            if piece in ("*", "x", "X"):
                wildcard = True
            elif piece.isascii() and piece.isdigit() and not wildcard:
                numbers.append(int(piece))
            else:
                return None
        if len(numbers) > 3 or (not numbers and not wildcard):
            return None
        result.append(("*" if wildcard else operator or "^", numbers, len(numbers)))
    return result


def _range(operator: str, numbers: list[int], given: int) -> tuple[Version, Version]:
    """Half-open range [low, high) of versions for one comparator."""
    full = numbers + [0] * (3 - given)
    low: Version = (full[0], full[1], full[2])
    top: Version = (10**9, 0, 0)

    def after(position: int) -> Version:
        if position < 0:
            return top
        bumped = full[:position] + [full[position] + 1] + [0] * (2 - position)
        return bumped[0], bumped[1], bumped[2]

    if operator in ("=", "*"):
        return low, after(given - 1)
    if operator == "^":
        first = next((i for i in range(given) if full[i] != 0), given - 1)
        return low, after(first)
    if operator == "~":
        return low, after(min(given - 1, 1))
    if operator == ">=":
        return low, top
    if operator == ">":
        return after(given - 1), top
    if operator == "<":
        return (0, 0, 0), low
    return (0, 0, 0), after(given - 1)


def matches(requirement: str, version: str) -> bool:
    """Whether a released version satisfies a requirement. False for anything that is not one."""
    comparators = _comparators(requirement)
    parsed = parse_version(version)
    if comparators is None or parsed is None:
        return False
    return all(low <= parsed < high for low, high in (_range(*comparator) for comparator in comparators))


def lower_bound(requirement: str) -> str | None:
    """The smallest version a requirement allows, as text; None where it names none."""
    comparators = _comparators(requirement)
    if comparators is None:
        return None
    low = max(_range(*comparator)[0] for comparator in comparators)
    return ".".join(str(number) for number in low)


def is_plain(requirement: str) -> bool:
    """Whether `matches` can judge it: a requirement, and one without pre-release parts."""
    return "-" not in requirement and _comparators(requirement) is not None


def one_minor(requirement: str) -> bool:
    """Whether a requirement stays within one minor by its form alone, as `0.6.1` and `~0.6` do."""
    for comparator in _comparators(requirement) or ():
        low, high = _range(*comparator)
        if high <= (low[0], low[1] + 1, 0):
            return True
    return False


def below(requirement: str, version: Version) -> bool:
    """Whether a requirement allows only versions older than this one. False for anything that is not one."""
    comparators = _comparators(requirement) or ()
    return any(_range(*comparator)[1] <= version for comparator in comparators)
