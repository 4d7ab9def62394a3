"""Room hooks/: after generation, lint the crate and say what to do next. Needs nothing but Python's own library.

It never fails the generation (cookiecutter would delete the crate) and says nothing under cruft, which runs it on
every update and diff. The answers come in as JSON: they are data, never code.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

ANSWERS = json.loads(
    r"""
<< {
    "crate_name": cookiecutter.crate_name, "cloacina_version": cookiecutter.cloacina_version,
    "template": template_root, "rust_version": rust_version, "cruft": cookiecutter._repo_dir is not defined,
    "start": cookiecutter.start,
} | tojson >>
"""
)
GET_LINTER = "pip install git+https://github.com/org/cloacina-service"
GET_RUST = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"


def linter() -> tuple[list[str], dict[str, str]] | None:
    """The linter's command and environment: installed for this Python, else the template's own copy, else on PATH."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if importlib.util.find_spec("cloacina_lint"):
        return [sys.executable, "-m", "cloacina_lint"], environment
    own = os.path.join(ANSWERS["template"], "lint")
    needs = ("tree_sitter", "tree_sitter_rust", "tomli")
    if os.path.isdir(os.path.join(own, "cloacina_lint")) and all(importlib.util.find_spec(name) for name in needs):
        return [sys.executable, "-m", "cloacina_lint"], {**environment, "PYTHONPATH": own}
    found = shutil.which("cloacina-lint")
    return ([found], environment) if found else None


def lint() -> str:
    """What the linter says about the crate, or why it says nothing."""
    command = linter()
    if command is None:
        return f"cloacina-lint is not installed, so the crate is not linted: {GET_LINTER}"
    try:
        run = subprocess.run(
            [*command[0], "."], env=command[1], capture_output=True, text=True, errors="replace", timeout=60
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"cloacina-lint could not run: {error}"
    if run.returncode == 0 or (run.returncode == 1 and run.stdout.strip()):
        return run.stdout.strip() or "cloacina-lint: nothing to report"
    last = (run.stderr.strip() or run.stdout.strip() or f"exit status {run.returncode}").splitlines()[-1]
    return f"cloacina-lint could not run: {last}"


def rustc_version() -> str:
    """The version of rustc, or an empty string."""
    try:
        run = subprocess.run(["rustc", "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.match(r"rustc (\d+\.\d+)", run.stdout)
    return found[1] if found else ""


def missing() -> list[str]:
    """What the crate's build, tests and checks need and this machine lacks, each with the command that brings it."""
    install = "xcode-select --install" if sys.platform == "darwin" else "sudo apt-get install build-essential"
    python = "brew install python" if sys.platform == "darwin" else "sudo apt-get install python3"
    lacks = []
    if not shutil.which("cargo"):
        lacks.append(f"cargo is not installed: {GET_RUST}")
    else:
        version, wanted = rustc_version(), ANSWERS["rust_version"]
        if not version:
            lacks.append("cargo is there but rustc does not run: rustup default stable")
        elif [int(part) for part in version.split(".")] < [int(part) for part in wanted.split(".")]:
            lacks.append(f"rustc {version} is too old, {wanted} or newer is needed: rustup update stable")
        if not (shutil.which("cargo-clippy") and shutil.which("cargo-fmt")):
            lacks.append("clippy or rustfmt is not installed: rustup component add clippy rustfmt")
    if not any(shutil.which(compiler) for compiler in ("cc", "gcc", "clang")):
        lacks.append(f"a C compiler and linker is not installed: {install}")
    if not any(shutil.which(name) for name in ("python3", "python")):
        lacks.append(f"cloacina-build needs a python3 on PATH: {python}")
    if not shutil.which("make"):
        lacks.append(f"make is not installed: {install}")
    return lacks


def main() -> None:
    name, directory = ANSWERS["crate_name"], os.getcwd()
    print(f"\nCreated {directory}, a package for Cloacina {ANSWERS['cloacina_version']}.")
    if "test" in name and ANSWERS["start"] != "event":
        print(
            f"warning: '{name}' contains 'test', so Cloacina's #[workflow] does not check that a task's dependencies "
            "exist; another name switches the check on"
        )
    print(lint())
    lacks = missing()
    if lacks:
        print("\nMissing on this machine:", *(f"  {line}" for line in lacks), sep="\n")
    cloacinactl = f"cargo install --locked cloacinactl --version {ANSWERS['cloacina_version']}"
    print(
        "\nNext:",
        f"  cd {shlex.quote(directory)}",
        "  make test                 # the first one builds the engine and takes some minutes",
        *([] if shutil.which("cloacina-lint") else [f"  {GET_LINTER}"]),
        "  make lint",
        *([] if shutil.which("cloacinactl") else [f"  {cloacinactl}"]),
        "  make pack",
        "  make                      # lists the tasks; README.md says what `make upload` needs",
        "Commit Cargo.lock, which the first of these writes.",
        sep="\n",
    )


for _empty in (".github/workflows", ".github"):  # cookiecutter leaves the directories of a file that it leaves out
    with contextlib.suppress(OSError):
        os.rmdir(_empty)

if __name__ == "__main__" and not ANSWERS["cruft"]:
    try:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        main()
        sys.stdout.flush()
    except BrokenPipeError:  # as in `cookiecutter ... | head`: nobody listens, and the crate stays
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        print(f"The crate is there, but what to do next could not be said: {error!r}")
