"""The signals that ask the program to end, so that nothing of what it holds is lost."""

from __future__ import annotations

import signal


def closing_signals() -> tuple[signal.Signals, ...]:
    """Return Ctrl-C, a polite kill and, unless nohup has it ignored, the closing of the terminal (not on Windows)."""
    hangup = getattr(signal, "SIGHUP", None)
    heeded = hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN
    return (signal.SIGINT, signal.SIGTERM, *((hangup,) if heeded else ()))
