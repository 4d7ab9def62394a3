"""Room migrate/service_test/: from an entry function that runs the workflow to a test function that does the same."""

from __future__ import annotations

import re

from ... import task_body
from ...source import rust_mods
from ..outcome import place
from ..programs import runs
from ..programs.runs import Programs, Run, Step
from ..rust.syntax import Names
from . import asserting, composing, errors, harness, setting_up
from .carrying import Carrier, Place
from .reach import Own, Reach
from .slicing import Slicer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...contracts import Contract
    from ...source.rust_item import Item
    from ...source.rust_mods import ModFile, ModuleTree
    from ...source.text import Span
    from ..draft import Draft
    from ..library.leaving import Leaving
    from ..outcome import Report
    from ..survey.crate import Survey
    from ..survey.targets import Target
    from .composing import Body
    from .slicing import Slice

# signs of tasks that reach out of the process
OUTSIDE = re.compile(
    r"\b(?:reqwest|hyper|ureq|sqlx|diesel|rusqlite|redis|TcpStream|TcpListener|Command|aws_\w+|lapin|rdkafka|stdin)\b|\bfs::|\benv::|\bFile::"
)
STRICT = re.compile(r"\.\s*(?:unwrap|expect|ok_or\w*)\s*\(|\?")
# what takes a value out of a context, by its key: `context.get("a")`, `field(context, "a")`, `context.text("a")`
READS = re.compile(
    r"(?:\.\s*get(?:_required)?\s*\(|\b(?:context|ctx)\w*\s*(?:\.\s*\w+\s*(?:::\s*<[^()]*>\s*)?\(|,))\s*\"([^\"]*)\""
)
NOT_WHOLE = "complete the context first: what the program put in could not be carried over"
NOT_UNDERSTOOD = "do here what the program did: it runs the workflow in a way that could not be carried over"
# Trigger rules that hold back a task also where all before it went well.
DECIDES = re.compile(r"\b(?:task_failed|task_skipped|context_value|none)\b")
PUTS = re.compile(r"\.\s*(?:insert|insert_as|update|remove)\s*\(\s*$")


