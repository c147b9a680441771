"""What the network makes of samples while it learns: weights, answers, feature maps and the field of a boundary.

Computed by another network over a copied vector, in a thread of its own, so that views never race with the training and
never keep the window waiting. While an answer is worked out, only the latest question waits.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from slugstudio.datasets import Dataset, Fitted, split
from slugstudio.engine.declaration import Array
from slugstudio.engine.loss import Loss
from slugstudio.engine.network import Network
from slugstudio.project.analysis import analyse
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.keeping import Key
from slugstudio.project.project import Project
from slugstudio.project.session import compile_network, weights_by_key
from slugstudio.ui.background import Background
from slugstudio.ui.document import Change, Document

MOST_MAPS = 5
"""How many feature maps of a layer are shown on its card."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """A data set with its division, as the design asks for it, and its preprocessing."""

    choice: DataChoice
    dataset: Dataset
    rows: npt.NDArray[np.int64]
    validation_rows: npt.NDArray[np.int64]
    fitted: Fitted


@dataclass(frozen=True, eq=False)
class Question:
    """What is to be worked out: for ``project`` with the weights ``vector``, or its own where that is None."""

    project: Project
    vector: Array | None
    sample: Array | None
    points: Array | None


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found for a question.

    ``weights`` are those of the layers up to the first that has a problem. ``probabilities`` of shape (k,) belong to
    the sample that was asked for, ``at_points`` of shape (n, k) to the points. ``maps`` are the feature maps, by the
    layer's id and each of shape (height, width), of ``sample``: the one asked for, else one kept for validation; of a
    layer that gives a vector there is one, of all its units.
    ``message`` says why there is nothing.
    """

    weights: Mapping[Key, Array] = field(default_factory=dict)
    probabilities: Array | None = None
    at_points: Array | None = None
    maps: Mapping[str, list[Array]] = field(default_factory=dict)
    sample: Array | None = None
    loaded: Loaded | None = None
    message: str = ""


