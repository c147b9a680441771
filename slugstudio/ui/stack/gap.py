"""The gap that opens between two cards where a drop would insert."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal
from PySide6.QtWidgets import QApplication, QStyle

from slugstudio.ui import theme

OPENING = 7
"""By how many pixels the cards on each side give way."""
DURATION_MS = 120


class Gap(QObject):
    """Knows by how much each card is out of its place; cards above the gap go up, those below go down.

    Only painting is moved, so the places of the cards, from which a drop is decided, stand still.
    """

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._row: int | None = None
        self._from: list[float] = []
        self._done = 1.0
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._advance)

    @property
    def row(self) -> int | None:
        """The row above which the gap is, None when it is closed."""
        return self._row

    def offset(self, row: int) -> float:
        """Return by how many pixels the card of ``row`` is painted below its place."""
        start = self._from[row] if row < len(self._from) else 0.0
        return start + (self._target(row) - start) * self._done

    def open(self, row: int | None, rows: int) -> None:
        """Open the gap above ``row``, or close it with None, in a stack of ``rows`` rows."""
        if row == self._row:
            return
        self._from = [self.offset(index) for index in range(rows)]
        self._row = row
        self._animation.stop()
        if motion_allowed():
            self._done = 0.0
            self._animation.setDuration(DURATION_MS)
            self._animation.start()
        else:
            self._advance(1.0)

    def shut(self) -> None:
        """Close the gap at once: what was dropped is there now."""
        self._animation.stop()
        self._row = None
        self._from = []
        self._advance(1.0)

    def _target(self, row: int) -> float:
        if self._row is None:
            return 0.0
        return float(OPENING if row >= self._row else -OPENING)

    def _advance(self, done: float) -> None:
        self._done = done
        self.moved.emit()


def motion_allowed() -> bool:
    """Tell whether the person and the desktop want things to move."""
    style = QApplication.style()
    return not theme.manager().still and style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
