"""The list of the layers that lie in a layer."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from slugstudio.engine.layers import Layer
from slugstudio.engine.layers.stacked import default_names
from slugstudio.ui import theme

ROW_HEIGHT, MOST_ROWS, FRAME = 28, 6, 4
_DOT, _MARGIN, _GAP = 8, 8, 8

KEYS = {
    (Qt.Key.Key_Insert, Qt.KeyboardModifier.NoModifier): "add",
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier): "remove",
    (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier): "remove",
    (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier): "up",
    (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier): "down",
}
"""What a key in the list asks for; those of the stack itself do the same there."""


class Role(IntEnum):
    """What a row gives beside the name of the layer."""

    DETAILS = Qt.ItemDataRole.UserRole + 1
    GROUP = Qt.ItemDataRole.UserRole + 2


class _RowDelegate(QStyledItemDelegate):
    """Paints a dot in the colour of the group, the name, and what matters as far as there is room."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a row."""
        del option, index
        return QSize(120, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, rect = theme.current(), QRectF(option.rect)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            painter.setBrush(colours.tint if chosen else colours.hover)
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
        painter.setBrush(colours.group(index.data(Role.GROUP)))
        painter.drawRoundedRect(QRectF(rect.left() + _MARGIN, rect.center().y() - _DOT / 2, _DOT, _DOT), 2, 2)
        rect.adjust(_MARGIN + _DOT + _GAP, 0, -_MARGIN, 0)
        painter.setFont(theme.font())
        metrics = QFontMetricsF(theme.font())
        for text, colour in ((index.data(), colours.text), (index.data(Role.DETAILS), colours.secondary)):
            painter.setPen(colour)
            written = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), written)
            rect.setLeft(min(rect.left() + metrics.horizontalAdvance(written) + _GAP, rect.right()))
        painter.restore()


class InnerList(QListWidget):
    """The layers by their names, of which one is selected; it is as high as they need, up to a limit."""

    asked = Signal(str)
    """Carries what a key asks for: ``add``, ``remove``, ``up`` or ``down``."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setProperty("role", "framed")
        self.setItemDelegate(_RowDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        theme.manager().changed.connect(self.viewport().update)

    def show_layers(self, layers: Sequence[Layer], row: int) -> None:
        """Show layers and select one of them, without telling of it."""
        with QSignalBlocker(self):
            while self.count() > len(layers):
                self.takeItem(self.count() - 1)
            while self.count() < len(layers):
                self.addItem(QListWidgetItem())
            for place, (name, layer) in enumerate(zip(default_names(layers), layers, strict=True)):
                _show(self.item(place), name, layer)
            self.setCurrentRow(row)
        self.setFixedHeight(min(len(layers), MOST_ROWS) * ROW_HEIGHT + 2 * FRAME)
        self.scrollToItem(self.currentItem())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for what a key stands for; all others select, as in any list."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        what = KEYS.get((Qt.Key(event.key()), modifiers))
        if what:
            self.asked.emit(what)
        else:
            super().keyPressEvent(event)


def _show(item: QListWidgetItem, name: str, layer: Layer) -> None:
    item.setText(name)
    item.setData(Role.DETAILS, layer.details())
    item.setData(Role.GROUP, layer.group)
    spoken = ", ".join(part for part in (name, layer.label, layer.details()) if part)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
    item.setToolTip(f"<b>{layer.label}</b><br>{layer.explain()}")
