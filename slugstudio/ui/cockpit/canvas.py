"""The black square on which one draws, or which shows a sample of the data."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from slugstudio.engine.declaration import Array
from slugstudio.ui import theme
from slugstudio.ui.cockpit.drawing import PEN, Strokes, erased, pen, polygon
from slugstudio.ui.cockpit.header import paint_sentence
from slugstudio.ui.translation import tr

PAPER, INK, HINT = QColor("#0b0d10"), QColor("#ffffff"), QColor("#9aa7b8")
"""White on black in both themes, as the data are."""
RADIUS, SMALLEST = 6, 64
ERASER = 0.07
"""Radius within which ink is erased, as a part of the canvas."""
_NEAREST = 0.004
"""Points of a stroke that are closer to the one before say nothing new."""


class Canvas(QWidget):
    """Takes strokes from the mouse, can take them back, and shows an image instead where it is given one."""

    drawn = Signal()
    """The strokes are other ones now."""
    stepped = Signal(int)
    """The next (1) or the previous (-1) sample is asked for by a key."""
    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strokes: Strokes = ()
        self.hint = "Images to try appear here"
        self._history: list[Strokes] = []
        self._image: QImage | None = None
        self._drawable = self._pressed = self._erasing = self._begun = False
        self.setObjectName("drawingCanvas")
        self.setAccessibleName(tr("Canvas"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size that `TryItPane` has chosen."""
        return self.minimumSize().expandedTo(QSize(SMALLEST, SMALLEST))

    def set_drawable(self, drawable: bool) -> None:
        """Let the mouse draw, or not."""
        self._drawable = drawable
        self.setCursor(Qt.CursorShape.CrossCursor if drawable else Qt.CursorShape.ArrowCursor)

    def show_image(self, image: QImage | None) -> None:
        """Show an image in place of the strokes, in its own pixels; None shows the strokes."""
        self._image = image
        self.update()

    def clear(self) -> None:
        """Take all strokes away, in a step that can be undone."""
        if self.strokes:
            self._history.append(self.strokes)
            self._become(())

    def undo(self) -> None:
        """Take back what was drawn or erased last."""
        if self._history:
            self._become(self._history.pop())

    def _become(self, strokes: Strokes) -> None:
        self.strokes = strokes
        self.update()
        self.drawn.emit()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke; the right button, or Shift, erases."""
        if not self._drawable or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        if self._image is not None and event.button() == Qt.MouseButton.RightButton:
            return
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._erasing = shifted or event.button() == Qt.MouseButton.RightButton
        at = self._at(event.position())
        self._pressed, self._begun = True, False
        if self._erasing:
            self._change(erased(self.strokes, at, ERASER))
        else:
            # A sample is not drawn upon: the first stroke begins a drawing of its own.
            self._change((*(() if self._image is not None else self.strokes), at[None]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        if not self._pressed:
            return
        at = self._at(event.position())
        if self._erasing:
            self._change(erased(self.strokes, at, ERASER))
            return
        *others, last = self.strokes
        if np.hypot(*(last[-1] - at)) >= _NEAREST:
            self._change((*others, np.concatenate([last, at[None]])))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        del event
        self._pressed = False

    def _change(self, strokes: Strokes) -> None:
        """Go on with what the mouse does, which is one step to undo from press to release."""
        if strokes is self.strokes:
            return
        if not self._begun:
            self._history.append(self.strokes)
            self._begun = True
        self._become(strokes)

    def _at(self, position: QPointF) -> npt.NDArray[np.float64]:
        return np.clip([position.x() / self.width(), position.y() / self.height()], 0.0, 1.0)

    # Keys

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something here, before a shortcut of the window takes them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _means_something(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo a stroke, clear, or show another sample."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.key() in _STEPS:
            self.stepped.emit(_STEPS[Qt.Key(event.key())])
        elif event.key() in _CLEARS:
            self.clear_requested.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys come here."""
        super().focusInEvent(event)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the paper, and on it the image, the strokes or the hint."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paper = QPainterPath()
        paper.addRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.setClipPath(paper)
        painter.fillPath(paper, PAPER)
        if self._image is not None:
            size = QSizeF(self._image.size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(QPointF(), size)
            place.moveCenter(QRectF(self.rect()).center())
            painter.drawImage(place, self._image)
        elif self.strokes:
            paint_strokes(painter, self.strokes, self.width())
        else:
            paint_sentence(painter, QRectF(self.rect()).adjusted(10, 10, -10, -10), self.hint, HINT)
        if self.hasFocus():
            painter.setPen(QPen(theme.current().accent, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)


_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
_CLEARS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


def _means_something(event: QKeyEvent) -> bool:
    plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    known = event.key() in _STEPS or event.key() in _CLEARS
    return event.matches(QKeySequence.StandardKey.Undo) or (plain and known)


def paint_strokes(painter: QPainter, strokes: Strokes, side: float) -> None:
    """Paint strokes upon a square of ``side`` pixels."""
    painter.save()
    painter.scale(side, side)
    painter.setPen(pen(PEN, INK))
    for stroke in strokes:
        painter.drawPolyline(polygon(stroke))
    painter.restore()


def sample_image(sample: Array, largest: float) -> QImage:
    """Return a raw sample of shape (1 or 3, height, width) as an image in its own pixels, 0 black."""
    levels = np.clip(sample * (255 / largest), 0, 255).astype(np.uint8)
    pixels = np.ascontiguousarray(np.repeat(levels, 3, axis=0) if len(levels) == 1 else levels[:3])
    rows = np.ascontiguousarray(pixels.transpose(1, 2, 0))
    height, width, _ = rows.shape
    return QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
