"""Room: values of Cargo.toml by cargo's grammars: names, versions, requirements. In doubt cargo takes it."""

from __future__ import annotations

# A later edition is cargo's to know.
EDITIONS = ("2015", "2018", "2021", "2024")


def unfit_name(name: str) -> str:
    """Why cargo refuses a package name; empty where it does not."""
    if not name:
        return "the package's name is empty"
    first = name[0]
    if first.isdigit():
        return f"the package's name `{name}` starts with a digit"
    if first != "_" and not first.isalpha():
        return f"the package's name `{name}` does not start with a letter"
    for character in name[1:]:
        if not (character in "-_" or character.isalnum() or not character.isascii()):
            return f"the package's name `{name}` has a character that names do not have: `{character}`"
    return ""


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and (len(text) == 1 or text[0] != "0")


def _identifiers(text: str) -> bool:
    """Dot-separated parts of a pre-release or build, as far as their characters tell."""
    return all(part.isascii() and part.replace("-", "a").isalnum() for part in text.split("."))


def semver(text: str) -> bool:
    """Whether cargo takes a text for a version: three numbers, with a pre-release or build."""
    rest, plus, build = text.strip().partition("+")
    core, dash, pre = rest.partition("-")
    if (plus and not _identifiers(build)) or (dash and not _identifiers(pre)):
        return False
    numbers = core.split(".")
    return len(numbers) == 3 and all(_number(number) for number in numbers)


def edition(text: str) -> bool:
    return text in EDITIONS or (text.isascii() and text.isdigit() and int(text) > 2024)


def rust_version(text: str) -> bool:
    """One to three numbers: cargo takes neither a channel, an operator nor a pre-release."""
    numbers = text.strip().split(".")
    return 1 <= len(numbers) <= 3 and all(_number(number) for number in numbers)


def requirement(text: str) -> bool:
    """Whether cargo takes a text for a version requirement: comma-separated, each with one operator or none."""
    if text.strip() in ("*", "x", "X"):
        return True
    return all(_comparator(part.strip()) for part in text.split(","))


def _comparator(text: str) -> bool:
    for operator in (">=", "<=", ">", "<", "=", "^", "~"):
        if text.startswith(operator):
            text = text[len(operator) :].lstrip()
            break
    core = text.partition("+")[0].partition("-")[0]
    numbers = core.split(".")
    if not 1 <= len(numbers) <= 3 or not _number(numbers[0]):
        return False
    wildcard = False
    for number in numbers[1:]:
        if number in ("*", "x", "X"):
            wildcard = True
        elif wildcard or not _number(number):
            return False
    return True
