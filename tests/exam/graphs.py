"""Room tests/exam/: crates with a computation graph, their mistakes and their variations."""

from __future__ import annotations

import random

from tests.exam.base import Draft, right
from tests.exam.changes import Change, append, cargo, move_to, package, rust, steps


def right_graph(version: str, rng: random.Random) -> Draft:
    """A crate without a mistake: one graph of two or three nodes on one reactor."""
    draft = right(version, rng)
    draft.tasks, draft.workflows, draft.graphs = [], [], ["risk"]
    lines = ["[dependencies]"]
    for crate in ("cloacina-computation-graph", "cloacina-macros", "cloacina-workflow", "cloacina-workflow-plugin"):
        lines.append(f'{crate} = "{version}"')
    head, rest = draft.manifest.split("[dependencies]\n")
    tail = rest[rest.index("[build-dependencies]") :]
    draft.files["Cargo.toml"] = head + "\n".join([*lines, 'serde_json = "1"']) + "\n\n" + tail
    draft.package(f'workflow_name = "{draft.workflow}"', 'graph_name = "risk"')
    draft.files["src/lib.rs"] = (
        "cloacina_workflow_plugin::package!();\n\n"
        "use cloacina_macros::{computation_graph, reactor};\n\n"
        '#[reactor(name = "market", accumulators = [price, volume], criteria = when_any(price, volume))]\n'
        "pub struct Market;\n\n"
        "#[computation_graph(\n"
        '    trigger = reactor("market"),\n'
        "    graph = { assess(price, volume) -> record },\n"
        ")]\n"
        "pub mod risk {\n"
        "    use serde_json::Value;\n\n"
        "    pub async fn assess(price: Option<&String>, volume: Option<&String>) -> Value {\n"
        "        Value::from(price.or(volume).cloned())\n    }\n\n"
        "    pub async fn record(assessed: &Value) -> Value {\n        assessed.clone()\n    }\n}\n"
    )
    return draft


SECOND = (
    '\n#[reactor(name = "news", accumulators = [item], criteria = when_any(item))]\npub struct News;\n\n'
    '§#[computation_graph(§\n    trigger = reactor("news"),§\n    graph = { read(item) -> keep },\n)]\n'
    "§pub mod reading {\n    use serde_json::Value;\n\n"
    "    pub async fn read(item: Option<&String>) -> Value {\n"
    "        Value::from(item.cloned())\n    }\n\n"
    "    pub async fn keep(read: &Value) -> Value {\n        read.clone()\n    }\n}\n"
)


def two(draft: Draft) -> None:
    append("src/lib.rs", SECOND)(draft)
    draft.rust("#[computation_graph(\n", "§#[computation_graph(§\n")
    draft.graphs.append("reading")


MISTAKES: dict[str, Change] = {
    "graph: no cloacina-macros": move_to("cloacina-macros", ""),
    "graph: no computation-graph": move_to("cloacina-computation-graph", ""),
    "graph: no serde_json": move_to("serde_json", ""),
    "graph: no package!()": steps(
        rust("cloacina_workflow_plugin::package!();\n", ""),
        rust("#[reactor", "§#[reactor"),
        rust("#[computation_graph(\n", "§#[computation_graph(\n"),
    ),
    "graph: unknown reactor": rust('reactor("market")', 'reactor("markets")§'),
    "graph: two of them": two,
    "graph: node private": rust("    pub async fn record", "    §async fn record"),
    "graph: node not there": rust("-> record }", "-> records }§"),
    "graph: function not used": rust(
        "    pub async fn record",
        "    §pub async fn unused(assessed: &Value) -> Value {\n        assessed.clone()\n    }\n\n"
        "    pub async fn record",
    ),
    "graph: circle": rust("-> record }", "-> record, record(assess) -> assess }§"),
    "graph: no topology": rust("    graph = { assess(price, volume) -> record },\n", ""),
    "graph: react form": rust('    trigger = reactor("market"),', "    react = when_any(price, volume),§"),
    "graph: reactor without a name": rust('name = "market", ', "§"),
    "graph: reactor without accumulators": rust("accumulators = [price, volume], ", "§"),
    "graph: criteria unknown": rust("when_any(price, volume)", "when_some(price, volume)§"),
    "graph: criteria on another name": rust("when_any(price, volume)", "when_any(prices)§"),
    "graph: on from a variant": steps(
        rust("assess(price, volume) -> record", "assess(price, volume) => { Known -> keep },§ keep -> record"),
        rust(
            "volume: Option<&String>) -> Value {\n        Value::from(price.or(volume).cloned())\n    }\n",
            "volume: Option<&String>) -> Assessed {\n"
            "        Assessed::Known(price.or(volume).cloned().unwrap_or_default())\n    }\n\n"
            "    pub enum Assessed {\n        Known(String),\n    }\n\n"
            "    pub async fn keep(kept: &str) -> Value {\n        Value::from(kept)\n    }\n",
        ),
    ),
    "graph: packaged is no default feature": cargo('default = ["packaged"]', "default = []§"),
    "graph: name differs in package.toml": package('name = "{name}"', 'name = "graphs"§'),
}
# The graph fires, and gets nothing of what is pushed.
IGNORED: dict[str, Change] = {
    "graph: inputs of any JSON": steps(
        rust("price: Option<&String>, volume: Option<&String>", "price: Option<&Json>, volume: Option<&Json>§"),
        rust("Value::from(price.or(volume).cloned())", "price.or(volume).cloned().unwrap_or_default()"),
        rust("use cloacina_macros", "use serde_json::Value as Json;\n\nuse cloacina_macros"),
        rust("    use serde_json::Value;\n", "    use super::Json;\n    use serde_json::Value;\n"),
    ),
}
HARMLESS: dict[str, Change] = {
    "graph: nothing at all": steps(),
    "graph: all of them": rust("when_any(", "when_all("),
    "graph: paths to the macros": steps(
        rust("use cloacina_macros::{computation_graph, reactor};\n\n", ""),
        rust("#[reactor(", "#[cloacina_macros::reactor("),
        rust("#[computation_graph(", "#[cloacina_macros::computation_graph("),
    ),
    "graph: private module": rust("pub mod risk", "mod risk"),
    "graph: no graph_name": package('graph_name = "risk"\n', ""),
    "graph: node for the parent": rust("    pub async fn record", "    pub(super) async fn record"),
    "graph: one input": rust("graph = { assess(price, volume)", "graph = { assess(volume, price)"),
}
