"""Room: Cargo.toml as cargo reads it: targets, features, dependencies, what a workspace hands down."""

from __future__ import annotations

from .source.text import Span
from .source.toml import TomlDoc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

Path = tuple["str | int", ...]

KINDS = (
    ("normal", ("dependencies",)),
    ("dev", ("dev-dependencies", "dev_dependencies")),
    ("build", ("build-dependencies", "build_dependencies")),
)


def excludes(root: TomlDoc, relative: str) -> bool:
    """Whether a workspace's `exclude` covers a directory (relative to its root)."""
    excluded = root.get("workspace", "exclude")
    return isinstance(excluded, list) and any(relative == item or relative.startswith(f"{item}/") for item in excluded)


class Dependency:
    """One entry of a dependency table, workspace inheritance already followed.

    key: the name in the table (what code calls it, with `-` as `_`); package: the crate's real name.
    workspace_span: the entry in the workspace's table, where one is inherited. source: "path" or "git", said at
    source_path of source_document.
    """

    __slots__ = (
        "default_features",
        "doc",
        "features",
        "inherited",
        "key",
        "key_span",
        "kind",
        "optional",
        "package",
        "path",
        "requirement",
        "source",
        "source_document",
        "source_path",
        "table",
        "target",
        "version_span",
        "workspace_span",
    )

    def __init__(self, doc: TomlDoc, table: Path, key: str, kind: str, target: str | None) -> None:
        self.doc = doc
        self.table = table
        self.key = key
        self.kind = kind
        self.target = target
        self.path: Path = (*table, key)
        span = doc.key_span(*self.path)
        assert span is not None
        self.key_span: Span = span
        self.version_span: Span | None = None
        self.workspace_span: Span | None = None
        self.package = key
        self.requirement: str | None = None
        self.features: list[str] = []
        self.default_features = True
        self.optional = False
        self.inherited = False
        self.source: str | None = None
        self.source_document: TomlDoc | None = None
        self.source_path: Path = ()

    @property
    def import_name(self) -> str:
        return self.key.replace("-", "_")

    def value_span(self, *path: str) -> Span | None:
        """The span of a key of this entry in the crate's own manifest, else of the whole entry."""
        return self.doc.value_span(*self.path, *path) or self.doc.value_span(*self.path)


def _fill(dependency: Dependency, value: Any, doc: TomlDoc, path: Path, *, add: bool = False) -> None:
    """Read one entry's value. `add`: on top of an inherited one (features add up, the rest is the member's)."""
    if isinstance(value, str):
        dependency.requirement = value
        dependency.version_span = doc.value_span(*path)
        return
    if not isinstance(value, dict):
        return
    if isinstance(value.get("version"), str):
        dependency.requirement = value["version"]
        dependency.version_span = doc.value_span(*path, "version")
    if isinstance(value.get("package"), str) and not add:
        dependency.package = value["package"]
    features = value.get("features")
    if isinstance(features, list):
        dependency.features += [feature for feature in features if isinstance(feature, str)]
    for key in ("default-features", "default_features"):
        if isinstance(value.get(key), bool) and (not add or value[key]):
            dependency.default_features = value[key]
    if value.get("optional") is True:
        dependency.optional = True
    for source in ("path", "git"):
        if source in value:
            dependency.source = source
            dependency.source_document = doc
            dependency.source_path = path


