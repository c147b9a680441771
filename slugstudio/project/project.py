"""Project: a design together with what it has learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from slugstudio.datasets import Fitted
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers import Layer
from slugstudio.engine.train import TrainState
from slugstudio.project.analysis import analyse
from slugstudio.project.design import Design
from slugstudio.project.history import EpochRow, History
from slugstudio.project.keeping import Fitting, Keeping, Key, kept_of

Shapes = Mapping[str, Mapping[str, Shape] | None]
"""The shapes of a layer's arrays by its id; None where a problem of the stack hides them."""


@dataclass(frozen=True, eq=False)
class Trained:
    """What training has brought about, all of one moment; nothing here is ever changed in place.

    Parameters
    ----------
    design : Design
        The one that was trained. Where the project's own is another now, `Project.settled` keeps what fits.
    weights : mapping of (layer id, parameter or buffer) to float32 array
    slots : tuple of such mappings
        What the optimizer remembers of each weight.
    state : TrainState
        Where the training is; its own ``slots`` are empty, and its best epoch keeps nothing.
    preprocessing : Fitted or None
        As it was measured in the training part; None if that has to be done anew.
    best : mapping of (layer id, parameter or buffer) to float32 array, or None
        The weights of the best epoch, if early stopping is to put them back.
    """

    design: Design
    weights: Mapping[Key, Array]
    slots: tuple[Mapping[Key, Array], ...]
    state: TrainState
    preprocessing: Fitted | None
    best: Mapping[Key, Array] | None = None

    @property
    def finite(self) -> bool:
        """Whether all numbers that training goes on with are finite."""
        arrays = [array for each in (self.weights, *self.slots, self.best or {}) for array in each.values()]
        arrays += self.state.metric_sums.values()
        return isfinite(self.state.loss_sum) and all(np.isfinite(array).all() for array in arrays)

    def __eq__(self, other: object) -> bool:
        """Tell whether both are the same, bit for bit."""
        if not isinstance(other, Trained):
            return NotImplemented
        return (
            self.design == other.design
            and _state_bits(self.state) == _state_bits(other.state)
            and _bits(self.weights) == _bits(other.weights)
            and [_bits(slot) for slot in self.slots] == [_bits(slot) for slot in other.slots]
            and _fitted_bits(self.preprocessing) == _fitted_bits(other.preprocessing)
            and (self.best and _bits(self.best)) == (other.best and _bits(other.best))
        )


@dataclass(frozen=True)
class Project:
    """A design, what it has learned (None: nothing yet), and the curves of how it did."""

    design: Design
    trained: Trained | None = None
    history: History = field(default_factory=History)

    @property
    def epoch(self) -> int:
        """The number of epochs that are finished."""
        return 0 if self.trained is None else self.trained.state.epoch

    @property
    def diverged(self) -> bool:
        """Whether what was learned has numbers that are not finite, with which nothing can be computed any more."""
        return self.trained is not None and not self.trained.finite

    @property
    def judged(self) -> EpochRow | None:
        """What the epoch told whose weights the project has: the best one if they are back, else the last; or None."""
        best = None if self.trained is None else self.trained.state.best
        rows = reversed(self.history.epochs)
        return next((row for row in rows if best is None or not best.back or row.epoch == best.epoch), None)

    @property
    def reshaped(self) -> bool:
        """Whether the layers or the data are others than those that were trained last."""
        before = None if self.trained is None else self.trained.design
        now = self.design
        return before is not None and (before.declarations, before.data) != (now.declarations, now.data)

    def untrained(self) -> Project:
        """Return the project as if it had never been trained."""
        return Project(self.design)

    def settled(self) -> Project:
        """Return the project with the trained state brought to the design as it is now.

        Weights and optimizer state follow the ids of the layers; where shapes differ, what fits is kept, as
        `slugstudio.project.keeping` tells; the others begin anew when the network is compiled. Other data begin an
        epoch and have the preprocessing measured anew. A change of layers or data begins a new segment of the history.
        Its losses, and those of another loss, cannot be compared with those before, so the best epoch is forgotten.
        Other training settings change nothing here.
        """
        trained, design = self.trained, self.design
        if trained is None or trained.design == design:
            return self
        state, preprocessing, history, best = trained.state.copy(), trained.preprocessing, self.history, trained.best
        if trained.design.data != design.data:
            state.begin_epoch()
            preprocessing = None
        if self.reshaped:
            history = history.copy()
            history.begin_segment(state.step + 1)
        if self.reshaped or trained.design.training.loss != design.training.loss:
            state.best = best = None
        shapes, fitting = kept_shapes(design), Fitting(trained.design, design, state.seed)
        weights = _fitting(trained.weights, shapes, fitting)
        slots = tuple(_fitting(slot, shapes, fitting, zero=True) for slot in trained.slots)
        return Project(design, Trained(design, weights, slots, state, preprocessing, best), history)

    def keeping(self) -> tuple[Keeping, ...]:
        """Tell what `settled` keeps of each layer's weights; nothing where the layers are those that were trained."""
        trained = self.trained
        if trained is None or not self.reshaped:
            return ()
        fitting = Fitting(trained.design, self.design, trained.state.seed)
        return kept_of(trained.weights, fitting, kept_shapes(self.design), trained.design, self.design)


