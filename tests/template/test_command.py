"""Room tests/: the real cookiecutter command: prompts, --no-input, --replay, -o, answers in a file, mistyped keys."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cookiecutter  # type: ignore[import-untyped]
import pytest

from tests.support import ROOT, bake, cargo_env, cookiecutter_env, need
from tests.template.generating import DEFAULTS, files, generate

HOSTILE = {"description": '"a" \\ << 7*7 >>\n{{ x }} {% raw %} \U0001f980', "author": "O'Neil <o@example.org>"}


def command(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run cookiecutter with these arguments; `typed` goes to its prompts."""
    return subprocess.run(
        [sys.executable, "-m", "cookiecutter", *arguments],
        capture_output=True,
        text=True,
        env=cookiecutter_env(),
        input=typed,
    )


def one_line(run: subprocess.CompletedProcess[str], start: str) -> str:
    """The refusal: exit status 1, one line on standard output after the prompts, no traceback."""
    assert run.returncode == 1, run.stdout + run.stderr
    assert run.stderr == ""
    before, _, line = run.stdout.splitlines()[-1].rpartition("error: ")
    assert "error: " not in run.stdout.removesuffix("\n").removesuffix(line).removesuffix("error: "), run.stdout
    assert line.startswith(start), line
    assert before == "" or before.endswith("): "), "only a prompt that nobody ended with Enter may stand before it"
    return line


def contents(crate: Path) -> dict[str, bytes]:
    return {path: (crate / path).read_bytes() for path in files(crate)}


def test_without_prompts_the_crate_is_made_linted_and_the_next_commands_are_said(tmp_path: Path) -> None:
    run = bake(tmp_path / "out")
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""
    crate = tmp_path / "out" / "my-service"
    assert "Cargo.toml" in files(crate)
    assert not (crate / ".github").exists(), "an empty directory is left"
    assert "nothing found" in run.stdout
    assert f"\n  cd {crate}\n  make test " in run.stdout
    assert "\n  make pack\n" in run.stdout


def test_replay_gives_the_same_crate_again(tmp_path: Path) -> None:
    first = bake(tmp_path / "first", crate_name="replayed", cloacina_version="0.10.0", **HOSTILE)
    assert first.returncode == 0, first.stdout + first.stderr
    again = command(str(ROOT), "--replay", "-o", str(tmp_path / "again"))
    assert again.returncode == 0, again.stdout + again.stderr
    assert contents(tmp_path / "again" / "replayed") == contents(tmp_path / "first" / "replayed")


@pytest.mark.parametrize("flag", ["--replay-file", "--config-file"])
def test_answers_come_from_a_json_file(tmp_path: Path, flag: str) -> None:
    answers = {**DEFAULTS, **HOSTILE, "crate_name": "from-file", "workflow_name": "from_file", "license": "MIT"}
    given = tmp_path / "answers.json"
    if flag == "--replay-file":
        given.write_text(json.dumps({"cookiecutter": answers}), encoding="utf-8")
        run = command(str(ROOT), flag, str(given), "-o", str(tmp_path / "out"))
    else:
        places = {"cookiecutters_dir": str(tmp_path / "c"), "replay_dir": str(tmp_path / "r")}
        given.write_text(json.dumps({**places, "default_context": answers}), encoding="utf-8")
        run = command(str(ROOT), "--no-input", flag, str(given), "-o", str(tmp_path / "out"))
    assert run.returncode == 0, run.stdout + run.stderr
    assert contents(tmp_path / "out" / "from-file") == contents(generate(tmp_path, **answers).made())


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({"crate_name": "../../outside"}, "crate_name '../../outside'"),
        ({"crate_name": 7}, "crate_name 7"),
        ({"workflow_name": "a.b"}, "workflow_name 'a.b'"),
        ({"cloacina_version": "0.5.0"}, "cloacina_version '0.5.0': it is not one of the choices"),
        ({"start": "sometimes"}, "start 'sometimes': it is not one of the choices"),
        ({"start": "poll"}, "start 'poll': no server of Cloacina 0.6.1 ever polls a package's trigger"),
        ({"ci": "svn"}, "ci 'svn': it is not one of the choices"),
        ({"license": "GPL"}, "license 'GPL'"),
        ({"edition": "2018"}, "edition '2018'"),
        ({"description": ""}, "description ''"),
        ({"author": "a\nb"}, "author 'a\\nb'"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_replayed_answers_are_checked_too(tmp_path: Path, change: dict[str, object], start: str) -> None:
    given = tmp_path / "answers.json"
    given.write_text(json.dumps({"cookiecutter": {**DEFAULTS, **change}}), encoding="utf-8")
    output = tmp_path / "deep" / "er" / "out"
    one_line(command(str(ROOT), "--replay-file", str(given), "-o", str(output)), start)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path != given]


