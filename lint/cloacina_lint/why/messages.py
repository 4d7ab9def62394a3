"""Room why/: what the server, the compiler service, the loader and cloacinactl say, and what it means: a table.

A pattern is searched in one line at a time. Named groups may be used in the cause and the advice as `{name}`. rules:
the codes of the rules that find the fault in a crate, the likeliest first. Patterns are the programs' own words (0.6.1
to 0.12.0). The messages of rustc and cargo are in deep/meanings.py.
"""

from __future__ import annotations

import re


class Message:
    """One row. id: names the cause. says: who says it. cause and advice: one line each."""

    __slots__ = ("advice", "cause", "id", "pattern", "rules", "says")

    def __init__(self, name: str, says: str, pattern: str, cause: str, advice: str, *rules: str) -> None:
        self.id = name
        self.says = says
        self.pattern = re.compile(pattern)
        self.cause = cause
        self.advice = advice
        self.rules = rules


MESSAGES = (
    Message(
        "no-registry-symbol",
        "the loader",
        r"[Ss]ymbol '?fidius_get_registry'? not found|undefined symbol: fidius_get_registry",
        "the library was built without entry points: the crate never calls `package!()`",
        "write `cloacina_workflow_plugin::package!();` once, at the top of src/lib.rs, and upload a new version",
        "CL201",
    ),
    Message(
        "other-abi",
        "the loader",
        r"incompatible ABI version: got (?P<got>\d+), expected (?P<expected>\d+)|IncompatibleAbiVersion",
        "the package was built against another generation of Cloacina than the server's",
        "build it with the server's version of the Cloacina crates; `cloacina-lint --server VERSION` checks that",
        "CL701",
    ),
    Message(
        "other-wire",
        "the loader",
        r"bincode wire error|Failed to call get_task_metadata|Deserialization\(",
        "the package's answers are in another generation's form: same ABI, other Cloacina minor",
        "build it with the server's version of the Cloacina crates; `cloacina-lint --server VERSION` checks that",
        "CL701",
    ),
    Message(
        "empty-workflow",
        "the server",
        r"EmptyWorkflow|Workflow cannot be empty",
        "the server found no task under the package's name: package.toml and Cargo.toml name the package differently "
        "(even `-` and `_`), or the workflow's tasks are not seen by its macro",
        "write the same name in both files; put every task, marked `#[task(...)]`, directly into the workflow's module",
        "CL303",
        "CL413",
    ),
    Message(
        "library-not-found",
        "the compiler service",
        r"expected lib(?P<name>\w+)\.(?:so|dylib) in|no cdylib|cdylib not found",
        "the build was green but left no shared library of the package's name",
        'write `crate-type = ["cdylib", "rlib"]` in [lib], and no `name` that differs from the package\'s',
        "CL001",
        "CL202",
    ),
    Message(
        "daemon-rust",
        "the daemon",
        r"has no compiled_data",
        "the daemon's watch directory cannot load a Rust package in any version: it never builds one",
        "upload the package to a server with a compiler service",
    ),
    Message(
        "no-file-field",
        "the server",
        r"no 'file' field in multipart",
        "the upload's multipart field has another name; the guide's `package=` is refused",
        "use `curl -F file=@package.cloacina ...`, or `cloacinactl package upload`",
    ),
    Message(
        "cron-panic",
        "the server",
        r"Invalid cron expression . this should have been caught at compile time",
        "a cron value that the macro lets pass is refused when the package is loaded: all its triggers are dropped",
        "write a cron value in range, with five or six fields",
        "CL504",
        "CL505",
    ),
    Message(
        "trigger-not-registered",
        "the server",
        r"trigger\(s\) not registered",
        "`triggers = [...]` of the workflow names a trigger that the package does not register as a poll trigger",
        "name only poll triggers of this package there; a cron trigger is bound by its `on` alone",
        "CL510",
        "CL509",
    ),
    Message(
        "no-such-reactor",
        "the server",
        r"subscribes to reactor '(?P<name>[^']*)' but no such reactor",
        "the graph names the reactor `{name}`, which no loaded package declares",
        'declare it with `#[reactor(name = "{name}", ...)]`, or correct the name',
    ),
    Message(
        "archive-ratio",
        "the server",
        r"archive decompressed size (?P<actual>\d+) exceeds limit of (?P<limit>\d+)|SizeLimitExceeded",
        "the archive unpacks to more than ten times its size: there is compressible data in the crate's directory",
        "keep data files, databases and logs out of the directory that you pack",
    ),
    Message(
        "archive-entry",
        "the server",
        r"archive entry '(?P<entry>[^']*)' (?:contains '\.\.'|is an? (?:absolute path|symlink|hardlink))",
        "the archive's entry `{entry}` would leave the directory or is a link",
        "pack with `cloacinactl package pack`, and replace links by the files",
    ),
    Message(
        "not-an-archive",
        "the server",
        r"not a valid \.cloacina bzip2 source archive",
        "what was uploaded is not the bzip2 tar that `cloacinactl package pack` makes",
        "make the archive with `cloacinactl package pack`; a .so or a .zip cannot be uploaded",
    ),
    Message(
        "manifest-unknown-key",
        "the server or cloacinactl",
        r"unknown field `(?P<key>[^`]+)`, expected one of",
        "package.toml has the key `{key}` in [metadata], which is closed to all but the known ones",
        "remove it; triggers are declared in Rust with `#[trigger]`, and `package_type` is gone since 0.6",
    ),
    Message(
        "manifest-missing",
        "cloacinactl or the server",
        r"has no package\.toml|package\.toml not found",
        "there is no package.toml at the root of the package",
        "write one beside Cargo.toml",
        "CL301",
    ),
    Message(
        "manifest-parse",
        "cloacinactl or the server",
        r"failed to parse package\.toml|invalid package\.toml",
        "package.toml is not valid TOML, or lacks a required key",
        "correct it; `cloacina-lint` names the place",
        "CL302",
    ),
    Message(
        "already-exists",
        "the server",
        r"Package already exists: (?P<name>\S+) v(?P<version>\S+)",
        "{name} {version} was uploaded before; a version is never replaced",
        "raise the version in Cargo.toml and package.toml, or delete the package first",
    ),
    Message(
        "frozen-lock",
        "the compiler service",
        r"because --(?:frozen|locked|offline) was passed|--frozen was passed to prevent this",
        "from 0.7 on the compiler service builds with `--frozen --offline`: without a fitting Cargo.lock in the "
        "package, and crates it already has, cargo stops",
        "commit Cargo.lock and pack it; ask who runs the server which crates it has",
    ),
    Message(
        "workflow-not-in-registry",
        "the engine in a test",
        r"Workflow not found in registry: ?(?P<name>\S*)",
        "with the `packaged` feature on, the workflow is not in the embedded registry, so a plain `DefaultRunner` test "
        "cannot find it",
        "test through the loaded library, as tests/service_mode.rs of the template does",
    ),
    Message(
        "no-such-table",
        "the engine in a test",
        r"no such table: ",
        "every connection to `:memory:` is a database of its own, and the engine's pool has several",
        "use a SQLite file in a temporary directory",
    ),
    Message(
        "key-exists",
        "a task",
        r"Key already exists: (?P<key>\S+)",
        "`context.insert` refuses a key that is already there: `{key}` was written before",
        "use `context.update`, or another key",
    ),
    Message(
        "nested-runtime",
        "a task",
        r"Cannot start a runtime from within a runtime",
        "a task makes a tokio runtime of its own and blocks on it, inside the runtime that runs the task",
        "make the task function `async` and `.await` instead of `block_on`",
    ),
    Message(
        "database-name",
        "the server or the compiler service",
        r'database "(?P<name>[^"]+)" does not exist',
        "the server always uses the database `cloacina`, and the compiler service drops the name from its URL",
        "create user and database both named `cloacina`",
    ),
    Message(
        "unauthorized",
        "the server",
        r"\b401\b.*[Uu]nauthorized|[Ii]nvalid (?:or missing )?API key|missing Authorization",
        "the server does not know the key",
        "send `Authorization: Bearer KEY` with a key of that tenant (the bootstrap key begins with `clk_`)",
    ),
)
