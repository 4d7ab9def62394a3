"""Room tests/lint: whatever stands in a crate's files, the linter answers; it never crashes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cloacina_lint import examples
from cloacina_lint.contracts import known
from cloacina_lint.crate import CrateError
from cloacina_lint.rules import load
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.linting import result, write

PIECES = [
    "",
    *" \n{}()[]<>\"'#,;=é🦀\x00",
    "\r\n",
    "::",
    "#[task]",
    '#[task(id = "a")]',
    "pub mod x {",
    "mod x;",
    "//",
    "1e9",
]
PIECES += ["fn main() {}", "macro_rules! m {", "include!(", 'r#"', "workspace = true", "[[", "[lib]", "cron = ", "-1"]
PIECES += ["trigger_rules = all(", "task_success(", "on_success = "]
SOURCES = [examples.canonical(contract) for contract in known()]
SOURCES += [examples.crate(example, rule.version)[0] for rule in load() for example in (rule.failing, rule.passing)]


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, str]:
    """A crate with up to four slices of its files deleted, doubled, or replaced."""
    files = dict(draw(st.sampled_from(SOURCES)))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(sorted(files)))
        text = files[path]
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        files[path] = text[:start] + draw(st.sampled_from([text[start:end] * 2, *PIECES])) + text[end:]
    return files


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=damaged())
def test_damaged_crates_are_answered(files: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        try:
            answered = result(write(Path(directory), files))
        except CrateError:
            return  # Cargo.toml itself is not TOML any more
        for finding in answered.findings:
            assert 0 <= finding.span.start <= finding.span.end <= len(finding.file.text)
            assert "\n" not in finding.message
