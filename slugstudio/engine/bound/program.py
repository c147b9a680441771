"""Program: a whole training step of a network on batches of one size, bound to arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from slugstudio.engine.blas import set_threads
from slugstudio.engine.bound.work import Calls, Work
from slugstudio.engine.declaration import Array
from slugstudio.engine.layers.base import Arrays, Mode
from slugstudio.engine.layers.run import Run
from slugstudio.engine.loss import Loss
from slugstudio.engine.passes import Node, parts
from slugstudio.engine.rules import Rules
from slugstudio.engine.workers import run_all

SHARE, LARGEST_SHARE = 16, 32
"""How many samples go through convolutions together, if there are more, and how many at most: a half of the batch for
each of two workers, but no more than stay near the cache from layer to layer."""

MOST_SHARED = 2**20
"""How many parameters a layer has at most whose samples are shared: each share has an array for their gradients."""

Gradients = dict[str, Arrays]
"""The arrays of the parameters' gradients by the name of the layer."""


class Program:
    """A training step of a network with a loss: forward, loss and backward, for batches of one size.

    Layers that look at each sample alone work on shares of the batch, which workers take in turn; the gradients of the
    shares are added in their order.

    Parameters
    ----------
    nodes : sequence of Node
    samples : array of shape (n, *input_shape), in which a batch will be
    loss : Loss
    mode : training
    rules : Rules
        The penalties on the parameters, which count as part of the loss.
    of_shares : bool
        Whether each sample's targets are shares that add up to 1, as those of a class do.
    weighted : bool
        Whether samples count differently.
    threads : int
        How many BLAS uses for matrix products, in a network of which no workers share samples.

    Attributes
    ----------
    samples : array of shape (n, *input_shape)
        To be filled with a batch before `run`.
    targets : array of shape (n, k)
        To be filled with its targets, as the loss encodes them; each output lies together in memory.
    weights : array of shape (n,)
        To be filled with the samples' weights, if they are weighted.
    labels : array of integers of shape (n,)
        To be filled with the right answers, for `n_correct`: what `slugstudio.engine.metrics.answers` makes of targets.
    outputs : array of shape (n, k)
        What the network gave for the last batch, before its step.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        samples: Array,
        loss: Loss,
        mode: Mode,
        rules: Rules,
        of_shares: bool,
        weighted: bool,
        threads: int = 1,
    ) -> None:
        self.samples, self.loss, self._rules = samples, loss, rules
        sections: list[Section | SharedSection] = []
        self.outputs = samples
        for kind, run in sections_of(nodes, len(samples)):
            sections.append(kind(run, self.outputs, mode))
            self.outputs = sections[-1].output
        work = Work(samples.dtype)
        self.targets = work.rows(*self.outputs.shape)
        of_sums = isinstance(nodes[-1].activation, loss.partner)
        self.weights = np.ones(len(samples), samples.dtype)
        grad: Array | None
        if weighted:
            grad, self._value = loss.bind_weighted(work, self.outputs, self.targets, of_sums, self.weights)
        else:
            grad, self._value = loss.bind(work, self.outputs, self.targets, of_sums, of_shares)
        first_learner = next((node.name for node in nodes if node.params and not node.frozen), None)
        calls = Calls()
        # BLAS's threads go on turning for a while after a product, and would take the processor from our workers.
        several = threads > 1 and not any(isinstance(each, SharedSection) for each in sections)
        if several:
            calls(set_threads, threads)
        for part in (*(each.forward_calls() for each in sections), work.forward, work.backward):
            calls.extend(part)
        for each in reversed(sections):
            if grad is None or first_learner is None:
                break
            grad = each.bind_backward(grad, of_sums, first_learner)
            calls.extend(each.backward_calls())
            of_sums = False
        if several:
            calls(set_threads, 1)
        self.labels, self._hits = np.empty(len(samples), np.intp), np.empty(len(samples), bool)
        self._bind_judge(calls)
        self._run = calls.compiled()

    def run(self) -> float:
        """Fill the gradients for the batch, and return the mean loss before the step."""
        self._run()
        loss = self._value()
        return loss + self._rules.penalise() if self._rules.penalised else loss

    def n_correct(self) -> int:
        """Return how many samples of the batch were classified rightly."""
        return int(np.count_nonzero(self._hits))

    def _bind_judge(self, calls: Calls) -> None:
        answers = np.empty_like(self.labels)
        if self.outputs.shape[1] == 1:
            calls(np.greater_equal, self.outputs[:, 0], self.loss.threshold, answers)
        else:
            calls(self.outputs.T.argmax, 0, answers)
        calls(np.equal, answers, self.labels, self._hits)


class Inference:
    """The way forward of a network in inference, for ``n`` samples at a time."""

    def __init__(self, nodes: Sequence[Node], n: int, dtype: np.dtype[Any], mode: Mode) -> None:
        self._samples = np.empty((n, *nodes[0].input_shape), dtype)
        way = Section(nodes, self._samples, mode)
        self._outputs, self._run = way.output, way.forward_calls().compiled()

    def __call__(self, x: Array) -> Array:
        """Return the outputs for samples of shape (n, *input_shape)."""
        self._samples[...] = x
        self._run()
        return self._outputs.copy()


class Section:
    """Layers bound to all samples of a batch, or to a share of them, with the arrays for their gradients.

    Benchmarks, which time layers alone, give the ``work`` that ``x`` comes from, as if a layer before had laid it.
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        x: Array,
        mode: Mode,
        gradients: Gradients | None = None,
        work: Work | None = None,
    ) -> None:
        self.work = work or Work(x.dtype)
        self.gradients = {node.name: node.grads for node in nodes} if gradients is None else gradients
        still = frozenset(node.name for node in nodes if node.still) if mode.train else ()
        self._run = Run(self.work, nodes, x, {node.name: node.arrays for node in nodes}, mode, still)
        self.output = self._run.output

    def forward_calls(self) -> Calls:
        """Return what computes the output."""
        return self.work.forward

    def bind_backward(self, grad: Array, of_sums: bool, until: str | None) -> Array | None:
        """Bind the way back to the layer ``until``, or to the input; return where the gradient there will be."""
        return self._run.bind_backward(grad, self.gradients, until, of_sums)

    def backward_calls(self) -> Calls:
        """Return what fills the gradients."""
        return self.work.backward


