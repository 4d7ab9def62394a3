"""Room: what a rule says. Finding, Severity, Edit, Fix: plain values that every report and the fixer read."""

from __future__ import annotations

from .source.text import SourceFile, Span

ERROR = "error"
WARNING = "warning"
INFO = "info"
SEVERITIES = (ERROR, WARNING, INFO)

URL = "https://github.com/org/cloacina-service/blob/main/docs/rules/{code}.md"


class Edit:
    """Replace the characters of `span` by `text`; an empty span inserts."""

    __slots__ = ("span", "text")

    def __init__(self, span: Span, text: str) -> None:
        self.span = span
        self.text = text


class Fix:
    """Edits that cure one finding, applied together or not at all. `safe`: the meaning of what works stays as it is."""

    __slots__ = ("edits", "new_files", "safe", "title")

    def __init__(
        self, title: str, edits: list[Edit], *, safe: bool = True, new_files: dict[str, str] | None = None
    ) -> None:
        self.title = title
        self.edits = edits
        self.safe = safe
        self.new_files = new_files or {}


class Finding:
    """One thing wrong at one place.

    span: the primary place, small (a key, not a table). related: further places, each with what it shows.
    message: what is wrong, one line. help: what to do instead, one line or a few.
    """

    __slots__ = ("code", "fix", "group", "help", "message", "name", "related", "severity", "span")

    def __init__(
        self,
        code: str,
        name: str,
        group: str,
        severity: str,
        message: str,
        span: Span,
        *,
        help: str = "",  # noqa: A002 - the field's name in every format
        related: list[tuple[Span, str]] | None = None,
        fix: Fix | None = None,
    ) -> None:
        self.code = code
        self.name = name
        self.group = group
        self.severity = severity
        self.message = " ".join(message.splitlines())  # a rule may quote the source, and the message is one line
        self.span = span
        self.help = help
        self.related = related or []
        self.fix = fix

    @property
    def file(self) -> SourceFile:
        return self.span.file

    @property
    def url(self) -> str:
        return URL.format(code=self.code)

    def sort_key(self) -> tuple[str, int, int, str, str]:
        return (self.span.file.display, self.span.start, self.span.end, self.code, self.message)

    def __repr__(self) -> str:
        return f"{self.code} {self.severity} {self.span!r}: {self.message}"
