"""Room tests/lint: `cloacina-lint why`: from a message or a whole log to the cause, the rule, the very line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from cloacina_lint import cli
from cloacina_lint.rules import codes as known_codes
from cloacina_lint.why import answers
from cloacina_lint.why.messages import MESSAGES

from tests.linting import canonical

# The programs' own words, as their logs have them -> the id of the row that must answer.
SAID = {
    "WARN Failed to load package: symbol 'fidius_get_registry' not found in /tmp/x/libp.so": "no-registry-symbol",
    "incompatible ABI version: got 200, expected 500": "other-abi",
    "Failed to call get_task_metadata: deserialization error: bincode wire error": "other-wire",
    "Registration failed: Workflow validation failed: EmptyWorkflow": "empty-workflow",
    "build failed: expected libdata_flow.so in /b/target/release (built package: data-flow)": "library-not-found",
    "Rust package p v0.1.0 has no compiled_data — compiler service must produce the cdylib": "daemon-rust",
    '{"error":"no \'file\' field in multipart request"}': "no-file-field",
    "Invalid cron expression — this should have been caught at compile time: IncompletePattern": "cron-panic",
    'workflow references trigger(s) not registered in this runtime: ["nightly"]': "trigger-not-registered",
    "package 'g' subscribes to reactor 'ticks' but no such reactor is loaded;": "no-such-reactor",
    "archive decompressed size 900000 exceeds limit of 40000 bytes": "archive-ratio",
    "archive entry 'p/../x' contains '..' component — rejected": "archive-entry",
    "Package data is not a valid .cloacina bzip2 source archive. ": "not-an-archive",
    "unknown field `package_type`, expected one of `workflow_name`, `graph_name`": "manifest-unknown-key",
    "my-crate has no package.toml — not a cloacina package source": "manifest-missing",
    "failed to parse package.toml: TOML parse error at line 3": "manifest-parse",
    "Package already exists: data v0.1.0": "already-exists",
    "cannot create the lock file /b/Cargo.lock because --frozen was passed to prevent this": "frozen-lock",
    "Workflow not found in registry: data_processing": "workflow-not-in-registry",
    "Database error: no such table: workflow_executions": "no-such-table",
    "Context error in task extract: Key already exists: data": "key-exists",
    "Cannot start a runtime from within a runtime. This happens because a function": "nested-runtime",
    'FATAL:  database "cloacina" does not exist': "database-name",
    "HTTP 401 Unauthorized": "unauthorized",
}

RUSTC = """\
   Compiling my-workflow v0.1.0
error[E0433]: cannot find module or crate `chrono` in this scope
  --> src/lib.rs:10:5
   |
10 |     #[task(id = "extract", dependencies = [])]
   |     ^^^^^^ use of unresolved module or unlinked crate `chrono`
   |
   = note: this error originates in the attribute macro `task` (in Nightly builds, run with -Z macro-backtrace)

error[E0428]: the name `_ffi` is defined multiple times
 --> src/lib.rs:2:1
  |
1 | cloacina_workflow_plugin::package!();
  | ------------------------------------ previous definition of the module `_ffi` here

error: could not compile `my-workflow` (lib) due to 2 previous errors
"""


@pytest.mark.parametrize("line", SAID)
def test_message_is_explained(line: str) -> None:
    assert [answer.id for answer in answers(f"2026-11-22T10:00:00Z INFO something else\n{line}\n")] == [SAID[line]]


def test_every_row_has_a_message_and_real_rules() -> None:
    assert {message.id for message in MESSAGES} == set(SAID.values())
    assert {code for message in MESSAGES for code in message.rules} <= known_codes()


def test_rustc_reports_are_explained_with_their_macro() -> None:
    found = answers(RUSTC, "0.6.1")
    assert [(answer.id, answer.line, answer.rules) for answer in found] == [
        ("cargo:missing-chrono", 2, ("CL101",)),
        ("cargo:package-twice", 10, ("CL108",)),
    ]


def test_a_log_says_each_cause_once_with_its_count() -> None:
    line = "WARN load failed: symbol 'fidius_get_registry' not found"
    (answer,) = answers("\n".join(["INFO start", *[f"\x1b[33m{line}\x1b[0m"] * 40]))
    assert (answer.line, answer.times, answer.said) == (2, 40, line)


def why(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.main(["why", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_with_the_crate_it_shows_the_very_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    canonical(tmp_path)
    lib = tmp_path / "src/lib.rs"
    text = lib.read_text()
    lib.write_text(text.replace("cloacina_workflow_plugin::package!();\n\n", ""))
    message = "symbol 'fidius_get_registry' not found"
    status, out, _ = why(capsys, message, "--crate", str(tmp_path))
    assert status == 0
    assert "src/lib.rs:3:1: no package!()" in out
    assert '#[workflow(name = "data")]' in out
    lib.write_text(text)
    assert "the crate as it is now shows no such fault" in why(capsys, message, "--crate", str(tmp_path))[1]


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff EmptyWorkflow \xfe")))
    status, out, _ = why(capsys, "-")
    assert status == 0
    assert "rule:  CL303" in out


def test_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = why(capsys, "the moon is full")
    assert (status, err) == (1, "")
    assert "nothing in this text is known" in out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [([" "], "no text"), (["x", "--crate", "nowhere"], "nowhere: no such file or directory")],
)
def test_mistakes(arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = why(capsys, *arguments)
    assert (status, out) == (2, "")
    assert expected in err
    assert len(err.splitlines()) == 1
