"""A run of layers, bound one after the other: a part of a network, or what lies in a layer."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from slugstudio.engine.activation import BindBack
from slugstudio.engine.bound.work import Backward, Work
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers.base import Arrays, BindBlock, Layer, Mode


class Placed(Protocol):
    """A layer in its place."""

    @property
    def name(self) -> str:
        """What it is called there."""

    @property
    def layer(self) -> Layer:
        """The layer."""

    @property
    def input_shape(self) -> Shape:
        """What arrives there, without the batch axis."""


P = TypeVar("P", bound=Placed)


class Block(NamedTuple, Generic[P]):
    """A layer, or two that ``bind`` binds as one."""

    places: tuple[P, ...]
    bind: BindBlock | None


def blocks(places: Sequence[P]) -> Iterator[Block[P]]:
    """Yield each layer, with the one after it where both can be one block."""
    waiting = deque(places)
    while waiting:
        place = waiting.popleft()
        bind = place.layer.block_with(waiting[0].layer, place.input_shape) if waiting else None
        yield Block((place,) if bind is None else (place, waiting.popleft()), bind)


class _Bound(NamedTuple):
    """A block by the name of its first layer, which alone may have parameters, with what binds the way back."""

    name: str
    backward: Backward
    bind_back: BindBack


class Run:
    """Layers with their activations, bound to the same samples.

    Parameters
    ----------
    work : what is done in a step, to be added to
    places : sequence of layers in their places
    x : array of shape (n, *input_shape), in which the input will be
    arrays : the learned arrays and the buffers of each layer by its name, left out where it has none
    mode : training, or inference, for which nothing needs to be kept for the way back
    still : names of the layers that work in training as in inference, and are led back through all the same

    Attributes
    ----------
    output : array of shape (n, *output_shape), in which the output will be
    """

    def __init__(
        self,
        work: Work,
        places: Sequence[Placed],
        x: Array,
        arrays: Mapping[str, Arrays],
        mode: Mode,
        still: Collection[str] = (),
    ) -> None:
        self.output, self._still = x, still
        self._bounds = [self._bind(work, block, arrays.get(block.places[0].name, {}), mode) for block in blocks(places)]

    def _bind(self, work: Work, block: Block[Placed], arrays: Arrays, mode: Mode) -> _Bound:
        x, (name, layer) = self.output, (block.places[0].name, block.places[0].layer)
        if block.bind is not None:
            self.output, backward = block.bind(work, x, arrays, mode)
            return _Bound(name, backward, lambda grad: None)
        if name in self._still:
            # As it is written down: what is bound for inference keeps nothing for the way back.
            sums, backward = Layer.bind(layer, work, x, arrays, Mode(False, mode.rng))
        else:
            sums, backward = layer.bind(work, x, arrays, mode)
        self.output, bind_back = layer.after.bind(work, sums, in_place=sums is not x)
        return _Bound(name, backward, bind_back)

    def bind_backward(
        self, grad: Array, gradients: Mapping[str, Arrays], until: str | None = None, of_sums: bool = False
    ) -> Array | None:
        """Bind the way back.

        Parameters
        ----------
        grad : array of shape (n, *output_shape)
            Where the gradient to the output will be, or, if it is ``of_sums``, to what enters the last activation.
        gradients : those of each layer by its name
        until : str, optional
            The layer at which it ends, without a gradient to its input; by default it goes to the input of all.

        Returns
        -------
        array of shape (n, *input_shape), in which the gradient to the input will be; None if it ends before
        """
        for name, backward, bind_back in reversed(self._bounds):
            if not of_sums:
                bind_back(grad)
            of_sums = False
            back = backward(grad, gradients.get(name, {}), name != until)
            if name == until or back is None:
                return None
            grad = back
        return grad
