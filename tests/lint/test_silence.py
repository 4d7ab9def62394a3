"""Room tests/lint: silence where it belongs. Right crates in every dress: nothing is found.

Every combination of the template's answers is linted in tests/template/test_crate.py; here the text around varies.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from cloacina_lint import contracts, examples
from cloacina_lint.rules import load

from tests.linting import codes, findings, write
from tests.support import VERSIONS
from tests.template.generating import generate


def forbidden() -> list[str]:
    """Every marked text of the rules' failing examples, one line each: what each rule looks for."""
    words = ["cloacina::DefaultRunner", "fn main() {}", "package!()", "#[task]", "__WORKSPACE__", "computation_graph("]
    for rule in load():
        if rule.group == "lint":
            continue  # its marks are the linter's own comments, which are read on purpose
        for _, text in examples.files(rule.failing):
            if text is not None and examples.MARK_OPEN in text:
                marked = text.split(examples.MARK_OPEN, 1)[1].split(examples.MARK_CLOSE, 1)[0]
                words += [line.strip() for line in marked.splitlines() if line.strip()]
    return sorted(set(words))


def commented_rust(text: str) -> str:
    words = forbidden()
    plain = "".join(f"// {word}\n" for word in words)
    nested = (
        "/* outer /* "
        + " ".join(word.replace("*/", "").replace("/*", "") for word in words)
        + " */ still a comment */\n"
    )
    raw = 'pub const WORDS: &str = r###"\n' + "\n".join(words) + '\n"###;\n'
    quoted = "".join(
        f'pub const WORD_{index}: &str = "{word.replace(chr(92), "").replace(chr(34), chr(92) + chr(34))}";\n'
        for index, word in enumerate(words)
    )
    docs = "".join(f"/// {word}\n" for word in words) + "pub const DOCUMENTED: u8 = 1;\n"
    return text + plain + nested + raw + quoted + docs


def commented_toml(text: str) -> str:
    return "".join(f"# {word}\n" for word in forbidden()) + text


def files(version: str) -> dict[str, str]:
    contract = contracts.load(version)
    assert contract is not None
    return examples.canonical(contract)


DRESSES: dict[str, Callable[[str, str], str]] = {
    "every forbidden word in comments, documentation and strings": lambda path, text: (
        commented_rust(text) if path == "src/lib.rs" else commented_toml(text) if path.endswith(".toml") else text
    ),
    "CRLF": lambda path, text: text.replace("\n", "\r\n"),
    "byte order mark": lambda path, text: "\ufeff" + text,
    "tabs": lambda path, text: text.replace("    ", "\t"),
    "no newline at the end": lambda path, text: text.rstrip("\n"),
    "blank lines": lambda path, text: text.replace("\n\n", "\n\n\n\n") + "\n\n",
    "wide characters before": lambda path, text: (
        f"// 你好 🦀 é\u0301 \u202b\n{text}" if path.endswith(".rs") else f"# 你好 🦀 é\u0301\n{text}"
    ),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("dress", DRESSES)
def test_right_crate_in_another_dress(dress: str, version: str, tmp_path: Path) -> None:
    write(tmp_path, {path: DRESSES[dress](path, text) for path, text in files(version).items()})
    assert [repr(finding) for finding in findings(tmp_path)] == []


@pytest.mark.parametrize("dress", DRESSES)
def test_generated_crate_in_another_dress(dress: str, tmp_path: Path) -> None:
    crate = generate(tmp_path).made()
    for path in ("Cargo.toml", "package.toml", "src/lib.rs", "build.rs", "tests/service_mode.rs"):
        text = (crate / path).read_text(encoding="utf-8")
        (crate / path).write_bytes(DRESSES[dress](path, text).encode("utf-8"))
    assert [repr(finding) for finding in findings(crate)] == []


def test_a_file_of_ten_thousand_lines(tmp_path: Path) -> None:
    """Lines that do not compress, as real ones do not: a tenfold ratio is a finding of its own."""
    noise = random.Random(0)
    made = files("0.6.1")
    made["src/lib.rs"] += "".join(
        f"pub const C_{number}: u128 = 0x{noise.getrandbits(128):x}; // cloacina::DefaultRunner package!()\n"
        for number in range(10_000)
    )
    write(tmp_path, made)
    assert codes(tmp_path) == []
