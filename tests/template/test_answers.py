"""Room tests/: answers are data. Whatever is answered is refused in one line or arrives as it was typed."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.linting import findings
from tests.support import need
from tests.template.generating import DEFAULTS, generate

HOSTILE = (
    '"',
    '"""',
    "'",
    "'''",
    "\\",
    "\\n",
    "\\u{41}",
    "\\\n",
    "\n",
    "\n\n",
    "\t",
    "<<",
    ">>",
    "<< 7*7 >>",
    "<< cookiecutter.crate_name >>",
    "<< undefined.name >>",
    "{{ 7*7 }}",
    "{% raw %}",
    "{% endraw %}",
    "{% if %}",
    "{##",
    "##}",
    "#}",
    "${{ github }}",
    "# heading",
    "- item",
    "1. item",
    "2) item",
    "> quote",
    "| a | b |",
    "===",
    "---",
    "    code",
    "```\nfn main() { loop {} }\n```",
    "~~~",
    "`code`",
    "*bold*",
    "_soft_",
    "snake_case",
    "[x]: y",
    "[x](javascript:y)",
    "![x](y)",
    "<script>alert(1)</script>",
    "<!--",
    "&amp;",
    "$x$",
    "*/",
    "//!",
    "/*",
    "#![deny(warnings)]",
    "cloacina-lint: ignore[CL001] because",
    "[metadata]",
    "name = 1",
    "]",
    "\U0001f980\U0001f468\u200d\U0001f469",
    "e\u0301",
    "\u200b",
    "\u00ad",
    "\u00a0",
    "\u2028",
    "\ufeff",
    "\x00",
    "\x1b[31m",
    "\r",
    "\x7f",
    "\x85",
    "\u202e",
    "\ud800",
    "\U0010ffff",
    "$(touch x)",
    "; rm -rf ~",
    "%s",
    "a" * 200,
)
pieces = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8), st.just(" ")), max_size=6).map("".join)
harmless = st.text(alphabet="abc xyz.,!", max_size=30)
names = st.one_of(
    st.just("my-service"),
    st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True),
    st.sampled_from(["../x", "fn", "test", "", "a b", "9", "a" * 64, "a" * 65, "<< 7*7 >>"]),
)
workflows = st.one_of(
    st.just("my_service"),
    st.from_regex(r"[A-Za-z][A-Za-z0-9_ -]{0,20}", fullmatch=True),
    st.sampled_from(["", "a.b", "tests", "W" * 64, "{{ x }}"]),
)


def acceptable(text: str, lines: bool) -> bool:
    """Told independently of the template: text of assigned characters, no controls, nothing that reorders."""
    for char in text:
        if char == "\t" or (char == "\n" and lines):
            continue
        if unicodedata.category(char) in ("Cc", "Cs") or unicodedata.bidirectional(char) in (
            *("LRE", "RLE", "LRO", "RLO", "PDF"),
            *("LRI", "RLI", "FSI", "PDI"),
        ):
            return False
    return True


def rust_strings(source: str) -> dict[str, str]:
    """The string arguments of #[workflow], decoded as rustc would."""
    simple = {"n": "\n", "t": "\t", "\\": "\\", '"': '"'}

    def decode(match: re.Match[str]) -> str:
        return chr(int(match[1], 16)) if match[1] else simple[match[2]]

    body = source.split("#[workflow(\n")[1].split("\n)]\n")[0]
    found = re.findall(r'^    (name|description|author) = "((?:[^"\\\n]|\\.)*)",$', body, re.M)
    return {key: re.sub(r"\\u\{([0-9a-f]+)\}|\\(.)", decode, value) for key, value in found}


def displayed(markdown: str) -> list[str]:
    """The words that a reader sees; everything has to be in plain paragraphs."""
    words: list[str] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        assert token.type in ("paragraph_open", "paragraph_close", "inline"), token.type
        words.append(" ")
        for child in token.children or ():
            assert child.type in ("text", "text_special", "softbreak", "hardbreak"), child.type
            words.append(child.content if child.type.startswith("text") else " ")
    return "".join(words).split()


