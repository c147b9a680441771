"""Write docs/layers: a page for each layer and for each other family, made from the declarations.

Run it by ``make pages``. Every number in a worked example is computed by the engine at that moment, so that a page
cannot say what the engine does not do; `tests/test_pages.py` compares the pages with what this would write.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from slugstudio.engine import (
    constraints,
    initializations,
    layers,
    loss,
    metrics,
    network,
    optimizers,
    penalties,
    schedules,
    streams,
)
from slugstudio.engine.activation import Activation
from slugstudio.engine.augmentation import Augmentation, augment
from slugstudio.engine.blas import one_thread
from slugstudio.engine.declaration import Array, Declared, Field, Shape, check, expectation, fields
from slugstudio.engine.errors import ShapeError
from slugstudio.engine.layers.base import times

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "layers"
MADE = "<!-- Made by `make pages` from the declarations in slugstudio/engine: change those, not this. -->"

USUAL_SHAPES: tuple[Shape, ...] = ((64,), (1, 8, 8), (16, 8, 8))
"""Inputs on which a page shows what the layer, as it is dragged into a stack, makes of them."""

TINY_BATCHES: Mapping[Shape, int] = {(4,): 3, (2, 2, 4): 1}
"""Samples of each shape for the worked examples: the first that the layer reshapes, or else the first it takes."""

TINY: Mapping[str, Any] = {"int": 2, "pair": (2, 2), "shape": (2, 2), "stack": (layers.Dense(2),)}
"""What a worked example sets, by its form, a hyper-parameter to that has no default."""

SEED = 2
"""Of the examples: with it, dropping drops something."""

GROUPS: Mapping[str, str] = {
    "learn": "Layers that learn",
    "activate": "Activation",
    "shape": "Layers that change the shape",
    "regularise": "Layers against overfitting",
    "normalise": "Normalisation",
}


class Family(NamedTuple):
    """What a family's page tells; ``example`` returns named numbers for one of its kinds."""

    title: str
    about: str
    base: type[Declared]
    example: Callable[[Any], Mapping[str, Array | float]]


def main() -> None:
    """Write all pages, and remove those of kinds that are no more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    with one_thread():
        made = {page_name(kind): _layer_page(kind) for kind in layers.Layer.kinds.values()}
        made |= {name: _family_page(family) for name, family in FAMILIES.items()}
    return {"README.md": _index()} | made


def page_name(kind: type[layers.Layer]) -> str:
    """Return the name of a layer's page, which is that of the file that declares it."""
    return f"{kind.__module__.rpartition('.')[2]}.md"


def _index() -> str:
    parts = [
        "# Layers and what goes with them",
        MADE,
        "Each page tells what a kind computes, its hyper-parameters, and an example with all numbers, computed by the "
        "engine itself. [docs/engine.md](../engine.md) tells how they work together.",
    ]
    for group, title in GROUPS.items():
        rows = [
            f"| [{kind.label}]({page_name(kind)}) | {markdown(kind.summary())} |"
            for kind in layers.Layer.kinds.values()
            if kind.group == group
        ]
        parts += [f"## {title}", "\n".join(["| layer | what it does |", "| --- | --- |", *rows])]
    parts += ["## What goes with them"]
    parts += ["\n".join(f"- [{family.title}]({name})" for name, family in FAMILIES.items())]
    return _joined(parts)


def _layer_page(kind: type[layers.Layer]) -> str:
    parts = [f"# {kind.label}", MADE, *_about(kind), "## Hyper-parameters", _table(kind)]
    parts += ["## Shapes", *_shapes(kind.example()), "## Forward and backward", _passes(kind)]
    parts += ["## Worked example", *_worked(kind), f"Source: {_source(kind)}. [All layers](README.md)"]
    return _joined(parts)


def _about(kind: type[Declared]) -> list[str]:
    """Return the documentation; a formula that it does not tell itself comes after its first paragraph."""
    first, *rest = _paragraphs(inspect.cleandoc(kind.__doc__ or ""))
    if not any(paragraph.startswith("```math") for paragraph in rest):
        rest.insert(0, _math(vars(kind)["formula"]))
    return [first, *rest]


