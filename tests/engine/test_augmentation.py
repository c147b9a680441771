"""Augmentation alone; `tests/engine/test_golden.py` compares what moves images with PyTorch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from slugstudio.engine import streams
from slugstudio.engine.augmentation import Augmentation, Erase, Flip, Noise, Rotate, Shift, Zoom, augment
from slugstudio.engine.augmentation.base import Movement
from slugstudio.engine.augmentation.resampling import CHUNK_VALUES, resample
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import ConfigError, ShapeError
from slugstudio.engine.records import from_record, to_record

KINDS = [kind() for kind in Augmentation.kinds.values()]


def images(*shape: int, dtype: Any = np.float32) -> Array:
    return np.random.default_rng(3).normal(size=shape).astype(dtype)


def changed(x: Array, *augmentations: Augmentation, step: int = 0) -> Array:
    after = x.copy()
    augment(after, augmentations, streams.augmentation(7, step))
    return after


def test_nothing_is_done_by_none() -> None:
    x = images(3, 1, 4, 4)
    np.testing.assert_array_equal(changed(x), x)


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.kind)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_kind_changes_images_of_any_size_and_keeps_their_dtype(kind: Augmentation, dtype: Any) -> None:
    for shape in [(0, 2, 5, 5), (40, 1, 1, 1), (40, 3, 1, 6), (40, 2, 7, 1), (40, 2, 5, 8)]:
        x = images(*shape, dtype=dtype)
        after = changed(x, kind)
        assert (after.shape, after.dtype) == (x.shape, x.dtype)
        assert np.isfinite(after).all()
    assert not np.array_equal(after, x)


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.kind)
def test_one_alone_does_what_it_does_in_a_row_of_one(kind: Augmentation) -> None:
    x, alone = images(9, 2, 6, 5), images(9, 2, 6, 5)
    kind.apply(alone, streams.augmentation(7, 0))
    np.testing.assert_array_equal(alone, changed(x, kind))


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.kind)
def test_the_seed_and_the_step_fix_what_happens(kind: Augmentation) -> None:
    x = images(20, 1, 6, 6)
    np.testing.assert_array_equal(changed(x, kind, step=5), changed(x, kind, step=5))
    assert not np.array_equal(changed(x, kind, step=5), changed(x, kind, step=6))
    other = x.copy()
    augment(other, [kind], streams.augmentation(8, 5))
    assert not np.array_equal(changed(x, kind, step=5), other)


@pytest.mark.parametrize("kind", [Shift(0), Rotate(0), Zoom(0), Flip(0, 0), Noise(0), Erase(0)], ids=lambda k: k.kind)
def test_nothing_drawn_changes_nothing(kind: Augmentation) -> None:
    x = images(9, 2, 6, 5)
    np.testing.assert_array_equal(changed(x, kind), x)


def test_each_sample_is_shifted_by_whole_pixels_of_its_own_within_the_bounds() -> None:
    x = images(300, 2, 6, 7)
    after = changed(x, Shift((1, 3)))
    found = set()
    for before, moved in zip(x, after, strict=True):
        (place,) = [place for place, expected in shifts(before, 1, 3).items() if np.array_equal(expected, moved)]
        found.add(place)
    assert found == {(down, right) for down in range(-1, 2) for right in range(-3, 4)}


def shifts(image: Array, down: int, right: int) -> dict[tuple[int, int], Array]:
    """Return an image shifted in every way, with what was at the edge in the gaps."""
    _, height, width = image.shape
    wide = np.pad(image, [(0, 0), (down, down), (right, right)], mode="edge")
    return {
        (i, j): wide[:, down - i : down - i + height, right - j : right - j + width]
        for i in range(-down, down + 1)
        for j in range(-right, right + 1)
    }


def test_angles_and_factors_lie_evenly_within_the_bounds() -> None:
    turned = Rotate(30).matrices(4000, streams.augmentation(0, 0))
    angles = np.degrees(np.arctan2(turned[:, 0, 1], turned[:, 0, 0]))
    factors = 1 / Zoom(0.2).matrices(4000, streams.augmentation(0, 1))[:, 0, 0]
    for drawn, low, high in ((angles, -30, 30), (factors, 0.8, 1.2)):
        counts, _ = np.histogram(drawn, bins=10, range=(low, high))
        assert counts.sum() == 4000
        assert counts.min() > 330
    np.testing.assert_allclose(np.linalg.det(turned), 1)


def test_a_right_angle_turns_to_the_left() -> None:
    x = images(3, 2, 5, 5, dtype=np.float64)
    quarter = np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1.0]])
    angle = np.pi / 2
    np.testing.assert_allclose(
        quarter[:2, :2], [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], atol=1e-15
    )
    after = x.copy()
    resample(after, np.tile(quarter, (3, 1, 1)))
    np.testing.assert_allclose(after, np.rot90(x, axes=(2, 3)), atol=1e-12)


def test_a_batch_of_many_chunks_is_moved_as_its_images_one_by_one() -> None:
    n = CHUNK_VALUES // 300
    x, matrices = images(n, 2, 15, 20), Rotate(90).matrices(n, streams.augmentation(0, 0))
    together = x.copy()
    resample(together, matrices)
    assert x[0].size * (n // 2) > CHUNK_VALUES / 2
    for image, matrix, expected in zip(x, matrices, together, strict=True):
        alone = image[None].copy()
        resample(alone, matrix[None])
        np.testing.assert_allclose(alone[0], expected, atol=1e-5)


def test_movements_that_follow_each_other_blur_once() -> None:
    x = images(8, 1, 9, 9, dtype=np.float64)
    there, back = Fixed(0.4), Fixed(-0.4)
    np.testing.assert_allclose(changed(x, there, back), x, atol=1e-12)
    blurred = changed(changed(x, there), back)
    assert np.abs(blurred - x).max() > 0.1
    apart = changed(x, there, Noise(0), back)  # something else between them keeps them apart
    np.testing.assert_allclose(apart, blurred, atol=1e-12)


@dataclass(frozen=True)
class Fixed(Movement, abstract=True):
    """Turns all images by the same angle, in radians; here only, so it is no kind."""

    angle: float

    def matrices(self, n: int, rng: np.random.Generator) -> Array:
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.tile([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]], (n, 1, 1))


def test_images_are_mirrored_as_often_as_is_asked_for() -> None:
    x = images(1000, 2, 4, 5)
    after = changed(x, Flip(0.3, 0.8))
    ways = {(s, u): x[..., :: -1 if u else 1, :: -1 if s else 1] for s in (False, True) for u in (False, True)}
    counts = {way: sum(map(np.array_equal, after, mirrored)) for way, mirrored in ways.items()}
    assert sum(counts.values()) == 1000
    assert counts[True, False] + counts[True, True] == pytest.approx(300, abs=50)
    assert counts[False, True] + counts[True, True] == pytest.approx(800, abs=50)


@pytest.mark.parametrize("shape", [(500, 4), (500, 1, 2, 2)])
def test_noise_has_the_deviation_that_is_asked_for_on_samples_of_any_shape(shape: tuple[int, ...]) -> None:
    x = images(*shape, dtype=np.float64)
    noise = changed(x, Noise(0.3)) - x
    assert noise.std() == pytest.approx(0.3, rel=0.05)
    assert noise.mean() == pytest.approx(0, abs=0.03)


def test_rectangles_within_the_share_are_covered_with_the_mean_of_the_channel() -> None:
    x = images(600, 2, 10, 20)
    after = changed(x, Erase(0.7, share=0.3))
    covered = after != x
    sizes = set()
    for image, moved, hidden in zip(x, after, covered, strict=True):
        np.testing.assert_array_equal(hidden[0], hidden[1])
        rows, columns = hidden[0].any(axis=1), hidden[0].any(axis=0)
        np.testing.assert_array_equal(hidden[0], np.outer(rows, columns))
        sizes.add((int(rows.sum()), int(columns.sum())))
        for before, now in zip(image, moved, strict=True):
            assert set(now[hidden[0]]) <= {before.mean()}
    assert covered.any(axis=(1, 2, 3)).mean() == pytest.approx(0.7, abs=0.06)
    assert sizes == {(0, 0)} | {(height, width) for height in range(1, 4) for width in range(1, 7)}


def test_every_place_can_be_covered() -> None:
    x = images(400, 1, 5, 5)
    counts = (changed(x, Erase(1, share=1)) != x).sum(axis=(0, 1))
    assert counts.min() > 50


def test_what_needs_images_says_so_and_noise_does_not() -> None:
    for kind in KINDS:
        kind.require((1, 28, 28))
        if kind.of_images:
            with pytest.raises(ShapeError, match="changes images of channels × height × width, but a sample is 64"):
                kind.require((64,))
    assert [kind.kind for kind in KINDS if not kind.of_images] == ["Noise"]
    Noise().require((64,))


@pytest.mark.parametrize("make", [
    lambda: Shift(-1), lambda: Shift(0.5), lambda: Rotate(181), lambda: Zoom(1), lambda: Flip(2), lambda: Flip(0, -1),
    lambda: Noise(-1), lambda: Erase(share=0), lambda: Erase(1.5),
])  # fmt: skip
def test_what_cannot_be_is_refused(make: Any) -> None:
    with pytest.raises(ConfigError):
        make()


def test_all_are_stored() -> None:
    for kind in KINDS:
        family: type[Any] = Augmentation
        assert from_record(family, to_record(kind)) == kind
