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
    n, n_features = table.n_places, x.shape[1]
    centred = Table(np.empty_like(table.values), table.by_place)
    parts, ys, values = table.parts(), output.parts(), centred.parts()
    mean, variance, scale, factor, room = (work.empty(n_features) for _ in range(5))
    sums = work.empty(len(parts), n_features)

    tasks = [Calls() for _ in parts]
    for task, part, total in zip(tasks, parts, sums, strict=True):
        part.bind_sums(task, total)
    _bind_mean(work.forward, tasks, sums, n, mean)

    tasks = [Calls() for _ in parts]
    for task, part, value, square, total in zip(tasks, parts, values, ys, sums, strict=True):
        task(np.subtract, part.values, part.along(mean), value.values)
        task(np.multiply, value.values, value.values, square.values)
        square.bind_sums(task, total)
    _bind_mean(work.forward, tasks, sums, n, variance)

    work.forward(np.add, variance, work.scalar(epsilon), scale)
    work.forward(np.sqrt, scale, scale)
    work.forward(np.divide, work.scalar(1), scale, scale)
    work.forward(np.multiply, scale, arrays["weight"], factor)
    tasks = [Calls() for _ in parts]
    for task, value, out in zip(tasks, values, ys, strict=True):
        task(np.multiply, value.values, value.along(factor), out.values)
        task(np.add, out.values, out.along(arrays["bias"]), out.values)
    _bind_tasks(work.forward, tasks)
    for running, seen, share in (("mean", mean, momentum), ("variance", variance, momentum * n / max(1, n - 1))):
        kept = arrays[f"running_{running}"]
        work.forward(np.multiply, kept, work.scalar(1 - momentum), kept)
        work.forward(np.multiply, seen, work.scalar(share), room)
        work.forward(np.add, kept, room, kept)

    def backward(grad: Array, grads: Arrays, to_input: bool) -> Array | None:
        slopes = Table.of(grad)
        if slopes is None:
            given, grad = grad, np.empty_like(y)
            work.backward(np.copyto, grad, given)
            slopes = output._replace(values=grad.transpose(0, 2, 3, 1).reshape(output.values.shape))
        of_slopes, of_products = work.empty(len(parts), n_features), work.empty(len(parts), n_features)
        products = table._replace(values=work.room("products", *table.values.shape)).parts()
        tasks = [Calls() for _ in parts]
        for task, slope, value, product, *totals in zip(
            tasks, slopes.parts(), values, products, of_slopes, of_products, strict=True
        ):
            task(np.multiply, slope.values, value.values, product.values)
            slope.bind_sums(task, totals[0])
            product.bind_sums(task, totals[1])
        shift, along = work.empty(n_features), work.empty(n_features)
        _bind_mean(work.backward, tasks, of_slopes, n, shift)
        _bind_mean(work.backward, [], of_products, n, along)
        number = work.scalar(n)
        work.backward(np.multiply, shift, number, grads["bias"])
        work.backward(np.multiply, along, scale, along)
        work.backward(np.multiply, along, number, grads["weight"])
        if not to_input:
            return None
        for of_features in (shift, along):
            work.backward(np.multiply, of_features, factor, of_features)
        work.backward(np.multiply, along, scale, along)
        tasks = [Calls() for _ in parts]
        for task, slope, value in zip(tasks, slopes.parts(), values, strict=True):
            task(np.multiply, slope.values, slope.along(factor), slope.values)
            task(np.multiply, value.values, value.along(along), value.values)
            task(np.subtract, slope.values, value.values, slope.values)
            task(np.subtract, slope.values, slope.along(shift), slope.values)
        _bind_tasks(work.backward, tasks)
        return grad

    return y, backward


def _bind_mean(calls: Calls, tasks: Sequence[Calls], sums: Array, n: int, mean: Array) -> None:
    """Bind tasks that leave sums of their parts in the rows of ``sums``, and then the mean over ``n`` places of all."""
    _bind_tasks(calls, tasks)
    calls(np.ones(len(sums), sums.dtype).dot, sums, mean)
    calls(np.multiply, mean, np.array(1 / n, mean.dtype), mean)


def _bind_tasks(calls: Calls, tasks: Sequence[Calls]) -> None:
    if len(tasks) == 1:
        calls.extend(tasks[0])
    elif tasks:
        calls(run_all, [task.compiled() for task in tasks])
