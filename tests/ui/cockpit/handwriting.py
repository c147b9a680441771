"""Digits as a person draws them: polylines and arcs, in the square from 0 to 1 with y down."""

from __future__ import annotations

import numpy as np

from slugstudio.ui.cockpit.drawing import Strokes


def line(*points: tuple[float, float]) -> np.ndarray:
    """Return a polyline through ``points``."""
    return np.array(points, float)


def arc(centre: tuple[float, float], size: tuple[float, float], start: float, stop: float) -> np.ndarray:
    """Return an arc of an ellipse, by angles in degrees: 0 is right, 90 is down."""
    angle = np.radians(np.linspace(start, stop, 40))
    return np.stack([centre[0] + size[0] * np.cos(angle), centre[1] + size[1] * np.sin(angle)], axis=1)


def joined(*pieces: np.ndarray) -> np.ndarray:
    """Return pieces drawn without lifting the pen."""
    return np.concatenate(pieces)


ROUND: tuple[Strokes, ...] = (
    (arc((0.5, 0.5), (0.22, 0.34), -90, 270),),
    (line((0.38, 0.3), (0.52, 0.16), (0.52, 0.84)),),
    (joined(arc((0.5, 0.34), (0.2, 0.18), 190, 390), line((0.3, 0.84), (0.74, 0.84))),),
    (joined(arc((0.47, 0.33), (0.2, 0.17), 200, 450), arc((0.47, 0.67), (0.23, 0.18), 270, 520)),),
    (line((0.5, 0.14), (0.26, 0.58), (0.76, 0.58)), line((0.6, 0.38), (0.58, 0.88))),
    (joined(line((0.7, 0.16), (0.36, 0.16), (0.33, 0.46)), arc((0.47, 0.64), (0.23, 0.2), 230, 510)),),
    (joined(line((0.62, 0.14), (0.42, 0.36), (0.31, 0.6)), arc((0.5, 0.66), (0.19, 0.2), 190, 545)),),
    (line((0.28, 0.18), (0.72, 0.18), (0.44, 0.86)), line((0.38, 0.52), (0.66, 0.52))),
    (joined(arc((0.5, 0.32), (0.17, 0.17), 90, 450), arc((0.5, 0.67), (0.2, 0.18), -90, 270)),),
    (joined(arc((0.48, 0.34), (0.18, 0.19), 0, -360), line((0.66, 0.34), (0.62, 0.86))),),
)
"""Round and upright."""

ANGULAR: tuple[Strokes, ...] = (
    (line((0.5, 0.1), (0.3, 0.3), (0.28, 0.7), (0.5, 0.9), (0.7, 0.7), (0.72, 0.3), (0.5, 0.1)),),
    (line((0.5, 0.12), (0.48, 0.88)),),
    (line((0.3, 0.28), (0.48, 0.14), (0.66, 0.24), (0.64, 0.42), (0.28, 0.84), (0.72, 0.86)),),
    (line((0.3, 0.16), (0.66, 0.16), (0.46, 0.44), (0.68, 0.6), (0.6, 0.82), (0.3, 0.84)),),
    (line((0.32, 0.14), (0.3, 0.52), (0.7, 0.5)), line((0.66, 0.2), (0.62, 0.88))),
    (line((0.68, 0.14), (0.34, 0.14), (0.32, 0.44), (0.62, 0.46), (0.68, 0.66), (0.58, 0.84), (0.3, 0.86)),),
    (
        line(
            (0.56, 0.12), (0.36, 0.4), (0.3, 0.7), (0.46, 0.88), (0.66, 0.76), (0.62, 0.58), (0.44, 0.54), (0.32, 0.66)
        ),
    ),
    (line((0.26, 0.16), (0.74, 0.14), (0.5, 0.5), (0.42, 0.88)),),
    (
        line(
            (0.62, 0.16),
            (0.4, 0.16),
            (0.36, 0.32),
            (0.62, 0.6),
            (0.64, 0.8),
            (0.44, 0.88),
            (0.34, 0.74),
            (0.6, 0.36),
            (0.62, 0.16),
        ),
    ),
    (line((0.66, 0.2), (0.44, 0.14), (0.34, 0.3), (0.42, 0.46), (0.64, 0.42), (0.66, 0.2), (0.6, 0.88)),),
)
"""Drawn in straight lines, quickly."""


def placed(strokes: Strokes, scale: float, slant: float, at: tuple[float, float]) -> Strokes:
    """Return a digit smaller, slanted to the right and moved to another place of the canvas."""
    moved = [stroke - 0.5 for stroke in strokes]
    return tuple(np.stack([s[:, 0] - slant * s[:, 1], s[:, 1]], axis=1) * scale + np.array(at) for s in moved)