def parameter_shapes(design: Design) -> Shapes:
    """Return the shapes of each layer's learned arrays by its id; None where a problem hides them."""
    return {
        layer_id: None if input_shape is None else layer.parameter_shapes(input_shape)
        for layer_id, layer, input_shape in _in_place(design)
    }


def buffer_shapes(design: Design) -> Shapes:
    """Return the shapes of each layer's buffers by its id; None where a problem hides them."""
    return {
        layer_id: None if input_shape is None else layer.buffer_shapes(input_shape)
        for layer_id, layer, input_shape in _in_place(design)
    }


def kept_shapes(design: Design) -> Shapes:
    """Return the shapes of each layer's learned arrays and buffers by its id; None where a problem hides them."""
    buffers = buffer_shapes(design)
    return {
        layer_id: None if shapes is None else {**shapes, **(buffers[layer_id] or {})}
        for layer_id, shapes in parameter_shapes(design).items()
    }


def _in_place(design: Design) -> Iterator[tuple[str, Layer, Shape | None]]:
    """Yield each layer with its id and what it receives; None if it cannot, or is not to, work on that, or unknown."""
    for entry, facts in zip(design.layers, analyse(design).layers, strict=True):
        known = entry.enabled and facts.output_shape is not None
        yield entry.id, entry.layer, facts.input_shape if known else None


def _fitting(tensors: Mapping[Key, Array], shapes: Shapes, fitting: Fitting, *, zero: bool = False) -> dict[Key, Array]:
    """Return the tensors as far as they fit; those of a layer of unknown shapes may fit again when it is mended."""
    kept = {}
    for key, tensor in tensors.items():
        layer_id, name = key
        if layer_id not in shapes:
            continue
        known = shapes[layer_id]
        if known is None:
            kept[key] = tensor
        elif name in known and (fitted := fitting.fitted(key, tensor, known[name], zero=zero)) is not None:
            kept[key] = fitted
    return kept


def _bits(tensors: Mapping[Key, Array] | Mapping[str, Array]) -> dict[object, tuple[object, ...]]:
    return {key: (a.dtype, a.shape, a.tobytes()) for key, a in tensors.items()}


def _state_bits(state: TrainState) -> object:
    return vars(state) | {"loss_sum": repr(state.loss_sum), "metric_sums": _bits(state.metric_sums)}  # NaN is NaN here


def _fitted_bits(fitted: Fitted | None) -> object:
    return fitted and (fitted.preprocessing, _bits(fitted.arrays))
