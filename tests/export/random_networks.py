"""Random networks of all layers with random weights, to export; and layers by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from slugstudio.datasets import Dataset, DataSource, Scale, Standardise, Unchanged
from slugstudio.engine.declaration import Shape
from slugstudio.engine.layers import Layer
from slugstudio.export import Proof, Source, Target
from slugstudio.project.design import DataChoice
from tests.export.made import project_of
from tools.parity.check_layers import stack

PREPROCESSING = (Standardise(), Scale(), Unchanged())


class Noise(DataSource, abstract=True):
    """Random samples of any shape."""

    @property
    def classes(self) -> tuple[str, ...]:
        return ("plain", "Größe, \"quoted\" 'twice' \\ \n")

    @property
    def n_samples(self) -> int:
        return 120

    def load(self) -> Dataset:
        rng = np.random.default_rng(5)
        x = rng.normal(3, 2, size=(self.n_samples, *self.sample_shape)).astype(np.float32)
        return Dataset(x, np.arange(self.n_samples) % 2, self.classes, self.title, "", "")


def noise(shape: Shape) -> DataSource:
    """Return random samples of a shape, which can be no field: no data that are known have them all."""

    @dataclass(frozen=True)
    class OfShape(Noise, abstract=True):
        @property
        def sample_shape(self) -> Shape:
            return shape

    return OfShape()


def source_of(layers: Sequence[Layer], shape: Shape, seed: int = 0) -> Source:
    """Return a network of layers with random weights, on its way out."""
    rng = np.random.default_rng(seed)
    source = Source(project_of(layers, DataChoice(noise(shape), PREPROCESSING[seed % 3])), "random")
    network = source.network
    network.vector[:] += 0.3 * rng.normal(size=network.vector.shape)
    for array in network.buffers.values():
        array[...] = rng.uniform(0.5, 2, size=array.shape)
    return source


def random_source(seed: int) -> Source:
    """Return a random network of up to six layers, which may lie in one another, and a Dense."""
    return source_of(*stack(seed), seed)


def proven(target: Target, source: Source, folder: Path) -> Proof:
    """Write a network to a folder, and prove what was written; raise `ProofError` if it computes something else."""
    path = folder / f"exported{target.endings[0]}"
    for name, content in target.files(source, path).items():
        (folder / name).write_bytes(content)
    return target.prove(source, path, lambda doing: None)
