"""Room tests/: what holds for every test: Ctrl-C works.

What a shell starts in the background ignores it, and so would every program that the tests start and interrupt.
"""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
