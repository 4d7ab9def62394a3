"""Room: the rules' examples, laid over the canonical crate. Used by --explain, the docs and the tests.

An example is a string of `--- path` blocks. A TOML block replaces the tables it gives in the canonical file of that
path; any other block is the whole file; `--- path (absent)` takes the file away. «» marks where the finding is.
"""

from __future__ import annotations

from .contracts import Contract, load

MARK_OPEN, MARK_CLOSE = "«", "»"


def files(example: str) -> list[tuple[str, str | None]]:
    """(path, text) of each block, text None for an absent file. Marks stay in."""
    found: list[tuple[str, str | None]] = []
    for block in ("\n" + example.strip("\n")).split("\n--- ")[1:]:
        head, _, text = block.partition("\n")
        if head.endswith(" (absent)"):
            found.append((head[: -len(" (absent)")], None))
        else:
            found.append((head, text.rstrip("\n") + "\n"))
    return found


def canonical(contract: Contract) -> dict[str, str]:
    """The smallest crate of a generation that is right in every point, path -> text."""
    dependencies: list[str] = []
    build: list[str] = []
    for name, needs in contract.crates.items():
        if not (set(needs["for"]) & {"workflow", "package"} or needs.get("guide")):
            continue
        version = contract.requirement(name)
        features = f', features = ["{needs["features"][0]}"]' if "features" in needs else ""
        line = f'{name} = {{ version = "{version}"{features} }}' if features else f'{name} = "{version}"'
        (build if needs.get("kind") == "build" else dependencies).append(line)
    if not build:
        build.append(f'cloacina-build = "{contract.version}"')
    package_macro = "cloacina_workflow_plugin::package!();\n\n" if contract.package_macro else ""
    return {
        "Cargo.toml": (
            '[package]\nname = "my-workflow"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n\n'
            '[features]\ndefault = ["packaged"]\npackaged = []\n\n'
            '[lib]\ncrate-type = ["cdylib", "rlib"]\n\n'
            "[dependencies]\n" + "\n".join(dependencies) + "\n\n"
            "[build-dependencies]\n" + "\n".join(build) + "\n"
        ),
        "build.rs": "fn main() {\n    cloacina_build::configure();\n}\n",
        "package.toml": (
            '[package]\nname = "my-workflow"\nversion = "0.1.0"\ninterface = "cloacina-workflow-plugin"\n'
            'interface_version = 1\nextension = "cloacina"\n\n'
            '[metadata]\nlanguage = "rust"\nworkflow_name = "data"\n'
        ),
        "src/lib.rs": (
            f"{package_macro}use cloacina_workflow::{{task, workflow, Context, TaskError}};\n\n"
            '#[workflow(name = "data")]\npub mod data {\n    use super::*;\n\n'
            '    #[task(id = "extract", dependencies = [])]\n'
            "    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {\n"
            '        context.insert("data", serde_json::json!(42))?;\n        Ok(())\n    }\n}\n'
        ),
        "tests/service_mode.rs": "#[test]\nfn passes() {\n    assert_eq!(1 + 1, 2);\n}\n",
    }


def _tables(text: str) -> list[tuple[str, str]]:
    """(header line without marks, text) of each table of a TOML text; "" for what stands before the first header."""
    tables: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines(keepends=True):
        bare = line.replace(MARK_OPEN, "").replace(MARK_CLOSE, "").strip()
        if bare.startswith("["):
            tables.append((bare, []))
        tables[-1][1].append(line)
    return [(header, "".join(lines)) for header, lines in tables]


def lay_over(base: str, patch: str) -> str:
    """A TOML text with the patch's tables in place of its own; `# no [table]` in the patch takes a table away."""
    removed = {line[len("# no ") :].strip() for line in patch.splitlines() if line.startswith("# no [")}
    new = {header: text for header, text in _tables(patch) if header}
    result = []
    for header, text in _tables(base):
        if header in new:
            result.append(new.pop(header).rstrip("\n") + "\n\n")
        elif header not in removed:
            result.append(text)
    parts = ["".join(result), *new.values()]
    return "\n\n".join(part.rstrip("\n") for part in parts if part.strip("\n")) + "\n"


def crate(example: str, version: str) -> tuple[dict[str, str], list[tuple[str, int, int]]]:
    """(path -> text, [(path, start, end) of each mark, in characters]) of an example's whole crate."""
    contract = load(version)
    assert contract is not None
    result = canonical(contract)
    marked = []
    for path, text in files(example):
        if text is None:
            result.pop(path, None)
        elif path.endswith(".toml") and path in result:
            result[path] = lay_over(result[path], text)
        else:
            result[path] = text
    for path, text in result.items():
        while (start := text.find(MARK_OPEN)) >= 0:
            end = text.index(MARK_CLOSE) - 1
            text = text.replace(MARK_OPEN, "", 1).replace(MARK_CLOSE, "", 1)
            marked.append((path, start, end))
        result[path] = text
    return result, marked
