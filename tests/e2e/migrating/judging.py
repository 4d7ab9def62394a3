"""Room tests/e2e/: how a migrated crate is judged, step by step. Each judge gives what is wrong, one text each; an
empty list where all is well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomli

from tests.e2e.migrating.cases import Case
from tests.e2e.migrating.running import Place, counts, original, symbols

# Not in the migrated crate by design: what names the engine or its runtime.
REPLACED = {"cloacina", "tokio"}
SERVICE_TEST = "tests/service_mode.rs"


def outcome(place: Place, *, build: bool = True, test: bool = True) -> Iterator[tuple[str, list[str]]]:
    """Migrate one crate for real and judge it: (step, what is wrong) as the steps end. Later steps are left out
    where an earlier one makes them pointless."""
    case = place.case
    place.lay()
    before = place.files()
    ran = place.migrate()
    (place.base / "migrate.txt").write_text(ran.output, encoding="utf-8")
    after = place.files()
    if case.refused:
        yield "refused", refused(case, ran.code, ran.errors, before, after)
        return
    if ran.code != 0:
        yield "migrated", [f"exit status {ran.code}: {shortened(ran.output)}"]
        return
    yield "migrated", [] if before != after else ["exit status 0, and nothing was changed"]
    yield "clean", place.lint()
    yield "survives", survives(place, before, after, ran.output)
    if not build:
        yield "settled", settled(place)
        return
    lent = place.lend_lock()
    built = place.build()
    (place.base / "build.txt").write_text(built.output, encoding="utf-8")
    yield "built", [] if built.code == 0 else [errors_of(built.output)]
    if built.code == 0:
        yield "symbol", exported(place.library())
        if test:
            ran = place.cargo("test")
            (place.base / "test.txt").write_text(ran.output, encoding="utf-8")
            yield "tested", tested(case, ran.code, ran.output)
    if lent:  # what is committed, packed and linted again is the crate as the migration left it
        place.lock_file().unlink(missing_ok=True)
    yield "settled", settled(place)


def refused(case: Case, code: int, errors: str, before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    wrong = []
    if code != 2 or "Traceback" in errors:
        wrong.append(f"exit status {code}, not 2 and a reason: {shortened(errors)}")
    else:
        missing = [pattern for pattern in case.refused if not found(pattern, errors)]
        wrong += [f"not on standard error: {missing}\n{errors}"] if missing else []
    if before != after:
        wrong.append(f"files were changed: {sorted(p for p in before | after if before.get(p) != after.get(p))}")
    return wrong


def shortened(output: str) -> str:
    """Of a traceback the last place and the error."""
    return "\n".join(output.rstrip().splitlines()[-3:]) if "Traceback" in output else output


def found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.MULTILINE | re.DOTALL) is not None


def errors_of(output: str) -> str:
    """The errors in what cargo printed, without the warnings."""
    parts = re.split(r"\n(?=\S)", output)
    errors = [part for part in parts if re.match(r"error|test .* FAILED|thread |---- ", part)]
    return "\n".join(errors)[:6000] or output[-3000:]


def exported(library: Path) -> list[str]:
    from cloacina_lint.deep.symbols import REGISTRY_SYMBOL

    if not library.is_file():
        return [f"cargo made no {library.name}"]
    return [] if REGISTRY_SYMBOL in symbols(library) else [f"{library.name} does not export {REGISTRY_SYMBOL}"]


def tested(case: Case, code: int, output: str) -> list[str]:
    if code != 0:
        return [errors_of(output)]
    passed = counts(output)
    if passed.get(SERVICE_TEST, 0) < 1:
        return [f"no test of {SERVICE_TEST} ran: {passed}"]
    return [f"{program}: fewer than {least} tests ran: {passed}" for program, least in case.tests.items()
            if passed.get(program, 0) < least]  # fmt: skip


def settled(place: Place) -> list[str]:
    """A second migration has nothing to do, says so, and changes nothing."""
    place.commit("migrated")
    before = place.files()
    ran = place.migrate()
    wrong = [] if ran.code == 0 and "nothing to do" in ran.output else [f"the second time: {ran.code}: {ran.output}"]
    if place.files() != before:
        wrong.append(f"the second time it changed {place.git('status', '--short')}")
    return wrong


def survives(place: Place, before: dict[str, bytes], after: dict[str, bytes], report: str) -> list[str]:
    """Nothing of the user's is lost, and what has to be in the result is there."""
    case = place.case
    prefix = f"{case.folder}/" if case.folder else ""
    tree = {path: data.decode("utf-8") for path, data in after.items()}
    everything = "\n".join(tree.values()) + report
    wrong = line_ends(before, after)
    wrong += manifest(case, before[prefix + "Cargo.toml"], after.get(prefix + "Cargo.toml", b""))
    plain = _plain(everything)
    wrong += [
        f"{path}: lost: {comment}"
        for path, data in original(case).items()
        for comment in comments(path, data.decode("utf-8-sig"))
        if _plain(comment) not in plain
    ]
    for path, patterns in case.holds.items():
        text = tree.get(prefix + path)
        if text is None:
            wrong.append(f"there is no {prefix + path}")
        else:
            text = text.replace("\r\n", "\n")
            wrong += [f"no {pattern!r} in {path}" for pattern in patterns if not found(pattern, text)]
    wrong += [f"not told: {pattern!r}" for pattern in case.told if not found(pattern, report)]
    wrong += [f"{path} is still there" for path in case.gone if prefix + path in tree]
    wrong += [f"no {pattern!r} in the tree" for pattern in case.anywhere if not found(pattern, everything)]
    wrong += [f"{path} was changed" for path in case.untouched if before.get(prefix + path) != after.get(prefix + path)]
    outside = [p for p in before | after if not p.startswith(prefix) and before.get(p) != after.get(p)]
    return wrong + [f"{path}, outside of the crate, was changed" for path in outside]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def comments(path: str, text: str) -> list[str]:
    """The comments of a Rust or TOML file without their marks, line by line."""
    if path.endswith(".rs"):
        lines = re.findall(r"(?:^|[\s;{}(,])//[/!]?[ \t]?(.*)$", text, re.MULTILINE)
        lines += [
            part.strip(" *") for block in re.findall(r"/\*(.*?)\*/", text, re.DOTALL) for part in block.split("\n")
        ]
    elif path.endswith(".toml"):
        lines = re.findall(r"(?:^|\s)#[ \t]*(.*)$", text, re.MULTILINE)
    else:
        lines = []
    return [line.strip() for line in lines if len(line.strip()) > 3]