class SharedSection:
    """The same for layers that look at each sample alone: workers take shares of the samples."""

    def __init__(self, nodes: Sequence[Node], x: Array, mode: Mode) -> None:
        self.x = x
        size = min(max(SHARE, -(-len(x) // 2)), LARGEST_SHARE)
        self.samples = [slice(start, start + size) for start in range(0, len(x), size)]
        rooms = [None, *(_room_for_gradients(nodes, x.dtype) for _ in self.samples[1:])]
        self.shares = [Section(nodes, x[part], mode, room) for part, room in zip(self.samples, rooms, strict=True)]
        self.output = Work(x.dtype).rows(len(x), *nodes[-1].output_shape)
        for part, share in zip(self.samples, self.shares, strict=True):
            share.work.forward(np.copyto, self.output[part], share.output)

    def forward_calls(self) -> Calls:
        """Return what computes the output."""
        calls = Calls()
        calls(run_all, [share.forward_calls().compiled() for share in self.shares])
        return calls

    def bind_backward(self, grad: Array, of_sums: bool, until: str | None) -> Array | None:
        """Bind the way back to the layer ``until``, or to the input; return where the gradient there will be."""
        backs = [
            share.bind_backward(grad[part], of_sums, until)
            for part, share in zip(self.samples, self.shares, strict=True)
        ]
        dx = np.empty_like(self.x)
        for part, share, back in zip(self.samples, self.shares, backs, strict=True):
            if back is None:
                return None
            share.work.backward(np.copyto, dx[part], back)
        return dx

    def backward_calls(self) -> Calls:
        """Return what fills the gradients."""
        calls = Calls()
        calls(run_all, [share.backward_calls().compiled() for share in self.shares])
        first, *others = self.shares
        for other in others:
            for name, grads in first.gradients.items():
                for key, array in grads.items():
                    calls(np.add, array, other.gradients[name][key], array)
        return calls


def sections_of(
    nodes: Sequence[Node], n: int
) -> Iterator[tuple[type[Section] | type[SharedSection], tuple[Node, ...]]]:
    """Yield the runs of layers in which workers share ``n`` samples, and those in which they do not."""
    runs = [tuple(run) for _, run in groupby(nodes, key=_can_be_shared)]
    shares = [n > SHARE and _can_be_shared(run[0]) and any(node.layer.costly for node in run) for run in runs]
    for shared, group in groupby(zip(shares, runs, strict=True), key=lambda pair: pair[0]):
        yield SharedSection if shared else Section, tuple(node for _, run in group for node in run)


def _can_be_shared(node: Node) -> bool:
    return node.layer.each_alone and sum(array.size for array in node.grads.values()) <= MOST_SHARED


def _room_for_gradients(nodes: Sequence[Node], dtype: np.dtype[Any]) -> Gradients:
    """Return arrays that lie one after the other in memory for each layer, as those of the network do."""
    shapes = {node.name: {key: array.shape for key, array in node.grads.items()} for node in nodes}
    sizes = {node.name: sum(array.size for array in node.grads.values()) for node in nodes}
    return {name: parts(np.empty(sizes[name], dtype), shapes[name]) for name in shapes}
