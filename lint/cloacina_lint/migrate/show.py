"""Room migrate/: the plan and the account of a migration as text."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..report import Style
    from .plan import Plan


def heading(made: Plan) -> str:
    crate = made.draft.original
    if made.members:
        return f"{crate.name}: into {len(made.members)} crates of a workspace, for Cloacina {made.after}"
    if made.mode == "service":
        same = made.before == made.after
        move = f"for Cloacina {made.after}" if same else f"from Cloacina {made.before} to {made.after}"
        return f"{crate.name}: a service-mode crate, {move}"
    return f"{crate.name}: from library mode ({made.before}) to service mode for Cloacina {made.after}"


VERIFIED = "built, its library exports the package, and its tests passed, before anything was written (--verify)"


def dry_run(made: Plan, style: Style, *, verified: bool) -> str:
    """The plan, then a unified diff that `patch -p0` and `git apply -p0` take in the crate's directory."""
    from ..diff import unified

    tree = made.draft.original.tree
    parts = [heading(made), "", *_files(made), "", *_account(made, "would be done")]
    parts.append("")
    for path, text in sorted(made.changes.items()):
        before = tree.read(path)
        old = None if before is None else before.whole
        parts.append(unified(path, old, text, style).rstrip("\n"))
    parts += ["", *([VERIFIED] if verified else []), "nothing was changed (--dry-run)"]
    return "\n".join(parts) + "\n"


def summary(made: Plan, *, verified: bool) -> str:
    """What was done, what was kept, what needs a person, what to type next."""
    lines = [heading(made), "", *_files(made), "", *_account(made, "done")]
    lines += ["", VERIFIED] if verified else []
    lines += ["", "next"]
    lines += [f"  {command}" for command in next_commands(made, verified=verified)]
    return "\n".join(lines) + "\n"


def next_commands(made: Plan, *, verified: bool) -> list[str]:
    crate = made.draft.original
    where = "" if crate.display == "." else f"cd {crate.display} && "
    if made.members:
        from .split.plan import commands as of_members

        return [f"{where}{command}" for command in of_members(made.members, built=verified)]
    commands = [] if verified else [f"{where}cargo build --release --lib", f"{where}cargo test"]
    name = made.draft.toml().get("package", "name")
    version = made.draft.toml().get("package", "version") or "0.1.0"
    commands.append(f"{where}cloacinactl package pack . --out target/{name}-{version}.cloacina")
    return commands


def _files(made: Plan) -> list[str]:
    tree = made.draft.original.tree
    width = 8
    lines = ["files"]
    for path, text in sorted(made.changes.items()):
        # read before anything was written, and remembered
        what = "removed" if text is None else "new" if tree.read(path) is None else "changed"
        lines.append(f"  {what:<{width}} {path}")
    return lines


def _account(made: Plan, done: str) -> list[str]:
    report = made.report
    lines = [done, *(f"  {line}" for line in dict.fromkeys(report.done))]
    if report.kept:
        lines += ["", "left the crate's code, and is quoted in MIGRATION.md"]
        for kept in report.kept:
            first, _ = kept.span.file.position(kept.span.start)
            last, _ = kept.span.file.position(max(kept.span.start, kept.span.end - 1))
            lines.append(f"  {kept.span.file.display}:{first}-{last}  {kept.why}")
    if report.person:
        lines += ["", "needs a person", *(f"  {line}" for line in dict.fromkeys(report.person))]
    return lines