class Workflow:
    """What the tests know of the crate's workflow: name, ids, module; surely: keys that every completed run has;
    inserted: keys that some task puts in; text: the library's code; ruled: a task with trigger rules that service mode
    ignores, "" where there is none."""

    def __init__(self, survey: Survey, leaving: Leaving, library: ModuleTree | None, contract: Contract) -> None:
        self.name = ""
        self.ruled = ""
        self.library = library
        self.ids: list[str] = []
        self.surely: set[str] = set()
        self.inserted: set[str] = set()
        staying = [_staying(file, leaving) for file in survey.home.facts.files]
        self.text = "\n".join(staying if library is None else _compiled(library))
        self.text += survey.beside.text if survey.beside is not None else ""
        structure = survey.home.crate.structure
        for shape in structure.shapes:
            if shape.compiled is False:
                continue
            self.name = self.name or shape.name
            for node in shape.nodes:
                if node.compiled is not False and (node.parses or node.lacks_id):
                    self.ids.append(node.id or node.name)  # an id that is lacking becomes the function's name
        for workflow in survey.workflows:
            for task in workflow.tasks:
                rules = task.argument("trigger_rules")
                ignored = "trigger_rules" in contract.data["service"]["ignores"]
                if ignored and rules is not None and DECIDES.search(rules.span.text):
                    self.ruled = self.ruled or task.item.name
                name = task_body.context_name(task)
                if name is None:
                    continue
                keys = {insert.key for insert in task_body.inserts(task, name)}
                self.inserted |= keys
                whole = (
                    task.argument("trigger_rules") is None
                    and not task.item.cfgs()
                    and "return " not in task.item.span.text
                )
                self.surely |= keys if whole else set()
        self.inserted |= set(re.findall(r"\.\s*(?:insert|update|insert_as)\s*\(\s*\"([^\"]*)\"", self.text))
        self.inserted |= set(re.findall(r"\b(?:context|ctx)\w*\s*\.\s*\w+\s*\(\s*\"([^\"]*)\"\s*,", self.text))
        self.inserted |= set(
            re.findall(r"\b\w+\s*\(\s*(?:&mut\s+)?(?:context|ctx)\w*\s*,\s*\"([^\"]*)\"\s*,", self.text)
        )
        self.surely -= set(re.findall(r"\.\s*remove\s*\(\s*\"([^\"]*)\"", self.text))

    def asks_for(self, key: str) -> bool:
        """Whether a task fails without a key, as far as its text tells."""
        for found in re.finditer(rf"(?<!\w)\"{re.escape(key)}\"\s*(\))", self.text):
            if PUTS.search(self.text[max(0, found.start() - 80) : found.start()]):
                continue
            rest = self.text[found.end() : found.end() + 300]
            end = min(
                (at for at in (rest.find(";"), rest.find("\n\n"), rest.find(",\n")) if at >= 0), default=len(rest)
            )
            statement = rest[:end]
            if STRICT.search(statement) and not re.match(
                r"\s*(?:\.\s*\w+\([^;]*?\)\s*)*\.\s*(?:unwrap_or|map_or)", statement
            ):
                return True
            if re.search(r"\bis_none\b", statement):
                return True
        return False

    def can_lack(self, key: str) -> bool:
        """Whether no task looks at a key: none names it, and none looks at all there is."""
        return f'"{key}"' not in self.text and re.search(r"\.\s*(?:data|into_data|to_json)\s*\(", self.text) is None

    @property
    def asked(self) -> list[str]:
        """Keys that some task fails without, and that no task puts in."""
        keys = dict.fromkeys(READS.findall(self.text))
        return [key for key in keys if key not in self.inserted and self.asks_for(key)]

    @property
    def needed(self) -> bool:
        """Whether a task looks at a key, or changes one, that no task is seen to put in first."""
        changed = re.findall(r"\.\s*(?:update|remove)\s*\(\s*\"([^\"]*)\"", self.text)
        put = set(re.findall(r"\.\s*(?:insert|insert_as)\s*\(\s*\"([^\"]*)\"", self.text))
        return bool({*READS.findall(self.text), *changed} - put)


