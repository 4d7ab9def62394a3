"""Room rules/: CL308 package-language."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PackageLanguage(Rule):
    code = "CL308"
    name = "package-language"
    group = "manifest"
    severity = ERROR
    since = (0, 6)
    version = "0.11.1"
    summary = 'metadata.language is not what the crate is: "rust"'
    why = """
The server and the tools compare the value letter by letter: `"Rust"` is an unknown language, and the package is refused
(packed, 0.11.1: unknown [metadata].language). A Rust crate that says "python" is taken for a Python package, and
refused too (packed, 0.11.1: no `workflow/` directory). The `package pack` of 0.6 and 0.7 does not look.
"""
    fixable = True
    failing = """
--- package.toml
[metadata]
language = «"Rust"»
workflow_name = "data"
"""
    passing = """
--- package.toml
[metadata]
language = "rust"
workflow_name = "data"
"""
    proof = r"pack: unknown \[metadata\]\.language"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        language = doc.get("metadata", "language") if doc is not None else None
        span = doc.value_span("metadata", "language") if doc is not None else None
        if not isinstance(language, str) or span is None or language == "rust":
            return
        if language == "python":
            yield self.finding(
                'language is "python", and this is a Rust crate: nothing will build it',
                span,
                help='write `language = "rust"`',
                fix=Fix("say that it is Rust", [Edit(span, '"rust"')]),
            )
            return
        rust = language.strip().lower() != "python"
        yield self.finding(
            f'language is "{language}": only "rust" and "python" are known, in small letters',
            span,
            help='write `language = "rust"`',
            fix=Fix("write it as it is known", [Edit(span, '"rust"')]) if rust else None,
        )
