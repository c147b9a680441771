"""Generated points in the plane, for seeing what a network can tell apart.

Each function draws from the generator it is given, so that the same seed gives the same points, and returns
``(x, y)``: x float32 of shape (n_samples, 2), about within [-1, 1], and integer labels of shape (n_samples,),
one class after the other in turn. ``noise`` is the standard deviation of the Gaussian jitter added to each
coordinate; as it is drawn after the points, another ``noise`` moves the same points further.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Points = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]

XOR_GAP = 0.08
SPIRAL_START = 0.1
INNER_RADIUS = 0.45
CLUSTER_DISTANCE = 0.65


def xor(n_samples: int, rng: np.random.Generator, noise: float = 0.0) -> Points:
    """Return points of the four quadrants, of class 1 where exactly one coordinate is positive.

    The problem that no single layer solves (Minsky and Papert, Perceptrons, 1969).
    Without noise a gap of ±`XOR_GAP` is left along the axes.
    """
    quadrant = np.arange(n_samples) % 4
    size = rng.uniform(XOR_GAP, 1.0, (n_samples, 2))
    positive = np.stack([quadrant // 2 == 1, (quadrant // 2 == 1) ^ (quadrant % 2 == 1)], axis=1)
    return _jittered(np.where(positive, size, -size), quadrant % 2, noise, rng)


def spirals(
    n_samples: int, rng: np.random.Generator, noise: float = 0.0, turns: float = 1.0, n_classes: int = 2
) -> Points:
    """Return points on ``n_classes`` arms, each winding ``turns`` times (Lang and Witbrock, 1988)."""
    y = np.arange(n_samples) % n_classes
    radius = np.sqrt(rng.uniform(SPIRAL_START**2, 1.0, n_samples))
    angle = 2 * np.pi * (turns * radius + y / n_classes)
    return _jittered(_polar(radius, angle), y, noise, rng)


def circles(n_samples: int, rng: np.random.Generator, noise: float = 0.0) -> Points:
    """Return points on circles round the origin: class 0 with the radius `INNER_RADIUS`, class 1 with 1."""
    y = np.arange(n_samples) % 2
    angle = rng.uniform(0, 2 * np.pi, n_samples)
    return _jittered(_polar(np.where(y == 0, INNER_RADIUS, 1.0), angle), y, noise, rng)


def clusters(n_samples: int, rng: np.random.Generator, noise: float = 0.15, n_classes: int = 3) -> Points:
    """Return Gaussian clusters of standard deviation ``noise``, their centres evenly round the origin."""
    y = np.arange(n_samples) % n_classes
    angle = 2 * np.pi * (y / n_classes + 0.25)
    return _jittered(_polar(np.full(n_samples, CLUSTER_DISTANCE), angle), y, noise, rng)


def _polar(radius: npt.NDArray[np.float64], angle: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _jittered(x: npt.NDArray[np.float64], y: npt.NDArray[np.int64], noise: float, rng: np.random.Generator) -> Points:
    return (x + noise * rng.standard_normal(x.shape)).astype(np.float32), y