class Writer:
    """Collects the test functions of one file."""

    def __init__(self, draft: Draft, survey: Survey, leaving: Leaving, report: Report, workflow: Workflow) -> None:
        self.draft = draft
        self.survey = survey
        self.leaving = leaving
        self.report = report
        self.workflow = workflow
        self.crate_name = (survey.crate.manifest.name or "").replace("-", "_")
        self.bodies: list[Body] = []
        self.carriers: list[Carrier] = []
        self.bare: list[str] = []
        self.left_out = False  # something runs the workflow, and is not understood
        self.taken = {**harness.IMPORTS, **harness.USED, **dict.fromkeys(harness.OWN, "")}
        self.library = workflow.library

    def public(self, own: Own) -> tuple[str, ...] | None:
        """The path under which a test finds an item in the new library."""
        if self.library is None or own.module.tree.files[0].path != self.survey.home.path:
            return None
        path = (*self.leaving.module, *own.module.path)
        reach = Reach(self.library, self.crate_name, None, set())
        module = reach.find(self.library, path)
        if module is None:
            return None
        found = next((one for one in module.items if one.name == own.item.name and one.kind == own.item.kind), None)
        if found is None or found.vis != "pub" or found.cfgs():
            return None
        for cut in range(1, len(path) + 1):
            above = reach.find(self.library, path[:cut])
            decl = None if above is None else above.item or above.file.decl
            if decl is None or decl.vis != "pub":
                return None
        return (self.crate_name, *path, own.item.name)

    def carry(self, target: Target, entry: Item, programs: Programs, name: str, *, program: bool) -> Slice | None:
        """Add the test of one entry function. None where none is made: it does not run the workflow, or in a way that
        is not understood; for a program a test stands in then that does not run."""
        unfolded = runs.unfold(programs, entry)
        reach = Reach(target.tree, self.crate_name, self.survey.home.tree if target is not self.survey.home else None,
                      set(self.survey.engine))  # fmt: skip
        where = Place(reach.module_of(entry.rust, entry), entry)
        self._leave_others(unfolded, reach, where)
        unfolded.judge()
        if not unfolded.runs and not unfolded.doubts:
            return None
        self.taken.setdefault(name, "")
        expected = asserting.read(unfolded, self.workflow.surely, programs.functions, program=program)
        carrier = Carrier(reach, self.public, self.taken, self.survey.beside)
        if self.carriers:
            carrier.imports = self.carriers[0].imports
        functions = list(programs.functions.values())
        sliced = Slicer(unfolded, carrier, where, functions, self.workflow.can_lack).run()
        doubts = unfolded.doubts + ([sliced.mixed] if sliced.mixed is not None else [])
        doubts += errors.foreign(sliced.kept, entry, reach)
        if entry.attr("should_panic") is not None:
            doubts.append((entry.span, "a panic is expected of it"))
        if doubts:
            self._left_out(doubts, name, program=program)
            return None
        setting_up.check(unfolded, sliced, self.workflow.text, reach, where, functions)
        lines = composing.statements(sliced, expected, carrier, where)
        carrier.settle()
        ignore = self._ignored(sliced)
        self.carriers.append(carrier)
        uses = [use for file in reach.tree.files for use in file.rust.uses()]
        self.bare += [path for path in carrier.traits(uses) if path not in self.bare]
        self.bodies.append(composing.Body(name, lines, ignore))
        self._tell(sliced, unfolded.runs, ignore)
        return sliced

    def _left_out(self, doubts: list[tuple[Span, str]], name: str, *, program: bool) -> None:
        """Nothing is made of code that is not understood."""
        self.left_out = True
        for span, why in dict(doubts).items():
            self.report.person.append(f"{place(span)}: not carried over to {composing.PATH}: {why}")
        if program:
            self.bodies.append(composing.Body(name, _run_with("Context::new()"), NOT_UNDERSTOOD))

    def _leave_others(self, unfolded: runs.Unfolded, reach: Reach, where: Place) -> None:
        """Executions of another workflow than the crate's are not for this test."""
        steps: list[runs.Entry] = []
        for step in unfolded.steps:
            if isinstance(step, Run) and step.workflow is not None:
                named = self._named(step, reach, where)
                if named is not None and named != self.workflow.name:
                    steps += _unknown(step)
                    self.report.person.append(
                        f'{place(step.span)}: runs the workflow "{named}", which is not this crate\'s'
                    )
                    continue
            steps.append(step)
        unfolded.steps = steps

    def _named(self, run: Run, reach: Reach, where: Place) -> str | None:
        text = run.rust.text(run.workflow).strip() if run.workflow is not None else ""
        literal = re.fullmatch(r'&?\s*(?:String::from\(\s*)?"([^"\\]*)"\s*\)?(?:\.\w+\(\))*', text)
        if literal is not None:
            return literal.group(1)
        parts = tuple(part.strip() for part in text.lstrip("&").split("::"))
        if not all(part.isidentifier() for part in parts):
            return None
        meaning = reach.meaning(parts, where.module, where.around)
        if isinstance(meaning, Own) and meaning.item.kind in ("const", "static"):
            found = re.search(r'=\s*"([^"\\]*)"\s*;', meaning.item.span.text)
            return found.group(1) if found is not None else None
        return None

    def _ignored(self, sliced: Slice) -> str:
        """Why a test does not run: something that the program gave its runs is not in it, or the package runs other
        tasks."""
        if self.workflow.ruled:
            return f"a package of this version ignores `trigger_rules`: the task `{self.workflow.ruled}` always runs"
        checks = any(isinstance(step, Step) and step.asserts for step in sliced.kept)
        lacking = [key for key in dict.fromkeys(sliced.keys) if checks or not self.workflow.can_lack(key)]
        if sliced.opaque:
            given = " ".join(step.text for step in sliced.kept if isinstance(step, Step))
            lacking += [key for key in self.workflow.asked if key not in lacking and f'"{key}"' not in given]
        if lacking:
            keys = " and ".join(f"`{key}`" for key in lacking)
            return f"put {keys} into the context first: the program had it from elsewhere"
        return NOT_WHOLE if sliced.opaque else sliced.unset

    def _tell(self, sliced: Slice, found: list[Run], ignore: str) -> None:
        for where, why in dict.fromkeys(sliced.lost):
            self.report.person.append(f"{where}: {why}; add what the test needs")
        if any(run.condition for run in found):
            self.report.person.append(
                f"{place(found[0].span)}: ran under a condition or in a loop; the test runs it once, without"
            )
        if ignore:
            self.report.person.append(f"{composing.PATH}: one test is ignored: {ignore}")

    def _run_alone(self) -> None:
        """No program runs the workflow, and no task needs anything in its context."""
        self.bodies.append(composing.Body(_COMPLETES, _run_with("Context::new()")))

    def text(self) -> str:
        """The file. A test that does not run is given one beside it that loads the library."""
        if (
            not self.bodies
            and not self.left_out
            and not self.workflow.needed
            and not OUTSIDE.search(self.workflow.text)
        ):
            self._run_alone()
        if not self.bodies or all(body.ignore for body in self.bodies):
            self.bodies.insert(0, composing.Body(_LOADS, ""))
        imports: dict[str, str] = {}
        copies: list[str] = []
        for carrier in self.carriers:
            for text in carrier.copied():
                if text not in copies:
                    copies.append(text)
            imports.update(carrier.imports)
        copies = [composing.reindented(text, "", None, None) for text in copies]
        return composing.compose(self.workflow.name, self.workflow.ids, self.bodies, imports, self.bare, copies)


