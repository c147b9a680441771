"""How a demonstration is painted, in the colours of the theme that shows now."""

from __future__ import annotations

from functools import singledispatch

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from slugstudio.engine.declaration import Array
from slugstudio.ui import theme
from slugstudio.ui.cockpit.colours import class_colours, image, packed, signed_pixels, signed_table
from slugstudio.ui.operations.demonstration import Bars, Curve, Maps, Samples, Spread, Web, Window

WIDTH, HEIGHT = 288, 120
"""The size of a picture."""

_ARROW, _GAP, _MOST_MAPS, _BINS = 28.0, 4.0, 4, 36


@singledispatch
def paint(what: object, painter: QPainter, rect: QRectF) -> None:
    """Paint a demonstration into ``rect``."""
    raise TypeError(f"expected a demonstration, received {what!r}")


@paint.register
def _curve(what: Curve, painter: QPainter, rect: QRectF) -> None:
    colours = theme.current()
    low, high = min(float(what.y.min()), -0.5) - 0.3, float(what.y.max()) + 0.3

    def at(x: float, y: float) -> QPointF:
        share = (x - what.x[0]) / (what.x[-1] - what.x[0])
        return QPointF(rect.left() + share * rect.width(), rect.bottom() - (y - low) / (high - low) * rect.height())

    painter.setPen(QPen(colours.disabled, 1))
    painter.drawLine(QLineF(QPointF(rect.left(), at(0, 0).y()), QPointF(rect.right(), at(0, 0).y())))
    painter.drawLine(QLineF(QPointF(at(0, 0).x(), rect.top()), QPointF(at(0, 0).x(), rect.bottom())))
    dashed = QPen(colours.secondary, 1.25, Qt.PenStyle.DashLine)
    for values, pen in ((what.slope, dashed), (what.y, QPen(colours.accent, 2))):
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([at(float(x), float(y)) for x, y in zip(what.x, values, strict=True)]))
    painter.setFont(theme.font(theme.AXIS))
    painter.setPen(colours.secondary)
    for value, align in ((what.x[0], Qt.AlignmentFlag.AlignLeft), (what.x[-1], Qt.AlignmentFlag.AlignRight)):
        # Above the axis where the curve is below it or flat, which an activation is on the left.
        line = QRectF(rect.left(), at(0, 0).y() + 2, rect.width(), 14)
        painter.drawText(line, int(align), f"{value:g}".replace("-", "\N{MINUS SIGN}"))


@paint.register
def _bars(what: Bars, painter: QPainter, rect: QRectF) -> None:
    left, right = _halves(rect)
    _paint_bars(painter, left, what.before)
    _paint_arrow(painter, left, right)
    _paint_bars(painter, right, what.after)


def _paint_bars(painter: QPainter, rect: QRectF, values: Array) -> None:
    colours = theme.current()
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    step = rect.width() / len(values)
    inside = rect.adjusted(0, 14, 0, -14)
    zero = inside.bottom() + low / (high - low) * inside.height()
    painter.setFont(theme.font(theme.AXIS))
    for place, value in enumerate(values.tolist()):
        length = value / (high - low) * inside.height()
        bar = QRectF(rect.left() + place * step + 3, zero - max(length, 0), step - 6, abs(length))
        painter.fillRect(bar, colours.positive if value >= 0 else colours.negative)
        painter.setPen(colours.secondary)
        line = QRectF(bar.left() - 6, (bar.top() - 15) if value >= 0 else bar.bottom() + 1, bar.width() + 12, 14)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignCenter), f"{value:.2g}".replace("-", "\N{MINUS SIGN}"))
    painter.setPen(QPen(colours.disabled, 1))
    painter.drawLine(QLineF(rect.left(), zero, rect.right(), zero))


@paint.register
def _maps(what: Maps, painter: QPainter, rect: QRectF) -> None:
    left, right = _halves(rect, _ARROW if what.kernel is None else 64)
    _paint_arrow(painter, left, right, above=what.kernel is not None)
    _paint_arrays(painter, left, what.before, what.reads)
    if what.kernel is not None:
        middle = QPointF((left.right() + right.left()) / 2, rect.center().y())
        _paint_grid(painter, QRectF(middle.x() - 20, middle.y() - 26, 40, 40), what.kernel, signed=True)
    _paint_arrays(painter, right, what.after, what.marked if what.reads is not None else None)


def _paint_arrays(painter: QPainter, rect: QRectF, values: Array, marked: Window | None) -> None:
    """Paint up to four channels in a square, or a vector as a column."""
    signed = _is_signed(values)
    if values.ndim == 1:
        height = min(rect.height(), 14.0 * len(values))
        width = 14.0 if len(values) > 8 else min(rect.width(), height / len(values))
        column = QRectF(rect.center().x() - width / 2, rect.center().y() - height / 2, width, height)
        _paint_grid(painter, column, values[:, None], marked, signed=signed, square=False)
        return
    maps = values[: 1 if len(values) < _MOST_MAPS else _MOST_MAPS]
    side = 1 if len(maps) == 1 else 2
    size = (min(rect.width(), rect.height()) - _GAP * (side - 1)) / side
    left = rect.center().x() - (side * size + (side - 1) * _GAP) / 2
    top = rect.center().y() - (side * size + (side - 1) * _GAP) / 2
    for place, each in enumerate(maps):
        down, across = divmod(place, side)
        where = QRectF(left + across * (size + _GAP), top + down * (size + _GAP), size, size)
        mine = marked is not None and marked[0] == place
        _paint_grid(painter, where, each, marked if mine else None, signed=signed)


def _is_signed(values: Array) -> bool:
    """Tell whether what is negative matters; a little noise around zero does not."""
    return bool(values.min() < -0.5 * values.max())


