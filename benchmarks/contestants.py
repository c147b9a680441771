"""Who takes part in the race: the engine, and each library that is installed, in each way that may be its quickest."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.libraries.base import Library
from benchmarks.libraries.jax import Jax
from benchmarks.libraries.keras import Keras
from benchmarks.libraries.ours import Ours
from benchmarks.libraries.pytorch import PyTorch
from benchmarks.libraries.sklearn import ScikitLearn


@dataclass(frozen=True)
class Contestant:
    """A library in one way to run it; of several ways of one ``title`` the quicker one counts, row by row.

    ``modules`` are what has to be installed, and ``start`` is called in a process of its own.
    """

    title: str
    variant: str
    modules: tuple[str, ...]
    start: Callable[[], Library]

    @property
    def installed(self) -> bool:
        """Whether it can take part."""
        return all(importlib.util.find_spec(module) is not None for module in self.modules)


OURS = "Slugstudio"
CEILING = "JAX, one scan an epoch"

CONTESTANTS = (
    Contestant(OURS, "1 thread", ("numpy",), partial(Ours, 1)),
    Contestant(OURS, "2 threads", ("numpy",), partial(Ours, 2)),
    Contestant("PyTorch", "1 thread", ("torch",), partial(PyTorch, 1)),
    Contestant("PyTorch", "2 threads", ("torch",), partial(PyTorch, 2)),
    Contestant("JAX", "", ("jax",), partial(Jax, scan=False)),
    Contestant("Keras", "on JAX", ("keras", "jax"), partial(Keras, "jax")),
    Contestant("Keras", "on PyTorch", ("keras", "torch"), partial(Keras, "torch")),
    Contestant("scikit-learn", "1 thread", ("sklearn",), partial(ScikitLearn, 1)),
    Contestant("scikit-learn", "2 threads", ("sklearn",), partial(ScikitLearn, 2)),
    Contestant(CEILING, "", ("jax",), partial(Jax, scan=True)),
)
"""All of them. JAX's scan cannot be stopped at each step, so it is no rival: it shows how fast one could be."""


def titles(contestants: Sequence[Contestant] = CONTESTANTS) -> list[str]:
    """Return the rivals' titles, once each, in their order; the engine's own is left out."""
    return [title for title in dict.fromkeys(each.title for each in contestants) if title != OURS]
