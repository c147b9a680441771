"""What can be told about a project in text: its layers, its totals, and how far it is trained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, prod
from typing import Any

from slugstudio.engine.declaration import Shape
from slugstudio.engine.layers.base import Layer, times
from slugstudio.engine.metrics import Metric
from slugstudio.engine.records import to_record
from slugstudio.engine.schedules import Constant
from slugstudio.engine.train import TrainSettings
from slugstudio.project.analysis import analyse
from slugstudio.project.project import Project

_HEADINGS = ("Layer", "Kind", "Settings", "Output", "Parameters", "Weights")
_RIGHT = {"Output", "Parameters"}
_OF_SHAPES = ("output_shape", "n_parameters", "parameters", "buffers", "multiply_adds")
"""What is told of a layer once the shape of its input is known."""
_DIVERGED = " It diverged: some of its numbers are not finite. Train it anew, with a lower learning rate."


def percent(share: float) -> str:
    """Write a share between 0 and 1: ``98.9 %``."""
    return f"{100 * share:.1f} %"


def finite_or_none(value: float | None) -> float | None:
    """Return what JSON can say: a finite number or nothing."""
    return value if value is not None and isfinite(value) else None


def as_record(project: Project) -> dict[str, Any]:
    """Return all that can be told, as values that JSON can hold."""
    design, analysis = project.design, analyse(project.design)
    layers = [
        _layer(entry.name, entry.layer, None if facts.output_shape is None else facts.input_shape)
        for entry, facts in zip(design.layers, analysis.layers, strict=True)
    ]
    source, training = design.data.source, design.training
    return {
        "data": {
            "kind": source.kind,
            "title": source.title,
            "n_samples": source.n_samples,
            "sample_shape": source.sample_shape,
            "classes": source.classes,
            "preprocessing": design.data.preprocessing.kind,
            "validation_split": design.data.validation_split,
        },
        "layers": layers,
        "n_parameters": analysis.n_parameters,
        "multiply_adds": sum(facts.multiply_adds or 0 for facts in analysis.layers),
        "newer": None if design.newer is None else design.newer.producer,
        "problems": [problem.message for problem in analysis.problems],
        "training": {
            "optimizer": training.optimizer.kind,
            "learning_rate": training.optimizer.lr,
            "schedule": to_record(training.optimizer.schedule),
            "clip": finite_or_none(training.optimizer.clip if training.optimizer.clip > 0 else None),
            "clip_norm": finite_or_none(training.optimizer.clip_norm if training.optimizer.clip_norm > 0 else None),
            "loss": training.loss.kind,
            "batch_size": training.batch_size,
            "epochs": training.epochs,
            "seed": training.seed,
            "class_balance": training.class_balance,
            "threads": training.threads,
            "metrics": [metric.name for metric in training.metrics],
            "early_stopping": training.early_stopping and to_record(training.early_stopping),
            "augmentation": [to_record(each) for each in training.augmentation],
        },
        "state": _state(project),
    }


def _layer(name: str, layer: Layer, input_shape: Shape | None) -> dict[str, Any]:
    """Tell of a layer and of those inside it; where its input is not known, it tells None instead of shapes."""
    told: dict[str, Any] = {"name": name, "kind": layer.kind, "settings": layer.details()}
    if input_shape is None:
        return told | dict.fromkeys(_OF_SHAPES) | {"inside": []}
    parameters = layer.parameter_shapes(input_shape)
    values = (
        layer.output_shape(input_shape),
        sum(prod(shape) for shape in parameters.values()),
        parameters,
        layer.buffer_shapes(input_shape),
        layer.multiply_adds(input_shape),
    )
    inside = [_layer(part.name, part.layer, part.input_shape) for part in layer.inside(input_shape)]
    return told | dict(zip(_OF_SHAPES, values, strict=True)) | {"inside": inside}


def _state(project: Project) -> dict[str, Any]:
    trained = project.trained
    best = None if trained is None else trained.state.best
    state: dict[str, Any] = {
        "trained": trained is not None,
        "epoch": project.epoch,
        "step": 0 if trained is None else trained.state.step,
        "best_epoch": None if best is None else best.epoch,
        "best_is_back": best is not None and best.back,
        "diverged": project.diverged,
    }
    row = project.judged
    for name in ("loss", "accuracy", "val_loss", "val_accuracy", "seconds"):
        state[name] = None if row is None else finite_or_none(getattr(row, name))
    for name in (metric.name for metric in project.design.training.metrics if metric.name not in state):
        state[name] = None if row is None else row.metrics.get(name)
        state[f"val_{name}"] = None if row is None else row.val_metrics.get(name)
    return state


def as_text(project: Project, title: str) -> str:
    """Return the same for people: a table of the layers between what goes in and how it went."""
    record = as_record(project)
    data = record["data"]
    rows = [_HEADINGS, *_rows(record["layers"])]
    lines = [
        f"{title}: {data['title']}, {data['n_samples']:,} samples of {times(data['sample_shape'])} values, "
        f"{len(data['classes'])} classes, {100 * data['validation_split']:g} % for validation",
        "",
        *_table(rows),
        "",
        f"In all {record['n_parameters']:,} parameters, {record['multiply_adds']:,} multiply-adds a sample.",
        _rule(project.design.training),
        _progress(record["state"], project.design.training),
        *(f"Problem: {problem}" for problem in record["problems"]),
        *([] if project.design.newer is None else [project.design.newer.told()]),
    ]
    return "\n".join(lines)


def _rows(layers: Sequence[dict[str, Any]], indent: str = "") -> Iterator[tuple[str, ...]]:
    for layer in layers:
        yield _row(layer, indent)
        yield from _rows(layer["inside"], indent + "  ")


def _row(layer: dict[str, Any], indent: str) -> tuple[str, ...]:
    """Return a line of the table; the arrays of the layers inside are told in lines of their own."""
    shapes = {**(layer["parameters"] or {}), **(layer["buffers"] or {})} if not layer["inside"] else {}
    return (
        indent + layer["name"],
        layer["kind"],
        layer["settings"],
        "?" if layer["output_shape"] is None else times(layer["output_shape"]),
        "?" if layer["n_parameters"] is None else f"{layer['n_parameters']:,}",
        ", ".join(f"{name} ({', '.join(map(str, shape))})" for name, shape in shapes.items()),
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if heading in _RIGHT else cell.ljust(width)
            for cell, width, heading in zip(row, widths, _HEADINGS, strict=True)
        ).rstrip()
        for row in rows
    ]


def value_of(metric: Metric, value: float) -> str:
    """Write the value of a metric: ``98.9 %``, or ``0.1234`` where it is no share."""
    return percent(value) if metric.is_share else f"{value:.4f}"


def told(metric: Metric, value: float) -> str:
    """Say the value of a metric: ``accuracy 98.9 %``."""
    return f"{metric.noun} {value_of(metric, value)}"


def _rule(training: TrainSettings) -> str:
    """Say how it is trained."""
    optimizer = training.optimizer
    said = [f"{optimizer.label} with learning rate {optimizer.lr:g}"]
    if not isinstance(optimizer.schedule, Constant):
        said.append(f"lowered by {optimizer.schedule.label.lower()}")
    if optimizer.clip > 0 or optimizer.clip_norm > 0:
        said.append("gradients cut")
    said += [
        f"{training.loss.label.lower()}",
        f"batches of {training.batch_size:,}",
        f"seed {training.seed}",
    ]
    if training.class_balance:
        said.append("classes balanced")
    if training.threads > 1:
        said.append(f"products on {training.threads} threads")
    if training.augmentation:
        said.append(f"augmented by {', '.join(each.label.lower() for each in training.augmentation)}")
    if training.early_stopping is not None:
        said.append("stopped early when nothing improves")
    return ", ".join(said) + "."


def _progress(state: dict[str, Any], training: TrainSettings) -> str:
    if not state["trained"]:
        return f"Not trained yet ({training.epochs:,} epochs to go)."
    said = [f"Trained for {state['epoch']:,} of {training.epochs:,} epochs ({state['step']:,} steps)"]
    parts = (("", ""), ("validation ", "val_"))
    for words, beginning in parts:
        loss = state[f"{beginning}loss"]
        said += [] if loss is None else [f"{words}loss {loss:.4f}"]
    for metric in training.metrics:
        for words, beginning in parts:
            value = state[f"{beginning}{metric.name}"]
            said += [] if value is None else [f"{words}{told(metric, value)}"]
    return ", ".join(said) + "." + _best(state) + (_DIVERGED if state["diverged"] else "")


def _best(state: dict[str, Any]) -> str:
    if state["best_epoch"] is None:
        return ""
    now = ", and its weights are back" if state["best_is_back"] else " so far"
    return f" Epoch {state['best_epoch']:,} was the best{now}."
