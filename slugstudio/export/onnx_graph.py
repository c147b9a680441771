"""Operations as nodes of an ONNX graph, of opset 17: see https://onnx.ai/onnx/operators/."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from slugstudio.engine import activation as act
from slugstudio.engine import operations as op
from slugstudio.engine.declaration import Array

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

OPSET = 17


@dataclass
class Graph:
    """Nodes and constants, in the order in which they were added; tensors go by the names of the nodes they leave."""

    arrays: Mapping[str, Array]
    nodes: list[NodeProto] = field(default_factory=list)
    constants: dict[str, TensorProto] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def node(self, kind: str, inputs: Sequence[str], layer: str, **attributes: Any) -> str:
        """Add a node of a layer and return the name of what leaves it."""
        from onnx import helper

        number, name = 1, f"{layer}/{kind}"
        while name in self._names:
            number += 1
            name = f"{layer}/{kind}_{number}"
        self._names.add(name)
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name, **attributes))
        return name

    def constant(self, name: str, values: Array) -> str:
        """Add a constant, if it was not added before, and return its name."""
        from onnx import numpy_helper

        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.asarray(values, order="C"), name)
        return name

    def array(self, layer: str, name: str) -> str:
        """Add an array of a layer as it is, and return its name."""
        return self.constant(f"{layer}/{name}", self.arrays[f"{layer}/{name}"])

    def number(self, value: float) -> str:
        """Add a number, and return its name."""
        return self.constant(f"number {value!r}", np.array(value, np.float32))

    def add(self, operations: Sequence[op.Operation], x: str, layer: str, rank: int) -> str:
        """Add operations of a layer, one after the other.

        Parameters
        ----------
        operations : sequence of Operation
        x : str
            The name of what arrives.
        layer : str
            Under which its arrays are found: ``dense_1/weight``.
        rank : int
            How many axes arrive, the batch included.
        """
        for operation in operations:
            x = _NODES[type(operation)](self, operation, x, layer, rank)
        return x

    def add_steps(self, steps: Sequence[op.Step], x: str, inside: str = "") -> str:
        """Add layers, which may lie inside another, and return the name of what leaves them."""
        for step in steps:
            x = self.add(step.operations, x, f"{inside}{step.name}", 1 + len(step.input_shape))
        return x

    def end_as(self, name: str, x: str) -> None:
        """Give what leaves the graph its name."""
        if not self.nodes:
            self.node("Identity", [x], name)
        self.nodes[-1].output[0] = name  # its other names have nobody who asks for them


def _affine(graph: Graph, o: op.Affine, x: str, layer: str, rank: int) -> str:
    del rank
    return graph.node("Gemm", [x, graph.array(layer, o.weight), graph.array(layer, o.bias)], layer)


def _weighted(graph: Graph, o: op.Convolve | op.ConvolveTransposed, x: str, layer: str) -> list[str]:
    bias = [] if o.bias is None else [graph.array(layer, o.bias)]
    return [x, graph.array(layer, o.weight), *bias]


def _convolve(graph: Graph, o: op.Convolve, x: str, layer: str, rank: int) -> str:
    del rank
    attributes = {"strides": o.stride, "pads": o.edges, "dilations": o.dilation, "group": o.groups}
    return graph.node("Conv", _weighted(graph, o, x, layer), layer, kernel_shape=o.kernel_size, **attributes)


def _convolve_transposed(graph: Graph, o: op.ConvolveTransposed, x: str, layer: str, rank: int) -> str:
    """Cut with ``pads``, which cannot be negative: what lacks, at the bottom and right, is ``output_padding``."""
    del rank
    attributes = {
        "kernel_shape": o.kernel_size,
        "strides": o.stride,
        "pads": [max(edge, 0) for edge in o.cut],
        "output_padding": [max(-o.cut.bottom, 0), max(-o.cut.right, 0)],
    }
    return graph.node("ConvTranspose", _weighted(graph, o, x, layer), layer, **attributes)


def _pool(graph: Graph, o: op.Pool, x: str, layer: str, rank: int) -> str:
    del rank
    kind = "MaxPool" if o.how == "max" else "AveragePool"
    return graph.node(kind, [x], layer, kernel_shape=o.size, strides=o.stride, pads=o.edges)


def _mean_of_maps(graph: Graph, o: op.MeanOfMaps, x: str, layer: str, rank: int) -> str:
    del o, rank
    return graph.node("Flatten", [graph.node("GlobalAveragePool", [x], layer)], layer, axis=1)


def _enlarge(graph: Graph, o: op.Enlarge, x: str, layer: str, rank: int) -> str:
    del rank
    scales = graph.constant(f"{layer}/scales", np.array([1, 1, *o.size], np.float32))
    nearest = {"mode": "nearest", "nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}
    return graph.node("Resize", [x, "", scales], layer, **nearest)


def _change_shape(graph: Graph, o: op.ChangeShape, x: str, layer: str, rank: int) -> str:
    """Flatten to a vector; else Reshape, in which 0 stands for the batch as it is."""
    del rank
    if len(o.shape) == 1:
        return graph.node("Flatten", [x], layer, axis=1)
    shape = graph.constant(f"{layer}/shape", np.array([0, *o.shape], np.int64))
    return graph.node("Reshape", [x, shape], layer)


def _normalise_features(graph: Graph, o: op.NormaliseFeatures, x: str, layer: str, rank: int) -> str:
    del rank
    arrays = [graph.array(layer, name) for name in (o.weight, o.bias, o.mean, o.variance)]
    # ONNX keeps the share of what was; PyTorch and we tell that of the batch
    return graph.node("BatchNormalization", [x, *arrays], layer, epsilon=o.epsilon, momentum=1 - o.momentum)


def _normalise_sample(graph: Graph, o: op.NormaliseSample, x: str, layer: str, rank: int) -> str:
    del rank
    arrays = [graph.array(layer, name) for name in (o.weight, o.bias)]
    return graph.node("LayerNormalization", [x, *arrays], layer, axis=1, epsilon=o.epsilon)


def _scale_and_shift(graph: Graph, o: op.ScaleAndShift, x: str, layer: str, rank: int) -> str:
    """Subtract and divide, with one value for each channel, along axis 1."""
    for kind, name in (("Sub", o.offset), ("Div", o.scale)):
        along = graph.arrays[f"{layer}/{name}"].reshape(-1, *[1] * (rank - 2))
        x = graph.node(kind, [x, graph.constant(f"{layer}/{name}", along)], layer)
    return x


def _drop(graph: Graph, o: op.Drop, x: str, layer: str, rank: int) -> str:
    """Change nothing in inference; Dropout drops single values, and there is no word for whole maps."""
    del rank
    if o.whole_maps:
        return graph.node("Identity", [x], layer)
    return graph.node("Dropout", [x, graph.number(o.p)], layer)


def _add_noise(graph: Graph, o: op.AddNoise, x: str, layer: str, rank: int) -> str:
    del o, rank
    return graph.node("Identity", [x], layer)


def _add_shortcut(graph: Graph, o: op.AddShortcut, x: str, layer: str, rank: int) -> str:
    del rank
    return graph.node("Add", [graph.add_steps(way, x, f"{layer}/") for way in (o.stack, o.shortcut)], layer)


def _activate(graph: Graph, o: op.Activate, x: str, layer: str, rank: int) -> str:
    del rank
    match o.activation:
        case act.LeakyReLU(slope):
            return graph.node("LeakyRelu", [x], layer, alpha=slope)
        case act.ELU(alpha):
            return graph.node("Elu", [x], layer, alpha=alpha)
        case act.Softmax():
            return graph.node("Softmax", [x], layer, axis=1)
        case act.SiLU():
            return graph.node("Mul", [x, graph.node("Sigmoid", [x], layer)], layer)
        case act.GELU():
            return _gelu(graph, x, layer)
    return graph.node(_SAME[type(o.activation)], [x], layer)


def _gelu(graph: Graph, x: str, layer: str) -> str:
    """Return GELU in its tanh form, for which there is a node of its own only from opset 20 on."""
    cube = graph.node("Mul", [graph.node("Mul", [x, x], layer), x], layer)
    bent = graph.node("Add", [x, graph.node("Mul", [cube, graph.number(act.GELU.cubic)], layer)], layer)
    gate = graph.node("Tanh", [graph.node("Mul", [bent, graph.number(act.GELU.scale)], layer)], layer)
    share = graph.node("Mul", [graph.node("Add", [gate, graph.number(1)], layer), graph.number(0.5)], layer)
    return graph.node("Mul", [x, share], layer)


_SAME: Mapping[type[act.Activation], str] = {
    act.Noop: "Identity",
    act.ReLU: "Relu",
    act.Tanh: "Tanh",
    act.Sigmoid: "Sigmoid",
    act.Softplus: "Softplus",
}
"""Activations for which ONNX has a node without attributes."""

_NODES: Mapping[type[op.Operation], Callable[[Graph, Any, str, str, int], str]] = {
    op.Affine: _affine,
    op.Convolve: _convolve,
    op.ConvolveTransposed: _convolve_transposed,
    op.Pool: _pool,
    op.MeanOfMaps: _mean_of_maps,
    op.Enlarge: _enlarge,
    op.ChangeShape: _change_shape,
    op.NormaliseFeatures: _normalise_features,
    op.NormaliseSample: _normalise_sample,
    op.ScaleAndShift: _scale_and_shift,
    op.Activate: _activate,
    op.Drop: _drop,
    op.AddNoise: _add_noise,
    op.AddShortcut: _add_shortcut,
}
