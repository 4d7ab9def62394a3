"""Room why/: a message of the server, the compiler service, cargo or the loader -> the rule behind it, what to do."""

from __future__ import annotations

import re

from ..deep.meaning import explain
from .messages import MESSAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..finding import Finding

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CARGO = re.compile(r"^\s*(?:error(?:\[E\d{4}\])?: |warning: .*because --frozen|Caused by:)")
ORIGIN = re.compile(r"originates in the (?:attribute |derive )?macro `([^`]+)`")
TESTING = re.compile(r"could not compile `[^`]+` \((?:lib test|test \")")
QUOTED = 160


class Answer:
    """One cause found in a text. line: where it was first said (from 1); said: that line; times: how often."""

    __slots__ = ("advice", "cause", "id", "line", "rules", "said", "says", "times")

    def __init__(
        self, name: str, line: int, said: str, says: str, cause: str, advice: str, rules: tuple[str, ...]
    ) -> None:
        self.id = name
        self.line = line
        self.said = said
        self.says = says
        self.cause = cause
        self.advice = advice
        self.rules = rules
        self.times = 1


def answers(text: str, version: str = "") -> list[Answer]:
    """Every cause that the text names, in the order of first mention. version: the Cloacina version, "" if unknown."""
    lines = ANSI.sub("", text).replace("\r\n", "\n").split("\n")
    found: dict[str, Answer] = {}
    for answer in _hosts(lines):
        _add(found, answer)
    for answer in _cargo(lines, version):
        _add(found, answer)
    return sorted(found.values(), key=lambda answer: answer.line)


def _add(found: dict[str, Answer], answer: Answer) -> None:
    if answer.id in found:
        found[answer.id].times += 1
        found[answer.id].line = min(found[answer.id].line, answer.line)
    else:
        found[answer.id] = answer


def _hosts(lines: list[str]) -> Iterator[Answer]:
    for number, line in enumerate(lines, 1):
        for message in MESSAGES:
            match = message.pattern.search(line)
            if match is not None:
                groups = {name: value or "" for name, value in match.groupdict().items()}
                cause = message.cause.format(**groups) if groups else message.cause
                advice = message.advice.format(**groups) if groups else message.advice
                yield Answer(message.id, number, line, message.says, cause, advice, message.rules)
                break


def _cargo(lines: list[str], version: str) -> Iterator[Answer]:
    """rustc's and cargo's reports: each begins with `error` and ends before the next one or at an empty line."""
    number = 0
    while number < len(lines):
        if not CARGO.match(lines[number]):
            number += 1
            continue
        start = number
        number += 1
        while number < len(lines) and lines[number].strip() and not CARGO.match(lines[number]):
            number += 1
        yield from _report(lines[start:number], start + 1, version, testing=bool(TESTING.search("\n".join(lines))))


def _report(block: list[str], line: int, version: str, *, testing: bool) -> Iterator[Answer]:
    text = "\n".join(block)
    macro = " ".join(f"#[{name}] {name}!" for name in ORIGIN.findall(text))
    message = CARGO.sub("", block[0]) + "\n" + "\n".join(_source(part) for part in block[1:])
    for tests in (False, True) if testing else (False,):
        meaning = explain(message, version or "0.6", macro=macro, testing=tests)
        if meaning is not None:
            row, advice = meaning
            rules = (row.rule,) if row.rule else ()
            yield Answer(f"cargo:{row.id}", line, block[0], "cargo", "", advice, rules)
            return


def _source(line: str) -> str:
    """A line of rustc's drawing as deep/ gives it to the table: the user's source line, or the note's text."""
    number, bar, source = line.partition("|")
    if bar and number.strip().isdigit():
        return f"source: {source.strip()}"
    return line.strip(" |=^-").removeprefix("note: ").removeprefix("help: ")


def render(found: list[Answer], findings: list[Finding] | None) -> str:
    """For people. findings: of the crate that was named with the text, None where none was."""
    parts = []
    for answer in found:
        said = answer.said.strip()
        times = f", {answer.times} times" if answer.times > 1 else ""
        lines = [f"line {answer.line}{times}: {said[:QUOTED]}{'...' if len(said) > QUOTED else ''}"]
        if answer.cause:
            lines.append(f"  cause: {answer.cause} (said by {answer.says})")
        lines.append(f"  do:    {answer.advice}")
        if answer.rules:
            lines.append(f"  rule:  {', '.join(answer.rules)} (cloacina-lint --explain {answer.rules[0]})")
        if findings is not None:
            lines += _places(answer, findings)
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _places(answer: Answer, findings: list[Finding]) -> list[str]:
    places = [finding for finding in findings if finding.code in answer.rules]
    if not answer.rules:
        return []
    if not places:
        return ["  here:  the crate as it is now shows no such fault: was another state of it uploaded?"]
    lines = []
    for finding in places:
        line, column = finding.file.position(finding.span.start)
        lines.append(f"  here:  {finding.file.display}:{line}:{column}: {finding.message}")
        lines.append(f"         {finding.file.line_span(line).text.strip()}")
    return lines