def _unknown(run: Run) -> list[runs.Entry]:
    """In place of an execution that is not for the test: its result is not known."""
    if run.result is None or run.workflow is None:
        return []
    step = Step(run.rust, run.workflow, text="", binds={run.result})
    step.names, step.lost = Names(), "another workflow"
    step.reads, step.writes = run.reads, run.writes
    return [step]


def _run_with(context: str) -> str:
    lines = harness.EXECUTE.replace("@result@", "result").replace("@context@", context).splitlines()
    lines += ["", *harness.STATUS.replace("@result@", "result").replace("@status@", asserting.COMPLETED).splitlines()]
    return "".join(f"    {line}\n" if line else "\n" for line in lines)


_COMPLETES = harness.SIGNATURE.removeprefix("async fn ").removesuffix("()")
_LOADS = harness.LOADS.removeprefix("async fn ").removesuffix("()")


def _compiled(tree: ModuleTree) -> list[str]:
    """The texts of a library's files without what only its tests are made of."""
    texts = []
    for file in tree.files:
        text = file.rust.file.text
        if any(re.search(r"\btest\b", condition) for condition in file.cfgs()):
            continue
        for item in file.rust.items:
            if any(re.search(r"\btest\b", condition) for condition in item.cfgs()):
                text = text.replace(item.span.text, "\n", 1)
        texts.append(text)
    return texts


def _staying(file: ModFile, leaving: Leaving) -> str:
    """A file's text without what left the library: what a program puts into the context, no task does."""
    text = file.rust.file.text
    for left in leaving.items:
        if left.mod_file is file:
            text = text.replace(left.span.text, "\n", 1)
    return text


def new_library(draft: Draft, survey: Survey) -> ModuleTree | None:
    lib = survey.lib
    path = lib.path if lib is not None else "src/lib.rs"
    parsed = draft.rust(path)
    return None if parsed is None else rust_mods.load_modules(parsed, path, draft.read)