def test_a_bad_answer_is_refused_right_after_its_question(tmp_path: Path) -> None:
    run = command(str(ROOT), "-o", str(tmp_path / "out"), typed="My Service\n")
    assert one_line(run, "crate_name 'My Service'").endswith("; try 'my-service'")
    assert "[1/9] Name of the crate" in run.stdout
    assert "[2/9]" not in run.stdout
    assert not (tmp_path / "out").exists()


def test_a_start_that_the_version_cannot_do_is_refused_right_after_its_question(tmp_path: Path) -> None:
    run = command(str(ROOT), "-o", str(tmp_path / "out"), typed="\n\n\n\n2\n3\n")
    line = one_line(run, "start 'poll': no server of Cloacina 0.7.0 ever polls a package's trigger")
    assert line.endswith("; take cron or request, or a cloacina_version from 0.8.0 on")
    assert "[6/9] What starts it?" in run.stdout
    assert "[7/9]" not in run.stdout
    assert not (tmp_path / "out").exists()


def test_the_prompts_lead_to_a_crate(tmp_path: Path) -> None:
    typed = "order-totals\nSays << 7*7 >>\nAda\n\n6\n3\n2\n2\n\n"
    run = command(str(ROOT), "-o", str(tmp_path / "out"), typed=typed)
    assert run.returncode == 0, run.stdout + run.stderr
    answers = {"crate_name": "order-totals", "description": "Says << 7*7 >>", "author": "Ada", "license": "MIT"}
    expected = generate(
        tmp_path, **answers, workflow_name="order_totals", cloacina_version="0.11.1", start="poll", ci="github"
    ).made()
    assert contents(tmp_path / "out" / "order-totals") == contents(expected)
    for seen in ("(order_totals)", "1 - 0.6.1 (loads on 0.6 and 0.7)", "2 - MIT (short", "2 - 2024 ("):
        assert seen in run.stdout


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("crate_nmae", "try crate_name"),
        ("version", "try cloacina_version"),
        ("zzz", "try crate_name, description, author"),
        ("_x", "try "),
        ("__crate_name_ok", "try crate_name"),
    ],
)
def test_a_key_that_no_question_has_is_refused(tmp_path: Path, key: str, instead: str) -> None:
    run = bake(tmp_path / "out", **{key: "x"})
    assert instead in one_line(run, f"answer '{key}': there is no such question")
    assert not (tmp_path / "out").exists()


def test_a_bad_choice_ends_without_a_crate_and_names_the_choices(tmp_path: Path) -> None:
    """Cookiecutter itself checks choices given on the command line, before a template has any say."""
    run = bake(tmp_path / "out", cloacina_version="0.5.0")
    assert run.returncode == 1
    assert "0.5.0 provided for choice variable cloacina_version, but the choices are ['0.6.1'" in run.stderr
    assert not (tmp_path / "out").exists()


def test_an_older_cookiecutter_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookiecutter, "__version__", "2.5.0")
    line = generate(tmp_path).refused()
    assert line == "error: cookiecutter '2.5.0': it is too old; pip install 'cookiecutter>=2.6'"


def test_an_existing_directory_is_left_alone(tmp_path: Path) -> None:
    taken = tmp_path / "my-service" / "mine.txt"
    taken.parent.mkdir()
    taken.write_text("mine", encoding="utf-8")
    run = bake(tmp_path)
    assert run.returncode == 1
    assert "already exists" in run.stdout
    assert files(taken.parent) == {"mine.txt"}


def test_it_builds_inside_another_workspace(tmp_path: Path) -> None:
    cargo = need("cargo", "see https://rustup.rs")
    (tmp_path / "Cargo.toml").write_text('[workspace]\nmembers = ["nothing-here"]\n', encoding="utf-8")
    crate = tmp_path / "my-service"
    assert bake(tmp_path).returncode == 0
    run = subprocess.run(
        [cargo, "metadata", "--no-deps", "--offline", "--format-version", "1"],
        capture_output=True,
        text=True,
        cwd=crate,
        env=cargo_env(),
    )
    assert run.returncode == 0, run.stderr
    assert Path(json.loads(run.stdout)["workspace_root"]) == crate
