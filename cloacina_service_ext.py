"""Room cookiecutter.json: what the questions and the template files need beyond plain Jinja.

Cookiecutter imports this module from the template's root. It refuses a bad answer right after its question, keeps
answers data (cookiecutter would render `<<` in them), and writes them as TOML, Rust and Markdown. cruft cannot update
a project across a release that changed this file's content under the same name, so keep it small.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any, NoReturn

import click
import cookiecutter  # type: ignore[import-untyped]
from cookiecutter.exceptions import FailedHookException  # type: ignore[import-untyped]
from jinja2 import Environment
from jinja2.ext import Extension

ROOT = os.path.dirname(os.path.abspath(__file__))
CRATE_DIRECTORY = "<<cookiecutter.crate_name>>"
HOOK = os.path.join("hooks", "post_gen_project.py")
MAX_NAME = 64
# Proved with this rustc: the engine itself needs 1.87 (`is_multiple_of`), current releases of its dependencies 1.88.
RUST_VERSION = "1.88"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEYWORDS = _names(
    "Self abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen "
    "if impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try "
    "type typeof unsafe unsized use virtual where while yield"
)
STANDARD = _names("alloc core proc-macro std test")
ARTIFACTS = _names("build deps examples incremental")
WINDOWS = _names(
    "aux con nul prn com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9"
)
DEPENDENCIES = _names(
    "async-trait chrono cloacina cloacina-api-types cloacina-build cloacina-client cloacina-compiler "
    "cloacina-computation-graph cloacina-macros cloacina-server cloacina-testing cloacina-workflow "
    "cloacina-workflow-plugin cloacinactl fidius fidius-core fidius-host fidius-macro inventory serde serde-json "
    "tempfile tokio"
)
OWN_TARGETS = _names("service-mode tests")
COMPANIONS = _names("0.6.1 0.7.0 0.8.0 0.9.0")
# Servers of these versions never call a package's poll trigger, and go by a cron trigger's name instead of its `on`.
NAME_STARTS = _names("0.6.1 0.7.0")
# Versions whose engine keeps the endpoints of each tenant apart, and so asks in whose name an event is pushed.
SCOPED_ENDPOINTS = _names("0.11.1")


def _refuse(what: str, value: object, why: str, instead: str) -> NoReturn:
    """End the generation with one line; cookiecutter prints it and exits with status 1, nothing written."""
    shown = repr(value)
    shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
    line = " ".join(f"error: {what} {shown}: {why}; {instead}".split("\n"))
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    raise FailedHookException(line.encode(encoding, "backslashreplace").decode(encoding))


def crate_name_fault(name: str) -> str | None:
    """Why cargo, rustc or Cloacina would trip over this crate name, or None."""
    plain = name.replace("_", "-")
    checks = (
        (name == "", "it is empty"),
        (len(name) > MAX_NAME, f"it is longer than {MAX_NAME} characters"),
        (not name.isascii(), "cargo takes ASCII letters only"),
        ("/" in name or "\\" in name or name.startswith("."), "it is a path, not a name"),
        (name[:1].isdigit(), "a crate name cannot start with a digit"),
        (name in KEYWORDS, "it is a Rust keyword"),
        (re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", name) is None, "it is not lower-case words joined by `-`"),
        (plain in STANDARD, "it is the name of a part of Rust itself"),
        (plain in ARTIFACTS, "cargo keeps this name for its build directories"),
        (plain in WINDOWS, "Windows cannot hold a file of this name"),
        (plain in DEPENDENCIES, "it is the name of a crate that Cloacina packages depend on"),
        (plain in OWN_TARGETS, "the generated tests have this name"),
    )
    return next((why for bad, why in checks if bad), None)


def module_name(workflow_name: object) -> str:
    """The Rust module of a workflow: lower case, `-` and spaces as single underscores."""
    return re.sub(r"[_ -]+", "_", str(workflow_name)).strip("_").lower()


def workflow_name_fault(name: str) -> str | None:
    """Why Cloacina's macro or rustc would trip over this workflow name, or None."""
    module = module_name(name)
    plain = module.replace("_", "-")
    checks = (
        (name.strip() == "", "it is empty"),
        (len(name) > MAX_NAME, f"it is longer than {MAX_NAME} characters"),
        (re.fullmatch(r"[A-Za-z0-9_ -]*", name) is None, "only ASCII letters, digits, `_`, `-` and spaces work"),
        (name != name.strip(), "it begins or ends with a space"),
        (re.match(r"[a-z]", module) is None, "the module named after it has to start with a letter"),
        (module in KEYWORDS, f"the module named after it would be the Rust keyword `{module}`"),
        (plain in STANDARD | DEPENDENCIES | {"tests"}, f"a module `{module}` would hide another one"),
    )
    return next((why for bad, why in checks if bad), None)


