"""Room migrate/service_test/: the text of tests/service_mode.rs: the template's harness, what a program did in it."""

from __future__ import annotations

import re

from ..programs.runs import Loop, Run, Step
from ..rust.syntax import STRINGS, walk
from . import harness
from .asserting import COMPLETED, Expectation, presence
from .carrying import rewritten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile
    from ..rust.syntax import Ref
    from .carrying import Carrier, Place
    from .slicing import Slice

PATH = "tests/service_mode.rs"
NO_ENGINE = frozenset(((0, 5),))  # minors whose engine crate was never published: no test can load a package
WIDTH = 60  # of an array or a call's arguments on one line, as rustfmt counts


class Body:
    """One test function. lines: what stands between the harness's head and its shutdown, indented by four; "" for a
    test that only loads the library. ignore: why it does not run; doc: lines for a reader, without `///`."""

    __slots__ = ("doc", "ignore", "lines", "name")

    def __init__(self, name: str, lines: str, ignore: str = "", doc: str = "") -> None:
        self.name = name
        self.lines = lines
        self.ignore = ignore
        self.doc = doc


def string(text: str) -> str:
    """A Rust string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def compose(
    workflow: str, ids: list[str], bodies: list[Body], imports: dict[str, str], bare: list[str], copies: list[str]
) -> str:
    """The file. imports: name -> path beside the harness's own; bare: further imports, written out; copies: items."""
    listed = ", ".join(string(name) for name in sorted(ids, key=lambda one: one.encode()))
    array = f"[{listed}]"
    if len(array) > WIDTH - 5:
        inside = (
            array
            if len(array) <= WIDTH
            else "[\n"
            + "".join(f"            {string(name)},\n" for name in sorted(ids, key=lambda one: one.encode()))
            + "        ]"
        )
        head = harness.HEAD.replace("assert_eq!(ids, @ids@);", f"assert_eq!(\n        ids,\n        {inside}\n    );")
    else:
        head = harness.HEAD.replace("@ids@", array)
    parts = [harness.CONSTANTS.replace("@workflow@", string(workflow))]
    parts += [text.rstrip() + "\n" for text in copies]
    parts.append(harness.FUNCTIONS)
    shared = len(bodies) > 1
    if shared:
        parts.append(f"{harness.ENGINE_DOC}{harness.ENGINE_SIGNATURE} {{\n{head}\n{harness.ENGINE_END}}}\n")
    for body in bodies:
        parts.append(_function(body, harness.ENGINE_CALL if shared else head, shared))
    code = "\n".join(parts)
    return f"{harness.DOC}\n{_imports(code, imports, bare)}\n{code}"


def _function(body: Body, head: str, shared: bool) -> str:
    fails = returns_early(body.lines)
    text = "".join(f"/// {line}\n" for line in body.doc.splitlines()) + harness.ATTRIBUTE
    if body.ignore:
        text += f"#[ignore = {string(body.ignore)}]\n"
    text += f"async fn {body.name}()" + (" -> Result<(), Box<dyn Error>>" if fails else "") + " {\n"
    middle = body.lines.strip("\n")
    runner = harness.SHUTDOWN
    if re.search(r"\blet (?:mut )?runner\b", middle):
        head = re.sub(r"\brunner\b", "engine_of_test", head)
        middle = middle.replace("= runner\n", "= engine_of_test\n")
        runner = re.sub(r"\brunner\b", "engine_of_test", runner)
    text += head + ("\n" if middle or not shared else "") + (f"{middle}\n\n" if middle else "") + runner
    return text + ("    Ok(())\n" if fails else "") + "}\n"


def returns_early(lines: str) -> bool:
    """Whether statements use `?`, or return, outside of closures."""
    from ...source import rust
    from ...source.text import SourceFile

    if "?" not in lines and "return" not in lines:
        return False
    parsed = rust.parse(SourceFile("", f"fn f() {{\n{lines}\n}}\n", ""))
    body = parsed.items[0].body if parsed.items else None
    stack = [body] if body is not None else []
    while stack:
        node = stack.pop()
        if node.type in ("try_expression", "return_expression", "?"):
            return True
        if node.type not in STRINGS | {"closure_expression", "async_block", "function_item", "line_comment"}:
            stack.extend(node.children)
    return False


# --- imports ---


