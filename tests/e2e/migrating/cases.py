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
        told: tuple[str, ...] = (),  # patterns in what the command prints
        gone: tuple[str, ...] = ("src/main.rs",),
        untouched: tuple[str, ...] = (),
        warnings: tuple[str, ...] = (),  # rules of the linter that may speak: the original has the fault
        tests: dict[str, int] | None = None,  # test program -> least number of tests that pass
        package_keys: dict[str, object] | None = None,  # keys of [package] that are to be another
        dependencies: dict[str, object] | None = None,  # the same for dependencies
        arguments: tuple[str, ...] = (),
        runs: tuple[str, ...] = ("run",),  # cargo commands that the original passes
        lock: bool = False,  # Cargo.lock is committed
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
        self.told = told
        self.gone = gone
        self.untouched = untouched
        self.warnings = warnings
        self.tests = tests or {}
        self.package_keys = package_keys or {}
        self.dependencies = dependencies or {}
        self.arguments = arguments
        self.runs = runs
        self.lock = lock


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
        warnings=("CL422",),
        told=(r"retry_attempts",),
    ),
    Case(
        "sensor-rollup2",
        "modules in files, src/workflow/mod.rs, crate:: and super::super paths, a private module, unit tests, regex",
        service=(r'"lines"', r'\{"t1": 21\.5, "t2": 21\.0\}', COMPLETES),
        lib=(r"mod model;", r"mod parsing;", r"mod workflow;"),
        untouched=("src/model.rs", "src/parsing.rs", "src/workflow/math.rs"),
        warnings=("CL422",),
        told=(r"retry_attempts",),
        tests={"src/lib.rs": 1},
    ),
    Case(
        "cron-digest",
        "register_cron_workflow, a runner configuration, an option on the command line, a profile of its own",
        service=(r'"digest"', COMPLETES),
        anywhere=(r"ctrl_c",),
        warnings=("CL422",),
        lib=(r'name = "digest"\)\]', r'cron = "30 6 \* \* \*"'),
        told=(r"retry_attempts",),
        runs=("run -- --once",),
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
        package_keys={"rust-version": "1.88"},  # the engine of the tests needs it
        warnings=("CL422",),
        told=(r"retry_backoff", r"1\.85.*1\.88"),
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
        lib=(r"pub enum GradeError",),
        anywhere=(r"pub mod grading", r"fn points\("),
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
    Case(
        "harbour-workspace",
        "a workspace member with inherited keys, dependencies and lints, beside another member",
        folder="flows/berths",
        package="harbour-berths",
        service=(r'"order"', r'\["Bela", "Aurora"\]', COMPLETES),
        lib=(r"mod ships;",),
        holds={"Cargo.toml": (r"^unused_must_use = \"deny\"|^lints\.rust", r"# arrival times")},
        gone=("src/main.rs",),
        untouched=("src/ships.rs",),
        package_keys={
            "version": "3.1.0",
            "edition": "2021",
            "license": "Apache-2.0",
            "authors": ["Harbour office <it@example.org>"],
        },
        dependencies={
            "async-trait": "0.1",
            "chrono": {"version": "0.4", "features": ["serde"]},
            "serde": {"version": "1", "features": ["derive"]},
            "serde_json": "1",
        },
        runs=("run --bin harbour-berths",),
    ),
    Case(
        "claims-inline",
        "the workflow in an inline module of main.rs, serde enums, uuid, anyhow, deny(unused_imports), a pre-release",
        service=(r'"euros"', r'"paid"', r'"looked_at"', COMPLETES),
        lib=(r"pub mod pipelines", r"pub enum Decision", r"mod rules", r"static LIMIT: u64 = 5_000"),
        warnings=("CL422",),
        told=(r"retry_attempts",),
    ),
    Case(
        "menu-builder",
        "a build.rs of its own, features, an include list, include_str!, env!, a cargo alias",
        service=(r'"dishes"', r'"of"', COMPLETES),
        lib=(r"include_str!", r'feature = "vegan"'),
        holds={
            "build.rs": (r"cloacina_build::configure\(\)", r"cargo:rustc-env=DISHES", r"MENU_NIGHTLY"),
            "Cargo.toml": (r'braga = \["vegan"\]', r'default = \[("vegan", "packaged"|"packaged", "vegan")\]'),
        },
        untouched=("data/dishes.csv", ".cargo/config.toml"),
        warnings=("CL808",),
    ),
    Case(
        "till-odd",
        "a manifest of dotted keys and tables in an odd order, code in another layout than rustfmt's",
        service=(r'"receipts"', r"215", COMPLETES),
        lib=(r"pub mod till",),
        holds={"Cargo.toml": (r"ask Marta", r"# receipts", r"# not 2024 yet", r"^name = \"till-odd\"")},
    ),
    Case(
        "lab-samples",
        "unit tests in main.rs, one with an engine; execute_async; the environment; a committed Cargo.lock",
        service=(r'"tubes"', r'"lab_samples"', COMPLETES),
        lib=(r"samples_are_sorted",),
        anywhere=(r"three_tubes_are_made_up", r"all_of_it_in_the_engine"),
        tests={"src/lib.rs": 1},
        runs=("run", "test"),
        lock=True,
    ),
    Case(
        "rota-library",
        "a library without a program; its tests/*.rs run the engine, with a helper function and another process",
        service=(r'"rota"', COMPLETES),
        lib=(r"pub mod rota;", r"pub mod days;"),
        untouched=("src/days.rs",),
        runs=("test",),
    ),
    Case(
        "shelf-indexer",
        "0.11.1: tasks without arguments, a helper module in main.rs, tracing in a task",
        version="0.11.1",
        service=(r'"books"', r'\["Orlando", "A Room", "The Waves"\]', COMPLETES),
        lib=(r"mod titles", r"pub async fn order"),
    ),
    Case(
        "kiln-schedule",
        "0.11.1: lib.rs and main.rs, a cron trigger, trigger rules",
        version="0.11.1",
        service=(r'"kiln"', r'"cooled"', COMPLETES),
        lib=(r'cron = "0 2 \* \* 1-5"', r"Every weekday night"),
    ),
    Case(
        "seed-catalogue",
        "0.7, a requirement without a patch version, pub(crate) tasks in a private module",
        version="0.7.0",
        service=(r'"grams"', r"50\.0", COMPLETES),
    ),
    Case(
        "ferry-tickets",
        "0.9.0: a module in a file, an import inside the workflow's module, an id unlike its function",
        version="0.9.0",
        service=(r'"cars"', r'"feet"', r'"62 EUR"', COMPLETES),
        untouched=("src/fares.rs",),
        warnings=("CL422",),
        told=(r"retry_attempts",),
    ),
    Case(
        "well-levels",
        "0.10: the prelude, tasks without arguments",
        version="0.10.0",
        service=(r'"low"', r'\["north"\]', COMPLETES),
    ),
)

REFUSED = (
    Case(
        "twin-flows",
        "two workflows, one of them in a file of its own",
        refused=(
            r"src/main\.rs:[5-9]\b",
            r"src/imports\.rs:[3-4]\b",
            r"has (2|two)|two workflows|several",
            r"--split",
        ),
    ),
    Case(
        "deferred-job",
        "a task with a TaskHandle parameter",
        refused=(r"src/main\.rs:1[0-3]\b", r"[Hh]andle"),
    ),
    Case(
        "graph-step",
        "a task that invokes a computation graph",
        refused=(r"src/main\.rs:(5|28)\b", r"invokes"),
    ),
    Case(
        "price-feed",
        "an accumulator, with a reactor and a graph beside the workflow",
        refused=(r"src/main\.rs:1[345]\b", r"accumulator"),
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