def accumulator(answers: Mapping[str, Any]) -> str:
    """The accumulator of a computation graph, which is looked for among those of all packages: hence the prefix."""
    return f"{module_name(answers['workflow_name'])}_orders"


def _suggestion(value: str, join: str, fallback: str, fault: Any) -> str:
    """The nearest name without a fault."""
    plain = unicodedata.normalize("NFKD", value.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1])
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    name = join.join(words)[:MAX_NAME].strip(join)
    tries = (name, f"my{join}{name}"[:MAX_NAME]) if name else ()
    return next((one for one in tries if fault(one) is None), fallback)


def text_fault(text: str, lines: bool) -> str | None:
    """Why a free text cannot go into source files, or None; `lines`: it may have several."""
    for char in text:
        code = f"U+{ord(char):04X}"
        if char == "\n" and not lines:
            return "it has to be on one line"
        if unicodedata.category(char) == "Cs":
            return f"it has a character that is no text ({code})"
        if unicodedata.category(char) == "Cc" and char not in "\n\t":
            return f"it has the control character {code}"
        if "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069":
            return f"it has {code}, which makes source code read in another order (rustc refuses it)"
    return None


def check_answer(answers: Mapping[str, Any], key: str) -> str:
    """Nothing, or the end of the generation. An answer that is not there yet (a partial replay file) is let pass."""
    if key not in answers:
        return ""
    value = answers[key]
    if not isinstance(value, str):
        _refuse(key, value, "it has to be text", "write it in quotes")
    if key == "crate_name" and (why := crate_name_fault(value)):
        _refuse(key, value, why, f"try '{_suggestion(value, '-', 'my-service', crate_name_fault)}'")
    if key == "workflow_name" and (why := workflow_name_fault(value)):
        _refuse(key, value, why, f"try '{_suggestion(value, '_', 'my_workflow', workflow_name_fault)}'")
    if key == "description" and not value.strip():
        _refuse(key, value, "it is empty", "say in one sentence what it does")
    if key in ("description", "author") and (why := text_fault(value, key == "description")):
        _refuse(key, value, why, "leave that out")
    choices = _questions()[key]
    if isinstance(choices, list) and value not in choices:
        why = _not_offered().get(value) if key == "cloacina_version" else None
        _refuse(key, value, why or "it is not one of the choices", f"take one of {', '.join(choices)}")
    if key == "start" and value == "poll" and (version := answers.get("cloacina_version")) in NAME_STARTS:
        why = f"no server of Cloacina {version} ever polls a package's trigger"
        _refuse(key, value, why, "take cron or request, or a cloacina_version from 0.8.0 on")
    return ""


def crate_directory(answers: Mapping[str, Any]) -> str:
    """The directory to generate, after a second check of every answer: a replayed answer was never asked for."""
    for key in _questions():
        if key not in answers:
            _refuse(key, None, "the answers lack it", "add it, or leave --replay-file out")
        check_answer(answers, key)
    return str(answers["crate_name"])


def default_workflow_name(answers: Mapping[str, Any]) -> str:
    return module_name(answers.get("crate_name", ""))


