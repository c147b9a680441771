"""A network as a program for our own engine, as one writes it by hand with `slugstudio.engine.model.Model`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slugstudio.engine.activation import Noop
from slugstudio.engine.declaration import Array, Declared
from slugstudio.engine.layers.stacked import default_names
from slugstudio.export.code import samples
from slugstudio.export.code.expressions import call, kinds
from slugstudio.export.code.lines import Block, Line, joined, lines, quoted, said, source_of
from slugstudio.export.code.plan import Plan, missing_lines

HEAD = '''
"""A network made with Slugstudio, for its own engine.

    python @FILE@.py predict samples.csv -o answers.csv
    python @FILE@.py train samples.npz

It needs slugstudio. The weights lie beside this file, under its name with the ending .weights.npz. Samples are raw. A
CSV file has one sample a row, an NPZ file the array X, of the shape
@SAMPLES@,
and to learn from y, a label for each.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
@IMPORTS@

WEIGHTS = Path(__file__).with_suffix(".weights.npz")
'''

USE = '''
def load(path: Path = WEIGHTS) -> tuple[Model, dict[str, np.typing.NDArray[np.float32]]]:
    """Return the network with its weights, and all that lies in the file."""
    if not path.is_file():
        sys.exit(f"{path}: expected the weights here, under the name of the program; there is no such file.")
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    model = make_model()
    kept = model.compile(INPUT_SHAPE)
    for name, array in (kept.parameters | kept.buffers).items():
        array[...] = arrays[name]
    return model, arrays


def prepared(
    samples: np.typing.NDArray[np.float32], arrays: dict[str, np.typing.NDArray[np.float32]]
) -> np.typing.NDArray[np.float32]:
    """Return raw samples as the network takes them."""
    return @PREPARED@


def predict(data: Path, output: Path | None) -> None:
    """Write what the network makes of each sample."""
    model, arrays = load()
    outputs = model.transform(prepared(read_samples(data, INPUT_SHAPE), arrays))
    write_answers(output, @OUTPUTS@, CLASSES, threshold=@THRESHOLD@)


def train(data: Path, output: Path) -> None:
    """Go on training, and save the weights."""
    model, arrays = load()
    samples = prepared(read_samples(data, INPUT_SHAPE), arrays)
    if data.suffix.lower() != ".npz":
        sys.exit(f"{data}: expected an NPZ file with the arrays X and y.")
    with np.load(data, allow_pickle=False) as file:
        answers = file["y"] if "y" in file else np.zeros(0)
    model.fit(samples, answers@BALANCE@)
    kept = model.compile(INPUT_SHAPE) if model.network is None else model.network
    np.savez(output, **(arrays | kept.parameters | kept.buffers))


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description="A network made with Slugstudio.")
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("predict", help="write what the network makes of samples")
    sub.add_argument("data", type=Path, help="a CSV or NPZ file of raw samples")
    sub.add_argument("-o", "--output", type=Path, help="the CSV file to write; by default the terminal")
    sub = commands.add_parser("train", help="go on training with samples and their answers; saves the weights")
    sub.add_argument("data", type=Path, help="an NPZ file with X and y")
    sub.add_argument("-o", "--output", type=Path, default=WEIGHTS, help="the weights to write; by default those beside")
    options = parser.parse_args()
    if not options.data.is_file():
        sys.exit(f"{options.data}: there is no such file.")
    if options.output and not options.output.absolute().parent.is_dir():
        sys.exit(f"{options.output}: there is no such folder.")
    try:
        if options.command == "predict":
            predict(options.data, options.output)
        else:
            train(options.data, options.output)
    except SlugError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
