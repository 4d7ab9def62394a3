"""Room migrate/library/: code that `#[trigger]` writes anew: the signature, and all of a function with a schedule."""

from __future__ import annotations

from .fates import GONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .fates import Fates


def words(fates: Fates) -> set[int]:
    """Ids of the words there whose names a glob of the engine's brought in, and that nothing else needs: an import of
    such a name would be unused."""
    dead: dict[str, list[tuple[int, int]]] = {}
    for trigger in fates.code.target.facts.triggers:
        item, body = trigger.item, trigger.item.body_span
        end = item.span.end if body is None or trigger.argument("cron") is not None else body.start
        dead.setdefault(trigger.mod_file.path, []).append((item.span.start, end))
    found: dict[tuple[int, str], list[int]] = {}
    needed: set[tuple[int, str]] = set()
    for word in fates.words if dead else ():
        if not word.trail or fates.state(word.unit, word.module) == GONE:
            continue
        use, name = word.trail[-1]
        ranges = dead.get(word.module.mod_file.path, ())
        inside = any(start <= word.mention.start < end for start, end in ranges)
        if use.glob and inside and word.mention.segments[0] == name:
            found.setdefault((id(use), name), []).append(id(word))
        else:
            needed |= {(id(through), name) for through, name in word.trail}
    return {at for key, ids in found.items() if key not in needed for at in ids}
