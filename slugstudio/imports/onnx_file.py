"""Reading an ONNX file as a chain of nodes: no branches, every constant known, nothing taken on trust."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from slugstudio.engine.declaration import Array, Shape
from slugstudio.imports.errors import ImportRefused
from slugstudio.project.errors import in_words

MAX_BYTES = 2 * 2**30
MAX_NODES = 10_000
OLDEST_OPSET, NEWEST_OPSET = 7, 26
"""Which versions of ONNX's operators are known here."""
INSTALL = 'pip install "slugstudio[onnx]"'


Sizes = tuple[int | None, ...]
"""Whole numbers that are computed from the shape of what arrives; None for the number of samples."""


@dataclass(frozen=True, eq=False)
class Node:
    """One node of the chain: what it does to what arrives, with its attributes and its constant inputs by their place.

    ``constants`` are the inputs after the first; None stands for one that is left out. Of a Reshape to a shape that is
    computed from the input's, entries that follow the batch are None in ``target``.
    """

    op: str
    name: str
    attributes: Mapping[str, Any]
    constants: tuple[Array | None, ...]
    target: Sizes | None = None

    def told(self) -> str:
        """Say which node it is."""
        return f"{self.name} ({self.op})" if self.name else self.op

    def refused(self, why: str) -> ImportRefused:
        """Return the error that says why it cannot be taken."""
        return ImportRefused(f"{self.told()}: {why}")


@dataclass(frozen=True, eq=False)
class Chain:
    """A file: the shape of a sample, the nodes in their order, and what the file tells of itself."""

    input_shape: Shape
    nodes: tuple[Node, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)


def read_chain(path: str | os.PathLike[str]) -> Chain:
    """Read a file.

    Raises
    ------
    ImportRefused
        If it cannot be read, is damaged, keeps its numbers elsewhere, or is no chain; of a node that cannot be taken,
        with its name and why.
    """
    path = Path(path)
    try:
        import onnx
    except ImportError as error:
        raise ImportRefused(f"{path.name}: reading ONNX needs a package that is not installed: {INSTALL}") from error
    try:
        size, content = path.stat().st_size, b""
        if size <= MAX_BYTES:
            content = path.read_bytes()
    except OSError as error:
        raise ImportRefused(f"{path}: cannot be read: {in_words(error)}.") from error
    if size > MAX_BYTES:
        raise ImportRefused(f"{path.name}: expected at most 2 GiB.")
    try:
        model = onnx.load_model_from_string(content)
    except Exception as error:  # protobuf has errors of its own, and of several kinds
        raise ImportRefused(f"{path.name}: it is damaged, or no ONNX file.") from error
    try:
        return _Reader(model).chain()
    except ImportRefused as error:
        raise ImportRefused(f"{path.name}: {error}") from error
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError) as error:
        raise ImportRefused(f"{path.name}: it is damaged, or no sound ONNX model ({error}).") from error


