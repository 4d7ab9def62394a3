"""Room tests/exam/: the judge. Real cargo builds each crate and the real engine (tests/e2e/probe) runs it.

`python -m tests.exam.judge` judges the crates that tests/exam/outcomes.json does not know yet and writes it; with
`--all` it judges every one again. The linter has no part in it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import tomli

from scripts import _cargo
from tests.e2e import proving
from tests.exam.generate import Case, cases
from tests.linting import write as write_files

PACKED_WITH = "0.11.1"
OUTCOMES = Path(__file__).resolve().parent / "outcomes.json"


def known() -> dict[str, dict[str, Any]]:
    """Case name -> {"crate": digest, "breaks": bool, "stage": str, "why": str}."""
    if not OUTCOMES.is_file():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(OUTCOMES.read_text(encoding="utf-8"))
    return found


def write(outcomes: dict[str, dict[str, Any]]) -> None:
    OUTCOMES.write_text(json.dumps(outcomes, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def package_name(files: dict[str, str]) -> str:
    """The name that cargo reads; the directory's where it reads none."""
    try:
        return str(tomli.loads(files["Cargo.toml"].removeprefix("\ufeff"))["package"]["name"])
    except (KeyError, tomli.TOMLDecodeError):
        return "crate"


def error_line(output: str) -> str:
    """The first error of cargo's output."""
    lines = [line.strip() for line in output.splitlines()]
    return next((line for line in lines if line.startswith("error")), lines[-1] if lines else "")[:300]


def same_everywhere(text: str) -> str:
    """One line without folders and identifiers, which are others in each run."""
    text = re.sub(r"(?<![\w:])(?:/[\w.@+-]+)+/", "", " ".join(text.split()))
    return re.sub(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "ID", text)


def outcome(case: Case, seen: dict[str, Any]) -> tuple[str, str]:
    """(the stage where the crate goes wrong, why); empty where all that its author means comes true."""
    if not seen["built"]:
        return "build", error_line(seen["output"])
    if not seen["library"]:
        return "library", f"no {proving.library_name(package_name(case.files))}, but {seen['libraries']}"
    report = seen["report"]
    trouble = proving.trouble(report)
    if trouble:
        return "run" if trouble.startswith(("workflow", "task")) else "load", trouble[:300]
    tasks = sorted(name.split("::", 3)[3] for name in report["tasks"])
    if tasks != sorted(case.tasks):
        return "tasks", f"meant {sorted(case.tasks)}, there are {tasks}"
    if sorted(report["workflows"]) != sorted(case.workflows):
        return "workflows", f"meant {sorted(case.workflows)}, there are {sorted(report['workflows'])}"
    if sorted(report["runtime_graphs"]) != sorted(case.graphs):
        return "graphs", f"meant {sorted(case.graphs)}, there are {sorted(report['runtime_graphs'])}"
    started = [schedule["workflow"] for schedule in report["schedules"]]
    if len(started) < len(case.triggers):
        return "triggers", f"meant {case.triggers}, schedules: {report['schedules']}"
    if case.triggers and not set(started) <= set(report["workflows"]):
        return "triggers", f"a schedule starts {started}, the workflows are {report['workflows']}"
    return "", ""


def refused(files: dict[str, str]) -> str:
    """Why `cloacinactl package pack` refuses a crate; empty where it packs. Up to 0.7 it makes no more checks than the
    probe host; later ones do."""
    program = _cargo.install_cloacinactl(PACKED_WITH)
    with tempfile.TemporaryDirectory() as folder:
        crate = write_files(Path(folder) / "crate", files)
        command = [str(program), "--home", f"{folder}/home", "package", "pack", str(crate), "--out", f"{folder}/x"]
        run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return "" if run.returncode == 0 else (run.stderr + run.stdout).strip()[:300]


def judge(case: Case, memory: proving.Memory) -> dict[str, Any]:
    """The outcome of one crate, as it stands in outcomes.json."""
    seen = proving.judge(case.files, package_name(case.files), case.version, memory)
    stage, why = outcome(case, seen)
    if not stage and case.version == PACKED_WITH:
        why = refused(case.files)
        stage = "pack" if why else ""
    return {"crate": proving.digest(case.files), "breaks": bool(stage), "stage": stage, "why": same_everywhere(why)}


def main() -> int:
    outcomes = {} if "--all" in sys.argv else known()
    memory = proving.Memory("exam")
    all_cases = cases()
    names = {case.name for case in all_cases}
    outcomes = {name: found for name, found in outcomes.items() if name in names}
    for number, case in enumerate(all_cases, 1):
        if outcomes.get(case.name, {}).get("crate") == proving.digest(case.files):
            continue
        outcomes[case.name] = judge(case, memory)
        write(outcomes)
        stage = outcomes[case.name]["stage"] or "works"
        surprise = "" if (case.belief == "breaks") == outcomes[case.name]["breaks"] else f"  (believed: {case.belief})"
        print(f"{number}/{len(all_cases)} {case.name}: {stage}{surprise} {outcomes[case.name]['why']}", flush=True)
    write(outcomes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
