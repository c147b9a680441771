"""A network as a program for numpy alone, which predicts."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from slugstudio.engine import activation as act
from slugstudio.engine import operations as op
from slugstudio.engine.activation import Activation, Noop
from slugstudio.export.code import numpy_functions, samples
from slugstudio.export.code.lines import Block, Line, joined, lines, quoted, said, source_of, text_of
from slugstudio.export.code.plan import Plan, PlannedLayer, missing_lines

NO_WEIGHTS = 'WEIGHTS = ""  # an exported program has all of them here'
"""The line that an export replaces."""

_HEAD = '''
"""A network made with Slugstudio, for numpy alone.

    python @FILE@.py samples.csv -o answers.csv

Samples are raw: what is done to them before a network sees them is a part of this one. A CSV file has one sample a row,
an NPZ file the array X of shape @SAMPLES@. The weights stand near the end of this file.
"""

from __future__ import annotations

import argparse
import base64
import csv
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

Array = np.ndarray
'''

_USE = '''
def weights() -> dict[str, Array]:
    """Return all weights by name."""
    with np.load(io.BytesIO(base64.b64decode(WEIGHTS)), allow_pickle=False) as arrays:
        return dict(arrays)


def predict(samples: Array, at_once: int = 64) -> Array:
    """Return what the network makes of raw samples, computed in parts, so that it takes little memory."""
    w = weights()
    parts = [samples[start : start + at_once] for start in range(0, len(samples), at_once)]
    return np.concatenate([@ANSWER@ for part in parts])
'''

_MAIN = '''
def main() -> None:
    """Predict."""
    parser = argparse.ArgumentParser(description="A network made with Slugstudio.")
    parser.add_argument("data", type=Path, help="a CSV or NPZ file of raw samples")
    parser.add_argument("-o", "--output", type=Path, help="the CSV file to write; by default the terminal")
    options = parser.parse_args()
    if not options.data.is_file():
        sys.exit(f"{options.data}: there is no such file.")
    if options.output and not options.output.absolute().parent.is_dir():
        sys.exit(f"{options.output}: there is no such folder.")
    write_answers(options.output, predict(read_samples(options.data, INPUT_SHAPE)), CLASSES, threshold=@THRESHOLD@)
'''


def lines_of(plan: Plan, file: str) -> list[Line]:
    """Return the program, whose file is called ``file`` with the ending ``.py``."""
    forward = _forward(plan)
    answer = "forward(part, w)"
    if plan.squash != plan.last:
        answer = _activation(plan.squash).replace("{x}", answer)
    use = _USE.replace("@ANSWER@", answer)
    threshold = plan.design.training.loss.threshold if plan.squash == Noop() else 0.5
    functions = _needed(text_of(forward) + use)
    kinds = [kind for kind in ("Pair", "Edges") if any(f": {kind}" in function for function in functions)]
    return joined(
        [
            _head(plan, file, kinds),
            *map(lines, functions),
            forward,
            lines(use),
            *(lines(source_of(function)) for function in samples.WRITTEN),
            lines(_MAIN.replace("@THRESHOLD@", repr(threshold))),
            [Line(NO_WEIGHTS), *lines('if __name__ == "__main__":\n    main()')],
        ]
    )


def _head(plan: Plan, file: str, kinds: Iterable[str]) -> list[Line]:
    meant = {"Pair": "Pair = tuple[int, int]", "Edges": "Edges = tuple[int, int, int, int]"}
    block = Block()
    block.add(_HEAD.replace("@FILE@", file).replace("@SAMPLES@", said(plan.input_shape)).strip("\n"))
    for kind in kinds:
        block.add(meant[kind])
    block.collection("INPUT_SHAPE = ", [str(size) for size in plan.input_shape], 0)
    block.collection("CLASSES = ", [quoted(name) for name in plan.design.data.source.classes], 0)
    return block.lines


def _needed(text: str) -> list[str]:
    """Return the functions that a text uses, and those that these use, in the order of their module."""
    known = {
        name: source_of(function) for name, function in vars(numpy_functions).items() if inspect.isfunction(function)
    }
    needed: set[str] = set()
    while more := {name for name in known if re.search(rf"\b{name}\(", text)} - needed:
        needed |= more
        text = "".join(re.sub(r"^def .*", "", known[name]) for name in more)
    return [function for name, function in known.items() if name in needed]


def _forward(plan: Plan) -> list[Line]:
    """Return the way forward, in which ``w`` are the weights."""
    block = Block()
    block.add("def forward(x: Array, w: dict[str, Array]) -> Array:")
    block.add(f'"""Return what becomes of raw samples of shape {said(plan.input_shape)}; w are the weights."""', 1)
    _write(block, plan.preprocessing, "preprocessing", 1)
    for position, layer in enumerate(plan.layers):
        last = position == len(plan.layers) - 1
        block.lines += _layer(layer, plan.last if last else Noop())
    block.add("return x", 1)
    return block.lines


def _layer(layer: PlannedLayer, last: Activation) -> list[Line]:
    if layer.step is None:
        return missing_lines(layer, 1)
    block = Block(layer.id)
    after = () if last == Noop() else (op.Activate(last),)
    _step(block, layer.step._replace(operations=(*layer.step.operations, *after)), "", 1)
    return block.lines


def _step(block: Block, step: op.Step, inside: str, depth: int) -> None:
    """Write a layer, in the ``depth``-th stack."""
    idle = not any(_WRITTEN.get(type(operation), True) for operation in step.operations)
    happens = "nothing to do but in training" if idle else said(step.output_shape)
    block.add(f"# {step.name}: {happens}", 1)
    _write(block, step.operations, f"{inside}{step.name}", depth)


def _write(block: Block, operations: Iterable[op.Operation], layer: str, depth: int) -> None:
    for operation in operations:
        if isinstance(operation, op.AddShortcut):
            _add_shortcut(block, operation, layer, depth)
        elif write := _WRITTEN[type(operation)]:
            head, arguments = write(operation, layer)
            block.call(f"x = {head}", ["x", *arguments], 1)


def _add_shortcut(block: Block, operation: op.AddShortcut, layer: str, depth: int) -> None:
    block.add(f"before_{depth} = x", 1)
    for step in operation.stack:
        _step(block, step, f"{layer}/", depth + 1)
    if operation.shortcut:
        block.add(f"changed_{depth}, x = x, before_{depth}", 1)
        for step in operation.shortcut:
            _step(block, step, f"{layer}/", depth + 1)
        block.add(f"x = changed_{depth} + x", 1)
    else:
        block.add(f"x = x + before_{depth}", 1)


Written = tuple[str, list[str]]
"""The function that is called, and what it is given after x."""


def _arrays(layer: str, *names: str) -> list[str]:
    return [f'w["{layer}/{name}"]' for name in names]


def _named(**values: tuple[object, object]) -> list[str]:
    """Return arguments by name, those that are not as usual: each a value and the usual one."""
    return [f"{name}={value!r}" for name, (value, usual) in values.items() if value != usual]


def _weighted(layer: str, weight: str, bias: str | None) -> list[str]:
    return _arrays(layer, weight) if bias is None else _arrays(layer, weight, bias)


def _convolve(o: op.Convolve, layer: str) -> Written:
    options = _named(
        stride=(o.stride, (1, 1)),
        edges=(tuple(o.edges), (0, 0, 0, 0)),
        dilation=(o.dilation, (1, 1)),
        groups=(o.groups, 1),
    )
    return "convolve", [*_weighted(layer, o.weight, o.bias), *options]


def _convolve_transposed(o: op.ConvolveTransposed, layer: str) -> Written:
    options = _named(stride=(o.stride, (1, 1)), cut=(tuple(o.cut), (0, 0, 0, 0)))
    return "convolve_transposed", [*_weighted(layer, o.weight, o.bias), *options]


def _pool(o: op.Pool, layer: str) -> Written:
    del layer
    return f"{o.how}_pool", [f"size={o.size}", f"stride={o.stride}", *_named(edges=(tuple(o.edges), (0, 0, 0, 0)))]


def _normalise_features(o: op.NormaliseFeatures, layer: str) -> Written:
    return "normalise_features", [*_arrays(layer, o.weight, o.bias, o.mean, o.variance), f"epsilon={o.epsilon!r}"]


def _activation(declared: Activation) -> str:
    """Return an activation as an expression of ``{x}``."""
    head, arguments = _activate(op.Activate(declared), "")
    return f"{head}({', '.join(['{x}', *arguments])})"


def _activate(o: op.Activate, layer: str) -> Written:
    del layer
    match o.activation:
        case act.LeakyReLU(slope):
            return "leaky_relu", [f"slope={slope!r}"]
        case act.ELU(alpha):
            return "elu", [f"alpha={alpha!r}"]
    return _ACTIVATIONS[type(o.activation)], []


_ACTIVATIONS: Mapping[type[Activation], str] = {
    act.Noop: "np.asarray",
    act.ReLU: "relu",
    act.GELU: "gelu",
    act.SiLU: "silu",
    act.Tanh: "np.tanh",
    act.Sigmoid: "sigmoid",
    act.Softplus: "softplus",
    act.Softmax: "softmax",
}

_WRITTEN: Mapping[type[op.Operation], Callable[[Any, str], Written] | None] = {
    op.Affine: lambda o, layer: ("affine", _arrays(layer, o.weight, o.bias)),
    op.Convolve: _convolve,
    op.ConvolveTransposed: _convolve_transposed,
    op.Pool: _pool,
    op.MeanOfMaps: lambda o, layer: ("np.mean", ["axis=(2, 3)"]),
    op.Enlarge: lambda o, layer: ("enlarge", [f"size={o.size}"]),
    op.ChangeShape: lambda o, layer: ("np.reshape", [f"(-1, {', '.join(map(str, o.shape))})"]),
    op.NormaliseFeatures: _normalise_features,
    op.NormaliseSample: lambda o, layer: (
        "normalise_sample",
        [*_arrays(layer, o.weight, o.bias), f"epsilon={o.epsilon!r}"],
    ),
    op.ScaleAndShift: lambda o, layer: ("scale_and_shift", _arrays(layer, o.offset, o.scale)),
    op.Activate: _activate,
    op.Drop: None,
    op.AddNoise: None,
}
"""How each is written, given it and the layer whose arrays it uses; None are those that happen in training only."""