def markdown(text: str) -> str:
    r"""Turn what our docstrings use of reStructuredText into Markdown as GitHub shows it.

    Formulas stand between backticks, as Markdown would else take the backslash from a space such as ``\,``.
    """
    text = re.sub(r":math:`([^`]*)`", lambda found: f"$\0{found[1]}\0$", text)
    return text.replace("``", "`").replace("\0", "`")


def _paragraphs(text: str) -> list[str]:
    return [
        _math(paragraph.removeprefix(".. math::")) if paragraph.startswith(".. math::") else markdown(paragraph)
        for paragraph in text.split("\n\n")
    ]


def _math(formula: str) -> str:
    lines = [line.strip() for line in formula.strip().splitlines()]
    return "\n".join(["```math", *lines, "```"])


def _table(kind: type[Declared]) -> str:
    rows = [f"| `{f.name}` | {_meaning(f)} | {_values(f)} | {_default(f)} | {f.unit} |" for f in fields(kind)]
    if not rows:
        return "There are none."
    return "\n".join(["| name | meaning | values | default | unit |", "| --- | --- | --- | --- | --- |", *rows])


def _meaning(field: Field) -> str:
    return f"{field.help} A help for code written by hand; no project stores it." if field.hint else field.help


def _values(field: Field) -> str:
    page = next(((name, family.title) for name, family in FAMILIES.items() if family.base is field.family), None)
    values = f"one of the [{page[1].lower()}]({page[0]})" if page else expectation(field)
    return f"{values}, or None" if field.optional else values


def _default(field: Field) -> str:
    return "must be given" if field.required else f"`{written(field.default)}`"


def written(value: object) -> str:
    """Return a value as one would write it in Python: of a declaration only what is not its default."""
    if isinstance(value, tuple | list):
        return f"({', '.join(written(v) for v in value)}{',' if len(value) == 1 else ''})"
    if isinstance(value, float) and math.isinf(value):
        return "math.inf" if value > 0 else "-math.inf"
    if not isinstance(value, Declared):
        return repr(value)
    arguments = []
    for field in fields(type(value)):
        own = getattr(value, field.name)
        if field.required:
            arguments.append(written(own))
        elif own != check(value.kind, field, field.default):
            arguments.append(f"{field.name}={written(own)}")
    return f"{value.kind}({', '.join(arguments)})"


def _shapes(layer: layers.Layer) -> list[str]:
    rows = []
    for shape in filter(lambda shape: _takes(layer, shape), USUAL_SHAPES):
        (costs,) = network.Network([layer], shape).summary()
        learned, kept = layer.parameter_shapes(shape), layer.buffer_shapes(shape)
        arrays = ", ".join(f"`{name}` {written(size)}" for name, size in (learned | kept).items())
        rows.append(
            f"| {times(shape)} | {times(costs.output_shape)} | {arrays} | {costs.n_parameters:,} "
            f"| {costs.multiply_adds:,} |"
        )
    if not rows:
        raise ValueError(f"None of the shapes {USUAL_SHAPES} fits {layer}; add one that does to USUAL_SHAPES.")
    head = ["| input | output | arrays | learned numbers | multiply-adds |", "| --- | --- | --- | --- | --- |"]
    return [f"`{written(layer)}`, as it is when dragged into a stack; of one sample:", "\n".join([*head, *rows])]


def _takes(layer: layers.Layer, shape: Shape) -> bool:
    try:
        layer.output_shape(shape)
    except ShapeError:
        return False
    return True


def _passes(kind: type[layers.Layer]) -> str:
    lines = [f"- Forward: {_first_words(kind.forward)}"]
    if kind.parameter_gradients is not layers.Layer.parameter_gradients:
        lines.append(f"- Gradients to the parameters: {_first_words(kind.parameter_gradients)}")
    return "\n".join([*lines, f"- Gradient to the input: {_first_words(kind.backward)}"])


def _first_words(function: Callable[..., Any]) -> str:
    return " ".join(_paragraphs(inspect.getdoc(function) or "")[0].split())


