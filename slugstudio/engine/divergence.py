"""Divergence: where, in what a training keeps, there is a number that is not finite any more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.engine.network import Network


def broken_place(network: Network, slots: Sequence[Array]) -> str:
    """Say in words where the first number is that is infinite or NaN, with the name of the layer; empty if none is.

    Parameters
    ----------
    network : Network
    slots : sequence of arrays of shape (n_parameters,)
        What the optimizer remembers.
    """
    if all(_is_finite(vector) for vector in (network.kept, *slots)):
        return ""
    memory = [("the optimizer's memory of", network.views(slot)) for slot in slots]
    kept = [("the weights of", network.parameters), ("the running statistics of", network.buffers)]
    return next(
        f"{what} {name.rpartition('/')[0]}"
        for what, arrays in kept + memory
        for name, array in arrays.items()
        if not np.isfinite(array).all()
    )


def _is_finite(vector: Array) -> bool:
    """Tell whether all numbers are finite: they are if their sum is, which is quicker to see."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(vector.sum()) or np.isfinite(vector).all())
