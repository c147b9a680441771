"""Network: a stack of declared layers, compiled for one input shape, with its parameters in one vector."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from slugstudio.engine import streams
from slugstudio.engine.arrays import as_numbers
from slugstudio.engine.blas import one_thread
from slugstudio.engine.bound.program import Inference, Program
from slugstudio.engine.declaration import Array, Shape, as_shape
from slugstudio.engine.errors import ConfigError, DataError, ShapeError
from slugstudio.engine.layers.base import Arrays, Layer, Mode, as_layers
from slugstudio.engine.layers.stacked import default_names, infer_shapes, output_shapes
from slugstudio.engine.loss import Loss
from slugstudio.engine.passes import Node, Pass, parts
from slugstudio.engine.rules import Rules
from slugstudio.engine.workers import for_shares

CHUNK_BYTES = 4 * 2**20
"""About how much memory one layer's output may take in `Network.predict`; more samples are cut into chunks, which stay
in the cache from layer to layer."""

MOST_PROGRAMS = 3
"""For how many sizes of batches a network keeps the arrays of a step: an epoch's last batch is often a smaller one."""

MOST_IN_CHUNK = 1250
"""How many samples a chunk has at most; measured to be quickest for a multilayer perceptron."""


@dataclass(frozen=True)
class LayerSummary:
    """What one layer of a network is and costs; ``activation_bytes`` is its output for one sample."""

    name: str
    kind: str
    input_shape: Shape
    output_shape: Shape
    n_parameters: int
    multiply_adds: int
    activation_bytes: int


