from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, ndtr, softmax

from slugstudio.engine.activation import (
    ELU,
    GELU,
    Activation,
    LeakyReLU,
    Noop,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from tests.engine.gradients import numerical, relative_error

KINDS = [*(cls() for cls in Activation.kinds.values()), LeakyReLU(0.3), LeakyReLU(0.0), ELU(2.5), ELU(0.0)]


@pytest.mark.parametrize("activation", KINDS, ids=repr)
def test_backward_agrees_with_central_differences(activation: Activation) -> None:
    rng = np.random.default_rng(0)
    z, g = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    expected = numerical(lambda: float((activation(z) * g).sum()), z)
    assert relative_error(activation.backward(g, z, activation(z)), expected) < 1e-6


ELEMENTWISE = [a for a in KINDS if a.kind != "Softmax"]


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=repr)
def test_quick_backward_is_the_chain_rule(activation: Activation) -> None:
    rng = np.random.default_rng(4)
    z, g = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    a = activation(z)
    np.testing.assert_allclose(activation.backward(g, z, a), Activation.backward(activation, g, z, a), rtol=1e-12)


@pytest.mark.parametrize("activation", ELEMENTWISE, ids=repr)
def test_derivative_is_elementwise_and_right(activation: Activation) -> None:
    z = np.random.default_rng(1).normal(size=(3, 4))
    assert relative_error(activation.derivative(z), numerical(lambda: float(activation(z).sum()), z)) < 1e-6
    assert activation.formula


def test_softmax_derivative_is_the_jacobian() -> None:
    z = np.random.default_rng(2).normal(size=(1, 4))
    jacobian = Softmax().derivative(z)
    assert jacobian.shape == (1, 4, 4)
    for i in range(4):
        expected = numerical(lambda i=i: float(Softmax()(z)[0, i]), z)  # type: ignore[misc]
        assert relative_error(jacobian[:, i], expected) < 1e-6


def test_values_are_scipys() -> None:
    z = np.random.default_rng(3).normal(scale=20, size=(6, 7))
    np.testing.assert_allclose(Sigmoid()(z), expit(z), rtol=1e-14)
    np.testing.assert_allclose(Softmax()(z), softmax(z, axis=1), rtol=1e-12)
    np.testing.assert_array_equal(ReLU()(z), np.where(z > 0, z, 0))
    np.testing.assert_array_equal(Tanh()(z), np.tanh(z))
    assert Noop()(z) is z
    np.testing.assert_array_equal(LeakyReLU(0.2)(z), np.where(z > 0, z, 0.2 * z))
    np.testing.assert_allclose(ELU(1.5)(z), np.where(z > 0, z, 1.5 * np.expm1(np.minimum(z, 0))), rtol=1e-14)
    np.testing.assert_allclose(SiLU()(z), z * expit(z), rtol=1e-14)
    np.testing.assert_allclose(Softplus()(z), np.logaddexp(0, z), rtol=1e-14)


def test_gelu_is_its_tanh_form_which_is_near_the_normal_distributions() -> None:
    z = np.linspace(-6, 6, 101)
    expected = 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))
    np.testing.assert_allclose(GELU()(z), expected, rtol=1e-14)
    np.testing.assert_allclose(GELU()(z), z * ndtr(z), atol=1e-3)


@pytest.mark.parametrize("activation", KINDS, ids=repr)
def test_huge_values_do_not_overflow_and_float32_stays(activation: Activation) -> None:
    z = np.array([[-1e30, -100, 0, 100, 1e30]], np.float32)
    with np.errstate(all="raise", under="ignore"):
        a = activation(z)
        slope = activation.derivative(z)
        gradient = activation.backward(np.ones_like(z), z, a)
    for found in (a, slope, gradient):
        assert found.dtype == np.float32
        assert np.isfinite(found).all()
    assert a.shape == gradient.shape == z.shape


@pytest.mark.parametrize("activation", KINDS, ids=repr)
def test_with_too_few_features_the_output_is_always_the_same(activation: Activation) -> None:
    outputs = activation(np.array([[-1.0], [0.5], [2.0]]))
    assert (len(np.unique(outputs)) == 1) == (activation.least_features > 1)