def check(crate: Path, answers: dict[str, str]) -> None:
    """The crate says what the answers say, in TOML, Rust and Markdown, and lints clean."""
    description, author = answers["description"], answers["author"]
    cargo: Any = tomli.loads((crate / "Cargo.toml").read_text(encoding="utf-8"))["package"]
    package: Any = tomli.loads((crate / "package.toml").read_text(encoding="utf-8"))
    assert cargo["name"] == package["package"]["name"] == answers["crate_name"] == crate.name
    assert cargo["description"] == package["metadata"]["description"] == description
    assert cargo.get("authors", [""]) == [package["metadata"].get("author", "")] == [author]
    assert package["metadata"]["workflow_name"] == answers["workflow_name"]

    library = (crate / "src" / "lib.rs").read_bytes().decode("utf-8")
    expected = {"name": answers["workflow_name"], "description": description, "author": author}
    assert rust_strings(library) == {key: value for key, value in expected.items() if value or key != "author"}
    comment = []
    for line in library.split("\n\nuse cloacina_workflow::workflow;\n")[0].split("\n"):
        assert line == "//!" or line.startswith("//! "), "the description left its comment"
        assert line == line.rstrip()
        comment.append(line[4:])
    assert displayed("\n".join(comment).split("\n\nA package for Cloacina's service mode")[0]) == description.split()

    readme = (crate / "README.md").read_bytes().decode("utf-8")
    heading = f"# {answers['crate_name']}\n\n"
    assert readme.startswith(heading)
    paragraphs = readme[len(heading) :].split("\n\nA package for the service mode of [Cloacina]")[0]
    assert displayed(paragraphs) == description.split()
    assert findings(crate) == []


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip() and acceptable(text, True)], ids=repr)
def test_a_hostile_text_arrives_as_it_was_typed(tmp_path: Path, text: str) -> None:
    author = text if acceptable(text, False) else ""
    for description in (text, f"a{text}b", f"{text} {text}"):
        answers = {**DEFAULTS, "description": description, "author": author}
        check(generate(tmp_path, **answers).made(), answers)


@pytest.mark.parametrize("text", [text for text in HOSTILE if not acceptable(text, True)], ids=ascii)
def test_a_text_that_no_source_file_can_show_is_refused(tmp_path: Path, text: str) -> None:
    assert "description" in generate(tmp_path, description=f"a{text}b").refused()
    assert "author" in generate(tmp_path, author=f"a{text}b").refused()


def test_rustfmt_leaves_every_accepted_text_and_name_alone(tmp_path: Path) -> None:
    rustfmt = need("rustfmt", "rustup component add rustfmt")
    long = {"crate_name": "a" * 31 + "-" + "b" * 32, "workflow_name": "W" * 64}
    for edition in ("2021", "2024"):
        crates = [
            generate(tmp_path, **names, edition=edition, cloacina_version=version, start=start).made()
            for names in ({}, {"crate_name": "a"}, long)
            for version, start in (
                *(("0.6.1", "request"), ("0.6.1", "cron"), ("0.6.1", "event")),
                *(("0.8.0", "cron"), ("0.11.1", "poll"), ("0.11.1", "event")),
            )
        ]
        for number, text in enumerate(text for text in HOSTILE if text.strip() and acceptable(text, True)):
            names = long if number % 2 else {}
            author = text if acceptable(text, False) else ""
            if edition == "2021":
                crates.append(generate(tmp_path, description=f"a {text}\n" * 9, author=author, **names).made())
        sources = [str(path) for crate in crates for path in crate.rglob("*.rs")]
        run = subprocess.run([rustfmt, "--edition", edition, "--check", *sources], capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr


def test_random_answers_are_refused_in_one_line_or_arrive(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("answers")
    seen: Counter[str] = Counter()

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(names, pieces), st.one_of(pieces, harmless), st.one_of(pieces, harmless), workflows)
    def one(crate_name: str, description: str, author: str, workflow_name: str) -> None:
        texts = {"crate_name": crate_name, "description": description, "author": author}
        answers = {**DEFAULTS, **texts, "workflow_name": workflow_name}
        outcome = generate(folder, **answers)
        if outcome.crate is None:
            outcome.refused()
        else:
            check(outcome.crate, answers)
        seen["refused" if outcome.crate is None else "made"] += 1

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(pieces, pieces)
    def texts(description: str, author: str) -> None:
        answers = {**DEFAULTS, "description": description, "author": author}
        outcome = generate(folder, **answers)
        good = bool(description.strip()) and acceptable(description, True) and acceptable(author, False)
        assert good == (outcome.crate is not None), outcome.line
        if outcome.crate is None:
            outcome.refused()
        else:
            check(outcome.crate, answers)
        seen["refused" if outcome.crate is None else "made"] += 1

    one()
    texts()
    assert seen["made"] >= 100, seen
    assert seen["refused"] >= 100, seen
