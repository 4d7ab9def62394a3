"""Room: a task's retry settings, as the macro reads them and as service mode does without them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cloacina import Declared
    from .source.rust_attr import Meta

# argument -> what the host does anyway; the first of a list is what #[task] takes where nothing is given
DONE_ANYWAY: dict[str, tuple[object, ...]] = {
    "retry_attempts": (3,),
    "retry_backoff": ("exponential",),
    "retry_delay_ms": (1000,),
    "retry_max_delay_ms": (30000, 60000),
    "retry_condition": ("all",),
    "retry_jitter": (True,),
}
NUMBERS = ("retry_attempts", "retry_delay_ms", "retry_max_delay_ms")
BACKOFFS = ["fixed", "linear", "exponential"]
CONDITIONS = ["all", "never", "transient"]
WORDS = {
    "retry_backoff": '"fixed", "linear" or "exponential"',
    "retry_attempts": "zero or a positive number",
    "retry_delay_ms": "zero or a positive number",
    "retry_max_delay_ms": "zero or a positive number",
}
# other systems' words for the macro's
MEANT = {"any": "all", "always": "all", "none": "never", "constant": "fixed", "exp": "exponential"}


def ignored(task: Declared) -> list[Meta]:
    """The retry arguments that ask for something else than what the host does, those of `misread` left out."""
    bad = [meta for meta, _, _ in misread(task)]
    return [
        meta
        for meta in task.attr.args
        if meta.name in DONE_ANYWAY
        and meta.op == "="
        and type(meta.value) is type(DONE_ANYWAY[meta.name][0])
        and meta.value not in DONE_ANYWAY[meta.name]
        and not (isinstance(meta.value, int) and meta.value >= 2**31)
        and not any(meta is other for other in bad)
    ]


def misread(task: Declared) -> list[tuple[Meta, str, str]]:
    """(argument, what the macro makes of it, the word meant or "") of values that it takes for something else."""
    found = []
    for meta in task.attr.args:
        value = meta.value
        if meta.name == "retry_backoff" and isinstance(value, str) and value not in BACKOFFS:
            found.append((meta, f'unknown backoff "{value}": the macro takes exponential', _meant(value, BACKOFFS)))
        elif meta.name == "retry_condition" and isinstance(value, str) and value not in CONDITIONS:
            word = _meant(value, CONDITIONS)
            if word:
                text = f'condition "{value}" means errors whose text contains it, not "{word}"'
                found.append((meta, text, word))
        elif meta.name in NUMBERS and isinstance(value, int) and -(2**31) <= value < 0:
            found.append((meta, f"`{meta.name} = {value}` is negative, and the macro takes it as it is", ""))
    return found


def _meant(value: str, words: list[str]) -> str:
    plain = value.strip().lower()
    if plain in words:
        return plain
    if MEANT.get(plain) in words:
        return MEANT[plain]
    if words is CONDITIONS:
        return ""  # any other text is a pattern to look for
    from .workflows import closest

    return closest(plain, words) or ""
