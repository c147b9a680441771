"""Small pictures of functions: what an activation does, how first weights are spread, how a learning rate runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from slugstudio.engine.activation import Activation
from slugstudio.engine.declaration import Array, Declared
from slugstudio.engine.initializations import Initializer
from slugstudio.ui import theme
from slugstudio.ui.editors import written
from slugstudio.ui.translation import tr

HEIGHT, PADDING, TEXT = 84, 8, 16
REACH = 4.0
"""How far an activation is drawn on both sides of zero."""
FANS = (64, 64)
"""Of the layer whose first weights are drawn: from 64 units to 64."""
BARS = 41


@dataclass(frozen=True)
class Picture:
    """Curves of shape (n,) over one axis, the first solid, the others dashed; ``bars`` draws the first as bars."""

    x: Array
    curves: tuple[Array, ...]
    caption: str
    bars: bool = False


def picture_of(declared: Declared | None) -> Picture | None:
    """Return the picture of an activation or an initialisation; None of what has none."""
    match declared:
        case Activation():
            x = np.linspace(-REACH, REACH, 161)
            if declared.least_features > 1:  # it looks at all values of a sample: drawn for one beside a zero
                values = declared.forward(np.stack([x, np.zeros_like(x)], axis=1))[:, 0]
                return Picture(x, (values,), tr("Its first of two values, the second being 0"))
            return Picture(
                x, (declared.forward(x), declared.derivative(x)), tr("Solid: the function, dashed: its slope")
            )
        case Initializer():
            rng = np.random.default_rng(0)
            values = declared(FANS, FANS, rng).ravel()
            reach = max(float(np.abs(values).max()), 1e-3) * 1.1
            counts, edges = np.histogram(values, BARS, (-reach, reach))
            caption = tr(
                "First weights from {n} units to {n}: {low} to {high}",
                n=FANS[0],
                low=_short(values.min()),
                high=_short(values.max()),
            )
            return Picture((edges[1:] + edges[:-1]) / 2, (counts.astype(float),), caption, bars=True)
    return None


def _short(value: float) -> str:
    return written(float(f"{value:.2g}"))


class CurvePicture(QWidget):
    """Shows a picture, in the colours of the theme; hides itself where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.manager().changed.connect(self.update)

    @property
    def picture(self) -> Picture | None:
        """What it shows."""
        return self._picture

    def show_picture(self, picture: Picture | None) -> None:
        """Show another picture, or none."""
        self._picture = picture
        self.setVisible(picture is not None)
        self.setAccessibleName("" if picture is None else picture.caption)
        self.setToolTip("" if picture is None else picture.caption)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size at which a curve can be read."""
        return QSize(180, HEIGHT + TEXT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, the axes, the curves and the caption."""
        del event
        picture, colours = self._picture, theme.current()
        if picture is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(0.5, 0.5, self.width() - 1, HEIGHT - 1)
        painter.setPen(QPen(colours.hairline, 1))
        painter.setBrush(colours.control)
        painter.drawRoundedRect(frame, 6, 6)
        inside = frame.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        place = _Scale(picture, inside)
        painter.setPen(QPen(colours.grid, 1))
        for begin, end in place.axes():
            painter.drawLine(begin, end)
        for number, curve in enumerate(picture.curves):
            colour = colours.validation if number else colours.accent
            if picture.bars:
                _draw_bars(painter, place, picture.x, curve, colour)
            else:
                painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine if number else Qt.PenStyle.SolidLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolyline(QPolygonF([place(x, y) for x, y in zip(picture.x, curve, strict=True)]))
        painter.setFont(theme.font(theme.AXIS))
        painter.setPen(colours.secondary)
        text = painter.fontMetrics().elidedText(picture.caption, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, HEIGHT, self.width(), TEXT), int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.end()


class _Scale:
    """Maps numbers to points of a rectangle; zero is always in it."""

    def __init__(self, picture: Picture, rect: QRectF) -> None:
        self._rect = rect
        self._x = float(picture.x[0]), float(picture.x[-1])
        values = np.concatenate([*picture.curves, [0.0]])
        values = values[np.isfinite(values)]
        low, high = float(values.min()), float(values.max())
        self._y = low, high if high > low else low + 1.0

    def __call__(self, x: float, y: float) -> QPointF:
        (left, right), (low, high) = self._x, self._y
        share_x = (x - left) / ((right - left) or 1.0)
        share_y = (min(max(y, low), high) - low) / (high - low)
        return QPointF(
            self._rect.left() + share_x * self._rect.width(), self._rect.bottom() - share_y * self._rect.height()
        )

    def axes(self) -> Sequence[tuple[QPointF, QPointF]]:
        """Return the lines at zero."""
        lines = [(self(self._x[0], 0.0), self(self._x[1], 0.0))]
        if self._x[0] < 0 < self._x[1]:
            lines.append((self(0.0, self._y[0]), self(0.0, self._y[1])))
        return lines


def _draw_bars(painter: QPainter, place: _Scale, x: Array, heights: Array, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    half = (x[1] - x[0]) / 2
    for middle, height in zip(x, heights, strict=True):
        if height:
            painter.drawRect(QRectF(place(middle - half, height), place(middle + half, 0.0)).adjusted(0.5, 0, -0.5, 0))
