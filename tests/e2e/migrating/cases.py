"""Room tests/e2e/: the crates that the migration is tried on (crates/NAME), and what has to come out of each."""

from __future__ import annotations

# A manifest with all that the crates use, for one Cargo.lock a version (running.lock_of).
EXTRA = """\
[package]
name = "resolved"
version = "0.0.0"
edition = "2021"

[workspace]

[dependencies]
anyhow = "1"
async-trait = "0.1"
chrono = "0.4"
cloacina = { version = "VERSION", default-features = false, features = ["macros", "sqlite"] }
cloacina-computation-graph = "VERSION"
cloacina-macros = "VERSION"
cloacina-workflow = { version = "VERSION", features = ["packaged"] }
cloacina-workflow-plugin = "VERSION"
regex = "1"
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tempfile = "3"
thiserror = "1"
tokio = { version = "1", features = ["full"] }
tracing = "0.1"
tracing-subscriber = { version = "0.3", features = ["env-filter"] }
uuid = { version = "1", features = ["v4"] }

[build-dependencies]
cloacina-build = "VERSION"
"""
SERVICE_TEST = "tests/service_mode.rs"
LIB = "src/lib.rs"


class Case:
    """One crate. `shows`: the styles in it; `service`: patterns that tests/service_mode.rs must hold; `lib`: those for
    src/lib.rs; the other attributes as in `__init__`."""

    def __init__(
        self,
        name: str,
        shows: str,
        *,
        version: str = "0.6.1",
        target: str = "",  # the version after the migration
        folder: str = "",  # the directory that is migrated, below the root of the work tree
        package: str = "",  # Cargo's name for it
        refused: tuple[str, ...] = (),  # patterns on standard error; none for a crate that migrates
        service: tuple[str, ...] = (),
        lib: tuple[str, ...] = (),
        holds: dict[str, tuple[str, ...]] | None = None,  # other file -> patterns
        anywhere: tuple[str, ...] = (),  # patterns in any file, or in what the command prints
        gone: tuple[str, ...] = ("src/main.rs",),
        untouched: tuple[str, ...] = (),
        warnings: tuple[str, ...] = (),  # rules of the linter that may speak: the original has the fault
        tests: dict[str, int] | None = None,  # test program -> least number of tests that pass
        package_keys: dict[str, object] | None = None,  # keys of [package] that are to be another
        dependencies: dict[str, object] | None = None,  # the same for dependencies
        arguments: tuple[str, ...] = (),
        runs: tuple[str, ...] = ("run",),  # cargo commands that the original passes
        lock: bool = False,  # Cargo.lock is committed
        own_profile: bool = False,
    ) -> None:
        self.name = name
        self.shows = shows
        self.version = version
        self.target = target or version
        self.folder = folder
        self.package = package or name
        self.refused = refused
        self.holds = {
            **({SERVICE_TEST: service} if not refused else {}),
            **({LIB: lib} if lib else {}),
            **(holds or {}),
        }
        self.anywhere = anywhere
        self.gone = gone
        self.untouched = untouched
        self.warnings = warnings
        self.tests = tests or {}
        self.package_keys = package_keys or {}
        self.dependencies = dependencies or {}
        self.arguments = arguments
        self.runs = runs
        self.lock = lock
        self.own_profile = own_profile


# An execution that has to complete, whatever words the test uses.
COMPLETES = r"WorkflowStatus::Completed"

