"""Room scripts/: the project's own Python environment: made once from the locked packages, in the work directory."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts import _terminal
from scripts._terminal import UserError

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
LOCK_DEV = ROOT / "requirements-dev.txt"
LINTER_SOURCES = ("pyproject.toml", "README.md", "LICENSE", "lint")
TEMPLATE_SOURCES = ("cookiecutter.json", "<<cookiecutter.crate_name>>", "templates", "hooks", "cloacina_service_ext.py")
# These would send pip's work elsewhere than into the environment, or let the shell's Python settings into it.
UNWANTED = ("PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_ROOT", "PIP_TARGET", "PIP_USER", "PYTHONHOME", "PYTHONPATH")


def work_dir() -> Path:
    """Where environments, tools and builds are kept: $CLOACINA_SERVICE_WORK, else <root>/.work."""
    return Path(os.environ.get("CLOACINA_SERVICE_WORK") or ROOT / ".work").resolve()


def digest(paths: Iterable[Path]) -> str:
    """A short hash of the files (folders are walked; caches left out): changes with any name, mode bit or content."""
    total = hashlib.sha256()
    for top in paths:
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        for file in files:
            inside = file.relative_to(top.parent).parts
            if file.is_file() and not any(p == "__pycache__" or p.endswith(".egg-info") for p in inside):
                content = file.read_bytes()
                total.update(f"{'/'.join(inside)}\0{os.access(file, os.X_OK)}\0{len(content)}\0".encode())
                total.update(content)
    return total.hexdigest()[:16]


def template_digest() -> str:
    """A short hash of everything that shapes a generated crate."""
    return digest(ROOT / name for name in TEMPLATE_SOURCES)


@contextmanager
def held(name: str) -> Iterator[None]:
    """Hold a named lock of the work directory; other processes of this project wait for it."""
    path = work_dir() / "locks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class Environment:
    """A ready virtual environment: `python` and `program("cloacina-lint")` are paths of files that exist."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bin = path / "bin"
        self.python = self.bin / "python"

    def program(self, name: str) -> Path:
        return self.bin / name

    def variables(self, **extra: str) -> dict[str, str]:
        """The process environment with this virtual environment in front of PATH."""
        kept = {key: value for key, value in os.environ.items() if key not in UNWANTED}
        kept.update(PATH=f"{self.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}", VIRTUAL_ENV=str(self.path))
        return {**kept, **extra}


def ensure(*, dev: bool) -> Environment:
    """The environment with the locked packages (`dev`: those of the tests too) and this repository's linter.

    Made at the first call, renewed when a lock file or the linter's source changes, else ready at once.
    A marker file is written last, so that a half-made environment is never used. Raises UserError.
    """
    work = work_dir()
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"cannot make the work directory {work} ({error.strerror}); name another in CLOACINA_SERVICE_WORK"
        ) from error
    tag = f"venv-{sys.version_info[0]}.{sys.version_info[1]}"
    made_from = hashlib.sha256(LOCK.read_bytes() + LOCK_DEV.read_bytes() + sys.base_prefix.encode()).hexdigest()[:12]
    environment = Environment(work / f"{tag}-{made_from}")
    with held("environment"):
        if not _marked(environment, "packages") and not _marked(environment, "dev-packages"):
            _create(environment)
        if dev and not _marked(environment, "dev-packages"):
            _install_locked(environment, LOCK_DEV, "dev-packages")
        elif not dev and not _marked(environment, "dev-packages") and not _marked(environment, "packages"):
            _install_locked(environment, LOCK, "packages")
        _install_linter(environment)
        for other in work.glob(f"{tag}-*"):
            if other != environment.path:
                shutil.rmtree(other, ignore_errors=True)
        _point_to(work / "venv", environment.path)
    return environment


def _marker(environment: Environment, name: str) -> Path:
    return environment.path / f".installed-{name}"


def _marked(environment: Environment, name: str, content: str = "") -> bool:
    marker = _marker(environment, name)
    return marker.is_file() and marker.read_text(encoding="utf-8") == content and environment.python.exists()


def _create(environment: Environment) -> None:
    shutil.rmtree(environment.path, ignore_errors=True)
    log = work_dir() / "logs" / "venv.log"
    command = [sys.executable, "-m", "venv", str(environment.path)]
    if _terminal.run_step("make a virtual environment", command, log, env=_outside()):
        shutil.rmtree(environment.path, ignore_errors=True)
        _terminal.show_tail(log)
        raise UserError(
            f"{sys.executable} cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"
        )


def _outside() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in UNWANTED}


def _pip(environment: Environment, title: str, log: str, arguments: Sequence[str | os.PathLike[str]]) -> None:
    command = [environment.python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", *arguments]
    path = work_dir() / "logs" / log
    if _terminal.run_step(title, command, path, env=environment.variables()):
        _terminal.show_tail(path, 8)
        raise UserError(f"could not {title}: pip's own words are above; is the package index reachable from here?")


def _install_locked(environment: Environment, lock: Path, marker: str) -> None:
    title = "install the locked packages" + (" of the tests" if lock == LOCK_DEV else "")
    _pip(environment, title, f"{marker}.log", ["--require-hashes", "-r", lock])
    _marker(environment, marker).write_text("", encoding="utf-8")


def _install_linter(environment: Environment) -> None:
    """Install the linter from a copy of its source: the build leaves nothing in the repository."""
    version = digest(ROOT / name for name in LINTER_SOURCES)
    if _marked(environment, "linter", version):
        return
    _marker(environment, "linter").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=work_dir(), prefix="linter-") as folder:
        for name in LINTER_SOURCES:
            source, copy = ROOT / name, Path(folder) / name
            if source.is_dir():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
            else:
                shutil.copyfile(source, copy)
        # Nothing is fetched: its dependencies and its build backend are among the locked packages.
        offline = ["--no-index", "--no-deps", "--no-build-isolation", "--force-reinstall"]
        _pip(environment, "install the linter", "linter.log", [*offline, folder])
    _marker(environment, "linter").write_text(version, encoding="utf-8")


def _point_to(link: Path, target: Path) -> None:
    """Let <work>/venv stand for the current environment, for people and documents."""
    if os.path.lexists(link) and (not link.is_symlink() or os.readlink(link) == target.name):
        return
    fresh = link.with_name(f".{link.name}-{os.getpid()}")
    fresh.symlink_to(target.name)
    fresh.replace(link)
