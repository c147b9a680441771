"""Session: a project brought to life, with its data loaded and its network compiled.

The command line, the studio's training thread and the tests all train through it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import closing

import numpy as np

from slugstudio.datasets import split
from slugstudio.engine import streams
from slugstudio.engine.controls import Controls
from slugstudio.engine.declaration import Array
from slugstudio.engine.evaluation import evaluate
from slugstudio.engine.events import EpochDone, Event, Finished, Snapshot
from slugstudio.engine.network import Network
from slugstudio.engine.train import TrainData, TrainState, train
from slugstudio.project.analysis import analyse
from slugstudio.project.design import Design
from slugstudio.project.errors import DesignError
from slugstudio.project.keeping import Key
from slugstudio.project.project import Project, Trained


class Session:
    """Everything that is needed to train a project.

    Parameters
    ----------
    project : Project
        Stays as it is; `capture` returns what became of it.

    Raises
    ------
    DesignError
        If the design cannot be trained; the message says which layer and why.
    DataError
        If the data are not at hand.

    Attributes
    ----------
    design : Design
    network : Network
        With the weights that the project has, those that fit, and first values for the others.
    dataset : Dataset
    data : TrainData
        Split, and preprocessed by `fitted`.
    fitted : Fitted
    state : TrainState
        Where the training is.
    history : History
    """

    def __init__(self, project: Project) -> None:
        project = project.settled()
        self.design = project.design
        require_playable(self.design)
        choice, trained = self.design.data, project.trained
        self.dataset = choice.source.load()
        rows, val_rows = split(self.dataset.y, choice.validation_split, choice.seed)
        x, y = self.dataset.x, self.dataset.y
        known = trained.preprocessing if trained else None
        self.fitted = known or choice.preprocessing.fit(x[rows])
        self.data = TrainData(self.fitted.apply(x[rows]), y[rows], self.fitted.apply(x[val_rows]), y[val_rows])
        self.network = compile_network(project)
        asleep = {entry.id for entry in self.design.layers if not entry.enabled}
        self._asleep = {key: array for key, array in (trained.weights if trained else {}).items() if key[0] in asleep}
        self.state = _state(project, self.network)
        if self.state.noise:  # a capture before any training takes it from the network
            streams.restore(self.network.noise, self.state.noise)
        self.history = project.history.copy()

    @property
    def classes(self) -> tuple[str, ...]:
        """The name of each class."""
        return self.dataset.classes

    def run(self, controls: Controls | None = None, epochs: int | None = None) -> Iterator[Event]:
        """Train on, note in the history what happens, and yield it.

        Parameters
        ----------
        controls : Controls, optional
            How another thread pauses, stops or changes the training.
        epochs : int, optional
            After which epoch to leave off; by default after the design's last. Whoever goes on later gets the bits of
            never having left off.
        """
        with closing(train(self.network, self.data, self.design.training, self.state, controls)) as events:
            for event in events:
                self.history.append(event)
                yield event
                if isinstance(event, EpochDone) and event.epoch == epochs and epochs < self.design.training.epochs:
                    yield Finished(event.step, event.epoch, "completed")
                    return

    def capture(self, snapshot: Snapshot | None = None) -> Project:
        """Return the project as it is now; further training does not change it.

        While another thread trains, give the `Snapshot` that the training yielded (asked for by
        `Controls.request_snapshot`): then nothing is read that is being changed, and weights, state and
        history are of one moment. Its arrays become the project's.
        """
        if snapshot is None:
            self.state.noise = streams.state_of(self.network.noise)
            snapshot = Snapshot(self.state.step, self.network.kept.copy(), self.state.copy())
        state, best = dataclasses.replace(snapshot.state, slots=[]), snapshot.state.best
        slots = tuple(self._by_id(slot) for slot in snapshot.state.slots)
        kept = None if best is None or best.kept is None else self._by_id(best.kept)
        state.best = best and dataclasses.replace(best, kept=None)
        weights = self._by_id(snapshot.kept) | self._asleep
        trained = Trained(self.design, weights, slots, state, self.fitted, kept)
        return Project(self.design, trained, self.history.until(snapshot.step))

    def _by_id(self, vector: Array) -> dict[Key, Array]:
        return weights_by_key(self.design, self.network.views(vector))

    def evaluate(self) -> dict[str, float]:
        """Return the mean ``"loss"`` and each chosen metric on the validation samples; nothing if there are none."""
        training, data = self.design.training, self.data
        if not len(data.x_val):
            return {}
        return evaluate(self.network, data.x_val, data.y_val, training.loss, training.metrics)


def require_playable(design: Design) -> None:
    """Raise `DesignError` if the design cannot be trained, saying which layer keeps it from that and why."""
    problem = analyse(design).obstacle
    if problem is not None:
        names = [f"{entry.name}: " for entry in design.layers if entry.id == problem.layer_id]
        raise DesignError("".join(names) + problem.message)


def compile_network(project: Project) -> Network:
    """Compile the design and put back the weights that fit; the others have their first values, by the seed.

    Raises
    ------
    ConfigError, ShapeError
        If the layers do not fit each other.
    """
    design, trained = project.design, project.settled().trained
    seed = design.training.seed if trained is None else trained.state.seed
    entries = design.working.layers
    layers, names = [entry.layer for entry in entries], [entry.name for entry in entries]
    frozen = [entry.name for entry in entries if entry.frozen]
    network = Network(layers, design.data.source.sample_shape, seed, names=names, frozen=frozen)
    if trained is not None:
        _put(weights_by_key(design, network.parameters | network.buffers), trained.weights)
    return network


def _state(project: Project, network: Network) -> TrainState:
    """Return the state to go on from, with the optimizer's memory as vectors: zero where none fits."""
    if project.trained is None:
        return TrainState(project.design.training.seed)
    state = project.trained.state.copy()
    for slot in project.trained.slots:
        vector = np.zeros_like(network.vector)
        _put(weights_by_key(project.design, network.views(vector)), slot)
        state.slots.append(vector)
    if state.best is not None and project.trained.best is not None:
        kept = np.zeros_like(network.kept)
        _put(weights_by_key(project.design, network.views(kept)), project.trained.best)
        state.best.kept = kept
    return state


def weights_by_key(design: Design, arrays: Mapping[str, Array]) -> dict[Key, Array]:
    """Turn names such as ``dense_1/weight`` into keys with the layer's id."""
    ids = {entry.name: entry.id for entry in design.layers}
    parts = {name: name.partition("/") for name in arrays}
    return {(ids[layer], parameter): arrays[name] for name, (layer, _, parameter) in parts.items()}


def _put(targets: Mapping[Key, Array], tensors: Mapping[Key, Array]) -> None:
    """Copy tensors to their places; those of disabled layers have none."""
    for key, tensor in tensors.items():
        if key in targets:
            targets[key][...] = tensor
