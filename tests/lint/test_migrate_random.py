"""Room tests/lint: random manifests through the migration: nothing of the user's is lost or moved about."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.lint.test_migrate_manifest import COMPANIONS, ENGINE, comments, made, values

UNRELATED = {"anyhow": "1", "regex": "1.10", "url": "2", "zeroize": "1", "base64": "0.22"}


class Written:
    """A random Cargo.toml: `text`, its lines that have nothing to do with Cloacina, and what they say."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.unrelated: list[str] = []
        self.dependencies: dict[str, Any] = {}
        sections = [self._dependencies, self._profile, self._metadata, self._features]
        random.shuffle(sections)
        self._add(f'[package] {self.note()}\nname = "till"\nversion = "1.2.3" {self.note()}\nedition = "2021"')
        for section in sections[: random.randint(2, 4)]:
            section()
        if not self.dependencies_written:
            self._dependencies()
        self.text = "\n".join(self.lines) + ("\n" if random.random() < 0.8 else "")

    dependencies_written = False

    def note(self) -> str:
        return f"# n{self.random.randint(0, 10**6)}" if self.random.random() < 0.4 else ""

    def _add(self, text: str, *, ours: bool = False) -> None:
        for line in text.split("\n"):
            line = line.rstrip()
            self.lines.append(line)
            if not ours:
                self.unrelated.append(line)

    def _dependencies(self) -> None:
        if self.dependencies_written:
            return
        self.dependencies_written = True
        random = self.random
        names = random.sample(sorted(UNRELATED), random.randint(0, 4))
        entries = [*names, "cloacina", *random.sample(["tokio", "chrono", "serde_json", "cloacina-workflow"], 2)]
        if random.random() < 0.5:
            entries.sort()
        else:
            random.shuffle(entries)
        column = random.choice([0, 0, 20])
        self._add("\n[dependencies]")
        tables = []
        for name in entries:
            if random.random() < 0.15:
                tables.append(name)
                continue
            if random.random() < 0.2:
                self._add("", ours=True)
            if random.random() < 0.3:
                self._add(f"# about {name} {random.randint(0, 10**6)}", ours=True)
            for line in self._entry(name):
                key, sign, value = line.partition(" = ")
                self._add(f"{key.ljust(column)}{sign}{value} {self.note()}", ours=name not in UNRELATED)
        for name in tables:
            ours = name not in UNRELATED
            self._add(f"\n[dependencies.{name}] {self.note()}", ours=ours)
            self._add(f'version = "{self._version(name)}" {self.note()}', ours=ours)
            if not ours:
                self.dependencies[name] = {"version": UNRELATED[name]}

    def _version(self, name: str) -> str:
        return UNRELATED.get(name, "0.6.1" if name.startswith("cloacina") else "0.4" if name == "chrono" else "1")

    def _entry(self, name: str) -> list[str]:
        version = self._version(name)
        features = {"tokio": '["full"]', "cloacina": '["macros", "sqlite"]'}.get(name, "[]")
        form = self.random.randrange(5)
        if name in UNRELATED:
            self.dependencies[name] = version if form in (0, 4) else {"version": version, "features": []}
        if form == 1:
            return [f"{name} = {{ version = '{version}', features = {features} }}"]
        if form == 2:
            return [f'{name}.version = "{version}"', f"{name}.features = {features}"]
        if form == 3:
            return [f'"{name}" = {{version="{version}",features={features}}}']
        return [f'{name} = "{version}"']

    def _profile(self) -> None:
        self._add(f"\n# speed\n[profile.release]\nlto = true {self.note()}\nopt-level = 3")

    def _metadata(self) -> None:
        self._add('\n[package.metadata.docs]\nfeatures = [ "a",\n  # why\n  "b" ]')

    def _features(self) -> None:
        self._add(f"\n[features] {self.note()}\nfast = []")


@pytest.mark.parametrize("seed", range(60))
def test_random_manifests(tmp_path: Path, seed: int) -> None:
    written = Written(Random(seed))
    newline = "\r\n" if seed % 3 == 0 else "\n"
    before = written.text.replace("\n", newline)
    result = made(tmp_path, before)
    after, data, old = result.text(), result.data(), values(written.text)
    dependencies = data["dependencies"]
    for name in ("cloacina", "tokio"):
        assert name not in dependencies
        assert name in data["dev-dependencies"]
    assert {name: value for name, value in dependencies.items() if name in UNRELATED} == written.dependencies
    assert set(dependencies) == set(COMPANIONS) | set(written.dependencies)
    assert data["dev-dependencies"]["cloacina"] == ENGINE
    assert data["features"] == {**old.get("features", {}), "default": ["packaged"], "packaged": []}
    assert (data["package"], data.get("profile")) == (old["package"], old.get("profile"))
    kept = "".join(item.text for item in result.report.kept)
    for comment in comments(before):
        assert comment in after or comment in kept
    rest = iter(after.split(newline))
    for line in written.unrelated:
        assert line in rest, f"{line!r} is gone, changed or in another place"
