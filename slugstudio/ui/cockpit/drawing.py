"""From the strokes of a drawing to a sample such as the data set has.

A network only knows what it was shown, so a drawing must be made as the images of the data were made. Strokes are
arrays of shape (n, 2) with x to the right and y down, from 0 to 1 over the canvas; they hold lines, not ink, so that
a drawing of any size can be brought to the size and the thickness of the data before there are pixels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from slugstudio.datasets import Dataset
from slugstudio.engine.declaration import Array

Stroke = npt.NDArray[np.float64]
Strokes = tuple[Stroke, ...]
Coverage = npt.NDArray[np.float64]
"""How much ink there is, from 0 to 1, of shape (height, width)."""
Renderer = Callable[[Strokes, int, int], Coverage]

PEN = 0.08
"""Thickness of a stroke as it is drawn, as a part of the canvas."""
DIGITS = tuple("0123456789")

_BITMAP = 32
_INK = 0.305
"""Mean ink of the UCI digits; it is from 0.30 to 0.32 for every one of the ten, so their makers adapted the pen."""
_MNIST_BOX, _MNIST_SIDE, _MNIST_PEN = 20, 28, 2.6
_FINER = 4
"""How many times finer an image is drawn before its pixels are averaged."""


def to_sample(strokes: Strokes, dataset: Dataset) -> npt.NDArray[np.float32]:
    """Return the drawing as a raw sample of ``dataset``.

    Parameters
    ----------
    strokes : tuple of arrays of shape (n, 2)
        At least one.
    dataset : Dataset
        Of images with one channel, dark where their values are 0.

    Returns
    -------
    array of shape (1, height, width), in the raw values of the data set
    """
    _, height, width = dataset.sample_shape
    ink = renderer(dataset)(strokes, height, width)
    sample: npt.NDArray[np.float32] = np.rint(ink * dataset.x[:1000].max()).astype(np.float32)[None]
    return sample


def renderer(dataset: Dataset) -> Renderer:
    """Return how a drawing becomes an image of ``dataset``: as its own images were made, where that is known."""
    if dataset.classes != DIGITS:
        return resampled
    return counted_blocks if dataset.sample_shape == (1, 8, 8) else centred_by_mass


def resampled(strokes: Strokes, height: int, width: int) -> Coverage:
    """Return the canvas as it is, in fewer pixels."""
    scale = np.array([width, height])
    return _drawn(tuple(stroke * scale for stroke in strokes), height, width, PEN * min(height, width))


def counted_blocks(strokes: Strokes, height: int, width: int) -> Coverage:
    """Return the drawing as the UCI digits were made: a bitmap of 32 by 32 that the digit fills, counted in blocks.

    The digit is as high as the bitmap, or as wide if it is wider than high (E. Alpaydin and C. Kaynak, 1998).
    """
    pen = 3.0
    for _ in range(3):  # The thickness changes how much room is left for the lines, and so their length.
        fitted = _fitted(strokes, _BITMAP - pen)
        pen = float(np.clip(_INK * _BITMAP**2 / max(_length(fitted), 1.0), 3.0, 10.0))
    fitted = tuple(stroke + _BITMAP / 2 for stroke in _fitted(strokes, _BITMAP - pen))
    bitmap = _drawn(fitted, _BITMAP, _BITMAP, pen) > 0.5
    blocks: Coverage = bitmap.reshape(height, _BITMAP // height, width, _BITMAP // width).mean(axis=(1, 3))
    return blocks


def centred_by_mass(strokes: Strokes, height: int, width: int) -> Coverage:
    """Return the drawing as MNIST was made: in a box of 20 by 20, its centre of mass in the centre of 28 by 28.

    Other sizes keep the proportions (Y. LeCun et al., 1998, section III.A).
    """
    unit = min(height, width) / _MNIST_SIDE
    pen = _MNIST_PEN * unit
    fitted = _fitted(strokes, _MNIST_BOX * unit - pen)
    centre = np.array([width, height]) / 2
    first = _drawn(tuple(stroke + centre for stroke in fitted), height, width, pen)
    total = max(float(first.sum()), 1e-9)
    mass = np.array([first.sum(axis=0) @ np.arange(width), first.sum(axis=1) @ np.arange(height)]) / total + 0.5
    shift = centre + np.rint(centre - mass)
    return _drawn(tuple(stroke + shift for stroke in fitted), height, width, pen)


def erased(strokes: Strokes, at: Array, radius: float) -> Strokes:
    """Return the strokes without what lies within ``radius`` of the point ``at``, of shape (2,); themselves if none."""
    if all(_distance(stroke, at) >= radius for stroke in strokes):
        return strokes
    left: list[Stroke] = []
    for stroke in strokes:
        if _distance(stroke, at) >= radius:
            left.append(stroke)
            continue
        dense = _dense(stroke, radius / 4)
        outside = ((dense - at) ** 2).sum(axis=1) >= radius**2
        cuts = np.flatnonzero(np.diff(outside)) + 1
        pieces = zip(np.split(dense, cuts), np.split(outside, cuts), strict=True)
        left += [piece for piece, kept in pieces if kept[0]]
    return tuple(left)


def polygon(stroke: Stroke) -> QPolygonF:
    """Return a stroke as Qt draws it; a point becomes a very short line, as Qt draws nothing for none."""
    points = [QPointF(x, y) for x, y in stroke.tolist()]
    return QPolygonF(points if len(points) > 1 else [points[0], points[0] + QPointF(1e-3, 0)])


def pen(thickness: float, colour: QColor) -> QPen:
    """Return the round pen that draws ink."""
    return QPen(colour, thickness, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _fitted(strokes: Strokes, box: float) -> Strokes:
    """Return the strokes scaled to the square ``box`` and centred at 0."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    # A dot has no size to be scaled up: nothing grows to more than its own surroundings on the canvas.
    scale = box / max(float((high - low).max()), PEN)
    return tuple((stroke - (low + high) / 2) * scale for stroke in strokes)


def _length(strokes: Strokes) -> float:
    return sum(float(np.hypot(*np.diff(stroke, axis=0).T).sum()) for stroke in strokes)


def _distance(stroke: Stroke, at: Array) -> float:
    """Return how far ``at`` is from the nearest point of the line."""
    start, step = stroke[:-1], np.diff(stroke, axis=0)
    if not len(step):
        return float(np.hypot(*(stroke[0] - at)))
    along = ((at - start) * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-12)
    nearest = start + np.clip(along, 0, 1)[:, None] * step
    return float(np.hypot(*(nearest - at).T).min())


def _dense(stroke: Stroke, most: float) -> Stroke:
    """Return the line with points no further apart than ``most``."""
    lengths = np.hypot(*np.diff(stroke, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    places = np.union1d(along, np.linspace(0, along[-1], int(along[-1] / most) + 2))
    return np.stack([np.interp(places, along, stroke[:, axis]) for axis in (0, 1)], axis=1)


def _drawn(strokes: Strokes, height: int, width: int, thickness: float) -> Coverage:
    """Return the strokes, in pixels, as ink; each pixel is the mean of finer ones."""
    image = QImage(width * _FINER, height * _FINER, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(_FINER, _FINER)
    painter.setPen(pen(thickness, QColor(255, 255, 255)))
    for stroke in strokes:
        painter.drawPolyline(polygon(stroke))
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    fine = rows[:, : image.width()].reshape(height, _FINER, width, _FINER)
    ink: Coverage = fine.mean(axis=(1, 3)) / 255
    return ink