def _paint_grid(
    painter: QPainter,
    rect: QRectF,
    values: Array,
    marked: Window | None = None,
    *,
    signed: bool,
    square: bool = True,
) -> None:
    """Paint an array as a grid of shades, in greys where nothing is negative, with an outline round what is marked."""
    colours = theme.current()
    rows, columns = values.shape
    if square:
        cell = min(rect.width() / columns, rect.height() / rows)
        rect = QRectF(0, 0, cell * columns, cell * rows).translated(
            rect.center().x() - cell * columns / 2, rect.center().y() - cell * rows / 2
        )
    limit = max(float(np.abs(values).max()), 1e-9)
    if signed:
        pixels = signed_pixels(values.astype(np.float32), limit, signed_table(colours))
    else:
        pixels = packed(np.repeat((values.clip(0) / limit * 255)[..., None], 3, axis=-1))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.drawImage(rect, image(pixels))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colours.disabled, 1))
    painter.drawRect(rect)
    if marked is not None:
        _, row, height, column, width = marked
        across, down = rect.width() / columns, rect.height() / rows
        outline = QRectF(rect.left() + column * across, rect.top() + row * down, width * across, height * down)
        painter.setPen(QPen(colours.validation, 2))
        painter.drawRect(outline)
    painter.restore()


@paint.register
def _web(what: Web, painter: QPainter, rect: QRectF) -> None:
    colours = theme.current()
    left, right = rect.left() + 40, rect.right() - 40
    inputs, units = (
        [QPointF(x, rect.top() + (place + 0.5) * rect.height() / len(values)) for place in range(len(values))]
        for x, values in ((left, what.before), (right, what.after))
    )
    limit = float(np.abs(what.weights).max())
    for start, row in zip(inputs, what.weights.tolist(), strict=True):
        for end, weight in zip(units, row, strict=True):
            colour = QColor(colours.positive if weight >= 0 else colours.negative)
            painter.setPen(QPen(colour, 0.5 + 2.5 * abs(weight) / limit))
            painter.drawLine(start, end)
    for places, values in ((inputs, what.before), (units, what.after)):
        largest = max(float(np.abs(values).max()), 1e-9)
        shades = signed_pixels(values.astype(np.float32)[None], largest, signed_table(colours))[0].tolist()
        for place, shade in zip(places, shades, strict=True):
            painter.setPen(QPen(colours.secondary, 1))
            painter.setBrush(QColor.fromRgb(shade))
            painter.drawEllipse(place, 7, 7)


@paint.register
def _spread(what: Spread, painter: QPainter, rect: QRectF) -> None:
    colours = theme.current()
    left, right = _halves(rect)
    low, high = float(what.before.min()), float(what.before.max())
    hues = class_colours(len(what.before), colours)
    for where, values in ((left, what.before), (right, what.after)):
        counts = [np.histogram(series, _BINS, (low, high))[0] for series in values]
        top = max(int(count.max()) for count in counts)
        for hue, count in zip(hues, counts, strict=True):
            shade = QColor(hue)
            shade.setAlphaF(0.3)
            x = np.linspace(where.left(), where.right(), _BINS)
            y = where.bottom() - count / top * (where.height() - 6)
            points = [QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]
            painter.setPen(QPen(hue, 1.25))
            painter.setBrush(shade)
            painter.drawPolygon(QPolygonF([where.bottomLeft(), *points, where.bottomRight()]))
        painter.setPen(QPen(colours.disabled, 1))
        painter.drawLine(QLineF(where.bottomLeft(), where.bottomRight()))
        zero = where.left() - low / (high - low) * where.width()
        painter.drawLine(QLineF(zero, where.top(), zero, where.bottom() + 3))
    _paint_arrow(painter, left, right)


@paint.register
def _samples(what: Samples, painter: QPainter, rect: QRectF) -> None:
    colours = theme.current()
    if what.x.ndim == 3:
        across = (len(what.x) + 1) // 2
        size = min((rect.width() - _GAP * (across - 1)) / across, (rect.height() - _GAP) / 2)
        left = rect.center().x() - (across * (size + _GAP) - _GAP) / 2
        for place, each in enumerate(what.x):
            row, column = divmod(place, across)
            where = QRectF(left + column * (size + _GAP), rect.top() + row * (size + _GAP), size, size)
            _paint_grid(painter, where, each, signed=_is_signed(each))
        return
    hues = class_colours(what.n_classes, colours)
    reach = float(np.abs(what.x).max())
    scale = (rect.height() / 2 - 4) / reach
    painter.setPen(QPen(colours.raised, 0.5))
    for (x, y), label in zip(what.x.tolist(), what.labels.tolist(), strict=True):
        painter.setBrush(hues[label])
        painter.drawEllipse(QPointF(rect.center().x() + x * scale, rect.center().y() - y * scale), 2.75, 2.75)


def _halves(rect: QRectF, between: float = _ARROW) -> tuple[QRectF, QRectF]:
    width = (rect.width() - between) / 2
    left = QRectF(rect.left(), rect.top(), width, rect.height())
    return left, left.translated(width + between, 0)


def _paint_arrow(painter: QPainter, left: QRectF, right: QRectF, *, above: bool = False) -> None:
    """Paint an arrow from one half to the other, below the kernel that lies between them if there is one."""
    middle = (left.right() + right.left()) / 2
    y = left.center().y() + (30 if above else 0)
    painter.setPen(QPen(theme.current().secondary, 1.5))
    painter.drawLine(QLineF(middle - 9, y, middle + 8, y))
    painter.drawPolyline(QPolygonF([QPointF(middle + 4, y - 4), QPointF(middle + 8, y), QPointF(middle + 4, y + 4)]))