'''


def lines_of(plan: Plan, file: str) -> list[Line]:
    """Return the program, whose file is called ``file`` with the ending ``.py``."""
    reading = [lines(source_of(function)) for function in samples.WRITTEN]
    return joined([_head(plan, file), _model(plan), *reading, lines(_use(plan))])


def _settings(plan: Plan) -> list[tuple[str, Any]]:
    """Return what the model is given besides its layers."""
    training, data = plan.design.training, plan.design.data
    given: list[tuple[str, Any]] = [
        ("n_epoch", training.epochs),
        ("batch_size", training.batch_size),
        ("optimizer", training.optimizer),
        ("loss", training.loss),
        ("validation_split", data.validation_split),
        ("metrics", ["loss", *training.metrics]),
        ("seed", training.seed),
    ]
    given += [("early_stopping", training.early_stopping)] if training.early_stopping else []
    return given + ([("augmentation", list(training.augmentation))] if training.augmentation else [])


def _model(plan: Plan) -> list[Line]:
    block = Block()
    block.add("def make_model() -> Model:")
    block.add(f'"""Return the network, which begins anew: from samples of {said(plan.input_shape)}."""', 1)
    block.add("\n".join(call("Model", _settings(plan)).rows("model = ", 1)))
    found = block.lines
    for layer, entry in zip(plan.layers, plan.design.layers, strict=True):
        if layer.step is None:
            found += missing_lines(layer, 1)
            continue
        block = Block(layer.id)
        arguments = [("", entry.layer), *([("frozen", True)] if entry.frozen else [])]
        row, *rows = call("model.add_layer", arguments).rows("", 0)
        block.statement(row, 1, f"{layer.name}: {said(layer.step.output_shape)}")
        block.add("\n".join(rows), 1) if rows else None
        found += block.lines
    return [*found, Line("    return model")]


def _head(plan: Plan, file: str) -> list[Line]:
    used = [kind for entry, layer in zip(plan.design.layers, plan.layers, strict=True) if layer.step
            for kind in kinds(entry.layer)]  # fmt: skip
    used += [kind for _, value in _settings(plan) for kind in kinds(value)]
    names = {(_module(kind), kind.kind) for kind in used} | {
        ("slugstudio.engine.model", "Model"),
        ("slugstudio.engine.errors", "SlugError"),
    }
    logits = plan.squash != plan.last
    names |= {("slugstudio.engine.activation", plan.squash.kind)} if logits else set()
    names |= {("slugstudio.engine.weighting", "class_weights")} if plan.design.training.class_balance else set()
    content = HEAD.replace("@FILE@", file).replace("@SAMPLES@", said(plan.input_shape))
    block = Block()
    block.add(content.replace("@IMPORTS@", "\n".join(_imports(names))).strip("\n"))
    block.collection("INPUT_SHAPE = ", [str(size) for size in plan.input_shape], 0)
    block.collection("CLASSES = ", [quoted(name) for name in plan.design.data.source.classes], 0)
    return block.lines


def _module(kind: type[Declared]) -> str:
    """Return from where a kind is imported: from its family's package, if that has one."""
    return ".".join(kind.__module__.split(".")[:3])


def _imports(names: Iterable[tuple[str, str]]) -> list[str]:
    """Return import lines, sorted as ruff sorts them: what is all capitals first, then classes, then functions."""
    modules: dict[str, list[str]] = {}
    for module, name in sorted(names, key=lambda each: (each[0], *_order(each[1]))):
        modules.setdefault(module, []).append(name)
    found = []
    for module, imported in modules.items():
        one = f"from {module} import {', '.join(imported)}"
        found += [one] if len(one) <= 120 else [f"from {module} import (", *(f"    {n}," for n in imported), ")"]
    return found


def _order(name: str) -> tuple[int, str]:
    constant = len(name) > 1 and name.isupper()
    return 0 if constant else 1 if name[0].isupper() else 2, name


def _use(plan: Plan) -> str:
    training = plan.design.training
    outputs = f"{plan.squash.kind}()(outputs)" if plan.squash != plan.last else "outputs"
    threshold = training.loss.threshold if plan.squash == Noop() else 0.5
    balance = ', sample_weight=class_weights(answers, "balanced")' if training.class_balance else ""
    prepared = '(samples - arrays["offset"]) / arrays["scale"]' if plan.preprocessing else "samples"
    found = USE.replace("@OUTPUTS@", outputs).replace("@PREPARED@", prepared)
    return found.replace("@THRESHOLD@", repr(threshold)).replace("@BALANCE@", balance)


def weights_of(plan: Plan, arrays: Mapping[str, Array], preprocessing: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays that the program loads: under the names that layers of a `Model` have.

    Parameters
    ----------
    plan : Plan
    arrays : mapping of str to array
        Parameters and buffers by their names in the project, ``dense_1/weight``.
    preprocessing : mapping of str to array
        What the preprocessing measured: ``offset`` and ``scale``, each of shape (channels,), or nothing.
    """
    layers = [entry.layer for entry in plan.design.layers]
    names = dict(zip((layer.name for layer in plan.layers), default_names(layers), strict=True))
    parts = {name: name.partition("/") for name in arrays}
    found = {f"{names[layer]}/{rest}": arrays[name] for name, (layer, _, rest) in parts.items()}
    return found | plan.measured(preprocessing)
