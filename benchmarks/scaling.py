"""How the time of a training step grows with the size of the batch and of a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.libraries.ours import Ours
from benchmarks.race import timed
from benchmarks.works import WORKS, Training, large_cnn, perceptron
from slugstudio.engine.bound.program import SHARE
from slugstudio.engine.declaration import Array
from slugstudio.engine.layers import Layer

BATCHES = (8, 16, 32, 64, 128, 256, 512)
UNITS = (32, 64, 128, 256, 512, 1024, 2048)
KERNELS = (4, 8, 16, 32, 64, 128)
EXPONENTS = np.linspace(0.5, 2, 151)


@dataclass(frozen=True)
class Sweep:
    """A network in several sizes; what is measured below ``fit_from`` shows in the plot, but is not fitted."""

    name: str
    varied: str
    works: dict[int, Training]
    fit_from: int = 0


@dataclass(frozen=True)
class Fit:
    """The law that fits best: seconds = fixed + slope * size ** exponent, with no negative number in it."""

    fixed: float
    slope: float
    exponent: float

    def __call__(self, size: float) -> float:
        """Return the seconds for a size."""
        return float(self.fixed + self.slope * size**self.exponent)


@dataclass(frozen=True)
class Curve:
    """The seconds of a step by the size that is varied, and their law."""

    sweep: Sweep
    seconds: dict[int, float]

    @property
    def fit(self) -> Fit:
        """The law of the sizes that are fitted."""
        sizes = [size for size in self.seconds if size >= self.sweep.fit_from]
        return fitted(sizes, [self.seconds[size] for size in sizes])


def fitted(sizes: Sequence[float], seconds: Sequence[float]) -> Fit:
    """Return the law with the least squares of relative errors, its exponent to two digits."""
    x, y = np.array(sizes, float), np.array(seconds, float)
    return min((_fitted(x, y, float(exponent)) for exponent in EXPONENTS), key=lambda fit: _error(fit, x, y))


def _fitted(x: Array, y: Array, exponent: float) -> Fit:
    power = x**exponent
    columns = np.stack([1 / y, power / y], axis=1)
    fixed, slope = np.linalg.lstsq(columns, np.ones_like(y))[0]
    if fixed < 0:
        fixed, slope = 0.0, float((power / y).sum() / ((power / y) ** 2).sum())
    return Fit(float(fixed), float(slope), exponent)


def _error(fit: Fit, x: Array, y: Array) -> float:
    return float(np.square((fit.fixed + fit.slope * x**fit.exponent) / y - 1).sum())


def by_batch() -> list[Sweep]:
    """Return the networks with batches of several sizes.

    Convolutions of more samples than a share are done by two workers; from two shares on, both always have a half.
    """
    return [
        Sweep("MLP 784-200-10", "samples", {n: _sized("W1", 1024 // n, n) for n in BATCHES}),
        Sweep("CNN 32-64", "samples", {n: _sized("W4", 1024 // n, n) for n in BATCHES}, fit_from=2 * SHARE),
    ]


def by_layer() -> list[Sweep]:
    """Return the networks with one layer of several sizes, so that all costs are proportional to it or fixed."""
    return [
        Sweep("MLP 784-n-10, batch 32", "units", {n: _sized("W1", 50, 32, perceptron(n)) for n in UNITS}),
        Sweep("CNN n-64, batch 64", "kernels", {n: _sized("W4", 8, 64, large_cnn(n)) for n in KERNELS}),
    ]


def _sized(name: str, steps: int, batch_size: int, layers: tuple[Layer, ...] = ()) -> Training:
    work = WORKS[name]
    assert isinstance(work, Training)
    settings = work.settings.replace(batch_size=batch_size)
    return replace(work, times=steps, settings=settings, layers=layers or work.layers)


def curves(sweeps: Sequence[Sweep], rounds: int, tell: Callable[[str], None]) -> list[Curve]:
    """Return the seconds of a step by size, the least of all rounds: what else the machine does only adds to them."""
    found = []
    for sweep in sweeps:
        tell(f"scaling of {sweep.name} by {sweep.varied}")
        epochs = {size: Ours().training(work) for size, work in sweep.works.items()}
        seconds: dict[int, list[float]] = {size: [] for size in epochs}
        for number in range(rounds + 1):
            for size, epoch in epochs.items():
                took = timed(epoch) / sweep.works[size].times
                if number:  # the first round warms up
                    seconds[size].append(took)
        found.append(Curve(sweep, {size: min(took) for size, took in seconds.items()}))
    return found