def toml(text: str) -> str:
    """A TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False)


def rust(text: str) -> str:
    """A Rust string literal; what cannot be seen is escaped."""
    simple = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    escaped = (simple.get(char) or (char if char.isprintable() else "\\u{" + f"{ord(char):x}" + "}") for char in text)
    return '"' + "".join(escaped) + '"'


def markdown(text: str) -> str:
    """Markdown that displays as the text was typed (but for repeated spaces), each line ending in a hard break."""
    paragraphs: list[list[str]] = [[]]
    for typed in text.split("\n"):
        line = re.sub(r"[ \t]+", " ", typed.strip())
        line = re.sub(r"[\\`*\[\]<>&~|$]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", line)
        line = re.sub(r"^([0-9]*)(?=[#+=-]|(?<=[0-9])[.)])", r"\1\\", line)
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n\n".join("\\\n".join(lines) for lines in paragraphs if lines)


def rust_doc(text: str, prefix: str) -> str:
    """Lines of a Rust doc comment."""
    return "\n".join(f"{prefix} {line}".rstrip() for line in text.split("\n"))


def apache_license() -> str:
    """The licence of this repository, which is the standard text."""
    with open(os.path.join(ROOT, "LICENSE"), encoding="utf-8") as file:
        return file.read().rstrip("\n")


def _cookiecutter_json() -> dict[str, Any]:
    with open(os.path.join(ROOT, "cookiecutter.json"), encoding="utf-8") as file:
        data: dict[str, Any] = json.load(file)
    return data


def _questions() -> dict[str, Any]:
    return {key: value for key, value in _cookiecutter_json().items() if not key.startswith("_")}


def _not_offered() -> dict[str, str]:
    """Version of Cloacina -> why the template leaves it out."""
    with open(os.path.join(ROOT, "versions.json"), encoding="utf-8") as file:
        reasons: dict[str, str] = json.load(file)["not_offered"]
    return reasons


def _own_sources() -> frozenset[str]:
    """Every string of this template that cookiecutter renders outside a file: defaults, file names, the hook."""
    with open(os.path.join(ROOT, HOOK), encoding="utf-8") as file:
        own = {file.read()}
    for key, value in _cookiecutter_json().items():
        if key.startswith("__") or not key.startswith("_"):
            own.update(text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))
    top = os.path.join(ROOT, CRATE_DIRECTORY)
    for directory, _, names in os.walk(top):
        own.update(os.path.relpath(os.path.join(directory, name), top) for name in names)
    return frozenset(own)


def _check_command_line(questions: Mapping[str, Any]) -> None:
    """Refuse `key=value` arguments that no question has: cookiecutter ignores them silently."""
    context = click.get_current_context(silent=True)
    given = context.params.get("extra_context") if context else None
    for key in given if isinstance(given, Mapping) else ():
        if key not in questions:
            near = difflib.get_close_matches(key, questions, 1)
            _refuse("answer", key, "there is no such question", f"try {near[0] if near else ', '.join(questions)}")


class CloacinaServiceExtension(Extension):
    """The filters above, and answers that stay data."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if tuple(int(part) for part in cookiecutter.__version__.split(".")[:2]) < (2, 6):
            _refuse("cookiecutter", cookiecutter.__version__, "it is too old", "pip install 'cookiecutter>=2.6'")
        _check_command_line(_questions())
        self._own = _own_sources()
        filters = (accumulator, check_answer, crate_directory, default_workflow_name, markdown, module_name, rust)
        environment.filters.update({function.__name__: function for function in (*filters, rust_doc, toml)})
        environment.filters["has_companions"] = lambda answers: answers["cloacina_version"] in COMPANIONS
        environment.filters["name_starts"] = lambda answers: answers["cloacina_version"] in NAME_STARTS
        environment.filters["scoped_endpoints"] = lambda answers: answers["cloacina_version"] in SCOPED_ENDPOINTS
        environment.globals.update(rust_version=RUST_VERSION, template_root=ROOT, apache_license=apache_license)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Cookiecutter renders answers as if they were templates: turn each into a literal of itself."""
        start, end = self.environment.variable_start_string, self.environment.variable_end_string
        if name is not None or filename is not None or source in self._own:
            return source
        if source == CRATE_DIRECTORY:
            return f"{start} cookiecutter | crate_directory {end}"
        with contextlib.suppress(UnicodeError):  # a pair of \\u escapes in JSON that was read as YAML
            source = source.encode("utf-16", "surrogatepass").decode("utf-16")
        literal = "".join(f"\\U{ord(char):08x}" for char in source)
        return f'{start}"{literal}"{end}'
