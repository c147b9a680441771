"""The one door to pyqtgraph, which has no types: a plot with named curves in the colours of the theme.

Importing pyqtgraph takes 0.3 s, so whoever needs plots imports this module once the window is on the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QFrame, QGraphicsItem, QWidget

from slugstudio.engine.declaration import Array
from slugstudio.ui import theme

DASH = 0.15
"""Half the width of a single point, in epochs; pyqtgraph's symbols are left alone, as they crash now and then."""


@dataclass(frozen=True)
class Line:
    """How a curve is drawn: in the colour of the theme that has this ``role``."""

    role: str
    dashed: bool = False


class Plot(QObject):
    """A plot of curves over one x axis that starts at 0.

    Zoom with the wheel, move by dragging, and go back to seeing everything with a double click.
    """

    hovered = Signal(object)
    """Carries the x value under the mouse, None once it has left."""

    def __init__(self, name: str, lines: dict[str, Line], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._everything = 1.0, 0.0, 1.0
        self._zoomed = False
        axes = {side: _Axis(side) for side in ("left", "bottom")}
        self._item: Any = pg.PlotItem(viewBox=pg.ViewBox(enableMenu=False), axisItems=axes)
        self._view: Any = pg.GraphicsView(useOpenGL=False)
        self._view.setCentralItem(self._item)
        self.widget: QWidget = self._view
        self.widget.setObjectName(name)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.viewport().installEventFilter(self)
        self._curves: dict[str, Any] = {key: self._item.plot(connect="finite", antialias=True) for key in lines}
        for curve in self._curves.values():
            curve.setDownsampling(auto=True, method="peak")
            curve.setClipToView(True)
        self._cross: Any = pg.InfiniteLine(angle=90)
        self._cross.setVisible(False)
        self._item.addItem(self._cross, ignoreBounds=True)
        self._configure()
        self._item.scene().sigMouseMoved.connect(self._move)
        theme.manager().changed.connect(self._restyle)
        self._restyle()

    def _configure(self) -> None:
        self._item.hideButtons()
        self._item.setMenuEnabled(False)
        self._item.showGrid(x=False, y=True, alpha=1.0)
        self._item.layout.setContentsMargins(0, 4, 16, 0)  # the last label reaches over the end of its axis
        box = self._item.getViewBox()
        box.setMouseEnabled(x=True, y=False)
        box.setDefaultPadding(0.0)
        box.setLimits(xMin=0)
        self._item.getAxis("left").setWidth(34)
        self._item.getAxis("left").setStyle(tickTextOffset=5, autoExpandTextSpace=False)
        self._item.getAxis("bottom").setStyle(tickTextOffset=4)
        for side in ("left", "bottom"):
            # The labels at the very ends of an axis, such as 0, would count as outside and be left out.
            self._item.getAxis(side).setStyle(tickLength=0, maxTickLevel=0, hideOverlappingLabels=False)
            self._item.getAxis(side).setZValue(-1)  # its grid lies below the curves
            # Axes change far more rarely than curves, and drawing them takes many calls into Qt.
            self._item.getAxis(side).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._item.getAxis("bottom").setHeight(22)

    def set_curve(self, key: str, x: Array, y: Array) -> None:
        """Give a curve its points: ``x`` and ``y`` of shape (n,); a single one, which is no line, shows as a dash."""
        if len(x) == 1:
            x, y = x[0] + np.array([-DASH, DASH]), y.repeat(2)
        self._curves[key].setData(x, y)

    def show_everything(self, last: float, lowest: float, highest: float) -> None:
        """Let the axes reach from 0 to ``last``, and from ``lowest``, 0 or below, to ``highest``."""
        # A little more than the highest and the lowest, so that a curve there is not cut in half.
        self._everything = last, 1.03 * lowest, 1.03 * (highest or 1.0)
        if not self._zoomed:
            self._show_all()

    def mark(self, x: float | None) -> None:
        """Show a vertical line at ``x``, or none."""
        self._cross.setVisible(x is not None)
        if x is not None:
            self._cross.setPos(x)

    def _show_all(self) -> None:
        last, bottom, top = self._everything
        self._zoomed = False
        self._item.getViewBox().setRange(
            xRange=(0, max(last, 1e-9)), yRange=(bottom, top), padding=0, disableAutoRange=True
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice zooming, and what takes it back."""
        match event.type():
            case QEvent.Type.Wheel:
                self._zoomed = True
            case QEvent.Type.MouseButtonDblClick:
                self._show_all()
            case QEvent.Type.Leave:
                self.hovered.emit(None)
            case _:
                pass
        return super().eventFilter(watched, event)

    def _move(self, position: QPointF) -> None:
        box = self._item.getViewBox()
        inside = box.sceneBoundingRect().contains(position)
        self.hovered.emit(float(box.mapSceneToView(position).x()) if inside else None)

    def _restyle(self) -> None:
        colours = theme.current()
        self._view.setBackground(colours.pane)
        self._item.getViewBox().setBorder(QPen(colours.hairline))
        for side in ("left", "bottom"):
            axis = self._item.getAxis(side)
            axis.setPen(QPen(colours.hairline))
            axis.setTickPen(QPen(colours.grid))
            axis.setTextPen(QPen(colours.secondary))
            axis.setTickFont(theme.font(theme.AXIS))
        for key, line in self._lines.items():
            self._curves[key].setPen(_pen(line))
        marker = QPen(colours.disabled)
        marker.setCosmetic(True)  # else it is as wide as one epoch
        self._cross.setPen(marker)


class _Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis that knows its bounds: Qt asks for them at every repaint, and to work them out takes long in Python."""

    _bounds: QRectF | None = None

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the labels; the second of the x axis names what is counted."""
        labels: list[str] = super().tickStrings(values, scale, spacing)
        if self.orientation == "bottom" and len(labels) > 1:
            labels[1] = f"epoch {labels[1]}"
        return labels

    def boundingRect(self) -> QRectF:
        """Return the rectangle in which the axis and its grid are drawn."""
        if self._bounds is None:
            self._bounds = super().boundingRect()
        return self._bounds

    def prepareGeometryChange(self) -> None:
        """Forget the bounds."""
        self._bounds = None
        super().prepareGeometryChange()

    def resizeEvent(self, ev: object = None) -> None:
        """Forget the bounds."""
        self._bounds = None
        super().resizeEvent(ev)

    def linkedViewChanged(self, view: object, newRange: object = None) -> None:
        """Forget the bounds, which reach over the plot because of the grid."""
        self._bounds = None
        super().linkedViewChanged(view, newRange)


def _pen(line: Line) -> QPen:
    pen = QPen(getattr(theme.current(), line.role))
    pen.setCosmetic(True)
    pen.setWidthF(1.6)
    if line.dashed:
        pen.setDashPattern([4, 3])
    return pen