class _Reader:
    """Follows the graph of a model from its input to its output."""

    def __init__(self, model: Any) -> None:
        from onnx import TensorProto, helper, numpy_helper

        self._attribute, self._array = helper.get_attribute_value, numpy_helper.to_array
        self._external = TensorProto.EXTERNAL
        self._graph, self._model = model.graph, model
        self._constants: dict[str, Array] = {}
        self._sizes: dict[str, Sizes] = {}

    def chain(self) -> Chain:
        self._require_known()
        for tensor in self._graph.initializer:
            self._constants[tensor.name] = self._tensor(tensor)
        name, shape = self._input()
        self._at, self._shapes = name, {name: (None, *shape)}
        nodes = tuple(self._nodes())
        outputs = [output.name for output in self._graph.output]
        if outputs != [self._at]:
            raise ImportRefused(
                f"expected one output, which the last node gives, received {', '.join(outputs) or 'none'}."
            )
        return Chain(shape, nodes, {each.key: each.value for each in self._model.metadata_props})

    def _require_known(self) -> None:
        versions = {each.domain: each.version for each in self._model.opset_import}
        opset = versions.get("", versions.get("ai.onnx", 0))
        if not OLDEST_OPSET <= opset <= NEWEST_OPSET:
            raise ImportRefused(
                f"expected operators of version {OLDEST_OPSET} to {NEWEST_OPSET}, received {opset}; export it anew."
            )
        if len(self._graph.node) > MAX_NODES:
            raise ImportRefused(f"expected at most {MAX_NODES:,} nodes, received {len(self._graph.node):,}.")

    def _tensor(self, tensor: Any) -> Array:
        if tensor.data_location == self._external or tensor.external_data:
            raise ImportRefused(f"{tensor.name}: its numbers lie in another file; save the model as one file.")
        found: Array = self._array(tensor)
        return found

    def _input(self) -> tuple[str, Shape]:
        inputs = [each for each in self._graph.input if each.name not in self._constants]
        if len(inputs) != 1:
            names = ", ".join(each.name for each in inputs) or "none"
            raise ImportRefused(f"expected one input, received {len(inputs)} ({names}).")
        sizes = [each.dim_value for each in inputs[0].type.tensor_type.shape.dim]
        if len(sizes) < 2 or not all(0 < size < 2**31 for size in sizes[1:]):
            raise ImportRefused(
                f"{inputs[0].name}: expected samples of a known shape, received {sizes}; export it with fixed sizes."
            )
        return inputs[0].name, tuple(sizes[1:])

    def _nodes(self) -> Iterator[Node]:
        for node in self._graph.node:
            if node.domain not in ("", "ai.onnx"):
                raise ImportRefused(
                    f"{node.name} ({node.domain}.{node.op_type}): operators of {node.domain} are not known."
                )
            attributes = {each.name: self._value(each) for each in node.attribute}
            inputs, outputs = list(node.input), [name for name in node.output if name]
            if node.op_type == "Constant":
                self._constants[outputs[0]] = self._constant(node, attributes)
            elif self._at not in inputs:
                self._compute(node, inputs, outputs)
            elif node.op_type == "Shape":
                self._sizes[outputs[0]] = self._known_shape()
            else:
                yield self._step(node, attributes, inputs, outputs)

    def _value(self, attribute: Any) -> Any:
        found = self._attribute(attribute)
        return self._tensor(found) if hasattr(found, "data_location") else found

    def _constant(self, node: Any, attributes: Mapping[str, Any]) -> Array:
        for kind in ("value", "value_float", "value_int", "value_floats", "value_ints"):
            if kind in attributes:
                return np.asarray(attributes[kind])
        raise ImportRefused(f"{node.name} (Constant): expected numbers.")

    def _known_shape(self) -> Sizes:
        return self._shapes.get(self._at, (None,))

    def _compute(self, node: Any, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        """Work out what depends on constants and sizes alone, as exporters write the shape of a Flatten."""
        known = [self._sizes.get(name, _whole(self._constants.get(name))) for name in inputs]
        if node.op_type in ("Identity", "Cast") and inputs[0] in self._constants:
            self._constants[outputs[0]] = self._constants[inputs[0]]
        elif any(each is None for each in known):
            raise ImportRefused(
                f"{node.name} ({node.op_type}): expected a chain, one node after the other; it works on something else "
                f"than what the node before gives."
            )
        else:
            self._sizes[outputs[0]] = _of_sizes(node, [each for each in known if each is not None])

    def _step(self, node: Any, attributes: Mapping[str, Any], inputs: Sequence[str], outputs: Sequence[str]) -> Node:
        others = [name for name in inputs if name != self._at]
        turned = inputs.index(self._at) != 0
        target = None
        if node.op_type == "Reshape" and others and others[0] in self._sizes:
            target, others = self._sizes[others[0]], []
        constants = tuple(self._constants.get(name) if name else None for name in others)
        for name, array in zip(others, constants, strict=True):
            if name and array is None:
                raise ImportRefused(
                    f"{node.name} ({node.op_type}): expected a chain, one node after the other; it takes {name} too."
                )
        found = Node(node.op_type, node.name, dict(attributes), constants, target)
        if turned and node.op_type not in ("Add", "Mul"):
            raise found.refused("expected what arrives as its first input.")
        if inputs.count(self._at) > 1 or (
            len(outputs) > 1 and node.op_type not in ("Dropout", "BatchNormalization", "MaxPool")
        ):
            raise found.refused("expected a chain, one node after the other; it branches.")
        self._at = outputs[0]
        return found


def _whole(array: Array | None) -> Sizes | None:
    if array is None or array.dtype.kind not in "iu" or array.size > 64:
        return None
    return tuple(int(value) for value in array.reshape(-1))


def _of_sizes(node: Any, known: Sequence[Sizes]) -> Sizes:
    match node.op_type, known:
        case "Gather", [sizes, places]:
            return tuple(sizes[place] for place in places if place is not None)
        case "Unsqueeze" | "Squeeze" | "Cast" | "Identity", [sizes, *_]:
            return sizes
        case "Concat", _:
            return tuple(size for sizes in known for size in sizes)
        case "Slice", [sizes, (int(start),), (int(end),), *_]:
            return sizes[start:end]
    raise ImportRefused(f"{node.name} ({node.op_type}): it computes with shapes in a way that is not known here.")
