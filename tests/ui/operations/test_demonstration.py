from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from slugstudio.datasets import MNIST
from slugstudio.engine.activation import Activation, Softmax
from slugstudio.engine.layers import Convolution, Dropout, Flatten, GlobalMeanPooling, Layer, MaxPooling, UpSampling
from slugstudio.ui.operations.demonstration import Bars, Curve, Maps, Samples, Spread, Web, demonstrate
from slugstudio.ui.stack.entries import Entry, entries


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)
def test_everything_in_the_palette_can_be_shown_unless_it_is_to_be_downloaded(entry: Entry) -> None:
    shown = demonstrate(entry.declared)
    if entry.declared is MNIST and not MNIST().at_hand:
        assert shown is None
        return
    assert shown is not None
    for value in vars(shown).values():
        assert not isinstance(value, np.ndarray) or np.isfinite(value).all()


@pytest.mark.parametrize("kind", [kind for kind, cls in Activation.kinds.items() if cls is not Softmax])
def test_a_curve_is_the_function_with_its_derivative(kind: str) -> None:
    shown = demonstrate(Activation.kinds[kind])
    assert isinstance(shown, Curve)
    np.testing.assert_array_equal(shown.y, Activation.kinds[kind]().forward(shown.x[:, None])[:, 0])
    inner = np.abs(shown.x[1:-1]) > 0.1  # ReLU has a corner
    slope = (shown.y[2:] - shown.y[:-2]) / (shown.x[2:] - shown.x[:-2])
    np.testing.assert_allclose(shown.slope[1:-1][inner], slope[inner], atol=0.01)


def test_what_mixes_values_is_shown_as_bars() -> None:
    shown = demonstrate(Softmax)
    assert isinstance(shown, Bars)
    assert shown.after.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("cls", "reads"),
    [
        (Convolution, (0, 3, 3, 3, 3)),  # the middle of 6x6, read through a kernel of 3x3
        (MaxPooling, (0, 4, 2, 4, 2)),
        (UpSampling, (0, 4, 1, 4, 1)),
        (GlobalMeanPooling, (2, 0, 8, 0, 8)),
        (Flatten, (0, 4, 1, 0, 1)),
        (Dropout, None),
    ],
)
def test_a_layer_tells_what_an_output_reads(cls: type[Layer], reads: tuple[int, ...] | None) -> None:
    shown = demonstrate(cls)
    assert isinstance(shown, Maps)
    assert shown.reads == reads


def test_a_convolution_shows_the_kernel_that_makes_its_first_map() -> None:
    shown = demonstrate(Convolution)
    row, column = 2, 3
    window = shown.before[0, row : row + 3, column : column + 3]
    assert shown.after[0, row, column] == pytest.approx(max(0.0, float((window * shown.kernel).sum())))


def test_units_are_shown_with_their_weights() -> None:
    shown = demonstrate(Layer.kinds["Dense"])
    assert isinstance(shown, Web)
    np.testing.assert_allclose(shown.after, np.maximum(shown.before @ shown.weights, 0))


@pytest.mark.parametrize("kind", ["BatchNormalization", "LayerNormalization"])
def test_a_normalisation_brings_the_series_together(kind: str) -> None:
    shown = demonstrate(Layer.kinds[kind])
    assert isinstance(shown, Spread)
    assert np.ptp(shown.before.mean(axis=1)) > 4
    np.testing.assert_allclose(shown.after.mean(axis=1), 0, atol=0.01)


def test_data_are_shown_one_of_each_class() -> None:
    shown = demonstrate(next(entry.declared for entry in entries() if entry.key == "data/Digits"))
    assert isinstance(shown, Samples)
    assert shown.labels.tolist() == list(range(10))


def test_a_new_layer_is_shown_without_more_ado(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Layer, "kinds", dict(Layer.kinds))

    @dataclass(frozen=True)
    class Halved(Layer):
        """Halves each value."""

        group: ClassVar[Any] = "shape"
        formula: ClassVar[str] = "y = x / 2"

        def forward(self, x: Any, params: Any, mode: Any) -> Any:
            return x / 2, None

        def backward(self, grad: Any, cache: Any, params: Any) -> Any:
            return grad / 2

    shown = demonstrate(Halved)
    assert isinstance(shown, Maps)
    np.testing.assert_array_equal(shown.after, shown.before / 2)


def test_what_is_none_of_them_is_not_shown() -> None:
    assert demonstrate(int) is None