class Network:
    """A stack of layers with weights.

    Parameters
    ----------
    layers : sequence of Layer
    input_shape : tuple
        The shape of one sample, such as ``(1, 28, 28)``.
    seed : int
        From it the first weights and the dropout masks are drawn.
    dtype : numpy dtype
        ``float32``; ``float64`` for checking.
    names : sequence of str, optional
        A unique name for each layer; by default ``convolution_1``, ``dense_1``, ``dense_2``...
    frozen : collection of str
        The names of the layers that are not trained: neither their parameters nor their buffers change.

    Raises
    ------
    ShapeError
        If a layer cannot work on what arrives; it names the layer, its position, what it received and what it needs.
    ConfigError
        If there is no layer, the input's shape or the dtype cannot be, the names are not one unique name a layer, or
        the weights do not fit into memory.

    Attributes
    ----------
    vector, gradient_vector : arrays of shape (n_parameters,)
        All parameters, all gradients. Their order is private.
    parameters, gradients : dict of str to array
        Views of them by name: ``parameters["convolution_1/weight"]``.
    buffers : dict of str to array
        What is kept but not learned by gradients, by name: ``buffers["batch_normalization_1/running_mean"]``. Training
        brings it up to date.
    kept : array of shape (n_parameters + number of values in the buffers,)
        All that a network keeps: `vector`, and after it the buffers. A copy of it is a snapshot of the network.
    rules : Rules
        The penalties and the constraints of the layers.
    noise : numpy.random.Generator
        The stream from which layers draw while training.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: Shape,
        seed: int = 0,
        dtype: npt.DTypeLike = np.float32,
        names: Sequence[str] | None = None,
        frozen: Collection[str] = (),
    ) -> None:
        self.layers = as_layers("Network", layers)
        if not self.layers:
            raise ConfigError("Network", "layers", "expected at least one layer, received none; add a Dense.")
        self.input_shape = as_shape("Network", "input_shape", input_shape)
        self.seed = seed
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ConfigError("Network", "dtype", f"expected float32 or float64, received {self.dtype}.")
        self.names = default_names(self.layers) if names is None else tuple(names)
        if len(self.names) != len(self.layers) or len(set(self.names)) != len(self.names):
            raise ConfigError("Network", "names", f"expected one unique name a layer, received {self.names}.")
        self.frozen = frozenset(frozen)
        if unknown := self.frozen.difference(self.names):
            raise ConfigError("Network", "frozen", f"expected names of layers, received {min(unknown)!r}.")
        shapes = infer_shapes(self.layers, self.input_shape, self.names)
        self.n_parameters = _count(
            layer.parameter_shapes(shape) for layer, shape in zip(self.layers, shapes, strict=False)
        )
        n_buffered = _count(layer.buffer_shapes(shape) for layer, shape in zip(self.layers, shapes, strict=False))
        self.kept = self._zeros(self.n_parameters + n_buffered)
        self.vector: Array = self.kept[: self.n_parameters]
        self.gradient_vector = self._zeros(self.n_parameters)
        self.noise = streams.noise(seed)
        self._nodes = self._compile(shapes)
        self.rules = Rules(
            (rule, node.params[key], node.grads[key])
            for node in self._nodes
            if not node.frozen
            for key, rule in node.layer.rules().items()
        )
        self._pass = Pass(self._nodes)
        self._programs: dict[tuple[int, Loss, bool, bool, int], Program] = {}
        self.initialise()

    def _zeros(self, size: int) -> Array:
        try:
            return np.zeros(size, self.dtype)
        except MemoryError:
            taken = f"{size:,} numbers, which take {size * self.dtype.itemsize / 2**30:,.1f} GiB"
            reason = f"expected weights that fit into memory, received {taken}; make the layers smaller."
            raise ConfigError("Network", "layers", reason) from None

    def _compile(self, shapes: Sequence[Shape]) -> tuple[Node, ...]:
        nodes, start, buffered = [], 0, self.n_parameters
        for name, layer, input_shape, output_shape in zip(self.names, self.layers, shapes, shapes[1:], strict=False):
            parameters, buffers = layer.parameter_shapes(input_shape), layer.buffer_shapes(input_shape)
            params, grads = parts(self.vector, parameters, start), parts(self.gradient_vector, parameters, start)
            kept = parts(self.kept, buffers, buffered)
            start, buffered = start + _count([parameters]), buffered + _count([buffers])
            places = (name, layer, layer.after, input_shape, output_shape)
            nodes.append(Node(*places, params, grads, kept, params | kept, name in self.frozen))
        return tuple(nodes)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle what the network is made of: as such, views would come back as arrays of their own."""
        made_of = (self.layers, self.input_shape, self.seed, self.dtype, self.names, self.frozen)
        return Network, made_of, (self.kept, self.noise)

    def __setstate__(self, state: tuple[Array, np.random.Generator]) -> None:
        """Put back the numbers and the place of the noise stream."""
        self.kept[:], noise = state
        streams.restore(self.noise, streams.state_of(noise))

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The layers in their places."""
        return self._nodes

    @property
    def output_shape(self) -> Shape:
        """The shape of what leaves the network, without the batch axis."""
        return self._nodes[-1].output_shape

    @property
    def parameters(self) -> Arrays:
        """Views of the learned arrays by name."""
        return {f"{node.name}/{key}": array for node in self._nodes for key, array in node.params.items()}

    @property
    def gradients(self) -> Arrays:
        """Views of their gradients by name, as the last `backward` left them."""
        return {f"{node.name}/{key}": array for node in self._nodes for key, array in node.grads.items()}

    @property
    def buffers(self) -> Arrays:
        """Views of the buffers by name."""
        return {f"{node.name}/{key}": array for node in self._nodes for key, array in node.buffers.items()}

    @property
    def trained_parts(self) -> list[slice]:
        """The parts of `vector` that training changes: all of it, without the frozen layers."""
        found: list[slice] = []
        start = 0
        for node in self._nodes:
            stop = start + sum(array.size for array in node.params.values())
            if not node.frozen and found and found[-1].stop == start:
                found[-1] = slice(found[-1].start, stop)
            elif not node.frozen and stop > start:
                found.append(slice(start, stop))
            start = stop
        return found

    def views(self, vector: Array) -> Arrays:
        """Return the parts of a vector by name.

        Parameters
        ----------
        vector : array of the shape of `vector`, such as what an optimizer remembers, or of `kept`, such as a snapshot

        Returns
        -------
        dict of str to array
            Named as in `parameters`, and for the shape of `kept` as in `buffers` too.
        """
        buffers = self.buffers if vector.size == self.kept.size else {}
        return parts(vector, {name: array.shape for name, array in (self.parameters | buffers).items()})

    def initialise(self) -> None:
        """Give everything its first value and begin the noise stream anew: the same ones for the same seed."""
        for position, node in enumerate(self._nodes):
            first = node.layer.initialise(node.input_shape, streams.initialisation(self.seed, position))
            for key, array in first.items():
                node.arrays[key][...] = array
        streams.restore(self.noise, streams.state_of(streams.noise(self.seed)))

    def forward(self, x: npt.ArrayLike, train: bool = False) -> Array:
        """Compute the outputs.

        Parameters
        ----------
        x : array of shape (n, *input_shape)
        train : bool
            In training, units may be dropped and buffers follow the samples; in inference nothing is random, and
            nothing changes.

        Returns
        -------
        array of shape (n, *output_shape)
        """
        with _computing():
            return self._pass.forward(self.checked(x), Mode(train, self.noise)).copy()

    def backward(self, grad: npt.ArrayLike) -> Array:
        """Compute all gradients for the samples of the last `forward`.

        Parameters
        ----------
        grad : array of shape (n, *output_shape), the gradient of the loss to the outputs

        Returns
        -------
        array of shape (n, *input_shape), the gradient of the loss to the inputs
        """
        grad = as_numbers(grad, self.dtype, "a gradient")
        caches = self._pass.caches
        expected = caches[-1][2].shape if caches else None
        if grad.shape != expected:
            wanted = f"a gradient of shape {expected}" if expected else "a forward pass before"
            raise ShapeError(f"backward expected {wanted}, received a gradient of shape {grad.shape}.")
        with _computing():
            return self._pass.backward(grad).copy()

    def predict(self, x: npt.ArrayLike) -> Array:
        """Compute the outputs of any number of samples in inference, in chunks that stay within little memory.

        The gradients' caches are left alone, so a validation between forward and backward does no harm.
        """
        x = self.checked(x)
        size = max(1, min(MOST_IN_CHUNK, CHUNK_BYTES // self._widest))
        with _computing():
            return np.concatenate(for_shares(self._inference(x, size), len(x), size))

    @cached_property
    def _widest(self) -> int:
        """How many bytes the largest output of a layer takes for one sample, also of those inside others."""
        outputs = (shape for node in self._nodes for shape in output_shapes(node.layer, node.input_shape))
        return max(int(np.prod(shape)) for shape in outputs) * self.dtype.itemsize

    def _inference(self, x: Array, size: int) -> Callable[[slice], Array]:
        """Return a function that computes the outputs of a chunk of samples.

        Where convolutions make it worth while, chunks are computed on arrays that are allocated once for each worker.
        """
        idle: deque[Inference] = deque()
        bound = any(node.layer.costly for node in self._nodes)

        def outputs(chunk: slice) -> Array:
            samples = x[chunk]
            if not bound or len(samples) < size:
                return self._outputs(samples)
            try:
                inference = idle.pop()
            except IndexError:
                inference = Inference(self._nodes, size, self.dtype, Mode(False, self.noise))
            found = inference(samples)
            idle.append(inference)
            return found

        return outputs

    def _outputs(self, x: Array) -> Array:
        """Compute outputs in inference; what leaves a layer is dropped as soon as the next has seen it."""
        ((_, outputs),) = deque(self._walk(x), maxlen=1)
        return outputs

    def activations(self, x: npt.ArrayLike) -> list[tuple[str, Array]]:
        """Return what leaves each layer, in inference: (name, array of shape (n, *its output_shape))."""
        with _computing():
            return [(node.name, a.copy()) for node, a in self._walk(self.checked(x))]

    def program(self, n: int, loss: Loss, of_shares: bool = False, weighted: bool = False, threads: int = 1) -> Program:
        """Return a training step for batches of ``n`` samples, bound to arrays; the last ones are kept.

        With ``of_shares``, each sample's targets are shares that add up to 1; with ``weighted``, samples count
        differently; ``threads`` is how many BLAS uses where no workers share samples. Where the last activation is the
        loss's partner, both derivatives are taken as one.
        """
        key = (n, loss, of_shares, weighted, threads)
        if key not in self._programs:
            while len(self._programs) >= MOST_PROGRAMS:
                self._programs.pop(next(iter(self._programs)))
            samples = np.zeros((n, *self.input_shape), self.dtype)
            mode = Mode(True, self.noise)
            self._programs[key] = Program(self._nodes, samples, loss, mode, self.rules, of_shares, weighted, threads)
        return self._programs[key]

    def require_batches(self, n_samples: int, batch_size: int) -> None:
        """Raise `DataError` if a layer cannot learn from the smallest batch of an epoch."""
        smallest = n_samples % batch_size or batch_size
        for node in self._nodes:
            least = node.layer.least_batch(node.input_shape)
            if smallest < least:
                raise DataError(
                    f"{node.name} expected batches of {least} samples or more, received {n_samples:,} samples in "
                    f"batches of {batch_size:,}, which leave {smallest} to the last one; choose another batch size."
                )

    def loss_and_gradients(
        self, x: Array, targets: Array, loss: Loss, weights: Array | None = None
    ) -> tuple[float, Array]:
        """Run one training pass forward and backward: fill the gradients and return (loss, outputs).

        ``x`` of shape (n, *input_shape) and ``targets``, encoded by the loss to (n, k), have the network's dtype.
        ``weights`` of shape (n,) say how much each sample counts; by default all count 1. Penalties are included.
        """
        if not len(x):
            raise DataError("expected at least one sample to learn from, received none.")
        program = self.program(len(x), loss, weighted=weights is not None)
        program.samples[...], program.targets[...] = x, targets
        if weights is not None:
            program.weights[...] = weights
        return program.run(), program.outputs.copy()

    def summary(self) -> list[LayerSummary]:
        """Return what each layer is and costs."""
        return [
            LayerSummary(
                node.name,
                node.layer.kind,
                node.input_shape,
                node.output_shape,
                sum(array.size for array in node.params.values()),
                node.layer.multiply_adds(node.input_shape),
                int(np.prod(node.output_shape)) * self.dtype.itemsize,
            )
            for node in self._nodes
        ]

    def first_non_finite(self, x: Array) -> str:
        """Return the name of the first layer whose output for ``x`` is not finite; empty if none is."""
        return next((name for name, a in self.activations(x) if not np.isfinite(a).all()), "")

    def checked(self, x: npt.ArrayLike) -> Array:
        """Return samples as an array of the network's dtype; raise `DataError` if they have not its input's shape."""
        array = as_numbers(x, self.dtype, "samples")
        if array.ndim == 0 or array.shape[1:] != self.input_shape:
            raise DataError(
                f"expected samples of shape (n, {', '.join(map(str, self.input_shape))}), received {array.shape}; "
                f"reshape the data or change the network's input shape."
            )
        return array

    def _walk(self, a: Array) -> Iterator[tuple[Node, Array]]:
        """Yield each layer with what leaves it, in inference."""
        mode = Mode(train=False, rng=self.noise)
        for node in self._nodes:
            z, _ = node.layer.forward(a, node.arrays, mode)
            a = node.activation.forward(z)
            yield node, a


@contextmanager
def _computing() -> Iterator[None]:
    """Compute on one thread; numbers may become infinite without a warning, as `train` tells of it in words."""
    with one_thread(), np.errstate(over="ignore", invalid="ignore"):
        yield


def _count(parts: Iterable[Mapping[str, Shape]]) -> int:
    return sum(int(np.prod(shape)) for shapes in parts for shape in shapes.values())