MIGRATED = (
    Case(
        "parcel-greeter",
        "the guide's before: one task, `use cloacina::*`, private module, the engine's default features",
        service=(r'"greet_parcel"', COMPLETES),
        lib=(r"package!\(\)", r"pub mod greet_parcel", r"pub async fn label"),
        runs=(),  # the default features want PostgreSQL's and Kafka's libraries
    ),
    Case(
        "orders-nightly",
        "four tasks in a diamond, retries, callbacks, struct Config, arguments, tracing, asserts on status and context",
        service=(
            r'"currency"\s*,\s*json!\("EUR"\)',
            r'"totals"',
            r'\{"EUR": 1999, "USD": 1250\}',
            r'"count"[\s\S]{0,40}json!\(3\)',
            COMPLETES,
        ),
        lib=(r"struct Order\b", r"fn totals\(", r"on_success = note_success", r"CENTS: i64 = 100"),
        anywhere=(r"--database needs a URL", r"with_env_filter", r"the day is closed"),
    ),
    Case(
        "sensor-rollup2",
        "modules in files, src/workflow/mod.rs, crate:: and super::super paths, a private module, unit tests, regex",
        service=(r'"lines"', r'\{"t1": 21\.5, "t2": 21\.0\}', COMPLETES),
        lib=(r"mod model;", r"mod parsing;", r"mod workflow;"),
        untouched=("src/model.rs", "src/parsing.rs", "src/workflow/math.rs"),
        tests={"src/lib.rs": 1},
    ),
    Case(
        "cron-digest",
        "register_cron_workflow, a runner configuration, an option on the command line, a profile of its own",
        service=(r'"digest"', COMPLETES),
        lib=(r"#\[(cloacina_workflow::)?trigger\(", r'cron = "30 6 \* \* \*"'),
        anywhere=(r"ctrl_c", r"before the first train"),
        runs=("run -- --once",),
        own_profile=True,
    ),
    Case(
        "tide-watch",
        "#[trigger(cron)], a `packaged` feature that is not a default one, two executions in a loop",
        service=(r'"hours_since_high"', COMPLETES),
        lib=(r'cron = "0 \*/6 \* \* \*"',),
    ),
    Case(
        "invoice-paths",
        "full paths in the code, no import at the top, a static, anyhow in main, tokio::main with a flavor",
        service=(r'"lines"\s*,\s*json!\(\[1000, 250, 50\]\)', r"1599", COMPLETES),
        lib=(r"static VAT: i64 = 23", r"cloacina_workflow::"),
    ),
    Case(
        "stock-aliases",
        "`use cloacina as c`, renamed imports, a renamed macro, a type alias as the result",
        service=(r'"restock"', r'\["nails"\]', COMPLETES),
        lib=(r"type Outcome",),
    ),
    Case(
        "weather-prelude",
        "the prelude, edition 2024, async blocks, sleep and join! in a task, a runtime built by hand in a sync main",
        service=(r'"celsius"', r"\[11, 17\]", COMPLETES),
        lib=(r"tokio::time::sleep", r"tokio::join!"),
    ),
    Case(
        "queue-renamed",
        "the engine under another name, `extern crate`, no description",
        service=(r'"waiting"', r'"drained"', COMPLETES),
        lib=(r"pub mod drain_queue",),
    ),
    Case(
        "fleet-reports",
        "lib.rs and main.rs, a module in a file, doc tests, unit tests of a task and of the engine, tests/*.rs",
        service=(r'"fleet_report"|WORKFLOW', r'"per_100_km"', COMPLETES),
        lib=(r"pub mod fuel;", r'pub const WORKFLOW: &str = "fleet_report"', r"consumption_of_one_van"),
        untouched=("src/fuel.rs",),
        tests={"src/lib.rs": 1, "doc": 1},
        runs=("run", "test"),
    ),
    Case(
        "grade-book",
        "the workflow in main.rs, helpers in lib.rs, two executions, one of which fails",
        service=(r'"points"', r"\[70, 45, 81\]", r'"pass"', COMPLETES),
        lib=(r"pub enum GradeError", r"pub mod grading", r"fn points\("),
        tests={"src/lib.rs": 1},
        runs=("run", "test"),
    ),
    Case(
        "yard-planner",
        "[[bin]] with a path, autobins, a #[path] module, a loop that builds the context",
        service=(r'"containers"', r'\["odd", "even", "odd"\]', COMPLETES),
        gone=(),
    ),
    Case(
        "mail-merge",
        "src/bin/*.rs beside lib.rs, default-run, macro_rules, a struct with an impl, uuid",
        service=(r'"name"', r'"town"', COMPLETES),
        lib=(r"macro_rules! text", r"pub struct Address"),
        runs=("run", "run --bin merge-many"),
    ),
    Case(
        "photo-tagger",
        "examples/ that run the workflow, [[example]], modules inside the workflow's module, forbid(unsafe_code)",
        service=(r'"caption"', r'\["boats", "at", "dawn"\]', COMPLETES),
        lib=(r"#!\[forbid\(unsafe_code\)\]", r"pub use tags::tagging"),
        holds={"src/tags.rs": (r"mod words", r"LONGEST: usize = 5")},
        gone=(),
        runs=("run --example tag",),
    ),
    Case(
        "crlf-billing",
        "CRLF, a byte order mark, a string over two lines",
        service=(r'"hours"', r"255", COMPLETES),
        lib=(r"mod rates;", r"pub mod billing"),
        untouched=("src/rates.rs",),
    ),
)

REFUSED = (
    Case(
        "twin-flows",
        "two workflows, one of them in a file of its own",
        refused=(
            r"src/main\.rs:[5-9]\b",
            r"src/imports\.rs:[3-4]\b",
            r"two|several|more than one|2 workflows",
            r"--split",
        ),
    ),
    Case(
        "deferred-job",
        "a task with a TaskHandle parameter",
        refused=(r"src/main\.rs:1[0-3]\b", r"[Hh]andle"),
    ),
    Case(
        "engine-inside",
        "a task that starts an engine of its own",
        refused=(r"src/main\.rs:(9|10)\b", r"DefaultRunner"),
    ),
    Case(
        "history-reader",
        "a helper of a task that opens the engine's database, in another file",
        refused=(r"src/history\.rs:(1|2|5|6)\b", r"DAL|Database|dal"),
    ),
    Case(
        "built-by-hand",
        "a workflow without the macro",
        refused=(r"#\[workflow\]",),
    ),
    Case(
        "merge-conflict",
        "markers of a merge conflict",
        refused=(r"src/main\.rs:9\b", r"conflict|<<<<<<<|cannot be read|syntax|parse"),
        runs=(),
    ),
    Case(
        "half-typed",
        "a bracket that is missing",
        refused=(r"src/main\.rs:9\b",),
        runs=(),
    ),
    Case(
        "shop-workspace",
        "the root of a workspace without a package",
        refused=(r"workspace", r"flows/baskets"),
        package="shop-baskets",
        runs=("run",),
    ),
)

CASES = MIGRATED + REFUSED
