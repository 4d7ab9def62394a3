"""Room migrate/rust/: traits that code imports for their methods alone, so that no name shows who needs the import."""

from __future__ import annotations

ITERATION = "next map filter filter_map for_each fold collect take buffer_unordered then chunks try_next"
METHODS = {
    "SubscriberExt": "with",
    "SubscriberInitExt": "init try_init set_default",
    "Layer": "with_filter boxed and_then",
    "Parser": "parse try_parse parse_from try_parse_from",
    "CommandFactory": "command",
    "StreamExt": ITERATION,
    "TryStreamExt": f"{ITERATION} try_collect map_ok try_for_each",
    "SinkExt": "send send_all feed flush",
    "FutureExt": "boxed map then shared now_or_never catch_unwind",
    "TryFutureExt": "map_ok map_err and_then or_else",
    "Read": "read read_to_string read_to_end read_exact bytes take",
    "BufRead": "lines read_line split read_until",
    "io::Write": "write write_all flush write_fmt",
    "fmt::Write": "write_str write_char write_fmt",
    "Write": "write write_all flush write_fmt write_str write_char",
    "Seek": "seek rewind stream_position",
    "AsyncReadExt": "read read_to_string read_to_end read_exact",
    "AsyncWriteExt": "write write_all flush shutdown",
    "AsyncBufReadExt": "lines read_line",
    "FromStr": "from_str",
    "Context": "context with_context",
    "WrapErr": "wrap_err wrap_err_with context",
    "Rng": "gen gen_range gen_bool random random_range random_bool sample fill",
    "RngExt": "random random_range random_bool sample fill",
    "SeedableRng": "seed_from_u64 from_seed from_entropy from_os_rng",
    "SliceRandom": "shuffle choose partial_shuffle",
    "IndexedRandom": "choose choose_multiple",
    "Itertools": "join sorted sorted_by dedup unique chunk_by group_by tuple_windows interleave",
    "Datelike": "year month day weekday ordinal month0 day0 with_day with_month with_year",
    "Timelike": "hour minute second nanosecond with_hour with_minute with_second",
    "TimeZone": "with_ymd_and_hms timestamp_opt from_utc_datetime from_local_datetime",
    "Row": "get try_get",
    "Digest": "new update finalize digest",
    "Hash": "hash",
    "Hasher": "finish write",
    "Engine": "encode decode",
    "Instrument": "instrument in_current_span",
    "OptionalExtension": "optional",
    "Pipe": "pipe",
    "cloacina::Task": "execute checkpoint dependencies id",
    "cloacina::Trigger": "poll poll_interval allow_concurrent",
}
# crates that a program sets itself up with
STARTUP = {"tracing_subscriber", "env_logger", "clap", "structopt", "dotenv", "dotenvy", "color_eyre", "human_panic"}


def methods(path: tuple[str, ...]) -> set[str]:
    """Methods of a trait known by the end of its path; empty for one that is not known."""
    found = METHODS.get("::".join(path[-2:])) or METHODS.get(path[-1], "")
    return set(found.split())