def _worked(kind: type[layers.Layer]) -> list[str]:
    """Compute the layer with few numbers, in training and float64, forward and backward."""
    layer = kind.example().replace(**{f.name: TINY[f.form] for f in fields(kind) if f.required and f.form in TINY})
    shapes = [shape for shape in TINY_BATCHES if _takes(layer, shape)]
    shape = next((shape for shape in shapes if layer.output_shape(shape) != shape), shapes[0])
    net = network.Network([layer], shape, SEED, np.float64)
    rng = np.random.default_rng(SEED)
    for parameter in net.parameters.values():
        parameter[...] = rng.choice([-1, 1, 2], parameter.shape)
    x = rng.integers(-3, 4, (TINY_BATCHES[shape], *shape)).astype(np.float64)
    y = net.forward(x, train=True)
    g = rng.choice([-1, 1, 2], y.shape)
    dx = net.backward(g)
    own = {name.partition("/")[2]: array for name, array in net.parameters.items()}
    given = {"x, the input": x} | {f"{name}, learned": array for name, array in own.items()}
    forward = {"y, the output": y} | {name.partition("/")[2]: array for name, array in net.buffers.items()}
    gradients = {f"gradient to {name.partition('/')[2]}": array for name, array in net.gradients.items()}
    return [
        f"`{written(layer)}` in training, seed {SEED}, on {len(x)} sample{'s' if len(x) > 1 else ''}:",
        _arrays(given | forward),
        "and backward, when `g` is the gradient of the loss to the output:",
        _arrays({"g": g} | gradients | {"gradient to x": dx}),
    ]


def _arrays(named: Mapping[str, Array | float]) -> str:
    blocks = [f"{name}  {written(np.shape(array)) if np.ndim(array) else ''}".rstrip() + "\n" + _numbers(array)
              for name, array in named.items()]  # fmt: skip
    return "```text\n" + "\n\n".join(blocks) + "\n```"


def _numbers(array: Array | float) -> str:
    """Return the numbers to four decimals, in columns."""
    rounded = np.round(np.asarray(array, np.float64), 4) + 0.0  # no minus before a zero
    width = max(len(f"{v:g}") for v in rounded.flat)
    return np.array2string(rounded, max_line_width=110, formatter={"float_kind": lambda v: f"{v:{width}g}"})


def _source(kind: type[Declared]) -> str:
    path = f"{kind.__module__.replace('.', '/')}.py"
    return f"[{path}](../../{path})"


def _family_page(family: Family) -> str:
    parts = [f"# {family.title}", MADE, family.about]
    for kind in family.base.kinds.values():
        parts += [f"## {kind.label}", *_about(kind), f"Hyper-parameters of `{kind.kind}`:", _table(kind)]
        parts += ["For example:", _arrays(family.example(kind)), f"Source: {_source(kind)}."]
    return _joined([*parts, "[All layers](README.md)"])


def _activation(kind: type[Activation]) -> dict[str, Array | float]:
    z = np.array([[-2.0, -1, 0, 1, 2]])
    return {"z": z, "a": kind().forward(z), "derivative at z": kind().derivative(z)}


def _loss(kind: type[loss.Loss]) -> dict[str, Array | float]:
    outputs, labels = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]]), np.array([0, 1])
    targets = kind().encode(labels, 3, outputs.dtype)
    value, gradient = kind().forward(outputs, targets), kind().backward(outputs, targets)
    return {"outputs": outputs, "targets": targets, "loss": value, "gradient to the outputs": gradient}


def _optimizer(kind: Callable[..., optimizers.Optimizer]) -> dict[str, Array | float]:
    optimizer, gradient, vector = kind(lr=0.1), np.array([2.0, -0.5]), np.array([1.0, -1])
    slots = [np.zeros_like(vector) for _ in range(optimizer.n_slots)]
    seen: dict[str, Array | float] = {"w at first, lr 0.1": vector.copy(), "gradient, the same at each step": gradient}
    for step in range(3):
        optimizer.update(vector, gradient.copy(), slots, step)
        seen[f"w after step {step + 1}"] = vector.copy()
    return seen


def _initializer(kind: type[initializations.Initializer]) -> dict[str, Array | float]:
    drawn = kind()((3, 4), (3, 4), streams.initialisation(SEED, 0))
    return {f"weight of a Dense from 3 inputs to 4 units, seed {SEED}": drawn}


def _augmentation(kind: type[Augmentation]) -> dict[str, Array | float]:
    """Show the first step at which something happens."""
    image, step = np.tile([[0.0, 1, 0, 0, 0, 0]], (6, 1)), 0
    changed = image[None, None].copy()
    while np.array_equal(changed[0, 0], image):
        augment(changed, [kind()], streams.augmentation(SEED, step))
        step += 1
    return {"an image": image, f"the same in step {step}, seed {SEED}": changed[0, 0]}


