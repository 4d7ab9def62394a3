"""Room: the value of a task's `trigger_rules`, read as strictly as #[task] reads it."""

from __future__ import annotations

from .source.rust_attr import Opaque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .source.rust_attr import Meta
    from .source.text import Span

    Problem = tuple[Span, str, str]

GROUPS = ("all", "any", "none")
TASKS = ("task_success", "task_failed", "task_skipped")
CONDITIONS = (*TASKS, "context_value")
OPERATORS = (
    "equals", "not_equals", "greater_than", "less_than", "contains", "not_contains", "exists", "not_exists",
)  # fmt: skip
WRITE = 'write `always`, a condition such as `task_success("id")`, or one of all(…), any(…), none(…) around conditions'


class Rules:
    """One `trigger_rules`. tasks: the task names it asks about; problem: (place, what is wrong, help) of the first
    thing the macro refuses; always: it is the default."""

    __slots__ = ("always", "problem", "tasks")

    def __init__(self, argument: Meta) -> None:
        self.tasks: list[tuple[str, Span]] = []
        self.problem: Problem | None = None
        self.always = False
        span = argument.value_span
        rule = argument.inner
        if argument.op != "=" or argument.args is not None or span is None:
            self.problem = (argument.span, "`trigger_rules` is given as `trigger_rules = rule`", WRITE)
        elif rule is None or rule.path is None or rule.value is not None or rule.op is not None or _raw(rule):
            self.problem = (span, f"`{span.text}` is no trigger rule", WRITE)
        elif rule.args is None:
            self.always = rule.path == ("always",)
            if not self.always:
                self.problem = (span, f"unknown trigger rule `{span.text}`", WRITE)
        elif rule.path[0] in GROUPS and len(rule.path) == 1 and _round(rule):
            for condition in rule.args:
                self._condition(condition, rule.name)
        else:
            self._condition(rule, "")

    def _fail(self, span: Span | None, message: str, help_text: str) -> None:
        if self.problem is None and span is not None:
            self.problem = (span, message, help_text)

    def _condition(self, meta: Meta, group: str) -> None:
        """group: the all, any or none around it, "" for none."""
        known = ", ".join(CONDITIONS)
        if meta.path is None or meta.args is None or meta.value is not None or meta.op is not None or not _round(meta):
            where = f" inside `{group}(…)`" if group else ""
            self._fail(meta.span, f"`{meta.span.text}` is no condition{where}", f"the conditions are {known}")
        elif meta.name in GROUPS:
            self._fail(
                meta.key_span, f"`{meta.name}(…)` cannot stand inside `{group}(…)`", f"only conditions can: {known}"
            )
        elif meta.name not in CONDITIONS or _raw(meta):
            from .workflows import closest

            near = closest(meta.name, list(CONDITIONS))
            help_text = f"did you mean `{near}`?" if near else f"the conditions are {known}"
            self._fail(meta.key_span, f"unknown condition `{meta.name}` in trigger_rules", help_text)
        elif meta.name == "context_value":
            self._context(meta, meta.args)
        elif len(meta.args) != 1:
            message = f"`{meta.name}` takes one task id, not {len(meta.args)} arguments"
            self._fail(meta.span, message, f'write one `{meta.name}("id")` for each task')
        elif not _string(meta.args[0]):
            message = f"`{meta.name}` takes a string literal, not `{meta.args[0].span.text}`"
            self._fail(meta.args[0].span, message, f'write `{meta.name}("id")`')
        else:
            self.tasks.append((str(meta.args[0].value), meta.args[0].span))

    def _context(self, meta: Meta, args: list[Meta]) -> None:
        if len(args) != 3:
            message = f"`context_value` takes a key, an operator and a value, not {len(args)} arguments"
            self._fail(meta.span, message, 'give all three, for `exists` too: `context_value("key", exists, true)`')
            return
        key, operator, value = args
        if not _string(key):
            self._fail(key.span, f"the key is a string literal, not `{key.span.text}`", 'write `"key"`')
        if operator.value is not None or operator.args is not None or operator.name not in OPERATORS or _raw(operator):
            self._fail(
                operator.span, f"`{operator.span.text}` is no operator", f"the operators are {', '.join(OPERATORS)}"
            )
        literal = value.value
        number = isinstance(literal, (int, float)) and not isinstance(literal, bool)
        if value.path is not None or value.args is not None or isinstance(literal, (Opaque, bytes, list)):
            self._fail(
                value.span, f"the value is a literal, not `{value.span.text}`", "a string, number, true or false"
            )
        elif number and value.span.text.startswith("-"):
            self._fail(
                value.span, f"the macro takes no negative number (`{value.span.text}`)", "compare with zero or above"
            )
        elif isinstance(literal, int) and number and literal >= 2**63:
            self._fail(value.span, f"`{value.span.text}` does not fit in 64 bits", "give a smaller number")


def _round(meta: Meta) -> bool:
    span = meta.args_span
    return span is not None and span.text.startswith("(")


def _raw(meta: Meta) -> bool:
    return meta.key_span is not None and meta.key_span.text.startswith("r#")


def _string(meta: Meta) -> bool:
    return meta.path is None and meta.args is None and meta.op is None and isinstance(meta.value, str)
