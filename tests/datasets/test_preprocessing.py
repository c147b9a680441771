"""Preprocessing: fitted on the training part only, right, and safe where nothing varies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from slugstudio.datasets import (
    Digits,
    Fitted,
    Preprocessing,
    Scale,
    Spirals,
    Standardise,
    Unchanged,
    split,
)
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError
from slugstudio.engine.records import from_record, to_record

KINDS = list(Preprocessing.kinds.values())
SIDES = {Scale: MinMaxScaler, Standardise: StandardScaler}


def channel_rows(x: Array) -> Array:
    """Return (n * height * width, channels), as scikit-learn takes channels for features."""
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]).astype(np.float64)


@pytest.mark.parametrize("kind", [Scale, Standardise])
@pytest.mark.parametrize("shape", [(300, 5), (40, 3, 6, 4)])
def test_agrees_with_scikit_learn(kind: type[Preprocessing], shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(2)
    spread = np.logspace(-2, 3, shape[1]).reshape(-1, *[1] * (len(shape) - 2))
    train, other = ((rng.normal(3, 1, shape) * spread).astype(np.float32) for _ in range(2))
    fitted, theirs = kind().fit(train), SIDES[kind]().fit(channel_rows(train))
    for x in (train, other):
        found = fitted.apply(x)
        assert (found.shape, found.dtype) == (x.shape, np.float32)
        np.testing.assert_allclose(channel_rows(found), theirs.transform(channel_rows(x)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", [Scale, Standardise])
def test_only_the_training_part_counts(kind: type[Preprocessing]) -> None:
    """Validation samples far from all others change nothing, neither what is fitted nor the training part."""
    data = Spirals().load()
    train, validation = split(data.y, 0.2, 0)
    poisoned = data.x.copy()
    poisoned[validation] = 1e6
    clean, found = kind().fit(data.x[train]), kind().fit(poisoned[train])
    assert clean.arrays.keys() == found.arrays.keys()
    for name, array in clean.arrays.items():
        np.testing.assert_array_equal(array, found.arrays[name])
    np.testing.assert_array_equal(clean.apply(data.x)[train], found.apply(poisoned)[train])
    with_all = kind().fit(poisoned)
    assert not np.array_equal(with_all.arrays["scale"], clean.arrays["scale"])


def test_scale_brings_the_digits_to_0_to_1() -> None:
    fitted = Scale().fit(Digits().load().x)
    assert fitted.arrays["offset"].tolist() == [0]
    assert fitted.arrays["scale"].tolist() == [16]


def test_unchanged_gives_a_fresh_copy() -> None:
    x = np.arange(6, dtype=np.uint8).reshape(3, 2)
    found = Unchanged().fit(x).apply(x)
    np.testing.assert_array_equal(found, x)
    assert found.dtype == np.float32
    found[0] = 9
    assert x[0].tolist() == [0, 1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_given_values_are_left_alone(kind: type[Preprocessing]) -> None:
    x = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    before = x.copy()
    kind().fit(x).apply(x)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("kind", [Scale, Standardise])
@pytest.mark.parametrize("value", [0.0, 0.1, 1e-30, 3e8])
def test_a_channel_that_never_varies_becomes_zero(kind: type[Preprocessing], value: float) -> None:
    x = np.stack([np.full(1000, value), np.linspace(0, 1, 1000)], axis=1).astype(np.float32)
    found = kind().fit(x).apply(x)
    assert (found[:, 0] == 0).all()
    assert found[:, 1].std() > 0.2


LARGEST = float(np.float32(1e30))  # a bound must be a float32 itself


@given(
    st.sampled_from([Scale, Standardise]),
    hnp.arrays(np.float32, st.tuples(st.integers(1, 8), st.just(2)), elements=st.floats(-LARGEST, LARGEST, width=32)),
)
def test_what_comes_out_is_always_finite(kind: type[Preprocessing], x: Array) -> None:
    assert np.isfinite(kind().fit(x).apply(x)).all()


def test_a_span_too_large_for_float32_is_refused() -> None:
    x = np.array([[-3e38], [3e38]], np.float32)
    with pytest.raises(DataError, match="finite"):
        Scale().fit(x)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("x", [np.zeros((0, 2)), np.zeros(3)])
def test_fitting_needs_samples(kind: type[Preprocessing], x: Array) -> None:
    with pytest.raises(DataError, match="expected training samples"):
        kind().fit(x)


@pytest.mark.parametrize("x", [np.zeros((4, 3)), np.zeros((4, 1, 2, 2)), np.zeros(2)])
def test_values_of_another_shape_are_refused(x: Array) -> None:
    fitted = Standardise().fit(np.eye(2, dtype=np.float32))
    with pytest.raises(DataError, match=r"fitted for samples of shape \(n, 2, ...\), received"):
        fitted.apply(x)


ONE = np.ones(1, np.float32)


@pytest.mark.parametrize(
    ("preprocessing", "arrays"),
    [
        (Scale(), {}),
        (Scale(), {"offset": ONE}),
        (Scale(), {"offset": ONE, "scale": ONE, "more": ONE}),
        (Unchanged(), {"offset": ONE, "scale": ONE}),
        (Standardise(), {"offset": ONE, "scale": np.ones(2, np.float32)}),
        (Standardise(), {"offset": np.ones((1, 1)), "scale": np.ones((1, 1))}),
        (Standardise(), {"offset": ONE * np.nan, "scale": ONE}),
        (Standardise(), {"offset": ONE, "scale": 0 * ONE}),
        (Standardise(), {"offset": ONE, "scale": -ONE}),
    ],
)
def test_arrays_that_do_not_belong_to_it_are_refused(preprocessing: Preprocessing, arrays: dict[str, Array]) -> None:
    with pytest.raises(DataError, match=f"{preprocessing.label}: expected .* received"):
        Fitted(preprocessing, arrays)


@pytest.mark.parametrize("kind", KINDS)
def test_record_and_arrays_give_the_same_again(kind: type[Preprocessing]) -> None:
    x = Digits().load().x[:50]
    fitted = kind().fit(x)
    again = Fitted(from_record(Preprocessing, to_record(fitted.preprocessing)), dict(fitted.arrays))
    np.testing.assert_array_equal(again.apply(x), fitted.apply(x))


def test_the_base_promises_and_does_nothing_itself() -> None:
    class Bare(Preprocessing, abstract=True):
        pass

    with pytest.raises(NotImplementedError):
        Bare().fit(np.ones((2, 2)))
