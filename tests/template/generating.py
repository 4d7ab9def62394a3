"""Room tests/: generates crates in process, and says what a generation was: a crate, or one line of refusal."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from cookiecutter.exceptions import FailedHookException  # type: ignore[import-untyped]
from cookiecutter.main import cookiecutter  # type: ignore[import-untyped]

from tests.e2e.matrix import table
from tests.support import ROOT

QUESTIONS = (
    *("crate_name", "description", "author", "workflow_name", "cloacina_version"),
    *("start", "ci", "license", "edition"),
)
DEFAULTS = {
    "crate_name": "my-service",
    "description": "Totals orders",
    "author": "",
    "workflow_name": "my_service",
    "cloacina_version": "0.6.1",
    "start": "request",
    "ci": "none",
    "license": "MIT OR Apache-2.0",
    "edition": "2021",
}
# What a workflow starts with, by version: the combinations that a server does, and those that are refused.
REFUSED_STARTS = sorted({(row.version, row.start) for row in table() if row.refused and row.start != "*"})
OFFERED_STARTS = list(dict.fromkeys((row.version, row.start) for row in table() if not row.refused))
_numbers = itertools.count()


class Outcome:
    """`crate`: the directory of the generated crate, or None; `line`: the refusal, or an empty string."""

    def __init__(self, crate: Path | None, line: str, left: list[str]) -> None:
        self.crate = crate
        self.line = line
        self.left = left

    def made(self) -> Path:
        """The crate, which has to be there."""
        assert self.crate is not None, self.line
        return self.crate

    def refused(self) -> str:
        """The line of refusal: exactly one, with what to do instead, and nothing written."""
        assert self.crate is None, "the answer was accepted"
        assert self.line.startswith("error: ")
        assert len(self.line.splitlines()) == 1, self.line
        assert self.line.isprintable(), self.line
        assert "; " in self.line, "no suggestion"
        assert self.left == [], "something was written"
        return self.line


def generate(folder: Path, **answers: object) -> Outcome:
    """Run cookiecutter without prompts and without the hook, in a new folder inside `folder`."""
    output = folder / f"generated-{next(_numbers)}"
    output.mkdir(parents=True)
    config = output.with_suffix(".yaml")
    clones, replays = output.with_suffix(".clones"), output.with_suffix(".replay")
    config.write_text(json.dumps({"cookiecutters_dir": str(clones), "replay_dir": str(replays)}), encoding="utf-8")
    extra: dict[str, Any] = dict(answers)
    try:
        made = cookiecutter(
            str(ROOT),
            no_input=True,
            extra_context=extra,
            output_dir=str(output),
            config_file=str(config),
            accept_hooks=False,
        )
    except FailedHookException as refusal:
        written = [path.name for path in output.iterdir()]
        return Outcome(None, str(refusal), written + [path.name for path in replays.glob("*")])
    crate = Path(made)
    assert crate.parent == output, "the crate landed outside the output directory"
    assert [path.name for path in output.iterdir()] == [crate.name]
    return Outcome(crate, "", [crate.name])


def files(crate: Path) -> set[str]:
    """Relative paths of all files of a crate, with `/`."""
    return {path.relative_to(crate).as_posix() for path in crate.rglob("*") if path.is_file()}
