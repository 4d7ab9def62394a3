"""Room deep/: what the messages of rustc, cargo and build scripts mean in a Cloacina crate: first match wins.

A pattern is searched in the whole report: the message, then each label and note on a line of its own, then `source: `
and the line of the user's file that is to blame. `{name}` in an advice is the pattern's group of that name;
`{version}` the Cloacina version the crate is judged by, as "0.6".
"""

from __future__ import annotations

from .meaning import Meaning


def _absent(crates: str) -> str:
    """rustc's words, old and new, for a crate that is not a dependency."""
    wordings = (
        "cannot find (?:module or crate )?",
        "(?:use of )?(?:undeclared|unresolved) (?:crate or )?(?:module or unlinked crate |module )",
        "unresolved import ",
        "can't find crate for ",
        "could not find ",
    )
    return rf"(?:{'|'.join(wordings)})`(?P<crate>{crates})`"


_ANY_MACRO = r"#\[(?:workflow|task|trigger)\]|package!"

MEANINGS = (
    Meaning(
        "own-packaged-feature",
        _absent("cloacina"),
        "the crate's own `packaged` feature is off: the macros then expand to the embedded form, which names "
        '`cloacina`. Write `default = ["packaged"]` and `packaged = []` in [features]',
        "CL102",
        macro=_ANY_MACRO,
    ),
    Meaning(
        "engine-in-tests",
        _absent("cloacina"),
        'a test that runs the workflow needs the engine: write `cloacina = {{ version = "{version}", '
        'default-features = false, features = ["macros", "sqlite"] }}` in [dev-dependencies]',
        "CL013",
        testing=True,
    ),
    Meaning(
        "engine-import",
        _absent("cloacina"),
        "a service-mode crate does not depend on the engine: import from `cloacina_workflow`, and call "
        "`cloacina_workflow_plugin::package!()`",
        "CL010",
    ),
    Meaning(
        "workflow-default-features",
        r"(?:unresolved import `cloacina_workflow::|cannot find (?:`__private` in `cloacina_workflow`|attribute `"
        r"(?:task|workflow|trigger)`))[\s\S]*(?:configured out|is a module, not an attribute)",
        "`cloacina-workflow` is used with `default-features = false`, which takes its macros and its runtime away: "
        "leave that key out",
        "CL105",
    ),
    Meaning(
        "missing-chrono",
        _absent("chrono"),
        "`#[task]` and cron triggers expand to `chrono::` up to Cloacina 0.9: it must be a direct dependency. "
        'Write `chrono = "0.4"` in [dependencies]',
        "CL101",
    ),
    Meaning(
        "missing-async-trait",
        _absent("async_trait") + r"|lifetime parameters or bounds on method `execute` do not match the trait",
        "`#[workflow]`, `#[task]` and `#[trigger]` expand to `async_trait::` up to Cloacina 0.9: it must be a direct "
        'dependency. Write `async-trait = "0.1"` in [dependencies]',
        "CL101",
        macro=r"#\[(?:workflow|task|trigger)\]",
    ),
    Meaning(
        "missing-serde-json",
        _absent("serde_json"),
        "`#[task]` and `package!()` expand to `serde_json::`: it must be a direct dependency. "
        'Write `serde_json = "1"` in [dependencies]',
        "CL101",
    ),
    Meaning(
        "missing-computation-graph",
        _absent("cloacina_computation_graph"),
        "`package!()` and the graph macros expand to `cloacina_computation_graph::`: it must be a direct dependency. "
        'Write `cloacina-computation-graph = "{version}"` in [dependencies]',
        "CL101",
    ),
    Meaning(
        "missing-workflow-plugin",
        _absent("cloacina_workflow_plugin"),
        "`package!()` lives in cloacina-workflow-plugin and `#[workflow]` expands to it: it must be a direct "
        'dependency. Write `cloacina-workflow-plugin = "{version}"` in [dependencies]',
        "CL101",
    ),
    Meaning(
        "missing-workflow",
        _absent("cloacina_workflow"),
        "the macros expand to `cloacina_workflow::`: it must be a direct dependency under its own name, not a renamed "
        'one. Write `cloacina-workflow = {{ version = "{version}", features = ["packaged"] }}` in [dependencies]',
        "CL101",
    ),
    Meaning(
        "missing-macros",
        _absent("cloacina_macros"),
        "`#[reactor]`, `#[computation_graph]` and the accumulators come from cloacina-macros; `#[task]`, `#[workflow]` "
        'and `#[trigger]` are in `cloacina_workflow` too. Write `cloacina-macros = "{version}"` in [dependencies], or '
        "import from `cloacina_workflow`",
        "CL101",
    ),
    Meaning(
        "missing-build",
        _absent("cloacina_build"),
        'build.rs calls `cloacina_build::configure()`: write `cloacina-build = "{version}"` in [build-dependencies]',
        "CL002",
    ),
    Meaning(
        "executor-not-imported",
        r"no method named `execute` found for (?:struct|reference) `&?(?:cloacina::)?(?:\w+::)*DefaultRunner`",
        "`execute` belongs to a trait: write `use cloacina::WorkflowExecutor;`",
        "CL902",
        testing=True,
    ),
    Meaning(
        "status-display",
        r"`(?:\w+::)*WorkflowStatus` doesn't implement `(?:std::fmt::)?Display`"
        r"|(?:no )?method(?: named)? `to_string` (?:found for|exists for) enum `(?:\w+::)*WorkflowStatus`",
        "a status has no text: compare it with `WorkflowStatus::Completed`",
        "CL904",
        testing=True,
    ),
    Meaning(
        "missing-tokio-in-tests",
        _absent("tokio"),
        "the host provides the runtime, so tokio belongs to the tests alone: write "
        '`tokio = {{ version = "1", features = ["full"] }}` in [dev-dependencies]',
        "CL901",
        testing=True,
    ),
    Meaning(
        "mixed-minors",
        r"there are multiple different versions of crate `cloacina_\w+` in the dependency graph",
        "the Cloacina crates are of different minor versions, whose types do not fit each other: give all of them the "
        "same version (`{version}`), and run `cargo update`",
        "CL702",
    ),
    Meaning(
        "package-twice",
        r"the name `_ffi` is defined multiple times",
        "`package!()` is called twice: it belongs in the crate once, in any module",
        "CL108",
    ),
    Meaning(
        "private-task",
        r"(?:function `\w+_task`|struct `\w+Task`) is private[\s\S]*^source: .*\bfn ",
        "the workflow's code, outside the module, calls its task functions: make each one `pub` (at least "
        "`pub(super)`)",
        "CL004",
        macro=r"#\[(?:workflow|task)\]|^$",
    ),
    Meaning(
        "file-module",
        r"file modules in proc macro input are unstable",
        "`#[workflow]` needs to see the tasks: write the module inline, `mod name {{ ... }}`, not `mod name;`. The "
        "whole inline module may stand in another file",
        "CL405",
    ),
    Meaning(
        "no-task",
        r"must contain at least one #\[task\] function",
        "`#[workflow]` found no task it can read. It skips a `#[task]` whose arguments are wrong (a missing `id`, an "
        "unknown or misspelt argument, a number too large) without a word, and it looks only for functions directly in "
        "the module marked with the literal `#[task(...)]`",
        "CL401",
        follows=("file-module",),
    ),
    Meaning(
        "context-parameter",
        r"must have a 'context' parameter",
        "`#[task]` finds the context by its name: the parameter must be called `context` or `_context`, not `ctx` or "
        "anything else: `context: &mut Context<serde_json::Value>`",
        "CL411",
    ),
    Meaning(
        "workflow-name",
        r"\"?_workflow_(?P<name>.*?)_constructor\"?` is not a valid identifier",
        "the workflow's name `{name}` becomes part of a Rust identifier: only letters, digits, `_`, `-` and spaces may "
        "stand in it",
        "CL403",
    ),
    Meaning(
        "task-switched-off",
        r"cannot find (?:`\w+Task` in|function `\w+_task` in module)[\s\S]*^source: .*\bfn ",
        "`#[workflow]` names every task of its module, also one that `#[cfg(...)]` takes away: put the condition "
        "inside the function, or on the whole workflow",
        "CL415",
        macro=r"#\[workflow\]|^$",
    ),
    Meaning(
        "task-name-clash",
        r"the name `(?P<name>\w+Task)` is defined multiple times",
        "`#[task]` makes a struct `{name}` beside the function: give your own type or the function another name",
        "CL416",
        macro=r"#\[task\]",
    ),
    Meaning(
        "task-parameters",
        r"this function takes \d+ arguments? but 1 argument was supplied[\s\S]*^source: .*\bfn ",
        "the engine calls a task with its context alone: take the other parameters out and pass values through the "
        "context",
        "CL412",
        macro=r"#\[task\]|^$",
    ),
    Meaning(
        "task-by-value",
        r"expected `Context<.*>`, found `&mut Context<.*>`",
        "a task gets its context by reference: `context: &mut Context<serde_json::Value>`",
        "CL412",
        macro=r"#\[task\]",
    ),
    Meaning(
        "task-result",
        r"mismatched types\n[\s\S]*found (?:enum )?`Result<",
        "a task returns a Result: `-> Result<(), TaskError>`, and ends with `Ok(())`",
        "CL412",
        macro=r"#\[task\]",
    ),
    Meaning(
        "missing-docs",
        r"^missing documentation for ",
        "`package!()` and the macros make items without documentation: use `#![warn(missing_docs)]`, or put "
        "`#![allow(missing_docs)]` where the macro stands",
        "CL107",
        macro=_ANY_MACRO,
    ),
    Meaning(
        "trigger-on",
        r"#\[trigger\] requires 'on' attribute",
        'say which workflow the trigger starts: `#[trigger(on = "workflow_name", ...)]`',
        "CL501",
    ),
    Meaning(
        "cron-characters",
        r"Invalid cron expression '(?P<cron>[^']*)'",
        "the macro takes 5 to 7 fields of digits and `, - * /` only: no names (`MON`), no `?`, `L` or `@daily`",
        "CL503",
    ),
    Meaning(
        "main-missing",
        r"`main` function not found in crate `(?P<name>\w+)`",
        "a service-mode crate is a library: move src/main.rs to src/lib.rs and leave `main` out, or take the "
        "[[bin]] away",
        "CL103",
    ),
    # Cargo's own words from here on.
    Meaning(
        "no-library",
        r"no library targets? found in package|no targets specified in the manifest|can't find library `\w+`",
        "a service-mode crate is a library: its code belongs in src/lib.rs",
        "CL103",
    ),
    Meaning(
        "workspace-key",
        r"error inheriting `(?P<key>[\w.-]+)` from workspace root manifest",
        "the workspace's root has no `{key}` to inherit, and the compiler service builds the package without its "
        "workspace: write the value here",
        "CL802",
    ),
    Meaning(
        "path-dependency",
        r"failed to (?:load manifest for|get `[^`]*` as a) dependency[\s\S]*(?:failed to read|unable to update) [`/]",
        "a path dependency is not there. In the compiler service no path outside the package exists at all: use a "
        "published version, or move the code into this crate",
        "CL801",
    ),
    Meaning(
        "unknown-package",
        r"no matching package (?:named )?`?(?P<crate>[\w-]+)`? found\n.*searched",
        "no crate is called `{crate}`: check the spelling",
    ),
    Meaning(
        "unknown-feature",
        r"with feature `(?P<feature>[\w-]+)` but `(?P<crate>[\w-]+)` does not have that feature",
        "`{crate}` has no feature `{feature}`: check the spelling",
    ),
    Meaning(
        "minors-conflict",
        r"failed to select a version for `cloacina[\s\S]*conflict",
        "the versions asked of the Cloacina crates exclude each other: give all of them the same version "
        "(`{version}`), without `=`",
        "CL702",
    ),
    Meaning(
        "unknown-version",
        r"failed to select a version for the requirement `(?P<crate>[\w-]+) = \"(?P<wanted>[^\"]*)\"",
        "no published version of `{crate}` meets `{wanted}`",
    ),
    Meaning(
        "rust-version",
        r"rustc (?P<have>[\d.]+)\S* is not supported by the following packages?",
        "a dependency needs a newer Rust than {have}: run `rustup update stable`, or choose the Cloacina version that "
        "the server runs. The server's compiler has its own Rust, which must be new enough too",
    ),
    Meaning(
        "rust-version",
        r"requires rustc (?P<want>[\d.]+) or newer",
        "it needs Rust {want}: run `rustup update stable`. The server's compiler has its own Rust, which must be new "
        "enough too",
    ),
    Meaning(
        "edition",
        r"feature `edition(?P<edition>\d+)` is required|supported edition values are",
        "this cargo does not know the edition: 2021 works with every Cloacina version",
    ),
    Meaning(
        "lock-file",
        r"lock file .* needs to be updated|cannot (?:update|create) the lock file|lock file version .* requires",
        "Cargo.lock does not fit Cargo.toml, or this cargo: run `cargo update --workspace` and commit Cargo.lock. From "
        "Cloacina 0.7 on the compiler service builds with `--frozen` and refuses it",
        "CL806",
    ),
    Meaning(
        "no-python",
        r"no Python 3\.x interpreter found",
        "build.rs calls `cloacina_build::configure()`, which looks for Python: install Python 3, or leave build.rs out "
        "(a workflow crate exports its symbols without it)",
        "CL002",
    ),
    Meaning(
        "native-library",
        r"(?:unable to find library -l|cannot find -l|library not found for -l|library ')(?P<lib>[\w.+-]+)",
        "the linker does not find the native library `{lib}`: install its development package here, and note that the "
        "compiler service needs it too. For the engine in tests use `default-features = false, features = "
        '["macros", "sqlite"]`, which needs none',
    ),
    # The machine's faults: not a finding, but the reason why the checks could not be made.
    Meaning(
        "no-linker",
        r"linker `(?P<linker>[^`]+)` not found",
        "no linker `{linker}`: install a C compiler (Debian, Ubuntu: build-essential; macOS: xcode-select --install)",
        machine=True,
    ),
    Meaning(
        "no-c-compiler",
        r"(?:[Ff]ailed to find tool\. Is `(?P<tool>[^`]+)` installed|is `(?P<cmake>cmake)` not installed)",
        "a dependency with C code needs `{tool}{cmake}`: install a C compiler (Debian, Ubuntu: build-essential; macOS: "
        "xcode-select --install)",
        machine=True,
    ),
    Meaning(
        "disk-full",
        r"No space left on device|[Dd]isk quota exceeded",
        "no space left on the disk of the target directory: free some, or name another with --target-dir",
        machine=True,
    ),
    Meaning(
        "killed",
        r"signal: 9, SIGKILL|LLVM ERROR: out of memory|memory allocation of \d+ bytes failed",
        "the compiler was killed, most likely for lack of memory: free some, or set CARGO_BUILD_JOBS=1",
        machine=True,
    ),
    Meaning(
        "offline",
        r"--offline was specified|you're using offline mode|offline mode \(via|in offline mode",
        "the crates are not all here: run once without --offline, or `cargo fetch`",
        machine=True,
    ),
    Meaning(
        "network",
        r"[Cc]ould ?n[o']t resolve host|[Ff]ailed to connect|Could not connect|Timeout was reached"
        r"|[Cc]onnection (?:refused|reset|timed out)|download of .* failed|failed to download|failed to fetch `"
        r"|spurious network error|network failure seems to have happened|SSL (?:connect|certificate)",
        "the crates could not be downloaded: check the network and the proxy, or run with --offline",
        machine=True,
    ),
    Meaning(
        "toolchain",
        r"toolchain '(?P<toolchain>[^']+)' is not installed|could not execute process `(?P<rustc>[^` ]*rustc)[` ]"
        r"|no default is configured|rustup could not choose a version of cargo",
        "the Rust toolchain {toolchain}{rustc} is not there: install it with `rustup toolchain install`",
        machine=True,
    ),
    Meaning(
        "target",
        r"the `(?P<target>[\w.-]+)` target may not be installed",
        "the target is not installed: run `rustup target add {target}`",
        machine=True,
    ),
    Meaning(
        "permission",
        r"failed to (?:write|open|create|remove|rename|update|lock)[^\n]*\n[\s\S]*"
        r"(?:Permission denied \(os error 13\)|Read-only file system)",
        "cargo may not write: check the rights of the target directory and of CARGO_HOME",
        machine=True,
    ),
)
