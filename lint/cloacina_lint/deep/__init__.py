"""Room deep/: cargo build, the built library and cargo test of one crate, told as the same kind of findings.

`run` is all that a caller needs. Nothing here is imported by the linter's hot path.
"""

from __future__ import annotations

from .interface import FAIL, NOT_RUN, PASS, DeepError, DeepRequest, DeepResult

__all__ = ["FAIL", "NOT_RUN", "PASS", "DeepError", "DeepRequest", "DeepResult", "run"]


def run(request: DeepRequest) -> DeepResult:
    """Build the crate in release mode, read the symbols of its library, run its tests.

    Raises DeepError (one line, meant for the user) where cargo, the network, the toolchain or the disk kept the checks
    from being made at all, and KeyboardInterrupt after it has ended what it started. The crate's own tree is not
    changed in any case.
    """
    from .steps import run_steps

    return run_steps(request)
