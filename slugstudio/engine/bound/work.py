"""Work: the arrays of a run of layers and the numpy calls on them, forward and backward."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from slugstudio.engine.declaration import Array

Backward = Callable[[Array, dict[str, Array], bool], Array | None]
"""Binds the way back of a layer, and returns where the gradient to the input will be.

It is called with the array of the gradient to the output, which it may overwrite, with those of the parameters'
gradients, and with whether the gradient to the input is wanted; if not, it may return None.
"""


class Calls:
    """Calls in the order in which they are to run."""

    def __init__(self) -> None:
        self._calls: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = []

    def __call__(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        """Note a call, to be run later and each time with the same arrays."""
        self._calls.append((function, arguments, options))

    def extend(self, calls: Calls) -> None:
        """Note the calls of another after those noted so far."""
        self._calls += calls._calls

    def compiled(self) -> Callable[[], None]:
        """Return one function that makes all calls, in their order.

        It is written out, a line a call: a loop over the list would take a tenth longer on a small network.
        """
        names: dict[int, str] = {}
        values: dict[str, Any] = {}

        def name(value: Any) -> str:
            found = names.setdefault(id(value), f"v{len(names)}")
            values[found] = value
            return found

        lines = []
        for function, arguments, options in self._calls:
            given = [name(value) for value in arguments] + [f"{key}={name(value)}" for key, value in options.items()]
            lines.append(f"  {name(function)}({', '.join(given)})")
        parameters = ", ".join(values)
        source = "\n".join([f"def bind({parameters}):", " def run():", *(lines or ["  pass"]), " return run"])
        space: dict[str, Any] = {}
        exec(source, space)  # nothing but the names v0, v1... and those of numpy's own options are in it
        run: Callable[[], None] = space["bind"](**values)
        return run


class Work:
    """What a run of layers works on and does for one batch.

    Arrays have the shapes of the reference: (n, features) and (n, channels, height, width). In memory, each feature of
    all samples lies together, and each pixel's channels do: what adds up over features or windows is then one matrix
    product, and what goes value by value runs through memory once.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.forward, self.backward = Calls(), Calls()
        self._with_ones: dict[int, tuple[Array, Array]] = {}
        self._rooms: dict[str, Array] = {}

    def empty(self, *shape: int) -> Array:
        """Return an array in the usual order."""
        return np.empty(shape, self.dtype)

    def scalar(self, value: float) -> Array:
        """Return a number as numpy takes it most quickly."""
        return np.array(value, self.dtype)

    def rows(self, n: int, *shape: int) -> Array:
        """Return an array for what leaves a layer, of shape (n, *shape): vectors, or images with channels last."""
        match shape:
            case (features,):
                whole = np.ones((features + 1, n), self.dtype)
                vectors: Array = whole[:features].T
                self._with_ones[id(vectors)] = vectors, whole
                return vectors
            case (channels, height, width):
                return self.empty(n, height, width, channels).transpose(0, 3, 1, 2)
        return self.empty(n, *shape)

    def room(self, name: str, *shape: int) -> Array:
        """Return an array that everybody shares who asks for the same name: what a call leaves there, the next needs.

        So that it stays in the cache, which one of its own for each layer would not.
        """
        size = math.prod(shape)
        if name not in self._rooms or self._rooms[name].size < size:
            self._rooms[name] = np.empty(size, self.dtype)
        return self._rooms[name][:size].reshape(shape)

    def like(self, array: Array) -> Array:
        """Return an array of the shape and the order of another; vectors that lie by feature get their ones."""
        return self.rows(*array.shape) if array.ndim == 2 and array.T.flags.c_contiguous else np.empty_like(array)

    def with_ones(self, vectors: Array) -> Array | None:
        """Return the array of shape (features + 1, n) above which `rows` has laid vectors; its last row is one.

        None for vectors from elsewhere. A bias is then one more row of the weights.
        """
        _, whole = self._with_ones.get(id(vectors), (None, None))
        return whole


def joined(first: Array, second: Array) -> Array:
    """Return a view of two arrays that lie one after the other in memory, of shapes (n, k) and (k,), as (n + 1, k).

    They are parts of one vector.
    """
    whole: Any = first.base
    start = (first.ctypes.data - whole.ctypes.data) // first.itemsize
    both: Array = whole[start : start + first.size + second.size].reshape(-1, second.size)
    return both
