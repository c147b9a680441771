"""A progress bar in the terminal."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class ProgressBar:
    """One line that is drawn over and over, at most ten times a second; silent where no terminal looks on."""

    WIDTH = 24
    INTERVAL = 0.1

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._shows = self._stream.isatty()
        self._drawn = -1.0
        self._length = 0

    def update(self, fraction: float, text: str) -> None:
        """Draw ``fraction`` (0 to 1) with a short text."""
        now = time.monotonic()
        if not self._shows or (now - self._drawn < self.INTERVAL and fraction < 1):
            return
        self._drawn = now
        full = round(max(0.0, min(1.0, fraction)) * self.WIDTH)
        line = f"[{'█' * full}{'·' * (self.WIDTH - full)}] {text}"
        self._write("\r" + line.ljust(self._length))
        self._length = len(line)

    def clear(self) -> None:
        """Wipe the line, so that other text can be written."""
        if self._shows and self._length:
            self._write("\r" + " " * self._length + "\r")
            self._length = 0

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # the terminal was closed: no reason to lose what is being learned
            self._shows = False
