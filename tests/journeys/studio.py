"""A person at the studio: starts it on a screen of its own, looks through the peephole, moves the mouse, types."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""How many seconds a journey waits for anything before it gives up."""

Point = Sequence[int]


class Studio:
    """One run of the program; use it as a context, which ends with closing it."""

    def __init__(self, display: str, home: Path, *arguments: str) -> None:
        self._display = display
        self._home = home
        self._path = str(home / "peephole")
        Path(self._path).unlink(missing_ok=True)
        self.log = home / "studio.log"
        environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "PYTHONFAULTHANDLER": "1",
        }
        command = [sys.executable, "-m", "tests.journeys.probed_studio", self._path, *arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self._socket = self._connected()
        self._lines = self._socket.makefile("r")
        self.until("window().isVisible() and window().cockpit.curves")

    def _connected(self) -> socket.socket:
        """Return a connection to the peephole once it is there."""
        for _ in range(round(PATIENCE / 0.1)):
            found = socket.socket(socket.AF_UNIX)
            found.settimeout(PATIENCE)
            try:
                found.connect(self._path)
            except OSError:
                found.close()
                try:
                    self.process.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
                raise AssertionError(f"the studio ended at once: {self.log.read_text()}") from None
            return found
        raise AssertionError("the studio did not start in time")

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_error: object) -> None:
        self._lines.close()
        self._socket.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    # Looking

    def ask(self, expression: str) -> Any:
        """Return what an expression is worth in the program."""
        return self._exchange({"ask": expression})

    def until(self, condition: str) -> None:
        """Wait until an expression is true in the program."""
        self._exchange({"until": condition})

    def _exchange(self, question: dict[str, str]) -> Any:
        self._socket.sendall(json.dumps(question).encode() + b"\n")
        try:
            answer = json.loads(self._lines.readline())
        except TimeoutError:
            raise AssertionError(f"waited in vain: {question}\n{self.log.read_text()}") from None
        assert "error" not in answer, f"{question}: {answer['error']}"
        return answer["value"]

    # Acting

    def xdotool(self, *arguments: object) -> None:
        """Let xdotool carry out its commands, which may contain pauses of its own."""
        environment = {**os.environ, "DISPLAY": self._display}
        subprocess.run(["xdotool", *map(str, arguments)], env=environment, check=True, timeout=PATIENCE)

    def click(self, point: Point | str) -> None:
        """Click at a point, or in the middle of the widget with a name."""
        x, y = self.ask(f"middle(widget({point!r}))") if isinstance(point, str) else point
        self.xdotool("mousemove", "--sync", x, y, "sleep", 0.05, "click", 1)

    def drag(self, start: Point, end: Point, steps: int = 12) -> None:
        """Drag as a hand does: press, move in steps, rest a moment, let go."""
        (x0, y0), (x1, y1) = start, end
        moves: list[object] = ["mousemove", "--sync", x0, y0, "sleep", 0.05, "mousedown", 1, "sleep", 0.05]
        for step in range(1, steps + 1):
            x, y = x0 + (x1 - x0) * step // steps, y0 + (y1 - y0) * step // steps
            moves += ["mousemove", x, y, "sleep", 0.025]
        self.xdotool(*moves, "sleep", 0.15, "mouseup", 1)

    def key(self, *keys: str) -> None:
        """Press keys one after the other, such as ``ctrl+s``."""
        self.xdotool("key", "--delay", 40, *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self.xdotool("type", "--delay", 15, text)

    def close(self) -> int:
        """Close the window as its button does and return the exit code."""
        self.key("ctrl+q")
        return self.process.wait(PATIENCE)

    def screenshot(self, path: Path) -> None:
        """Write what the screen shows."""
        environment = {**os.environ, "DISPLAY": self._display}
        subprocess.run(["import", "-window", "root", str(path)], env=environment, check=True, timeout=PATIENCE)