def _imports(code: str, imports: dict[str, str], bare: list[str]) -> str:
    leaves = {name: path for name, path in harness.IMPORTS.items() if _mentioned(name, code)}
    leaves["WorkflowExecutor"] = harness.IMPORTS["WorkflowExecutor"]
    if "Box<dyn Error>" in code:
        leaves["Error"] = "std::error::Error"
    leaves.update({name: path for name, path in imports.items() if _mentioned(name, code)})
    groups: dict[str, list[str]] = {}
    single: list[str] = list(bare)
    for name, path in leaves.items():
        parent, _, last = path.rpartition("::")
        leaf = last if last == name else f"{last} as {name}"
        if parent:
            groups.setdefault(parent, []).append(leaf)
        else:
            single.append(leaf)
    lines = []
    for parent, names in groups.items():
        ordered = sorted(set(names), key=lambda one: (one[:1].isupper(), one.isupper(), one))
        lines.append(f"{parent}::{ordered[0]}" if len(ordered) == 1 else f"{parent}::{{{', '.join(ordered)}}}")
    lines += single
    standard = sorted(line for line in lines if line.startswith(("std::", "core::", "alloc::")))
    others = sorted(line for line in lines if not line.startswith(("std::", "core::", "alloc::")))
    blocks = ["".join(f"use {line};\n" for line in block) for block in (standard, others) if block]
    return "\n".join(blocks)


def _mentioned(name: str, code: str) -> bool:
    return re.search(rf"(?<![\w:])(?:::)?{re.escape(name)}\b(?!\s*:(?!:))", _without_strings(code)) is not None


def _without_strings(code: str) -> str:
    captured = " ".join(re.findall(r"\{([A-Za-z_]\w*)[:}]", code))
    code = re.sub(r'(?<!\')"(?:[^"\\]|\\.)*"', '""', code, flags=re.S)
    return re.sub(r"//[^\n]*", "", code) + " " + captured


# --- a program's steps as statements ---


def statements(sliced: Slice, expected: dict[int, Expectation], carrier: Carrier, place: Place) -> str:
    """The kept steps of a program, as lines indented by four."""
    out: list[str] = []
    local: set[str] = set()
    depth = 1
    kept = sliced.kept
    for index, entry in enumerate(kept):
        pad = "    " * depth
        if isinstance(entry, Loop):
            if entry.opens is not None:
                depth -= 1
                out.append("    " * depth + "}")
                continue
            value = _text(entry.rust, entry.value, carrier.need(entry.names, carrier.at(entry.rust, place), local))
            if index and out and not out[-1].endswith("{"):
                out.append("")
            local |= entry.binds
            pattern = _with_unused(entry.rust.text(entry.pattern), entry.binds, kept[index + 1 :])
            out.append(f"{pad}for {pattern} in {value} {{")
            depth += 1
        elif isinstance(entry, Run):
            lines = _run(entry, expected[id(entry)], carrier, place, local, pad, _keys_below(kept, index))
            if entry.result is not None and _mutable(entry.result, entry.mutable, kept[index + 1 :]):
                lines[0] = lines[0].replace("let ", "let mut ", 1)
            out += lines
            local.add(entry.result or "result")
        else:
            text = _without_mut(entry, _step(entry, carrier, place, local), kept)
            local |= entry.binds
            before, equals, after = text.partition("=")
            if equals and len(entry.binds) > 1 and text.startswith("let "):
                text = _with_unused(before, entry.binds, kept[index + 1 :]) + equals + after
            if out and _blank_above(entry) and not out[-1].endswith("{") and out[-1]:
                out.append("")
            out.append(reindented(entry.comments, pad, None, None) if entry.comments else "")
            out.append(reindented(text, pad, entry.rust, entry.node))
            if not entry.comments:
                del out[-2]
    return "\n".join(out) + "\n"


def _keys_below(kept: list[Step | Loop | Run], index: int) -> str:
    """The text of the assertions on one run."""
    texts = []
    for entry in kept[index + 1 :]:
        if isinstance(entry, Run):
            break
        if isinstance(entry, Step):
            texts.append(entry.text)
    return "\n".join(texts)


