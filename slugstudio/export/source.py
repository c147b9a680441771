"""What an export is made from: a network with its weights, what is done to samples before, and samples to prove it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np

from slugstudio.datasets import Dataset, Fitted, split
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.errors import DataError
from slugstudio.engine.layers.base import Part, as_step
from slugstudio.engine.network import Network
from slugstudio.engine.operations import Operation, Step
from slugstudio.project.design import Design
from slugstudio.project.project import Project
from slugstudio.project.session import compile_network

N_SAMPLES = 100
"""On how many samples an export is proven."""


class Samples(NamedTuple):
    """Raw samples of shape (n, *input_shape), what the engine makes of them, and which samples they are."""

    inputs: Array
    outputs: Array
    of: str


class Source:
    """A project on its way out.

    Everything is made when it is first asked for: who only wants the weights needs no data.

    Parameters
    ----------
    project : Project
    name : str
        What the project is called.

    Raises
    ------
    ConfigError, ShapeError
        From whatever is asked for, if the layers do not fit each other or tell no operations.
    DataError
        Likewise, if the preprocessing has to be measured first and the data are not at hand.
    """

    def __init__(self, project: Project, name: str = "") -> None:
        self.project = project.settled()
        self.reshaped = project.reshaped
        # names of files may hold what no other text can: half characters, and signs that no form has a place for
        self.name = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)

    @property
    def design(self) -> Design:
        """The design."""
        return self.project.design

    @property
    def input_shape(self) -> Shape:
        """The shape of a sample."""
        return self.design.data.source.sample_shape

    @cached_property
    def network(self) -> Network:
        """The network, with the weights that the project has."""
        return compile_network(self.project)

    @cached_property
    def weights(self) -> Mapping[str, Array]:
        """The float32 arrays that the network keeps, parameters and buffers, by name: ``dense_1/weight``."""
        return self.network.parameters | self.network.buffers

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The layers as operations; their arrays are called ``weight`` there, and ``dense_1/weight`` in `weights`."""
        nodes = self.network.nodes
        return tuple(as_step(Part(node.name, node.layer, node.input_shape, node.output_shape)) for node in nodes)

    def require_operations(self) -> None:
        """Raise `ConfigError` if a layer does not tell what it amounts to: code would be written without it."""
        _ = self.steps

    @cached_property
    def fitted(self) -> Fitted:
        """The preprocessing as measured: before a training it is measured now, on the training part."""
        trained, choice = self.project.trained, self.design.data
        if trained is not None and trained.preprocessing is not None:
            return trained.preprocessing
        dataset = choice.source.load()
        rows, _ = split(dataset.y, choice.validation_split, choice.seed)
        return choice.preprocessing.fit(dataset.x[rows])

    @property
    def preprocessing(self) -> tuple[Operation, ...]:
        """What the preprocessing amounts to, with the arrays of `fitted`."""
        return self.fitted.preprocessing.operations()

    @property
    def classes(self) -> tuple[str, ...]:
        """The name of each class."""
        return self.design.data.source.classes

    @cached_property
    def samples(self) -> Samples:
        """`N_SAMPLES` of the data, from the first to the last; where these are not at hand, made up ones."""
        dataset = self._data()
        if dataset is None:
            x, of = self._made_up(), "made-up samples, as the data are not at hand"
        else:
            chosen = np.linspace(0, len(dataset) - 1, min(N_SAMPLES, len(dataset))).astype(int)
            x, of = dataset.x[chosen], "samples of its data"
        return Samples(x, self.network.predict(self.fitted.apply(x)), of)

    def _data(self) -> Dataset | None:
        try:
            return self.design.data.source.load()
        except DataError:
            return None

    def _made_up(self) -> Array:
        """Return samples whose values lie between 0 and 1 after the preprocessing."""
        x = np.random.default_rng(0).random((N_SAMPLES, *self.input_shape), np.float32)
        if self.fitted.arrays:
            scale, offset = (self.fitted.arrays[name].reshape(-1, *[1] * (x.ndim - 2)) for name in ("scale", "offset"))
            x = x * scale + offset
        return x