def _schedule(kind: type[schedules.Schedule]) -> dict[str, Array | float]:
    steps = np.array([0, 250, 500, 1000, 5000, 10_000])
    return {"step": steps, "factor": np.array([kind().factor(int(step)) for step in steps])}


def _metric(kind: type[metrics.Metric]) -> dict[str, Array | float]:
    metric = kind(**{f.name: TINY[f.form] for f in fields(kind)})
    if metric.judges == "classes":
        outputs = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4], [0.1, 0.6, 0.3], [0.2, 0.5, 0.3]])
        targets = np.eye(3)[[0, 1, 1, 2]]
    else:
        outputs, targets = np.array([[1.0, 10], [2, 30], [4, 20]]), np.array([[1.0, 10], [3, 20], [4, 30]])
    sums = metric.sums(outputs, targets, 0.5)
    return {"outputs": outputs, "targets": targets, metric.noun: metric.value(sums)}


def _penalty(kind: Callable[..., penalties.Penalty]) -> dict[str, Array | float]:
    penalty, weight = kind(), np.array([[3.0, -0.5], [0, -2]])
    return {"weight": weight, "penalty": penalty.forward(weight), "gradient": penalty.backward(weight)}


def _constraint(kind: Callable[..., constraints.Constraint]) -> dict[str, Array | float]:
    weight = np.array([[3.0, -0.5], [4, 2]])
    seen: dict[str, Array | float] = {"weight of a Dense, a column for each unit": weight.copy()}
    kind().apply(weight, unit_axis=1)
    return seen | {"after the step": weight}


FAMILIES: Mapping[str, Family] = {
    "activations.md": Family(
        "Activations",
        "The function that a layer applies to its sums `z`. Of Softmax, which mixes the values of a sample, the "
        "derivative is a matrix.",
        Activation,
        _activation,
    ),
    "losses.md": Family(
        "Losses",
        "One number that training makes small: the mean over the batch, as its gradients are. Outputs have the shape "
        "(n, k); targets are labels (n,) or numbers (n, k).",
        loss.Loss,
        _loss,
    ),
    "optimizers.md": Family(
        "Optimizers",
        "How the gradient `g` changes the parameters `w`, all of them at once, as they are one vector.",
        optimizers.Optimizer,
        _optimizer,
    ),
    "initialisations.md": Family(
        "Initialisations",
        "How weights begin. The fans are the numbers of connections into and out of one unit.",
        initializations.Initializer,
        _initializer,
    ),
    "schedules.md": Family(
        "Schedules",
        "By what the learning rate is multiplied at a step, counted from 0; every optimizer takes one as `schedule`.",
        schedules.Schedule,
        _schedule,
    ),
    "metrics.md": Family(
        "Metrics",
        "Numbers that people judge a network by; training does not look at them. Outputs and targets have the shape "
        "(n, k). Of classes, the largest of several outputs is the answer; a single output says yes from one half on, "
        "or from zero on for logits and with the hinge loss. Each is computed from sums over the samples, so that what "
        "an epoch tells is exact. `TrainSettings(metrics=[...])` and `Model(metrics=[...])` take them.",
        metrics.Metric,
        _metric,
    ),
    "penalties.md": Family(
        "Penalties",
        "What large weights `w` of a layer cost. It is added to the loss of each batch and of each evaluation, so that "
        "what is told is what training makes small. The bias costs nothing.",
        penalties.Penalty,
        _penalty,
    ),
    "constraints.md": Family(
        "Constraints",
        "What the weights of a layer are brought back to after each step; `u` counts its units or kernels. The bias is "
        "free.",
        constraints.Constraint,
        _constraint,
    ),
    "augmentations.md": Family(
        "Augmentations",
        "How training samples change, each time they are learned from, by random numbers of their own. A pixel of an "
        "image `x` at row `r` and column `c`, counted from the centre, goes to `r'` and `c'`; movements that follow "
        "each other are one, so that the image is blurred once, and outside of it the nearest pixel counts.",
        Augmentation,
        _augmentation,
    ),
}


def _joined(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