def _run(
    run: Run, expectation: Expectation, carrier: Carrier, place: Place, local: set[str], pad: str, below: str
) -> list[str]:
    context = "Context::new()"
    if run.context is not None:
        context = _text(run.rust, run.context, carrier.need(run.names, carrier.at(run.rust, place), local))
    name = run.result or "result"
    if not expectation.status and not re.search(rf"\b{re.escape(name)}\b", below):
        name = "_" + name.lstrip("_")
    lines = harness.EXECUTE.replace("@result@", name).replace("@context@", context).splitlines()
    if expectation.status:
        lines += ["", *harness.STATUS.replace("@result@", name).replace("@status@", expectation.status).splitlines()]
    lines += [
        presence(name, key) for key in expectation.keys if expectation.status == COMPLETED and f'"{key}"' not in below
    ]
    return [pad + line if line else "" for line in lines]


def _text(rust: RustFile, node: Node, changes: list[tuple[Ref, str]]) -> str:
    return rewritten(rust, rust.span(node).start, rust.text(node), changes)


def _step(step: Step, carrier: Carrier, place: Place, local: set[str]) -> str:
    changes = carrier.need(step.names, carrier.at(step.rust, place), local)
    if step.node is not None and step.text == step.rust.text(step.node):
        return rewritten(step.rust, step.span.start, step.text, changes)
    for ref, new in changes:
        old = "::".join(ref.parts)
        step.text = re.sub(rf"(?<![\w:]){re.escape(old)}(?![\w])", new, step.text)
    return step.text


def _with_unused(pattern: str, binds: set[str], behind: list[Step | Loop | Run]) -> str:
    """A pattern with `_` before the names that nothing behind it uses."""
    used = {name for entry in behind for name in entry.names.free}
    for name in binds - used:
        if not name.startswith("_"):
            pattern = re.sub(rf"\b{re.escape(name)}\b", f"_{name}", pattern)
    return pattern


def _without_mut(step: Step, text: str, kept: list[Step | Loop | Run]) -> str:
    """`let mut x` that nothing behind it can change: none sets it, calls upon it or borrows it for that."""
    found = re.match(r"let mut (\w+)", text)
    if found is None:
        return text
    if _mutable(found.group(1), True, [entry for entry in kept if entry is not step]):
        return text
    return "let " + text[len("let mut ") :]


def _mutable(variable: str, was: bool, kept: list[Step | Loop | Run]) -> bool:
    """Whether something may change a variable; was: it could be changed in the program, by a method of any name."""
    name = re.escape(variable)
    touches = re.compile(
        rf"\b{name}\b(?:\s*\.\s*\w+|\s*\[[^\]]*\])*\s*\.\s*\w+\s*(?:::\s*<[^;]*>\s*)?\(|&\s*mut\s+{name}\b"
    )
    return any(variable in getattr(entry, "changes", ()) or (was and touches.search(_code(entry))) for entry in kept)


def _code(entry: Step | Loop | Run) -> str:
    if isinstance(entry, Step):
        return entry.text
    part = entry.value if isinstance(entry, Loop) else entry.context
    return "" if part is None else entry.rust.text(part)


def _blank_above(step: Step) -> bool:
    text = step.rust.file.text[: step.span.start]
    lines = text.split("\n")[:-1]
    while lines and lines[-1].strip().startswith(("//", "#[")):
        lines.pop()
    return bool(lines) and not lines[-1].strip()


def reindented(text: str, pad: str, rust: RustFile | None, node: Node | None) -> str:
    """Lines moved to another indentation; those inside a string literal stay as they are."""
    lines = text.replace("\r\n", "\n").split("\n")
    fixed: set[int] = set()
    column = 0
    if rust is not None and node is not None:
        first = node.start_point.row
        for inner in walk(node):
            if inner.type in STRINGS:
                fixed.update(range(inner.start_point.row - first + 1, inner.end_point.row - first + 1))
        start = rust.offset(node.start_byte)
        line_start = rust.file.text.rfind("\n", 0, start) + 1
        line = rust.file.text[line_start:start]
        column = len(line) - len(line.lstrip())
    else:
        rest = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
        column = min(rest) if rest and node is None else 0
    out = [pad + lines[0].strip()] if lines else []
    for number, line in enumerate(lines[1:], 1):
        if number in fixed:
            out.append(line)
        else:
            cut = min(column, len(line) - len(line.lstrip()))
            out.append((pad + line[cut:]).rstrip())
    return "\n".join(out)
