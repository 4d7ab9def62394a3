"""Room: rules as text: --explain, --list-rules and the pages in docs/rules come from here."""

from __future__ import annotations

from . import examples
from .rule import Rule
from .rules import load


def find(code: str) -> Rule:
    """A rule by code or name; KeyError where there is none."""
    for rule in load():
        if code.upper() == rule.code or code == rule.name:
            return rule
    raise KeyError(code)


def generations(rule: Rule) -> str:
    """`0.6 to 0.9`, `0.5 and later`."""
    since = f"{rule.since[0]}.{rule.since[1]}"
    if rule.until is None:
        return f"{since} and later"
    return f"{since} to {rule.until[0]}.{rule.until[1] - 1}"


def _blocks(example: str) -> str:
    parts = []
    for path, text in examples.files(example):
        if text is None:
            parts.append(f"(no `{path}`)")
            continue
        language = "toml" if path.endswith(".toml") else "rust"
        parts.append(f"`{path}`\n\n```{language}\n{text.strip()}\n```")
    return "\n\n".join(parts)


def page(code: str) -> str:
    """One rule's page, Markdown."""
    rule = find(code)
    lines = [
        f"# {rule.code} {rule.name}",
        "",
        f"{rule.summary}.",
        "",
        f"Group `{rule.group}` · severity `{rule.severity}` · Cloacina {generations(rule)}"
        + (" · answered by `--deep`" if rule.deep else ""),
        "",
        "## Why",
        "",
        rule.why.strip(),
        "",
        f"## Wrong (the place is marked «», Cloacina {rule.version})",
        "",
        _blocks(rule.failing),
        "",
        "## Right",
        "",
        _blocks(rule.passing),
    ]
    return "\n".join(lines) + "\n"


def listing(format: str) -> str:  # noqa: A002 - the option's name
    """Every rule: a line each, or JSON."""
    rules = load()
    if format == "json":
        import json

        return (
            json.dumps(
                [
                    {
                        "rule": rule.code,
                        "name": rule.name,
                        "group": rule.group,
                        "severity": rule.severity,
                        "cloacina": generations(rule),
                        "deep": rule.deep,
                        "summary": rule.summary,
                    }
                    for rule in rules
                ],
                indent=2,
                ensure_ascii=False,
            )
            + "\n"
        )
    return "".join(f"{r.code}  {r.severity:<8} {r.name:<22} {r.summary} ({generations(r)})\n" for r in rules)


def index() -> str:
    """The table of all rules for docs/rules/README.md."""
    rows = ["# Rules", "", "| code | name | severity | Cloacina | finds |", "|---|---|---|---|---|"]
    rows += [f"| [{r.code}]({r.code}.md) | {r.name} | {r.severity} | {generations(r)} | {r.summary} |" for r in load()]
    return "\n".join(rows) + "\n"
