"""The preview: what the views are told is what an independent network over the same weights gives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slugstudio.datasets import MNIST, Circles, Digits, split
from slugstudio.engine.activation import Softmax
from slugstudio.engine.layers import BatchNormalization, Dense, Flatten
from slugstudio.engine.loss import SoftmaxCategoricalCrossEntropy
from slugstudio.engine.network import Network
from slugstudio.project import Project, edits
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.session import Session
from slugstudio.ui.document import Document
from slugstudio.ui.preview import MOST_MAPS, Answer, Loaded, Preview, _Worker
from tests.project.made import digits_design, points_design, stack, trained

Ask = Callable[[], object]


class Heard:
    """A preview and all that it told."""

    def __init__(self, qtbot: QtBot, preview: Preview, document: Document) -> None:
        self.qtbot, self.preview, self.document = qtbot, preview, document
        self.answers: list[Answer] = []
        self.loaded: list[Loaded | None] = []
        preview.answered.connect(self.answers.append)
        preview.loaded.connect(self.loaded.append)

    def answer(self, ask: Ask | None = None) -> Answer:
        """Ask and return the answer."""
        n = len(self.answers)
        (ask or self.preview.ask)()
        self.qtbot.waitUntil(lambda: len(self.answers) > n and not self.preview._busy)
        return self.answers[-1]


@pytest.fixture
def hear(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[Project], Heard]]:
    made: list[Preview] = []

    def start(project: Project) -> Heard:
        document = Document(project)
        made.append(Preview(document))
        return Heard(qtbot, made[-1], document)

    yield start
    for preview in made:
        preview.finish()


@pytest.fixture(scope="module")
def learned() -> Project:
    return trained(digits_design())


def network_of(design: Design, vector: np.ndarray) -> Network:
    """Return a network that owes nothing to the preview."""
    layers, names = [entry.layer for entry in design.layers], [entry.name for entry in design.layers]
    network = Network(layers, design.data.source.sample_shape, seed=123, names=names)
    network.vector[...] = vector
    return network


def vector_of(design: Design, seed: int = 5) -> np.ndarray:
    network = Network([entry.layer for entry in design.layers], design.data.source.sample_shape, seed)
    return network.vector + 0.125


def require_weights(answer: Answer, network: Network, design: Design) -> None:
    names = {entry.id: entry.name for entry in design.layers}
    assert {f"{names[layer_id]}/{name}" for layer_id, name in answer.weights} == set(network.parameters)
    for (layer_id, name), weight in answer.weights.items():
        np.testing.assert_array_equal(weight, network.parameters[f"{names[layer_id]}/{name}"])


def applied(design: Design, x: np.ndarray) -> np.ndarray:
    dataset = design.data.source.load()
    rows, _ = split(dataset.y, design.data.validation_split, design.data.seed)
    return design.data.preprocessing.fit(dataset.x[rows]).apply(x)


def test_answers_come_from_the_weights_of_the_training_that_runs(hear: Callable[[Project], Heard]) -> None:
    design = digits_design()
    heard, vector = hear(Project(design)), vector_of(design)
    sample = Digits().load().x[7]
    heard.answer(lambda: heard.preview.set_sample(sample))
    answer = heard.answer(lambda: heard.preview.look(Project(design), vector))
    network = network_of(design, vector)
    require_weights(answer, network, design)
    assert answer.probabilities is not None
    np.testing.assert_array_equal(answer.probabilities, network.predict(applied(design, sample[None]))[0])
    assert answer.sample is sample


def test_answers_come_from_the_document_while_nothing_trains(
    hear: Callable[[Project], Heard], learned: Project
) -> None:
    design = learned.design
    heard = hear(learned)
    heard.answer(lambda: heard.preview.look(learned, vector_of(design)))
    answer = heard.answer(heard.preview.look_at_document)
    assert learned.trained is not None
    for key, weight in answer.weights.items():
        np.testing.assert_array_equal(weight, learned.trained.weights[key])
    image = Digits().load().x[3]
    answer = heard.answer(lambda: heard.preview.set_sample(image))
    network = Network([entry.layer for entry in design.layers], (1, 8, 8), 0, names=[e.name for e in design.layers])
    for (layer_id, name), weight in learned.trained.weights.items():
        network.parameters[f"{next(e.name for e in design.layers if e.id == layer_id)}/{name}"][...] = weight
    assert answer.probabilities is not None
    np.testing.assert_array_equal(answer.probabilities, network.predict(applied(design, image[None]))[0])


def test_maps_are_the_outputs_of_the_first_layers_for_a_validation_image(hear: Callable[[Project], Heard]) -> None:
    design = digits_design()
    heard, vector = hear(Project(design)), vector_of(design)
    answer = heard.answer(lambda: heard.preview.look(Project(design), vector))
    _, validation_rows = split(Digits().load().y, 0.5, design.data.seed)
    image = Digits().load().x[validation_rows[0]]
    np.testing.assert_array_equal(answer.sample, image)
    assert answer.probabilities is None
    outputs = dict(network_of(design, vector).activations(applied(design, image[None])))
    assert set(answer.maps) == set(design.ids)
    for entry in design.layers:
        maps = np.array(answer.maps[entry.id])
        np.testing.assert_array_equal(
            maps.ravel(), outputs[entry.name][0, : MOST_MAPS if maps.ndim > 1 and len(maps) > 1 else None].ravel()
        )


def test_no_card_gets_more_maps_than_it_can_show(hear: Callable[[Project], Heard]) -> None:
    design = digits_design()
    first = design.layers[0]
    many = edits.replace_layer(design, first.id, first.layer.replace(nb_kernel=9))
    assert len(hear(Project(many)).answer().maps[first.id]) == MOST_MAPS


def test_points_get_the_probabilities_of_the_plane(hear: Callable[[Project], Heard]) -> None:
    design = points_design()
    heard, vector = hear(Project(design)), vector_of(design)
    points = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    heard.answer(lambda: heard.preview.look(Project(design), vector))
    answer = heard.answer(lambda: heard.preview.set_points(points))
    assert answer.at_points is not None
    np.testing.assert_array_equal(answer.at_points, network_of(design, vector).predict(applied(design, points)))
    assert answer.sample.shape == (2,)
    assert answer.maps[design.ids[0]][0].shape == (2, 3)  # all six units in one picture
    assert heard.answer(lambda: heard.preview.set_points(None)).at_points is None


def test_points_get_probabilities_where_the_outputs_are_logits(hear: Callable[[Project], Heard]) -> None:
    design = points_design(loss=SoftmaxCategoricalCrossEntropy(from_logits=True))
    design = edits.replace_layer(design, design.layers[-1].id, Dense(2))
    heard, vector = hear(Project(design)), vector_of(design)
    points = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    heard.answer(lambda: heard.preview.look(Project(design), vector))
    answer = heard.answer(lambda: heard.preview.set_points(points))
    logits = network_of(design, vector).predict(applied(design, points))
    np.testing.assert_array_equal(answer.at_points, Softmax()(logits))


def test_what_does_not_belong_to_these_data_is_not_answered(hear: Callable[[Project], Heard]) -> None:
    heard = hear(Project(digits_design()))
    heard.preview.set_points(np.zeros((4, 2), np.float32))
    answer = heard.answer(lambda: heard.preview.set_sample(np.zeros((1, 28, 28), np.float32)))
    assert answer.probabilities is answer.at_points is None
    assert answer.sample is not None
    assert answer.sample.shape == (1, 8, 8)


def test_of_a_stack_with_a_mistake_the_sound_part_is_shown(hear: Callable[[Project], Heard]) -> None:
    design = digits_design()
    broken, _ = edits.insert_layer(design, 2, Dense(4))
    heard = hear(Project(broken))
    answer = heard.answer(lambda: heard.preview.set_sample(Digits().load().x[0]))
    assert {layer_id for layer_id, _ in answer.weights} == {design.layers[0].id}
    assert set(answer.maps) == set(design.ids[:2])
    assert answer.probabilities is None
    assert not answer.message


def test_a_stack_that_ends_wrongly_shows_all_its_weights_but_no_answer(hear: Callable[[Project], Heard]) -> None:
    design = edits.insert_layer(points_design(), 3, Dense(5))[0]
    heard = hear(Project(design))
    answer = heard.answer(lambda: heard.preview.set_points(np.zeros((4, 2), np.float32)))
    assert len({layer_id for layer_id, _ in answer.weights}) == 3
    assert answer.at_points is None


def test_an_empty_stack_still_shows_its_data(hear: Callable[[Project], Heard]) -> None:
    design = digits_design()
    heard = hear(Project(edits.remove_layers(design, design.ids)))
    answer = heard.answer()
    assert not answer.weights
    assert answer.sample is not None
    assert heard.loaded[-1] is not None


def test_without_the_data_only_weights_are_shown(hear: Callable[[Project], Heard], data: Path) -> None:
    design = digits_design()
    mnist = edits.set_data(design, design.data.replace(source=MNIST()))
    heard = hear(Project(mnist))
    answer = heard.answer()
    assert answer.weights
    assert (answer.sample, answer.loaded, answer.message) == (None, None, "")
    assert heard.loaded == []
    heard.answer(lambda: heard.document.edit(design, "set data"))
    assert heard.loaded[-1] is not None
    heard.answer(heard.document.undo)
    assert heard.loaded[-1] is None


def test_data_are_read_once_and_told_once(hear: Callable[[Project], Heard], monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    load = Circles.load

    def noted(source: Circles) -> object:
        reads.append(source.kind)
        return load(source)

    monkeypatch.setattr(Circles, "load", noted)
    heard = hear(Project(points_design()))
    heard.answer()
    heard.answer()
    design = heard.document.design
    halves = edits.set_data(design, design.data.replace(validation_split=0.5))
    heard.answer(lambda: heard.document.edit(halves, "set split"))
    assert reads == ["Circles"]
    assert [len(loaded.validation_rows) for loaded in heard.loaded if loaded] == [12, 30]


def test_the_latest_question_wins(hear: Callable[[Project], Heard], monkeypatch: pytest.MonkeyPatch) -> None:
    gate, work = threading.Event(), _Worker.answer

    def slow(worker: _Worker, question: object) -> Answer:
        assert gate.wait(10)
        return work(worker, question)  # type: ignore[arg-type]

    monkeypatch.setattr(_Worker, "answer", slow)
    heard, x = hear(Project(digits_design())), Digits().load().x
    for row in range(5):
        heard.preview.set_sample(x[row])
    gate.set()
    heard.qtbot.waitUntil(lambda: not heard.preview._busy)
    assert len(heard.answers) == 2
    np.testing.assert_array_equal(heard.answers[-1].sample, x[4])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_became_infinite_are_no_answer(hear: Callable[[Project], Heard], value: float) -> None:
    design = points_design()
    heard, vector = hear(Project(design)), vector_of(design)
    heard.answer(lambda: heard.preview.set_points(np.ones((9, 2), np.float32)))
    vector[-3:] = value
    answer = heard.answer(lambda: heard.preview.look(Project(design), vector))
    assert answer.weights
    assert (answer.at_points, answer.message) == (None, "")


def test_other_settings_keep_the_live_weights_in_view(hear: Callable[[Project], Heard]) -> None:
    design = points_design()
    heard, vector = hear(Project(design)), vector_of(design)
    heard.answer(lambda: heard.preview.look(Project(design), vector))
    longer = edits.set_training(design, design.training.replace(epochs=99))
    answer = heard.answer(lambda: heard.document.edit(longer, "set epochs"))
    require_weights(answer, network_of(design, vector), design)


def test_weights_of_a_training_that_an_edit_has_ended_are_not_put_into_other_layers(
    hear: Callable[[Project], Heard],
) -> None:
    design = points_design()
    heard = hear(Project(design))
    heard.answer(lambda: heard.preview.look(Project(design), vector_of(design)))
    wider = edits.replace_layer(design, design.ids[0], Dense(9))
    answer = heard.answer(lambda: heard.document.edit(wider, "set units"))
    assert answer.weights[design.ids[0], "weight"].shape == (2, 9)


def test_selecting_asks_nothing(hear: Callable[[Project], Heard]) -> None:
    heard = hear(Project(points_design()))
    heard.document.select([heard.document.design.ids[0]])
    assert not heard.preview._busy


def test_what_goes_wrong_is_told_and_the_next_question_is_answered(
    hear: Callable[[Project], Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    from slugstudio.engine.errors import DataError

    def broken(_source: object) -> None:
        raise DataError("The file is damaged; get it again.")

    heard = hear(Project(points_design()))
    with monkeypatch.context() as patch:
        patch.setattr(Circles, "load", broken)
        answer = heard.answer()
    assert (answer.message, dict(answer.weights)) == ("The file is damaged; get it again.", {})
    assert not heard.answer().message


def test_finish_asks_nothing_more(hear: Callable[[Project], Heard]) -> None:
    heard = hear(Project(points_design()))
    heard.preview.ask()
    heard.preview.ask()
    heard.preview.finish()
    heard.qtbot.waitUntil(lambda: not heard.preview._busy)
    assert len(heard.answers) == 1


def test_answers_come_from_running_statistics_too(hear: Callable[[Project], Heard]) -> None:
    design = stack([Flatten(), BatchNormalization(), Dense(10, activation=Softmax())], DataChoice(Digits()))
    network = Session(Project(design)).network
    network.forward(np.random.default_rng(0).random((9, 1, 8, 8)), train=True)
    heard, sample = hear(Project(design)), Digits().load().x[7]
    heard.answer(lambda: heard.preview.set_sample(sample))
    answer = heard.answer(lambda: heard.preview.look(Project(design), network.kept.copy()))
    np.testing.assert_array_equal(answer.probabilities, network.predict(applied(design, sample[None]))[0])
    mean = network.buffers["batch_normalization_1/running_mean"]
    np.testing.assert_array_equal(answer.weights[design.ids[1], "running_mean"], mean)


def test_nothing_is_asked_once_it_has_finished(qapp: QApplication) -> None:
    preview = Preview(Document(Project(points_design())))
    preview.finish()
    preview.ask()
    assert not preview._busy
