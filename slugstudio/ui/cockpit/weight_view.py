"""The tiles of a weight, or the whole of it as a heat map, as one picture that is made when it is painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from slugstudio.engine.declaration import Array
from slugstudio.ui import theme
from slugstudio.ui.cockpit import colours
from slugstudio.ui.cockpit.header import paint_sentence
from slugstudio.ui.cockpit.labels import signed
from slugstudio.ui.cockpit.tiles import Layout, Picture, lay_out, mosaic, sampled
from slugstudio.ui.translation import tr

SCROLL_BAR = 12


class WeightView(QAbstractScrollArea):
    """Shows a `Picture`, sharp at any resolution; scrolls by whole rows of tiles."""

    note_changed = Signal(str)
    """How much of the weight is to be seen: ``16 of 16``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = ""
        self._picture: Picture | None = None
        self._input_map, self._limit = 0, 1.0
        self._layout: Layout | None = None
        self._image: QImage | None = None
        self._table = colours.signed_table(theme.current())
        self.setObjectName("weightTiles")
        self.setAccessibleName(tr("Weights of the layer"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(96, 60)
        self.verticalScrollBar().setObjectName("weightTilesScrollBar")
        self.verticalScrollBar().valueChanged.connect(self._repaint)
        theme.manager().changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Return the size in the strip at the bottom of a small window."""
        return QSize(352, 120)

    def show_picture(self, picture: Picture | None, input_map: int = 0, limit: float = 1.0) -> None:
        """Show other values; None shows the sentence."""
        before = self._shape()
        self._picture, self._input_map, self._limit = picture, input_map, limit
        if self._shape() != before:
            self.verticalScrollBar().setValue(0)
            self._arrange()
        self._repaint()

    def tile_rect(self, tile: int) -> QRectF:
        """Return where a tile is in the viewport, in logical pixels; empty while it is scrolled away."""
        if self._layout is None:
            return QRectF()
        row, column = divmod(tile, self._layout.columns)
        row -= self.verticalScrollBar().value()
        if not 0 <= row < self._layout.visible_rows:
            return QRectF()
        (across, down), (width, height), ratio = self._layout.pitch, self._layout.tile, self.devicePixelRatioF()
        return QRectF(column * across / ratio, row * down / ratio, width / ratio, height / ratio)

    def _shape(self) -> tuple[int, ...]:
        return () if self._picture is None else self._picture.values.shape

    def _arrange(self) -> None:
        """Lay the tiles out, with a scroll bar only where not all of them fit."""
        picture, ratio = self._picture, self.devicePixelRatioF()
        self._layout = None
        if picture is not None and not picture.is_matrix:
            n, parts, height, width = picture.tiles(0).shape
            self._layout = lay_out((n, parts, height, width), self._room(0), ratio)
            if not self._layout.fits:
                self._layout = lay_out((n, parts, height, width), self._room(SCROLL_BAR), ratio)
        scrolls = self._layout is not None and not self._layout.fits
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.NoFocus)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.rows - self._layout.visible_rows) if self._layout else 0)
        bar.setPageStep(self._layout.visible_rows if self._layout else 1)
        self._repaint()

    def _room(self, taken: int) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return int((self.width() - taken) * ratio), int(self.height() * ratio)

    def _repaint(self) -> None:
        self._image = None
        self.note_changed.emit(self.note())
        self.viewport().update()

    def _restyle(self) -> None:
        self._table = colours.signed_table(theme.current())
        self._repaint()

    # What is seen

    def note(self) -> str:
        """Say how much of the weight is to be seen."""
        if self._picture is None:
            return ""
        if self._layout is None:
            sizes = zip(self._places(), self._shape(), strict=True)
            return " × ".join(f"{len(p):,} of {n:,}" if len(p) < n else f"{n:,}" for p, n in sizes)
        first, last = self._span()
        shown = f"{last}" if self._layout.fits else f"{first + 1}–{last}"
        return f"{shown} of {self._layout.n}"

    def _span(self) -> tuple[int, int]:
        """Return the first tile that is seen and the one after the last."""
        if self._layout is None:
            return 0, 0
        first = self.verticalScrollBar().value() * self._layout.columns
        return first, min(self._layout.n, first + self._layout.visible_rows * self._layout.columns)

    def _places(self) -> tuple[Array, Array]:
        """Return which rows and columns of the matrix are drawn: as many as there are pixels for."""
        rows, columns = self._shape()
        width, height = self._room(0)
        return sampled(rows, height), sampled(columns, width)

    def _render(self) -> QImage:
        picture = self._picture
        if picture is None:
            return QImage()
        if self._layout is None:
            values = picture.values[np.ix_(*self._places())]
            return colours.image(colours.signed_pixels(values, self._limit, self._table))
        first, last = self._span()
        pixels = colours.signed_pixels(picture.tiles(self._input_map)[first:last], self._limit, self._table)
        return colours.image(mosaic(pixels, self._layout))

    # Events

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Paint the picture, made anew if something changed since."""
        del arg__1
        painter = QPainter(self.viewport())
        if self._picture is None:
            paint_sentence(painter, QRectF(self.viewport().rect()), self.sentence, theme.current().secondary)
            return
        if self._image is None:
            self._image = self._render()
        if self._layout is None:
            painter.drawImage(QRect(QPoint(), self.size()), self._image)
            return
        self._image.setDevicePixelRatio(self.devicePixelRatioF())
        painter.drawImage(0, 0, self._image)
        if self.hasFocus():
            painter.setPen(theme.current().accent)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def focusInEvent(self, arg__1: QFocusEvent) -> None:
        """Show that keys scroll here."""
        super().focusInEvent(arg__1)
        self.viewport().update()

    def focusOutEvent(self, arg__1: QFocusEvent) -> None:
        """Show that they do no longer."""
        super().focusOutEvent(arg__1)
        self.viewport().update()

    def resizeEvent(self, arg__1: QResizeEvent) -> None:
        """Lay the tiles out anew."""
        super().resizeEvent(arg__1)
        self._arrange()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell the value under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.text_at(event.pos())
            QToolTip.showText(event.globalPos(), text, self.viewport()) if text else QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def text_at(self, position: QPoint) -> str:
        """Say which value is at a place of the viewport, and how large it is; nothing in a gap."""
        picture, ratio = self._picture, self.devicePixelRatioF()
        if picture is None:
            return ""
        if self._layout is None:
            n_in, n_out = picture.values.shape
            rows, columns = self._places()
            row = rows[min(position.y() * len(rows) // max(self.height(), 1), len(rows) - 1)]
            column = columns[min(position.x() * len(columns) // max(self.width(), 1), len(columns) - 1)]
            value = signed(float(picture.values[row, column]), 3)
            return f"Input {row + 1} of {n_in} to {picture.unit} {column + 1} of {n_out}: {value}"
        x, y = int(position.x() * ratio), int(position.y() * ratio)
        cell = self._layout.cell_at(x, y, self.verticalScrollBar().value())
        if cell is None:
            return ""
        value = signed(float(picture.tiles(self._input_map)[cell.tile, cell.part, cell.row, cell.column]), 3)
        has_maps, shown = picture.values.shape[1] > 1, cell.part + self._input_map + 1
        place = f"row {cell.row + 1}, column {cell.column + 1}: {value}"
        return f"{picture.unit.capitalize()} {cell.tile + 1}, " + (f"input map {shown}, " if has_maps else "") + place