def line_ends(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """A file keeps the line ends it had; none is mixed, and there is no byte order mark inside one."""
    wrong = []
    for path, data in after.items():
        crlf, lf = data.count(b"\r\n"), data.count(b"\n")
        if 0 < crlf < lf:
            wrong.append(f"{path}: {crlf} of {lf} lines end in CRLF")
        old = before.get(path, b"")
        if lf and b"\n" in old and (crlf > 0) != (b"\r\n" in old):
            wrong.append(f"{path}: other line ends than before")
        if b"\xef\xbb\xbf" in data[1:]:
            wrong.append(f"{path}: a byte order mark inside the file")
    if all(b"\r\n" in data for path, data in before.items() if path.endswith((".rs", ".toml"))):
        wrong += [f"{path}: LF in a crate of CRLF files" for path, data in after.items()
                  if path.endswith((".rs", ".toml")) and b"\n" in data and b"\r\n" not in data]  # fmt: skip
    return wrong


def manifest(case: Case, before: bytes, after: bytes) -> list[str]:
    """What Cargo.toml said of other things is still said."""
    try:
        old, new = (tomli.loads(data.decode("utf-8-sig").replace("\r\n", "\n")) for data in (before, after))
    except tomli.TOMLDecodeError as error:
        return [f"Cargo.toml: {error}"]
    wrong = []
    package: dict[str, Any] = {**old["package"], **case.package_keys}
    for key, value in package.items():
        if key not in ("autobins", "default-run", "autoexamples") and new["package"].get(key) != value:
            wrong.append(f"Cargo.toml: package.{key} was {value!r}, is {new['package'].get(key)!r}")
    kept = {**new.get("dev-dependencies", {}), **new.get("build-dependencies", {}), **new.get("dependencies", {})}
    for name, wanted in {**old.get("dependencies", {}), **old.get("dev-dependencies", {})}.items():
        if name in REPLACED or name.startswith("cloacina") or _is_engine(wanted):
            continue
        if name not in kept:
            wrong.append(f"Cargo.toml: the dependency {name} is lost")
        elif _table(kept[name]) != _table(case.dependencies.get(name, wanted)):
            wrong.append(f"Cargo.toml: {name} was {wanted!r}, is {kept[name]!r}")
    for table in ("profile", "badges", "lints", "build-dependencies"):
        for key, value in old.get(table, {}).items():
            if key != "workspace" and new.get(table, {}).get(key) != value:
                wrong.append(f"Cargo.toml: {table}.{key} was {value!r}, is {new.get(table, {}).get(key)!r}")
    for feature, value in old.get("features", {}).items():
        if feature != "default" and new.get("features", {}).get(feature) != value:
            wrong.append(
                f"Cargo.toml: the feature {feature} was {value!r}, is {new.get('features', {}).get(feature)!r}"
            )
    return wrong


def _is_engine(wanted: Any) -> bool:
    return isinstance(wanted, dict) and wanted.get("package") == "cloacina"


def _table(wanted: Any) -> dict[str, Any]:
    return {"version": wanted} if isinstance(wanted, str) else dict(wanted)


def run_original(case: Case, kept: str) -> list[str]:
    """Build and run the crate as it is; what is wrong."""
    place = Place(case, f"{kept}-originals")
    if not case.runs:
        return []
    place.lay()
    if not case.lock:
        place.lend_lock()
    wrong = []
    for command in case.runs:
        ran = place.cargo(*command.split())
        if ran.code != 0:
            wrong.append(f"cargo {command}: {ran.code}: {errors_of(ran.output)}")
    return wrong
