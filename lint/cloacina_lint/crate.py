"""Room: Crate, everything a rule may look at, read lazily, with positions."""

from __future__ import annotations

import os

from . import contracts
from .cargo import Manifest, excludes
from .contracts import Contract
from .source import toml
from .source.toml import TomlDoc
from .source.tree import Tree, display_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .cloacina import Facts
    from .source.rust import RustFile
    from .source.rust_mods import ModuleTree
    from .source.text import SourceFile
    from .workflows import Structure

SERVICE, LIBRARY, PYTHON, OTHER = "service", "library", "python", "other"


class CrateError(Exception):
    """A crate that cannot be linted at all: one line that says what, where and what to do."""


def read_toml(file: SourceFile, what: str = "") -> TomlDoc:
    """A manifest that linting needs. Raises CrateError, with the place; `what` begins its reason."""
    try:
        return toml.parse(file)
    except toml.TomlError as error:
        line, column = file.position(error.span.start)
        raise CrateError(f"{file.display}:{line}:{column}: {what}not valid TOML: {error.message}") from None


class Crate:
    """One crate (or Python package) on disk or in an archive.

    explicit: named on the command line, so checked in full whatever its kind.
    """

    def __init__(
        self, tree: Tree, *, explicit: bool = False, version: str | None = None, server: str | None = None
    ) -> None:
        self.tree = tree
        self.explicit = explicit
        self.forced_version = version
        self._forced_server = server
        self._cache: dict[str, Any] = {}

    # --- names ---

    @property
    def display(self) -> str:
        return display_path(self.tree.root)

    @property
    def name(self) -> str:
        name = self.manifest.name if self.has_manifest else None
        if name is None and self.package_toml is not None:
            value = self.package_toml.get("package", "name")
            name = value if isinstance(value, str) else None
        return name or os.path.basename(self.tree.root)

    # --- manifests ---

    def _toml(self, path: str) -> TomlDoc | None:
        key = f"toml:{path}"
        if key not in self._cache:
            file = self.tree.read(path)
            if file is None:
                self._cache[key] = None
            else:
                self._cache[key] = read_toml(file)
        doc: TomlDoc | None = self._cache[key]
        return doc

    @property
    def has_manifest(self) -> bool:
        return self._toml("Cargo.toml") is not None

    @property
    def manifest(self) -> Manifest:
        if "manifest" not in self._cache:
            doc = self._toml("Cargo.toml")
            if doc is None:
                raise CrateError(f"{self.display}: no Cargo.toml here; name a directory that holds a crate")
            self._cache["manifest"] = Manifest(doc, self.workspace)
        manifest: Manifest = self._cache["manifest"]
        return manifest

    @property
    def package_toml(self) -> TomlDoc | None:
        """package.toml; None where it is absent or is not TOML (then `package_toml_error` says why)."""
        if "package.toml" not in self._cache:
            self._cache["package.toml"] = None
            self._cache["package.toml:error"] = None
            file = self.tree.read("package.toml")
            if file is not None:
                try:
                    self._cache["package.toml"] = toml.parse(file)
                except toml.TomlError as error:
                    self._cache["package.toml:error"] = error
        doc: TomlDoc | None = self._cache["package.toml"]
        return doc

    @property
    def package_toml_error(self) -> toml.TomlError | None:
        _ = self.package_toml
        error: toml.TomlError | None = self._cache["package.toml:error"]
        return error

    # --- workspace ---

    @property
    def workspace_root(self) -> str | None:
        """Absolute directory of the workspace this crate belongs to; None where it stands alone or is the root."""
        return self._above[0]

    @property
    def _above(self) -> tuple[str | None, TomlDoc | None]:
        """(workspace_root, its manifest)."""
        if "above" not in self._cache:
            self._cache["above"] = self._find_workspace()
        above: tuple[str | None, TomlDoc | None] = self._cache["above"]
        return above

    def _find_workspace(self) -> tuple[str | None, TomlDoc | None]:
        doc = self._toml("Cargo.toml")
        if doc is None or doc.has("workspace") or not self.tree.on_disk:
            return None, None
        named = doc.get("package", "workspace")
        if isinstance(named, str):
            root_dir = self.tree.absolute(named)
            file = self.tree.read(os.path.join(root_dir, "Cargo.toml"))
            return root_dir, read_toml(file, "workspace manifest is ") if file is not None else None
        above = os.path.dirname(self.tree.root)
        while above and os.path.dirname(above) != above:
            manifest = os.path.join(above, "Cargo.toml")
            if os.path.isfile(manifest):
                file = self.tree.read(manifest)
                try:
                    root = toml.parse(file) if file is not None else None
                except toml.TomlError:
                    root = None
                if root is not None and root.has("workspace"):
                    out = excludes(root, display_path(self.tree.root, above))
                    return (None, None) if out else (above, root)
            above = os.path.dirname(above)
        return None, None

    @property
    def workspace(self) -> TomlDoc | None:
        """The workspace's root manifest (the crate's own where it is the root)."""
        own = self._toml("Cargo.toml")
        return own if own is not None and own.has("workspace") else self._above[1]

    @property
    def document(self) -> TomlDoc | None:
        """The crate's own Cargo.toml as it is."""
        return self._toml("Cargo.toml")

    @property
    def config(self) -> dict[str, Any]:
        """The settings of the crate, well formed ones only: see config.py."""
        if "config" not in self._cache:
            from . import config

            self._cache["config"] = config.read(self)
        settings: dict[str, Any] = self._cache["config"]
        return settings

    # --- Rust ---

    @property
    def modules(self) -> ModuleTree | None:
        """The library target's module tree; None where the root file is absent."""
        if "modules" not in self._cache:
            from .source import rust, rust_mods

            path = self.manifest.lib_path
            file = self.tree.read(path)
            self._cache["modules"] = (
                None if file is None else rust_mods.load_modules(rust.parse(file), path, self.tree.read)
            )
        modules: ModuleTree | None = self._cache["modules"]
        return modules

    @property
    def build_script(self) -> RustFile | None:
        path = self.manifest.build_script
        return self.rust(path) if path else None

    def rust(self, path: str) -> RustFile | None:
        """Any Rust file of the crate, parsed once."""
        key = f"rust:{path}"
        if key not in self._cache:
            from .source import rust

            file = self.tree.read(path)
            self._cache[key] = None if file is None else rust.parse(file)
        parsed: RustFile | None = self._cache[key]
        return parsed

    @property
    def test_files(self) -> list[str]:
        """Integration test targets: tests/*.rs and tests/*/main.rs."""
        found = []
        for name in self.tree.names("tests"):
            if name.endswith(".rs"):
                found.append(f"tests/{name}")
            elif self.tree.is_file(f"tests/{name}/main.rs"):
                found.append(f"tests/{name}/main.rs")
        return found

    @property
    def facts(self) -> Facts:
        """The crate's Rust with Cloacina's meaning: workflows, tasks, triggers, package!() calls."""
        if "facts" not in self._cache:
            from .cloacina import Facts

            self._cache["facts"] = Facts(self)
        facts: Facts = self._cache["facts"]
        return facts

    @property
    def structure(self) -> Structure:
        """The crate's workflows as the #[workflow] macro reads them, and the tasks it leaves out."""
        if "structure" not in self._cache:
            from .workflows import Structure

            self._cache["structure"] = Structure(self)
        structure: Structure = self._cache["structure"]
        return structure

    # --- kind and version ---

    @property
    def kind(self) -> str:
        """service, library (embedded), python or other (not a Cloacina crate)."""
        if "kind" not in self._cache:
            self._cache["kind"] = self._find_kind()
        kind: str = self._cache["kind"]
        return kind

    def _find_kind(self) -> str:
        if not self.has_manifest:
            return PYTHON if self.tree.is_file("package.toml") else OTHER
        packaged = self.tree.is_file("package.toml") or bool({"cdylib", "dylib"} & set(self.manifest.crate_types))
        cloacina = any(
            dependency.package == "cloacina" or dependency.package.startswith("cloacina-")
            for dependency in self.manifest.dependencies
        )
        python = self.package_toml is not None and self.package_toml.get("metadata", "language") == "python"
        if python and not cloacina:
            return PYTHON
        if not cloacina:
            mentioned = self.modules is not None and any("cloacina" in m.rust.file.text for m in self.modules.files)
            return SERVICE if mentioned or self.tree.is_file("package.toml") else OTHER
        mode = self.config.get("mode")
        if mode is not None:
            return SERVICE if mode == "service" else LIBRARY
        if packaged:
            return SERVICE
        if self.manifest.find("cloacina") is not None or not self.facts.declares_anything:
            return LIBRARY
        return SERVICE

    @property
    def judged(self) -> bool:
        """Whether the rules run on it."""
        if self.kind in (PYTHON, OTHER):
            return False
        return self.explicit or self.kind == SERVICE

    @property
    def version(self) -> tuple[str, str]:
        """(the Cloacina version judged by, where it comes from)."""
        if "version" not in self._cache:
            from .judged_by import version_of

            self._cache["version"] = version_of(self)
        version: tuple[str, str] = self._cache["version"]
        return version

    @property
    def version_known(self) -> bool:
        from .judged_by import UNKNOWN_VERSION

        return self.version[1] != UNKNOWN_VERSION

    def judged_by(self, version: str) -> Crate:
        """The same crate, judged by another Cloacina version."""
        return Crate(self.tree, explicit=self.explicit, version=version, server=self._forced_server)

    def on(self, tree: Tree) -> Crate:
        """The same crate with other files. As every new crate it has read nothing yet."""
        return Crate(tree, explicit=self.explicit, version=self.forced_version, server=self._forced_server)

    @property
    def server(self) -> str | None:
        """The version of the server the package is for, where someone said it."""
        return self._forced_server or self.config.get("server")

    @property
    def lock(self) -> SourceFile | None:
        if "lock" not in self._cache:
            root = self.workspace_root
            self._cache["lock"] = (Tree(root) if root else self.tree).read("Cargo.lock")
        lock: SourceFile | None = self._cache["lock"]
        return lock

    def locked_versions(self, package: str) -> list[str]:
        """Versions of a package in Cargo.lock. Found by text: cargo writes the file in one form, and it is long."""
        if self.lock is None:
            return []
        text = self.lock.text.replace("\r\n", "\n")
        found = []
        mark = f'name = "{package}"\nversion = "'
        at = text.find(mark)
        while at >= 0:
            start = at + len(mark)
            found.append(text[start : text.find('"', start)])
            at = text.find(mark, start)
        return found

    @property
    def contract(self) -> Contract:
        if "contract" not in self._cache:
            version, reason = self.version
            contract = contracts.load(version)
            if contract is None:
                raise CrateError(
                    f"{self.display}: Cloacina {version} ({reason}) is not known here; "
                    "name a version from 0.5 on with --cloacina"
                )
            self._cache["contract"] = contract
        contract = self._cache["contract"]
        assert isinstance(contract, Contract)
        return contract
