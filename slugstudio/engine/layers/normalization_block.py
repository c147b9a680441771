"""Batch normalisation as bound calls: few passes over memory, whose parts stay in the cache and are shared by workers.

Sums over samples and places are taken as products with ones, which run through memory once at full speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from slugstudio.engine.bound.work import Backward, Calls, Work
from slugstudio.engine.declaration import Array
from slugstudio.engine.layers.base import Arrays
from slugstudio.engine.workers import run_all

PART = 2**17
"""How many values a worker takes at a time."""


class Table(NamedTuple):
    """All values of a batch as a table: rows of features, of shape (places, features), or features of rows."""

    values: Array
    by_place: bool

    @classmethod
    def of(cls, x: Array) -> Table | None:
        """Return a view of images with channels last in memory, or of vectors feature by feature; else None."""
        if x.ndim == 4 and (by_place := x.transpose(0, 2, 3, 1)).flags.c_contiguous:
            return cls(by_place.reshape(-1, x.shape[1]), True)
        return cls(x.T, False) if x.ndim == 2 and x.T.flags.c_contiguous else None

    @property
    def n_places(self) -> int:
        """How many values each feature has."""
        return int(self.values.shape[0 if self.by_place else 1])

    def parts(self) -> list[Table]:
        """Return as many as workers may share: of rows of features."""
        if not self.by_place:
            return [self]
        size = max(1, PART // self.values.shape[1])
        return [Table(self.values[start : start + size], True) for start in range(0, self.n_places, size)]

    def along(self, of_features: Array) -> Array:
        """Return one number a feature in a shape that goes with the table."""
        return of_features if self.by_place else of_features[:, None]

    def bind_sums(self, calls: Calls, out: Array) -> None:
        """Bind the sum of each feature, of shape (features,)."""
        ones = np.ones(self.n_places, self.values.dtype)
        if self.by_place:
            calls(ones.dot, self.values, out)
        else:
            calls(self.values.dot, ones, out)


def bind_normalization(
    work: Work, x: Array, arrays: Arrays, epsilon: float, momentum: float
) -> tuple[Array, Backward] | None:
    """Bind `slugstudio.engine.layers.BatchNormalization` in training; None where the values lie otherwise in memory.

    Parameters
    ----------
    work : what is done in a step, to be added to
    x : array of shape (n, features) or (n, features, height, width), in which the input will be
    arrays : ``weight``, ``bias``, ``running_mean`` and ``running_variance`` of shape (features,)
    epsilon, momentum : float
    """
    table, y = Table.of(x), work.rows(*x.shape)
    output = Table.of(y)
    if table is None or output is None:
        return None
    bound = _Normalisation(work, table, x.shape[1])
    bound.bind_statistics(output, epsilon)
    bound.bind_output(output, arrays["weight"], arrays["bias"])
    bound.bind_running(arrays["running_mean"], arrays["running_variance"], momentum)

    def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
        slopes = Table.of(grad)
        if slopes is None:
            given, grad = grad, np.empty_like(y)
            work.backward(np.copyto, grad, given)
            slopes = output._replace(values=grad.transpose(0, 2, 3, 1).reshape(output.values.shape))
        means = bound.bind_parameters(slopes, grads["weight"], grads["bias"])
        if not to_input:
            return None
        bound.bind_input(slopes, *means)
        return grad

    return y, backward


class _Normalisation:
    r"""The arrays of one batch normalisation, and its formulas bound to them.

    ``centred`` is :math:`x - \mu`, ``scale`` :math:`1 / \sqrt{\sigma^2 + \epsilon}` and ``factor`` that times gamma.
    """

    def __init__(self, work: Work, table: Table, n_features: int) -> None:
        self.work, self.table, self.n = work, table, table.n_places
        self.parts = table.parts()
        self.centred = Table(np.empty_like(table.values), table.by_place).parts()
        self.mean, self.variance, self.scale, self.factor = (work.empty(n_features) for _ in range(4))

    def bind_statistics(self, room: Table, epsilon: float) -> None:
        """Bind mean and variance; ``room`` is a table of the same shape, for the squares."""
        forward = self.work.forward
        tasks = self._tasks()
        sums = self._bind_sums(tasks, self.parts)
        _bind_tasks(forward, tasks)
        self._bind_mean(forward, sums, self.mean)
        tasks = self._tasks()
        for task, part, centred, square in zip(tasks, self.parts, self.centred, room.parts(), strict=True):
            task(np.subtract, part.values, part.along(self.mean), centred.values)
            task(np.multiply, centred.values, centred.values, square.values)
        sums = self._bind_sums(tasks, room.parts())
        _bind_tasks(forward, tasks)
        self._bind_mean(forward, sums, self.variance)
        forward(np.add, self.variance, self.work.scalar(epsilon), self.scale)
        forward(np.sqrt, self.scale, self.scale)
        forward(np.divide, self.work.scalar(1), self.scale, self.scale)

    def bind_output(self, output: Table, weight: Array, bias: Array) -> None:
        """Bind gamma times the normalised values, plus beta."""
        self.work.forward(np.multiply, self.scale, weight, self.factor)
        tasks = self._tasks()
        for task, centred, out in zip(tasks, self.centred, output.parts(), strict=True):
            task(np.multiply, centred.values, centred.along(self.factor), out.values)
            task(np.add, out.values, out.along(bias), out.values)
        _bind_tasks(self.work.forward, tasks)

    def bind_running(self, mean: Array, variance: Array, momentum: float) -> None:
        """Bind the running mean, and that of the unbiased variance."""
        forward, room, unbiased = self.work.forward, np.empty_like(mean), self.n / max(1, self.n - 1)
        for kept, seen, share in ((mean, self.mean, momentum), (variance, self.variance, momentum * unbiased)):
            forward(np.multiply, kept, self.work.scalar(1 - momentum), kept)
            forward(np.multiply, seen, self.work.scalar(share), room)
            forward(np.add, kept, room, kept)

    def bind_parameters(self, slopes: Table, weight: Array, bias: Array) -> tuple[Array, Array]:
        """Bind the gradients to gamma and beta; return the means of the slopes, and of them times normalised values."""
        backward, n = self.work.backward, self.work.scalar(self.n)
        of_slopes, of_products = np.empty_like(self.mean), np.empty_like(self.mean)
        products = self.table._replace(values=self.work.room("products", *self.table.values.shape)).parts()
        tasks = self._tasks()
        for task, slope, centred, product in zip(tasks, slopes.parts(), self.centred, products, strict=True):
            task(np.multiply, slope.values, centred.values, product.values)
        sums = self._bind_sums(tasks, products), self._bind_sums(tasks, slopes.parts())
        _bind_tasks(backward, tasks)
        self._bind_mean(backward, sums[0], of_products)
        self._bind_mean(backward, sums[1], of_slopes)
        backward(np.multiply, of_products, self.scale, of_products)
        backward(np.multiply, of_products, n, weight)
        backward(np.multiply, of_slopes, n, bias)
        return of_slopes, of_products

    def bind_input(self, slopes: Table, of_slopes: Array, of_products: Array) -> None:
        """Bind the gradient to the input, in the place of that to the output, as `normalization.to_input` says."""
        backward = self.work.backward
        for mean in (of_slopes, of_products):
            backward(np.multiply, mean, self.factor, mean)
        backward(np.multiply, of_products, self.scale, of_products)
        tasks = self._tasks()
        for task, slope, centred in zip(tasks, slopes.parts(), self.centred, strict=True):
            task(np.multiply, slope.values, slope.along(self.factor), slope.values)
            task(np.multiply, centred.values, centred.along(of_products), centred.values)
            task(np.subtract, slope.values, centred.values, slope.values)
            task(np.subtract, slope.values, slope.along(of_slopes), slope.values)
        _bind_tasks(backward, tasks)

    def _tasks(self) -> list[Calls]:
        return [Calls() for _ in self.parts]

    def _bind_sums(self, tasks: Sequence[Calls], parts: Sequence[Table]) -> Array:
        """Add to each task the sums of its part, and return where they will be, of shape (parts, features)."""
        sums = self.work.empty(len(parts), len(self.mean))
        for task, part, total in zip(tasks, parts, sums, strict=True):
            part.bind_sums(task, total)
        return sums

    def _bind_mean(self, calls: Calls, sums: Array, mean: Array) -> None:
        calls(np.ones(len(sums), sums.dtype).dot, sums, mean)
        calls(np.multiply, mean, self.work.scalar(1 / self.n), mean)


def _bind_tasks(calls: Calls, tasks: Sequence[Calls]) -> None:
    if len(tasks) == 1:
        calls.extend(tasks[0])
    else:
        calls(run_all, [task.compiled() for task in tasks])
