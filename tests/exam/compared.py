"""Room tests/exam/: docs/compared.md: this linter and `cloacinactl package validate` 0.11.1 on the same defects.

`python -m tests.exam.compared CLOACINACTL` writes it; CLOACINACTL is that program's path (scripts/_cargo.py builds it:
`python -m scripts._cargo 0.11.1`).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from cloacina_lint import examples
from cloacina_lint.finding import ERROR
from cloacina_lint.rule import Rule
from cloacina_lint.rules import load as load_rules

from tests.exam.figures import claims_a_break
from tests.exam.generate import cases
from tests.exam.judge import known
from tests.linting import findings, write
from tests.support import ROOT

PAGE = ROOT / "docs" / "compared.md"
NEWEST = "0.11.1"


class Both:
    """What the two say of a crate: `lint` [(code, severity, place, claims a break)], `refused` and `said` by
    `package validate`."""

    def __init__(self, program: str, files: dict[str, str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            crate = write(root / "crate", files)
            try:
                found = findings(crate)
            except Exception as error:  # a manifest that is no TOML: the linter says so, with its place
                self.lint = [("unreadable", ERROR, str(error).partition("/crate/")[2].partition(": ")[0], True)]
            else:
                self.lint = [
                    (
                        finding.code, finding.severity,
                        f"{Path(finding.span.file.path).relative_to(crate).as_posix()}:{finding.span.line}",
                        claims_a_break(finding),
                    )
                    for finding in found
                ]  # fmt: skip
            command = [program, "--home", str(root / "home"), "package", "validate", str(crate)]
            run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            self.refused = run.returncode != 0
            lines = [line for line in (run.stderr + run.stdout).splitlines() if line.strip()]
            said = re.sub(r"\x1b\[[0-9;]*m", "", lines[0]) if lines else ""
            self.said = said.replace(str(crate), "DIR").replace(str(root), "DIR")

    @property
    def claimed(self) -> bool:
        return any(claim for *_, claim in self.lint)


def example(rule: Rule, text: str) -> tuple[dict[str, str], str]:
    """(a rule's example as a crate of the newest version where the rule holds for it, that version)."""
    newest = tuple(int(part) for part in NEWEST.split(".")[:2])
    version = rule.version
    if rule.since <= newest and (rule.until is None or newest < rule.until):
        text, version = text.replace(rule.version, NEWEST), NEWEST
    files, _ = examples.crate(text, version)
    return files, version


HEAD = """# Side by side with `cloacinactl package validate`

Written by `python -m tests.exam.compared CLOACINACTL` with `cloacinactl` 0.11.1; do not edit.

`package validate` is the check that Cloacina's own command line tool makes before packing (from 0.8.0 on). It reads
package.toml, looks whether files are there and searches src/lib.rs for two patterns; it stops at the first problem and
names no line. It was not made to do more. The defects are the failing examples of this linter's rules, at 0.11.1 where
the rule holds for it, and the crates of [the exam](exam.md), whose outcome real cargo and the real engine decided.
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def rules_table(program: str) -> tuple[str, str]:
    """(summary, table) over the rules' failing examples."""
    rows, errors, by_lint, by_validate, false = [], 0, 0, 0, []
    for rule in load_rules():
        if rule.deep or not rule.failing:
            continue
        files, version = example(rule, rule.failing)
        both = Both(program, files)
        mine = [f"{severity} {place}" for code, severity, place, _ in both.lint if code == rule.code]
        if not mine:  # the example does not carry over to the newest version
            files, version = examples.crate(rule.failing, rule.version)[0], rule.version
            both = Both(program, files)
            mine = [f"{severity} {place}" for code, severity, place, _ in both.lint if code == rule.code]
        if rule.severity == ERROR and rule.group != "guide":
            errors += 1
            by_lint += bool(mine)
            by_validate += both.refused
        if Both(program, example(rule, rule.passing)[0]).refused:
            false.append(rule.code)
        theirs = _cell(both.said) if both.refused else "valid"
        name = f"[{rule.code}](rules/{rule.code}.md) {rule.name}"
        rows.append(f"| {name} | {version} | {', '.join(mine) or 'nothing'} | {theirs} |")
    summary = (
        f"Of the {errors} defects that are proved to break (rules of severity error outside the guide's checklist), "
        f"`cloacina-lint` reports {by_lint}, `package validate` refuses {by_validate}. "
        f"Passing examples that `package validate` refuses: {', '.join(false) or 'none'}.\n"
    )
    head = "| rule | version | cloacina-lint | package validate 0.11.1 |\n|---|---|---|---|\n"
    return summary, head + "\n".join(rows) + "\n"


def exam_table(program: str) -> str:
    """Both on the crates of the exam."""
    outcomes = known()
    text = (
        "| crates of the exam | number | cloacina-lint says it breaks | package validate refuses |\n|---|---|---|---|\n"
    )
    seen = [
        (case.version, outcomes[case.name]["breaks"], Both(program, case.files))
        for case in cases()
        if case.name in outcomes
    ]
    for version in ("0.6.1", "0.9.0", "0.11.1"):
        for breaks in (True, False):
            group = [both for at, broken, both in seen if at == version and broken == breaks]
            kind = "that break" if breaks else "that work"
            mine, theirs = sum(both.claimed for both in group), sum(both.refused for both in group)
            text += f"| {version}, {kind} | {len(group)} | {mine} | {theirs} |\n"
    return text


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        print("usage: python -m tests.exam.compared CLOACINACTL", file=sys.stderr)
        return 2
    summary, table = rules_table(sys.argv[1])
    exam = exam_table(sys.argv[1])
    PAGE.write_text(
        f"{HEAD}\n{summary}\n## The exam\n\n{exam}\n## The rules' failing examples\n\n{table}", encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
