"""Room migrate/service_test/: which names a test may use without touching files, the network, the clock, the
command line or an engine of its own. What is not listed is not known to be harmless."""

from __future__ import annotations

from ..rust.syntax import words

PRELUDE = words(
    "Some None Ok Err Option Result Vec String Box ToString ToOwned Into From TryFrom TryInto Iterator "
    "IntoIterator Extend FromIterator DoubleEndedIterator ExactSizeIterator Default Clone Copy Send Sync Sized "
    "Drop Fn FnMut FnOnce AsRef AsMut PartialEq PartialOrd Eq Ord drop Debug Hash Self Display u8 u16 u32 u64 "
    "u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char str"
)
DERIVES = words("Debug Clone Copy PartialEq Eq PartialOrd Ord Hash Default")
STANDARD = frozenset(("std", "core", "alloc"))
STANDARD_PARTS = words(
    "any array ascii borrow boxed cell char clone cmp collections convert default error f32 f64 fmt hash hint "
    "i128 i16 i32 i64 i8 isize iter marker mem num ops option primitive rc result slice str string sync u128 u16 "
    "u32 u64 u8 usize vec time::Duration"
)
STANDARD_UNSAFE = frozenset(("sync::mpsc", "hint::spin_loop", "mem::transmute", "sync::Condvar", "sync::Barrier"))
CRATES = words(
    "serde serde_json chrono rust_decimal rust_decimal_macros uuid indexmap itertools anyhow eyre color_eyre "
    "thiserror ordered_float num_traits num time regex hashbrown smallvec either bigdecimal semver url base64 hex "
    "bytes strum humantime heck maplit once_cell lazy_static tracing log serde_with ryu itoa toml smol_str "
    "compact_str fixed pretty_assertions cloacina_workflow async_trait"
)
# of the engine: what a test may name without running one
ENGINE = {
    "Context": "cloacina::Context",
    "ContextError": "cloacina::ContextError",
    "TaskError": "cloacina::TaskError",
    "TaskState": "cloacina::TaskState",
    "TaskResult": "cloacina::executor::TaskResult",
    "WorkflowExecutor": "cloacina::executor::WorkflowExecutor",
    "WorkflowExecutionError": "cloacina::executor::WorkflowExecutionError",
    "WorkflowExecutionResult": "cloacina::executor::WorkflowExecutionResult",
    "WorkflowStatus": "cloacina::executor::WorkflowStatus",
}
CLOCK = frozenset(("now", "now_utc", "now_local", "today", "now_v7", "now_v1"))
UNSAFE_PARTS = CLOCK | {
    "from_reader", "to_writer", "to_writer_pretty", "thread_rng", "rng", "random", "Local", "install", "init",
    "spawn", "spawn_blocking", "subscriber", "Instant", "SystemTime",
}  # fmt: skip
MACROS = words(
    "json vec format assert assert_eq assert_ne debug_assert debug_assert_eq debug_assert_ne matches panic "
    "unreachable todo unimplemented println eprintln print eprint write writeln concat stringify line column file "
    "ensure bail anyhow eyre dec hashmap btreemap indexmap info warn error debug trace cfg module_path"
)
METHODS_UNSAFE = CLOCK | {
    "execute", "execute_async", "execute_with_callback", "shutdown", "block_on", "spawn", "exists", "is_file", "is_dir",
    "metadata", "canonicalize", "read_dir", "read_link", "read_to_string", "read_to_end", "read_line", "elapsed",
    "send", "connect", "fetch_one", "fetch_all", "fetch_optional", "recv", "wait", "status_code", "output",
    "register_workflow", "register_task", "register_cron_workflow", "get_execution_result", "get_execution_status",
    "cancel_execution", "list_executions", "wait_for_completion", "write_all", "flush", "sync_all", "set_len", "join",
}  # fmt: skip
SOFT = frozenset(("join",))  # also a method of a slice of strings: harmless with an argument

# traits that only bring methods: name of the trait's path -> methods that need it in scope
TRAITS: dict[str, frozenset[str]] = {
    "anyhow::Context": frozenset(("context", "with_context")),
    "eyre::WrapErr": frozenset(("wrap_err", "wrap_err_with", "context", "with_context")),
    "color_eyre::eyre::WrapErr": frozenset(("wrap_err", "wrap_err_with", "context", "with_context")),
    "chrono::Datelike": words("year month month0 day day0 ordinal weekday iso_week with_year with_month with_day"),
    "chrono::Timelike": words("hour minute second nanosecond with_hour with_minute with_second"),
    "chrono::TimeZone": words("with_ymd_and_hms timestamp_opt timestamp_millis_opt from_utc_datetime ymd"),
    "std::str::FromStr": frozenset(("from_str",)),
    "std::fmt::Write": frozenset(("write_str", "write_char", "write_fmt")),
    "itertools::Itertools": words("join sorted sorted_by sorted_by_key collect_vec unique dedup tuple_windows"),
    "rust_decimal::prelude::ToPrimitive": words("to_f64 to_i64 to_u64 to_i32 to_u32"),
    "num_traits::ToPrimitive": words("to_f64 to_i64 to_u64 to_i32 to_u32"),
    "std::hash::Hash": frozenset(("hash",)),
    "std::hash::Hasher": frozenset(("finish",)),
    "std::error::Error": frozenset(("source",)),
}


def path_fault(parts: tuple[str, ...]) -> str | None:
    """Why a path of another crate must not go into a test, or None."""
    whole = "::".join(parts)
    if parts == ("chrono", "Utc", "now"):
        return None  # the day is another each time, for the program too
    if any(part in UNSAFE_PARTS for part in parts[1:]):
        return f"`{whole}`"
    if parts[0] in STANDARD:
        if len(parts) == 1:
            return None
        if "::".join(parts[1:3]) in STANDARD_UNSAFE:
            return f"`{whole}`"
        if parts[1] in STANDARD_PARTS or "::".join(parts[1:3]) in STANDARD_PARTS:
            return None
        return f"`{whole}`"
    if parts[0] == "cloacina":
        rest = [part for part in parts[1:] if part != "prelude" and (part[:1].isupper() or part == "*")]
        return None if rest and rest[0] in ENGINE else f"`{whole}`"
    return None if parts[0] in CRATES else f"`{whole}`"
