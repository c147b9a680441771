"""The plane with its field, boundary, points, ticks and legend, painted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from slugstudio.engine.declaration import Array
from slugstudio.ui import theme
from slugstudio.ui.cockpit import colours
from slugstudio.ui.cockpit.field import N, Square, around, boundary, per_class
from slugstudio.ui.cockpit.header import paint_sentence
from slugstudio.ui.cockpit.labels import number, percent
from slugstudio.ui.translation import tr

SENTENCE = "Choose data in the plane to see where the network draws the line."
MOST_POINTS = 1000
"""More would hide the field, and would have to be painted."""
STRENGTH = 0.5
"""How strong the field is, so that points of the same hue stand out from it."""
POINT, HALO, RING_HOLE = 5.6, 7.2, 3.0
LEFT, BELOW, KEY_GAP, KEY_LINE, DOT, RADIUS = 26, 18, 14, 18, 8, 6


@dataclass(frozen=True, eq=False)
class Points:
    """What is known of the data: of shape (n, 2), (n,) and (n,), and the names of the classes."""

    x: Array
    y: Array
    validation: Array
    classes: tuple[str, ...]


class Plane(QWidget):
    """A square part of the plane, as large as fits, and what its colours and marks mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.square = Square()
        self._points: Points | None = None
        self._probabilities: npt.NDArray[np.float64] | None = None
        self._field: QPixmap | None = None
        self._marks: QPixmap | None = None
        self.setObjectName("boundaryPlane")
        self.setAccessibleName(tr("Decision boundary"))
        self.setMinimumSize(160, 100)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.manager().changed.connect(self._forget)
        self._describe()

    def sizeHint(self) -> QSize:
        """Return the size in the strip at the bottom of a small window."""
        return QSize(290, 180)

    @property
    def n_shown(self) -> int:
        """The number of points that are painted."""
        return 0 if self._points is None else len(self._points.x)

    def show_data(self, x: Array, y: Array, validation: Array, classes: tuple[str, ...]) -> None:
        """Show other points, at most `MOST_POINTS`, evenly chosen; the field of other data goes."""
        step = -(-len(x) // MOST_POINTS)
        self.square = around(x)
        self._points = Points(x[::step], y[::step], validation[::step], classes)
        self._probabilities = None
        self._describe()
        self._forget()

    def show_field(self, probabilities: Array | None) -> None:
        """Show the answers at the places of the square's grid, of shape (N * N, classes) or (N * N, 1), or none."""
        self._probabilities = None if probabilities is None else per_class(probabilities)
        self._field = None
        self.update()

    def clear(self) -> None:
        """Show nothing but the sentence."""
        self._points = self._probabilities = None
        self._describe()
        self._forget()

    def _forget(self) -> None:
        self._field = self._marks = None
        self.update()

    def _describe(self) -> None:
        points = self._points
        if points is None:
            self.setAccessibleDescription(SENTENCE)
            return
        self.setAccessibleDescription(
            tr("{n_shown} points of the classes {value2}", n_shown=self.n_shown, value2=", ".join(points.classes))
        )

    # Where things are

    def _key_width(self, classes: tuple[str, ...]) -> float:
        metrics = QFontMetricsF(theme.font(theme.LABEL))
        return DOT + 6 + max(metrics.horizontalAdvance(text) for text in (*classes, "validation"))

    def _places(self) -> tuple[QRectF, QRectF]:
        """Return where the square and its key are: the key on the right or below, whichever leaves more room."""
        points = self._points
        classes = points.classes if points else ()
        key_width, width, height = self._key_width(classes), self.width() - LEFT, self.height() - BELOW
        per_line = max(1, int(width // (key_width + KEY_GAP)))
        key_height = KEY_LINE * -(-(len(classes) + 2) // per_line)
        beside = min(width - key_width - KEY_GAP, height - 4)
        below = min(width - 1, height - key_height - 4)
        side = max(int(max(beside, below)), 10)
        square = QRectF(LEFT, 4, side, side)
        if beside >= below:
            return square, QRectF(square.right() + KEY_GAP, 4, key_width, self.height() - 4)
        return square, QRectF(LEFT, square.bottom() + BELOW, width, key_height)

    def square_rect(self) -> QRectF:
        """Return where the square part of the plane is painted."""
        return self._places()[0]

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field and the marks upon it, each made anew if something changed since."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._points is None:
            paint_sentence(painter, QRectF(self.rect()), SENTENCE, theme.current().secondary)
            return
        square, key = self._places()
        side = int(square.width())
        if self._field is None or self._field.deviceIndependentSize().width() != side:
            self._field = self._render_field(side)
        if self._marks is None or self._marks.deviceIndependentSize().width() != side:
            self._marks = self._render_marks(side, self._points)
        painter.drawPixmap(square.topLeft(), self._field)
        painter.drawPixmap(square.topLeft(), self._marks)
        painter.setPen(QPen(theme.current().hairline, 1))
        painter.drawRoundedRect(square.adjusted(-0.5, -0.5, 0.5, 0.5), RADIUS, RADIUS)
        self._paint_ticks(painter, square)
        self._paint_key(painter, key, self._points.classes)

    def _blank(self, side: int) -> tuple[QPixmap, QPainter]:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(QSize(side, side) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        return pixmap, painter

    def _render_field(self, side: int) -> QPixmap:
        shown = theme.current()
        pixmap, painter = self._blank(side)
        painter.fillRect(0, 0, side, side, shown.neutral)
        if self._probabilities is not None:
            hues = colours.class_colours(self._probabilities.shape[2], shown)
            painter.drawImage(QRectF(0, 0, side, side), _field_image(self._probabilities, hues, shown))
            painter.setPen(QPen(shown.text, 1.25))
            painter.drawLines(
                [QLineF(*ends) for ends in (boundary(self._probabilities) * side).reshape(-1, 4).tolist()]
            )
        _round_corners(painter, side)
        painter.end()
        return pixmap

    def _render_marks(self, side: int, points: Points) -> QPixmap:
        shown = theme.current()
        pixmap, painter = self._blank(side)
        at = self.square.placed(points.x) * side
        hues = colours.class_colours(len(points.classes), shown)
        small = 0.75 if side < 160 else 1.0
        for label, hue in enumerate(hues):
            of_class = points.y == label
            _paint_points(painter, at[of_class & ~points.validation], hue, shown.pane, small)
            _paint_points(painter, at[of_class & points.validation], hue, shown.pane, small, ring=True)
        _round_corners(painter, side)
        painter.end()
        return pixmap

    def _paint_ticks(self, painter: QPainter, square: QRectF) -> None:
        painter.setFont(theme.font(theme.AXIS))
        painter.setPen(theme.current().secondary)
        side, flag = square.width(), Qt.AlignmentFlag
        for value in self.square.ticks():
            part_x, part_y = self.square.placed(np.array([[value, value]]))[0]
            text = number(round(value, 9))
            if 0.02 < part_x < 0.98:
                line = QRectF(square.left() + part_x * side - 30, square.bottom() + 3, 60, 14)
                painter.drawText(line, int(flag.AlignHCenter | flag.AlignTop), text)
            if 0.02 < part_y < 0.98:
                line = QRectF(0, square.top() + part_y * side - 8, LEFT - 5, 16)
                painter.drawText(line, int(flag.AlignRight | flag.AlignVCenter), text)

    def _paint_key(self, painter: QPainter, key: QRectF, classes: tuple[str, ...]) -> None:
        """Say what the hues and the marks mean, in as many columns as there is room for."""
        shown = theme.current()
        painter.setFont(theme.font(theme.LABEL))
        marks = [
            (name, hue, False) for name, hue in zip(classes, colours.class_colours(len(classes), shown), strict=True)
        ]
        marks += [("training", shown.secondary, False), ("validation", shown.secondary, True)]
        pitch = self._key_width(classes) + KEY_GAP
        per_line = max(1, int((key.width() + KEY_GAP) // pitch))
        for place, (text, hue, ring) in enumerate(marks):
            row, column = divmod(place, per_line)
            left, middle = key.left() + column * pitch, key.top() + row * KEY_LINE + KEY_LINE / 2
            if middle + 6 > self.height():
                break
            _paint_points(painter, np.array([[left + DOT / 2, middle]]), hue, shown.pane, 1.3, ring=ring)
            painter.setPen(shown.text if place < len(classes) else shown.secondary)
            line = QRectF(left + DOT + 6, middle - 9, self.width() - left, 18)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)

    # What is under the mouse

    def event(self, event: QEvent) -> bool:
        """Tell the place under the mouse and what the network answers there."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.text_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self) if text else QToolTip.hideText()
            return True
        return super().event(event)

    def text_at(self, position: QPointF) -> str:
        """Say the coordinates at a place of the widget and how likely each class is; nothing outside of the square."""
        rect = self.square_rect()
        if self._points is None or not rect.contains(position):
            return ""
        right, down = (position.x() - rect.left()) / rect.width(), (position.y() - rect.top()) / rect.height()
        x, y = self.square.left + right * self.square.size, self.square.bottom + (1 - down) * self.square.size
        lines = [f"({number(x)}, {number(y)})"]
        if self._probabilities is not None:
            answers = self._probabilities[min(int(down * N), N - 1), min(int(right * N), N - 1)]
            named = zip(self._points.classes, answers.tolist(), strict=True)
            lines += [f"{name}: {percent(part)}" for name, part in named]
        return "\n".join(lines)


def _field_image(probabilities: Array, hues: tuple[QColor, ...], shown: theme.Theme) -> QImage:
    return colours.image(colours.mixed(probabilities, hues, shown, STRENGTH))


def _round_corners(painter: QPainter, side: int) -> None:
    """Take the corners away."""
    corners = QPainterPath()
    corners.addRect(QRectF(0, 0, side, side))
    corners.addRoundedRect(QRectF(0, 0, side, side), RADIUS, RADIUS)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.fillPath(corners, Qt.GlobalColor.black)


def _paint_points(
    painter: QPainter, at: Array, hue: QColor, around_it: QColor, size: float, *, ring: bool = False
) -> None:
    """Paint round points, of shape (n, 2), with a halo that parts them from the field; rings have a hole."""
    points = [QPointF(x, y) for x, y in at.tolist()]
    layers = [(HALO, around_it), (POINT, hue)] + [(RING_HOLE, around_it)] * ring
    for diameter, colour in layers if points else ():
        painter.setPen(QPen(colour, diameter * size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(points)
