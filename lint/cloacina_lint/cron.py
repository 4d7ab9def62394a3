"""Room: cron expressions and time zones as Cloacina reads them: what #[trigger] accepts, what the parser then refuses.

Two readers judge an expression: the macro at build time (field count and characters only), then the croner crate when
the loaded library builds the trigger. The second one panics. Numbers by version are contract data ([cron]).
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .contracts import Contract

# (name, smallest, largest) in croner's order
FIELDS = (("second", 0, 59), ("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
NICKNAMES = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@hourly": "0 * * * *", "@midnight": "0 0 * * *",
}  # fmt: skip
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class CronError(Exception):
    """Why an expression is refused, in a few words."""


class Grammar:
    """The [cron] table of a contract, for the exact minor judged by."""

    __slots__ = ("characters", "fields", "largest", "macro_fields", "open_step")

    def __init__(self, contract: Contract) -> None:
        data = dict(contract.data["cron"])
        for key, later in contract.data["cron"].items():
            if isinstance(later, dict):
                major, _, minor = key.partition(".")
                if (int(major), int(minor)) <= contract.minor:
                    data.update(later)
        self.macro_fields: tuple[int, int] = (data["macro-fields"][0], data["macro-fields"][1])
        self.characters: str = data["macro-characters"]
        self.fields: tuple[int, int] = (data["fields"][0], data["fields"][1])
        self.largest: int = data["largest"]
        self.open_step: bool = data["open-step"]

    def macro_refuses(self, expression: str) -> str:
        """Why `#[trigger]` refuses it at build time; empty where it does not."""
        fields = expression.split()
        low, high = self.macro_fields
        if not low <= len(fields) <= high:
            return f"{len(fields)} field{'s' if len(fields) != 1 else ''}, the macro takes {low} to {high}"
        for field in fields:
            for char in field:
                if char not in self.characters:
                    return f"`{char}` in `{field}`: the macro takes digits and `, - * /` only"
        return ""

    def parse(self, expression: str) -> list[set[int]]:
        """The values of each field, seconds first, weekdays 0 (Sunday) to 6. CronError where croner refuses it."""
        parts = expression.split()
        low, high = self.fields
        if not low <= len(parts) <= high:
            raise CronError(f"{len(parts)} fields, the parser takes {low} or {high} (seconds first)")
        if len(parts) == 5:
            parts.insert(0, "0")
        values = [self._field(part, name, least, most) for part, (name, least, most) in zip(parts, FIELDS, strict=True)]
        values[5] = {day % 7 for day in values[5]}
        return values

    def _field(self, field: str, name: str, least: int, most: int) -> set[int]:
        if field == "*":
            return set(range(least, most + 1))
        values: set[int] = set()
        for part in field.split(","):
            if not part:
                continue
            step = 1
            span = part
            if "/" in part:
                span, _, after = part.partition("/")
                step = self._number(after, part, name)
                if step == 0:
                    raise CronError(f"step 0 in the {name} field")
            if "/" in part and span == "*":
                start, end = least, most
            elif "-" in span:
                first, _, last = span.partition("-")
                start, end = self._number(first, part, name), self._number(last, part, name)
            else:
                start = self._number(span, part, name)
                end = most if "/" in part else start
                if "/" in part and not self.open_step:
                    raise CronError(f"`{part}` in the {name} field: a step needs `*` or a range before it")
            if start > end or start < least or end > most:
                raise CronError(f"`{part}` in the {name} field, which goes from {least} to {most}")
            if "/" in part:
                # croner adds the step once more behind the end, in a number of fixed size
                beyond = start + ((end - start) // step + 1) * step
                if beyond > self.largest:
                    raise CronError(f"step `{part}` in the {name} field is too large")
            values.update(range(start, end + 1, step))
        return values

    def _number(self, text: str, part: str, name: str) -> int:
        if not (text.isascii() and text.isdigit()):
            raise CronError(f"`{part}` in the {name} field")
        number = int(text.lstrip("0")[:6] or "0")
        if number > self.largest:
            raise CronError(f"`{part}` in the {name} field")
        return number

    def refuses(self, expression: str) -> str:
        """Why the parser panics on it; empty where it does not."""
        try:
            self.parse(expression)
        except CronError as error:
            return str(error)
        return ""

    def never_fires(self, expression: str) -> bool:
        """Whether an expression that the parser takes matches no time at all (the 31st of February)."""
        values = self.parse(expression)
        if not all(values[field] for field in (0, 1, 2, 4)):
            return True
        _, _, _, days, months, weekdays = values
        day_text, _, weekday_text = expression.split()[-3:]
        possible = any(day <= MONTH_DAYS[month - 1] for day in days for month in months)
        if weekday_text == "*":
            return not possible
        if day_text == "*":
            return not weekdays
        return not possible and not weekdays


def translated(expression: str) -> str | None:
    """An expression with names, `?` or a nickname in the form that the macro takes; None where there is none."""
    text = expression.strip().lower()
    if text in NICKNAMES:
        return NICKNAMES[text]
    fields = text.split()
    if len(fields) not in (5, 6):
        return None
    fields[-1] = fields[-1].replace("-sun", "-7")
    for number, name in enumerate(WEEKDAYS):
        fields[-1] = fields[-1].replace(name, str(number))
    for number, name in enumerate(MONTHS, 1):
        fields[-2] = fields[-2].replace(name, str(number))
    for at in (-3, -1):
        if fields[at] == "?":
            fields[at] = "*"
    return " ".join(fields)


_zones: str | None = None


def _zone_list() -> str:
    global _zones
    if _zones is None:
        with open(os.path.join(os.path.dirname(__file__), "contracts", "timezones.txt"), encoding="ascii") as stream:
            _zones = stream.read()
    return _zones


def is_timezone(name: str) -> bool:
    """Whether chrono-tz knows the name; the case counts."""
    return name.isprintable() and " " not in name and bool(name) and f"\n{name}\n" in _zone_list()


def near_timezone(name: str) -> str:
    """The time zone that was probably meant; empty where none is near."""
    zones = _zone_list().splitlines()[1:]
    wanted = name.strip().lower().replace(" ", "_")
    for zone in zones:
        if zone.lower() == wanted:
            return zone
    cities = [zone for zone in zones if zone.lower().rpartition("/")[2] == wanted]
    if cities:
        return cities[-1]
    import difflib

    return next(iter(difflib.get_close_matches(name, zones, 1, 0.75)), "")


# Names of chrono-tz that mean UTC all year, so that dropping them changes nothing.
UTC_NAMES = frozenset(
    f"{prefix}{name}"
    for prefix in ("", "Etc/")
    for name in ("UTC", "UCT", "Universal", "Zulu", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich")
)
