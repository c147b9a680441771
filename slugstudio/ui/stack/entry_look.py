"""How an entry of the palette is painted: its icon in the colour of its group, its name, and what it does."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from slugstudio.engine.activation import Activation
from slugstudio.ui import icons, theme
from slugstudio.ui.stack.entries import Entry
from slugstudio.ui.stack.palette_model import Role
from slugstudio.ui.translation import told

COMPACT_HEIGHT, ENTRY_HEIGHT, HEADING_HEIGHT, MARGIN, ICON, GAP = 30, 42, 30, 6, 20, 10
ROOM_FOR_TWO_LINES = 150
"""The width below which an entry is its name alone."""
_REACH = 3.0
"""From minus this to this goes an activation's curve in its icon."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class EntryDelegate(QStyledItemDelegate):
    """Gives headings and entries their size and their look; narrow lists have entries of one line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a heading or an entry."""
        if index.data(Role.ENTRY) is None:
            return QSize(120, HEADING_HEIGHT)
        view = option.widget
        roomy = not isinstance(view, QAbstractItemView) or view.viewport().width() >= ROOM_FOR_TWO_LINES
        return QSize(120, ENTRY_HEIGHT if roomy else COMPACT_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current()
        rect = QRectF(option.rect)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(colours.accent, 1) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(colours.tint if chosen else colours.hover)
            painter.drawRoundedRect(rect.adjusted(0.5, 1.5, -0.5, -1.5), 6, 6)
        inside = rect.adjusted(MARGIN, 0, -MARGIN, 0)
        entry = index.data(Role.ENTRY)
        if entry is None:
            _paint_heading(painter, inside, index.data(), folded=index.data(Role.FOLDED))
        else:
            paint_entry(painter, inside, entry)
        painter.restore()


def _paint_heading(painter: QPainter, rect: QRectF, label: str, *, folded: bool) -> None:
    colours = theme.current()
    line = rect.adjusted(0, 4, 0, 0)
    _write(painter, line, label, theme.font(theme.LABEL, strong=True), colours.secondary)
    place = QRectF(rect.right() - 12, line.center().y() - 6, 12, 12)
    icons.paint(painter, "fold" if folded else "unfold", colours.secondary, place)


def paint_entry(painter: QPainter, rect: QRectF, entry: Entry) -> None:
    """Paint an entry into ``rect``, in two lines where it is high enough."""
    colours = theme.current()
    middle = rect.center().y()
    paint_icon(painter, entry, QRectF(rect.left(), middle - ICON / 2, ICON, ICON))
    texts = rect.adjusted(ICON + GAP, 0, 0, 0)
    label = told(entry.label)
    if rect.height() < ENTRY_HEIGHT - 2:
        _write(painter, texts, label, theme.font(), colours.text)
        return
    upper = QRectF(texts.left(), middle - 17, texts.width(), 18)
    _write(painter, upper, label, theme.font(), colours.text)
    _write(painter, upper.translated(0, 16), told(entry.summary), theme.font(theme.AXIS), colours.secondary)


def paint_icon(painter: QPainter, entry: Entry, rect: QRectF) -> None:
    """Paint the icon of an entry: the curve of an activation that has no drawing, else its own or its group's."""
    colour = theme.current().group(entry.group)
    name = icons.of_kind(entry.declared.kind, entry.group)
    if name.startswith("layers/group-") and issubclass(entry.declared, Activation):
        _paint_curve(painter, entry.declared, colour, rect)
    else:
        icons.paint(painter, name, colour, rect)


@lru_cache(maxsize=64)
def _curve(cls: type[Activation]) -> tuple[tuple[float, float], ...]:
    """Return the points of the curve, both coordinates from 0 (left, bottom) to 1."""
    z = np.linspace(-_REACH, _REACH, 25)
    a = Activation.kinds[cls.kind]().forward(z[:, None])[:, 0]  # one value a sample
    height = (a - min(a.min(), -0.1)) / (max(a.max(), 1.0) - min(a.min(), -0.1))
    return tuple(zip(np.linspace(0, 1, len(z)).tolist(), height.tolist(), strict=True))


def _paint_curve(painter: QPainter, cls: type[Activation], colour: QColor, rect: QRectF) -> None:
    inside = rect.adjusted(2.5, 3.5, -2.5, -3.5)
    points = [
        QPointF(inside.left() + x * inside.width(), inside.bottom() - y * inside.height()) for x, y in _curve(cls)
    ]
    painter.save()
    faint = QColor(colour)
    faint.setAlphaF(0.45)
    painter.setPen(QPen(faint, 1))
    painter.drawLine(QPointF(inside.center().x(), rect.top() + 2), QPointF(inside.center().x(), rect.bottom() - 2))
    painter.drawLine(QPointF(rect.left() + 1, inside.bottom()), QPointF(rect.right() - 1, inside.bottom()))
    pen = QPen(colour, 1.75)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(points))
    painter.restore()


def _write(painter: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor) -> None:
    shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, int(_LEFT), shown)
