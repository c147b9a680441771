"""What the cards of the stack say: plain values, made from the design and its analysis."""

from __future__ import annotations

from dataclasses import dataclass

from slugstudio.engine.layers.base import times
from slugstudio.project.analysis import Analysis, LayerAnalysis
from slugstudio.project.design import DataChoice, Design, LayerEntry
from slugstudio.ui.document import DATA_CARD


@dataclass(frozen=True)
class Card:
    """One card: everything that is painted of it and spoken about it.

    ``severity`` is ``"error"``, ``"warning"`` or empty; ``parameters`` is empty where there are none to learn.
    """

    id: str
    title: str
    details: str
    shape: str
    parameters: str
    group: str
    spoken: str
    severity: str = ""
    problem: str = ""


def cards(design: Design, analysis: Analysis) -> tuple[Card, ...]:
    """Return the card of the data and then one for each layer."""
    layers = zip(design.layers, analysis.layers, strict=True)
    return (_data_card(design.data), *(_layer_card(entry, facts) for entry, facts in layers))


def _data_card(data: DataChoice) -> Card:
    source = data.source
    shape = times(source.sample_shape)
    unit = "images" if len(source.sample_shape) == 3 else "points"
    details = f"{source.n_samples:,} {unit} · {1 - data.validation_split:.0%} train".replace("%", "\u202f%")
    return Card(DATA_CARD, source.title, details, shape, "", "input", f"Data, {source.title}, {details}, shape {shape}")


def _layer_card(entry: LayerEntry, facts: LayerAnalysis) -> Card:
    layer, problem = entry.layer, facts.problem
    shape = "" if facts.output_shape is None else times(facts.output_shape)
    parameters = f"{facts.n_parameters:,}" if facts.n_parameters else ""
    spoken = [entry.name, layer.label, layer.details()]
    spoken += [f"output {shape}"] if shape else []
    spoken += [f"{parameters} parameters"] if parameters else []
    spoken += [f"{problem.severity}: {problem.message}"] if problem else []
    return Card(
        id=entry.id,
        title=entry.name,
        details=layer.details(),
        shape=shape,
        parameters=parameters,
        group=layer.group,
        spoken=", ".join(part for part in spoken if part),
        severity=problem.severity if problem else "",
        problem=problem.message if problem else "",
    )
