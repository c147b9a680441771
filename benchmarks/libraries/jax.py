"""JAX: the network, its loss and the optimizer as one compiled function."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.libraries.base import CHUNKS, Run
from benchmarks.works import N_INFERRED, Inference, Training, Work
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Layer, MaxPooling, MeanPooling
from slugstudio.engine.optimizers import SGD, Adam, Optimizer, RMSProp

Step = Callable[..., Any]

UNROLLED = 8
"""So many steps of a scan are written out: on a processor, a convolution inside a loop is many times slower."""


class Jax:
    """JAX with one call a step, which can be stopped between two, or with one scan an epoch, which cannot."""

    def __init__(self, scan: bool) -> None:
        self._scan = scan
        self._jax: Any = importlib.import_module("jax")
        self._numpy: Any = importlib.import_module("jax.numpy")
        self.version: str = self._jax.__version__

    def training(self, work: Training) -> Run:
        """Return a loop over the compiled step that reads each loss, or a scan over it that returns all of them."""
        data, batch_size = work.data(), work.settings.batch_size
        x, targets = self._samples(data.x), self._numpy.eye(work.network().output_shape[0])[data.y]
        step, state = self._step(work), [self._state(work)]
        stream = np.random.default_rng(0)

        def order() -> Any:
            return stream.permutation(len(x)).astype(np.int32).reshape(-1, batch_size)

        compiled = self._jax.jit(step, donate_argnums=0)
        scanned = self._jax.jit(self._scanned(step), donate_argnums=0)

        def steps() -> None:
            for rows in order():
                state[0], loss = compiled(state[0], x, targets, rows)
                float(loss)

        def scan() -> None:
            state[0], losses = scanned(state[0], x, targets, order())
            losses.tolist()

        return scan if self._scan else steps

    def inference(self, work: Inference) -> Sequence[Run]:
        """Return the compiled way forward, in chunks."""
        if self._scan:
            raise NotImplementedError("there is nothing to scan in inference")
        (parameters, *_), forward = self._state(work), self._forward(work)
        x = self._samples(work.samples(N_INFERRED))
        compiled = self._jax.jit(lambda x: self._jax.nn.softmax(forward(parameters, x, None)))

        def outputs(chunk: int) -> None:
            parts = [compiled(x[start : start + chunk]) for start in range(0, len(x), chunk)]
            self._numpy.concatenate(parts).block_until_ready()

        return [partial(outputs, chunk) for chunk in CHUNKS]

    def _samples(self, x: Any) -> Any:
        return self._numpy.asarray(np.moveaxis(x, 1, -1).copy())

    def _state(self, work: Work) -> Any:
        """Return (parameters, two means that optimizers remember, number of steps, key of the dropouts)."""
        jnp, parameters = self._numpy, []
        for node in work.network().nodes:
            weight, bias = node.params.get("weight"), node.params.get("bias")
            if weight is not None and weight.ndim == 4:
                weight = weight.transpose(2, 3, 1, 0)
            parameters.append(() if weight is None else (jnp.array(weight), jnp.array(bias)))
        means = [self._jax.tree.map(jnp.zeros_like, parameters) for _ in range(2)]
        return parameters, means, jnp.float32(0), self._jax.random.key(0, impl="unsafe_rbg")  # the quickest one

    def _forward(self, work: Work) -> Step:
        def forward(parameters: Any, x: Any, key: Any) -> Any:
            for number, (layer, arrays) in enumerate(zip(work.layers, parameters, strict=True)):
                own = None if key is None else self._jax.random.fold_in(key, number)
                x = self._activated(layer.after.kind, self._layer(layer, arrays, x, own))
            return x

        return forward

    def _activated(self, kind: str, sums: Any) -> Any:
        """Return the activations; the last softmax is part of the loss."""
        nn = self._jax.nn
        return {"ReLU": nn.relu, "Tanh": nn.tanh, "Noop": nn.identity, "Softmax": nn.identity}[kind](sums)

    def _layer(self, layer: Layer, arrays: Any, x: Any, key: Any) -> Any:
        match layer:
            case Dense():
                return x @ arrays[0] + arrays[1]
            case Convolution():
                layout = ("NHWC", "HWIO", "NHWC")
                product = self._jax.lax.conv_general_dilated(x, arrays[0], (1, 1), "VALID", dimension_numbers=layout)
                return product + arrays[1]
            case MaxPooling():
                return _blocks(x, layer.pool_size).max((2, 4))
            case MeanPooling():
                return _blocks(x, layer.pool_size).mean((2, 4))
            case Dropout():
                if key is None:
                    return x
                kept = self._jax.random.bernoulli(key, 1 - layer.p, x.shape)
                return self._numpy.where(kept, x / (1 - layer.p), 0)
            case Flatten():
                return x.reshape(len(x), -1)
        raise NotImplementedError(f"{layer.kind} has no translation to JAX here")

    def _step(self, work: Training) -> Step:
        jax, forward, move = self._jax, self._forward(work), self._move(work.settings.optimizer)

        def loss(parameters: Any, x: Any, targets: Any, key: Any) -> Any:
            return -(targets * jax.nn.log_softmax(forward(parameters, x, key))).sum(1).mean()

        def step(state: Any, x: Any, targets: Any, rows: Any) -> Any:
            parameters, means, t, key = state
            key, now = jax.random.split(key)
            value, gradients = jax.value_and_grad(loss)(parameters, x[rows], targets[rows], now)
            moved = jax.tree.map(lambda w, g, m, v: move(w, g, m, v, t + 1), parameters, gradients, *means)
            each = jax.tree.structure(parameters), jax.tree.structure((0, 0, 0))
            parameters, *means = jax.tree.transpose(*each, moved)
            return (parameters, means, t + 1, key), value

        return step

    def _move(self, optimizer: Optimizer) -> Step:
        """Return what gives weights and means after a step, in the formulas that the engine has."""
        sqrt, rate = self._numpy.sqrt, optimizer.lr
        match optimizer:
            case SGD():
                return lambda w, g, m, v, t: (w - rate * g, m, v)
            case RMSProp(rho=rho, epsilon=epsilon):

                def rmsprop(w: Any, g: Any, m: Any, v: Any, t: Any) -> Any:
                    v = rho * v + (1 - rho) * g * g
                    return w - rate * g / sqrt(v + epsilon), m, v

                return rmsprop
            case Adam(beta_1=first, beta_2=second, epsilon=epsilon):

                def adam(w: Any, g: Any, m: Any, v: Any, t: Any) -> Any:
                    m, v = first * m + (1 - first) * g, second * v + (1 - second) * g * g
                    return w - rate / (1 - first**t) * m / (sqrt(v / (1 - second**t)) + epsilon), m, v

                return adam
        raise NotImplementedError(f"{optimizer.kind} has no translation to JAX here")

    def _scanned(self, step: Step) -> Step:
        def epoch(state: Any, x: Any, targets: Any, order: Any) -> Any:
            return self._jax.lax.scan(lambda now, rows: step(now, x, targets, rows), state, order, unroll=UNROLLED)

        return epoch


def _blocks(x: Any, size: Any) -> Any:
    """Return images as blocks: reductions over them are several times quicker than those over windows."""
    down, right = (size, size) if isinstance(size, int) else size
    n, height, width, channels = x.shape
    whole = x[:, : height // down * down, : width // right * right]
    return whole.reshape(n, height // down, down, width // right, right, channels)