class Manifest:
    """One Cargo.toml, and the workspace's where the crate inherits from it."""

    def __init__(self, doc: TomlDoc, workspace: TomlDoc | None = None) -> None:
        self.doc = doc
        self.workspace = workspace
        self._dependencies: list[Dependency] | None = None

    # --- [package] ---

    def package(self, key: str) -> Any:
        """A key of [package], followed into [workspace.package] where it says `workspace = true`."""
        value = self.doc.get("package", key)
        if isinstance(value, dict) and value.get("workspace") is True:
            return self.workspace.get("workspace", "package", key) if self.workspace else None
        return value

    @property
    def name(self) -> str | None:
        name = self.doc.get("package", "name")
        return name if isinstance(name, str) else None

    @property
    def name_span(self) -> Span:
        return self.doc.value_span("package", "name") or self.anchor("package")

    def anchor(self, *path: str) -> Span:
        """Where a finding about something absent points: the deepest table of `path` that is there, else line 1."""
        for depth in range(len(path), 0, -1):
            span = self.doc.value_span(*path[:depth]) or self.doc.key_span(*path[:depth])
            if span is not None:
                return span
        return self.doc.value_span("package") or self.doc.file.line_span(1)

    # --- targets ---

    @property
    def lib_name(self) -> str | None:
        """The library target's name as code writes it (`-` as `_`)."""
        name = self.doc.get("lib", "name")
        if not isinstance(name, str):
            name = self.name
        return None if name is None else name.replace("-", "_")

    @property
    def lib_path(self) -> str:
        path = self.doc.get("lib", "path")
        return path if isinstance(path, str) else "src/lib.rs"

    @property
    def crate_type_key(self) -> str | None:
        """The spelling used: `crate-type`, or the old `crate_type`; None where the key is absent."""
        for key in ("crate-type", "crate_type"):
            if self.doc.has("lib", key):
                return key
        return None

    @property
    def crate_types(self) -> list[str]:
        key = self.crate_type_key
        value = self.doc.get("lib", key) if key else None
        if isinstance(value, str):
            return [value]
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else ["lib"]

    @property
    def build_script(self) -> str | None:
        """Path of the build script if one is named or allowed by default; None where `build = false`."""
        value = self.package("build")
        if value is False:
            return None
        return value if isinstance(value, str) else "build.rs"

    # --- features ---

    @property
    def features(self) -> dict[str, list[str]]:
        table = self.doc.get("features")
        if not isinstance(table, dict):
            return {}
        return {
            name: [v for v in value if isinstance(v, str)] for name, value in table.items() if isinstance(value, list)
        }

    def default_features(self) -> tuple[set[str], set[tuple[str, str]]]:
        """What a plain `cargo build` turns on: (the crate's own features, (dependency key, its feature) pairs)."""
        own: set[str] = set()
        foreign: set[tuple[str, str]] = set()
        features = self.features
        todo = ["default"]
        while todo:
            name = todo.pop()
            if name.startswith("dep:"):
                continue
            if "/" in name:
                dependency, feature = name.split("/", 1)
                foreign.add((dependency.rstrip("?"), feature))
                continue
            if name not in own:
                own.add(name)
                todo += features.get(name, [])
        return own, foreign

    # --- dependencies ---

    @property
    def dependencies(self) -> list[Dependency]:
        """Every entry of every dependency table, [target.'cfg(..)'] tables included, in the file's order of tables."""
        if self._dependencies is None:
            self._dependencies = list(self._read_dependencies())
        return self._dependencies

    def _read_dependencies(self) -> Iterator[Dependency]:
        scopes: list[tuple[Path, str | None, Any]] = [((), None, self.doc.data)]
        targets = self.doc.get("target")
        if isinstance(targets, dict):
            scopes += [(("target", cfg), cfg, table) for cfg, table in targets.items() if isinstance(table, dict)]
        for prefix, target, scope in scopes:
            for kind, names in KINDS:
                for name in names:
                    table = scope.get(name)
                    if isinstance(table, dict):
                        for key, value in table.items():
                            yield self._read_dependency((*prefix, name), key, value, kind, target)

    def _read_dependency(self, table: Path, key: str, value: Any, kind: str, target: str | None) -> Dependency:
        dependency = Dependency(self.doc, table, key, kind, target)
        if isinstance(value, dict) and value.get("workspace") is True:
            dependency.inherited = True
            path = ("workspace", "dependencies", key)
            if self.workspace is not None and self.workspace.has(*path):
                dependency.workspace_span = self.workspace.key_span(*path)
                _fill(dependency, self.workspace.get(*path), self.workspace, path)
            _fill(dependency, value, self.doc, dependency.path, add=True)
        else:
            _fill(dependency, value, self.doc, dependency.path)
        return dependency

    def find(self, package: str, kind: str | None = "normal") -> Dependency | None:
        """The first dependency on a package (by its real name) of one kind, or of any with kind=None."""
        for dependency in self.dependencies:
            if dependency.package == package and kind in (None, dependency.kind):
                return dependency
        return None

    def enabled_features(self, dependency: Dependency) -> set[str]:
        """Features of a dependency that this crate turns on in a plain build, `default` among them."""
        _, foreign = self.default_features()
        enabled = {feature for key, feature in foreign if key == dependency.key}
        for entry in self.dependencies:
            if entry.package == dependency.package and entry.kind != "dev":
                enabled.update(entry.features)
                if entry.default_features:
                    enabled.add("default")
        return enabled
