"""Telling of little memory while there is still time to save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer

from slugstudio.project.analysis import machine_bytes
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import tr

EVERY_MS = 5000
LEAST_SHARE, LEAST_BYTES = 0.05, 500 * 2**20
"""Below both it is told."""
_MEMINFO = Path("/proc/meminfo")


def available_bytes(meminfo: Path = _MEMINFO) -> int | None:
    """Return how much memory programs can still have; None where the system does not tell."""
    try:
        lines = meminfo.read_text("ascii").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(found[0]) * 1024 if found and found[0].isdigit() else None


class MemoryWatch(QTimer):
    """Looks every few seconds while something trains; tells once a training."""

    def __init__(
        self, trainer: Trainer, notices: NoticeBar, available: Callable[[], int | None] = available_bytes
    ) -> None:
        super().__init__(trainer)
        self._trainer, self._notices, self._available = trainer, notices, available
        self.setInterval(EVERY_MS)
        self.timeout.connect(self.look)
        trainer.phase_changed.connect(self._follow)

    def _follow(self, phase: str) -> None:
        if phase == "loading":
            self.start()
        elif phase == "idle":
            self.stop()

    def look(self) -> None:
        """Tell if memory is short, and let it be told once."""
        left = self._available()
        if left is None or left >= LEAST_BYTES or left >= LEAST_SHARE * machine_bytes():
            return
        self.stop()
        text = tr(
            "Only {left} MB of memory are left. Pause and save; then choose smaller batches or close other programs.",
            left=left // 2**20,
        )
        self._notices.tell(Notice(text, "warning", ((tr("Pause"), self._trainer.pause),)))
