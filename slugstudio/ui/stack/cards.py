"""What the cards of the stack say: plain values, made from the design and its analysis."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from slugstudio.engine.layers.base import times
from slugstudio.project.analysis import Analysis, LayerAnalysis
from slugstudio.project.design import DataChoice, Design, LayerEntry
from slugstudio.ui.document import DATA_CARD
from slugstudio.ui.translation import told, tr

FLOAT32 = 4
"""The bytes of a number."""


@dataclass(frozen=True)
class Card:
    """One card: everything that is painted of it and spoken about it.

    ``severity`` is ``"error"``, ``"warning"`` or empty; ``parameters`` is empty where there are none to learn. ``work``
    and ``memory`` are the multiply-adds and the output of one sample.
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
    work: str = ""
    memory: str = ""
    enabled: bool = True
    frozen: bool = False

    @property
    def facts(self) -> str:
        """All that the card tells, for a tooltip: what it has no room for too."""
        learned = tr("{n} parameters", n=self.parameters) if self.parameters else ""
        parts = (self.title, self.details, self.shape, learned, self.work, self.memory, self.problem)
        return "\n".join(part for part in parts if part)


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
    work = tr("{n} mult-adds", n=_short(facts.multiply_adds)) if facts.multiply_adds else ""
    size = None if facts.output_shape is None else FLOAT32 * prod(facts.output_shape)
    memory = "" if size is None else tr("{n}B a sample", n=_short(size) if size >= 1000 else f"{size} ")
    states = [tr("Disabled")] if not entry.enabled else [tr("Frozen")] if entry.frozen else []
    details = " · ".join([*states, *filter(None, [layer.details()])])
    spoken = [entry.name, layer.label, details]
    spoken += [f"output {shape}"] if shape else []
    spoken += [f"{parameters} parameters"] if parameters else []
    spoken += [text for text in (work, memory) if text]
    spoken += [f"{problem.severity}: {problem.message}"] if problem else []
    return Card(
        id=entry.id,
        title=entry.name,
        details=details,
        shape=shape,
        parameters=parameters,
        group=layer.group,
        spoken=", ".join(part for part in spoken if part),
        severity=problem.severity if problem else "",
        problem=told(problem.message) if problem else "",
        work=work,
        memory=memory,
        enabled=entry.enabled,
        frozen=entry.frozen and entry.enabled,
    )


def _short(number: int) -> str:
    """Write a number with two or three digits: ``5.2 k``."""
    value, steps = float(number), iter("kMGTPE")
    unit = ""
    while value >= 999.5:
        value, unit = value / 1000, next(steps)
    return f"{value:.1f} {unit}" if unit and value < 99.95 else f"{value:.0f} {unit}".rstrip()
