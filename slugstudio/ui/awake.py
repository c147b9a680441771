"""Keeping the computer awake while it trains, by what each system has for that; where it has nothing, it may sleep."""

from __future__ import annotations

import os
import shutil
import sys

from PySide6.QtCore import QObject, QProcess

from slugstudio.ui.trainer import Trainer

_WHY = "A network is being trained"


def keeping_awake() -> list[str]:
    """Return the command that keeps this computer awake while it and this program run; empty if there is none."""
    program = str(os.getpid())
    commands = {
        "linux": [
            *("systemd-inhibit", "--what=idle:sleep", "--who=Slugstudio", f"--why={_WHY}"),
            *("tail", f"--pid={program}", "-f", "/dev/null"),
        ],
        "darwin": ["caffeinate", "-i", "-w", program],
    }
    command = commands.get(sys.platform, [])
    return command if command and shutil.which(command[0]) else []


class Awake(QObject):
    """Holds the computer awake from Play to the end, but not while a training is paused."""

    def __init__(self, trainer: Trainer, command: list[str] | None = None) -> None:
        super().__init__(trainer)
        self._command = keeping_awake() if command is None else command
        self._process: QProcess | None = None
        trainer.phase_changed.connect(self._follow)

    @property
    def holding(self) -> bool:
        """Tell whether the computer is held awake now."""
        return self._process is not None

    def _follow(self, phase: str) -> None:
        wanted = phase in ("loading", "running")
        if wanted and self._process is None and self._command:
            self._process = QProcess(self)
            self._process.start(self._command[0], self._command[1:])
        elif not wanted:
            self.let_go()

    def let_go(self) -> None:
        """Let the computer sleep again."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()