class Preview(QObject):
    """Asks for whatever the views show, when it changes."""

    answered = Signal(object)
    """Carries an `Answer`."""
    loaded = Signal(object)
    """Carries a `Loaded`, or None while the data are not at hand."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._background = Background(self)
        self._worker = _Worker()
        self._busy = self._waiting = self._finished = False
        self._live: tuple[Project, Array] | None = None
        self._sample: Array | None = None
        self._points: Array | None = None
        self._loaded: Loaded | None = None
        document.changed.connect(self._follow)

    def look(self, project: Project, vector: Array) -> None:
        """Show the weights of a training that runs; ``vector`` is one of the network of ``project``."""
        self._live = project, vector
        self.ask()

    def look_at_document(self) -> None:
        """Show the weights that the document has: nothing trains."""
        self._live = None
        self.ask()

    def set_sample(self, sample: Array | None) -> None:
        """Ask what the network makes of a raw sample of shape ``sample_shape``."""
        self._sample = sample
        self.ask()

    def set_points(self, points: Array | None) -> None:
        """Ask for the probabilities at raw points of shape (n, 2)."""
        self._points = points
        self.ask()

    def ask(self) -> None:
        """Work out everything anew as soon as the last answer is there."""
        if self._finished:
            return
        if self._busy:
            self._waiting = True
            return
        self._busy, self._waiting = True, False
        project, vector = self._live or (self._document.project, None)
        design, now = project.design, self._document.design
        if (design.declarations, design.data) != (now.declarations, now.data):
            # An edit has ended this training: its weights are on their way into the document.
            project, vector = self._document.project, None
        question = Question(project, vector, self._sample, self._points)
        self._background.run(lambda: self._worker.answer(question), self._take, self._fail)

    def finish(self) -> None:
        """Wait for the work that runs, as the last thing before the program ends; nothing is asked any more."""
        self._finished = True
        self._background.finish()

    def _take(self, answer: Answer) -> None:
        self._busy = False
        if answer.loaded is not self._loaded:
            self._loaded = answer.loaded
            self.loaded.emit(answer.loaded)
        self.answered.emit(answer)
        if self._waiting:
            self.ask()

    def _fail(self, message: str) -> None:
        self._take(Answer(message=message))

    def _follow(self, change: Change) -> None:
        if change.fields & {"layers", "data", "training", "trained"}:
            self.ask()


class _Worker:
    """Lives in the background thread and keeps there what is slow to make."""

    def __init__(self) -> None:
        self._network: tuple[object, Network] | None = None
        self._loaded: Loaded | None = None

    def answer(self, question: Question) -> Answer:
        """Work out one answer."""
        project, whole = _sound_part(question.project), question.project.design
        design = project.design
        loaded = self._load(design.data)
        sample = None if loaded is None else _shown(question.sample, loaded)
        if not design.layers:
            return Answer(sample=sample, loaded=loaded)
        network = self._compiled(project, question.vector)
        weights = weights_by_key(design, network.views(network.kept.copy()))
        if loaded is None:
            return Answer(weights)
        activations = [] if sample is None else network.activations(loaded.fitted.apply(sample[None]))
        ids = {entry.name: entry.id for entry in design.layers}
        maps = {ids[name]: pictured(a[0]) for name, a in activations}
        probabilities = found = None
        loss = design.training.loss
        if len(design.layers) == len(whole.layers) and analyse(whole).playable:
            if sample is not None and sample is question.sample:
                answers = _probabilities(activations[-1][1], loss)
                probabilities = None if answers is None else answers[0]
            if question.points is not None and network.input_shape == question.points.shape[1:]:
                found = _probabilities(network.predict(loaded.fitted.apply(question.points)), loss)
        return Answer(weights, probabilities, found, maps, sample, loaded)

    def _compiled(self, project: Project, vector: Array | None) -> Network:
        """Return the network with its weights; compiled anew only where the layers are others."""
        design = project.design
        if vector is None:
            self._network = (_identity(design), compile_network(project))
            return self._network[1]
        if self._network is None or self._network[0] != _identity(design):
            self._network = (_identity(design), compile_network(project))
        network = self._network[1]
        network.kept[...] = vector
        return network

    def _load(self, choice: DataChoice) -> Loaded | None:
        """Return the data as they are asked for; None if they have to be downloaded first."""
        known = self._loaded
        if not choice.source.at_hand:
            return None
        if known is None or known.choice != choice:
            same = known is not None and known.choice.source == choice.source
            dataset = known.dataset if known is not None and same else choice.source.load()
            rows, validation_rows = split(dataset.y, choice.validation_split, choice.seed)
            fitted = choice.preprocessing.fit(dataset.x[rows])
            self._loaded = Loaded(choice, dataset, rows, validation_rows, fitted)
        return self._loaded


def pictured(values: Array) -> list[Array]:
    """Return what leaves a layer for one sample as pictures of shape (height, width): maps, or one of all units."""
    if values.ndim == 3:
        return list(values[:MOST_MAPS])
    flat = values.ravel()
    height = next(n for n in range(math.isqrt(flat.size), 0, -1) if not flat.size % n)
    return [flat.reshape(height, -1)]


def _shown(sample: Array | None, loaded: Loaded) -> Array | None:
    """Return the sample if it is one of these data, else the first that is kept for validation."""
    dataset = loaded.dataset
    if sample is not None and sample.shape == dataset.sample_shape:
        return sample
    first: Array = dataset.x[loaded.validation_rows[0] if len(loaded.validation_rows) else 0]
    return first


def _probabilities(outputs: Array, loss: Loss) -> Array | None:
    """Return what the outputs, of shape (n, k), say; None where numbers became infinite: then there is no answer."""
    return loss.probabilities(outputs) if np.isfinite(outputs).all() else None


def _identity(design: Design) -> object:
    return design.layers, design.data.source.sample_shape


def _sound_part(project: Project) -> Project:
    """Return the project with the layers up to the first that has a problem of shape."""
    layers = []
    for entry, facts in zip(project.design.layers, analyse(project.design).layers, strict=True):
        if facts.output_shape is None:
            break
        layers.append(entry)
    if len(layers) == len(project.design.layers):
        return project
    return dataclasses.replace(project, design=dataclasses.replace(project.design, layers=tuple(layers)))
