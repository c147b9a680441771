"""Each movement of images, and several as one, by PyTorch's `affine_grid` and `grid_sample`; flips by its `flip`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np

from slugstudio.engine import streams
from slugstudio.engine.augmentation import Augmentation, Flip, Rotate, Shift, Zoom, augment
from slugstudio.engine.declaration import Array, as_pair
from tools.parity.case import Arrays, Case, named, torch

N, CHANNELS, HEIGHT, WIDTH = SHAPE = 6, 2, 7, 9
SUBJECTS: list[list[Augmentation]] = [
    [Shift((2, 4))],
    [Rotate(45)],
    [Rotate(180)],
    [Zoom(0.5)],
    [Shift(1), Rotate(30), Zoom(0.2)],
    [Zoom(0.2), Rotate(30), Shift((0, 3))],
    [Flip(0.5, 0.5)],
    [Rotate(20), Flip(), Shift(1)],
]


def cases() -> Iterator[Case]:
    """Yield each kind alone, and some that follow each other."""
    for subject in SUBJECTS:
        yield Case(", ".join(map(named, subject)), partial(_ours, subject), partial(_theirs, subject))


def _images(dtype: np.dtype[Any]) -> Array:
    return np.random.default_rng(2).normal(size=SHAPE).astype(np.float32).astype(dtype)


def _ours(subject: Sequence[Augmentation], dtype: np.dtype[Any]) -> Arrays:
    x = _images(dtype)
    augment(x, subject, streams.augmentation(1, 2))
    return {"images": x}


def _theirs(subject: Sequence[Augmentation], dtype: np.dtype[Any]) -> Arrays:
    """Draw the same numbers; neighbouring movements are one map, as each of them would blur the image."""
    x, rng = torch().tensor(_images(dtype)), streams.augmentation(1, 2)
    waiting: list[Any] = []
    for each in subject:
        if isinstance(each, Flip):
            x = _flipped(each, _moved(x, waiting), rng)
            waiting = []
        else:
            waiting.append(MAPS[type(each)](each, rng))
    return {"images": _moved(x, waiting).numpy()}


def _moved(x: Any, maps: Sequence[Any]) -> Any:
    if not maps:
        return x
    f = torch().nn.functional
    whole = reduce(torch().matmul, maps).to(x.dtype)
    grid = f.affine_grid(whole[:, :2], x.shape, align_corners=False)
    return f.grid_sample(x, grid, mode="bilinear", padding_mode="border", align_corners=False)


def _flipped(flip: Flip, x: Any, rng: np.random.Generator) -> Any:
    for probability, axis in ((flip.sideways, 3), (flip.upright, 2)):
        chosen = torch().tensor(rng.random(N) < probability)[:, None, None, None]
        x = torch().where(chosen, x.flip(axis), x)
    return x


def _map(xx: Any = 1, xy: Any = 0, x: Any = 0, yx: Any = 0, yy: Any = 1, y: Any = 0) -> Any:
    """Return maps, of shape (n, 3, 3), of PyTorch's coordinates: x right, y down, from -1 to 1 whatever the size."""
    rows = [[xx, xy, x], [yx, yy, y], [0, 0, 1]]
    return torch().tensor(np.array([[np.broadcast_to(v, N) for v in row] for row in rows]).transpose(2, 0, 1))


def _shift(shift: Shift, rng: np.random.Generator) -> Any:
    down, right = (rng.integers(-most, most, N, endpoint=True) for most in as_pair(shift.pixels))
    return _map(x=-2 * right / WIDTH, y=-2 * down / HEIGHT)


def _rotate(rotate: Rotate, rng: np.random.Generator) -> Any:
    angle = np.deg2rad(rng.uniform(-rotate.degrees, rotate.degrees, N))
    cos, sin, ratio = np.cos(angle), np.sin(angle), HEIGHT / WIDTH
    return _map(xx=cos, xy=-sin * ratio, yx=sin / ratio, yy=cos)


def _zoom(zoom: Zoom, rng: np.random.Generator) -> Any:
    factor = rng.uniform(1 - zoom.share, 1 + zoom.share, N)
    return _map(xx=1 / factor, yy=1 / factor)


MAPS: dict[type[Augmentation], Callable[[Any, np.random.Generator], Any]] = {
    Shift: _shift,
    Rotate: _rotate,
    Zoom: _zoom,
}
