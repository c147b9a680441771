"""Disabled layers are left out of the network, frozen ones are not trained; both keep their weights."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from slugstudio.engine.activation import Noop, ReLU, Softmax
from slugstudio.engine.layers import BatchNormalization, Dense, Dropout, Layer, Residual
from slugstudio.engine.loss import SoftmaxCategoricalCrossEntropy
from slugstudio.engine.model import Model
from slugstudio.engine.optimizers import SGD, Adam, RMSProp
from slugstudio.engine.penalties import L2
from slugstudio.export.code import code, text_of
from slugstudio.project import Project, load, save
from slugstudio.project.analysis import analyse
from slugstudio.project.design import Design
from slugstudio.project.edits import enable_layers, freeze_layers, move_layers
from slugstudio.project.errors import DesignError
from slugstudio.project.folds import cross_validate_design
from slugstudio.project.session import Session
from tests.project.made import points_design, stack, trained


def layers_design(*layers: Layer, **training: object) -> Design:
    end = Dense(2, activation=Softmax())
    return stack((*layers, end), points_design().data, **{"batch_size": 10, **training})


def weights(project: Project, place: int) -> dict[str, np.ndarray]:
    assert project.trained is not None
    layer_id = project.design.ids[place]
    return {name: array for (owner, name), array in project.trained.weights.items() if owner == layer_id}


def trained_on(project: Project) -> Project:
    session = Session(project)
    for _ in session.run():
        pass
    return session.capture()


def longer(project: Project, epochs: int) -> Project:
    training = project.design.training.replace(epochs=epochs)
    return dataclasses.replace(project, design=dataclasses.replace(project.design, training=training))


# Disabled


def test_a_disabled_layer_passes_on_what_arrives_and_costs_nothing() -> None:
    design = points_design()
    off = enable_layers(design, design.ids[:1], False)
    facts = analyse(off).layers[0]
    assert (facts.input_shape, facts.output_shape, facts.n_parameters, facts.multiply_adds) == ((2,), (2,), 0, 0)
    assert analyse(off).layers[1].input_shape == (2,)
    assert analyse(off).n_parameters == analyse(off.working).n_parameters
    assert off.ids == design.ids


def test_the_network_does_without_it() -> None:
    design = points_design()
    off = enable_layers(design, design.ids[:1], False)
    assert Session(Project(off)).network.names == ("dropout_1", "dense_2")
    assert enable_layers(off, design.ids[:1], True) == design
    assert "Dense(6" not in text_of(code(off, "pytorch")).replace("Linear", "Dense")


def test_where_the_shapes_do_not_allow_it_the_problem_says_so() -> None:
    design = points_design()
    off = enable_layers(design, design.ids[-1:], False)
    assert "end with a Dense" in analyse(off).obstacle.message  # type: ignore[union-attr]
    with pytest.raises(DesignError):
        Session(Project(off))


def test_its_weights_wait_for_it_also_through_training_and_a_file(tmp_path: Path) -> None:
    project = trained(layers_design(Dense(2, activation=ReLU()), Dense(4, activation=ReLU())))
    before = weights(project, 0)
    off = longer(project, 4)
    off = dataclasses.replace(off, design=enable_layers(off.design, project.design.ids[:1], False))
    later = trained_on(off)
    save(later, tmp_path / "a.slug")
    again = load(tmp_path / "a.slug")
    assert again == later
    for name, array in weights(again, 0).items():
        np.testing.assert_array_equal(array, before[name])
    on = dataclasses.replace(again, design=enable_layers(again.design, again.design.ids[:1], True))
    np.testing.assert_array_equal(Session(on).network.parameters["dense_1/weight"], before["weight"])


def test_other_layers_keep_their_weights() -> None:
    project = trained(layers_design(Dense(2, activation=ReLU()), Dense(4, activation=ReLU())))
    off = dataclasses.replace(project, design=enable_layers(project.design, project.design.ids[:1], False))
    np.testing.assert_array_equal(Session(off).network.parameters["dense_2/weight"], weights(project, 1)["weight"])


def test_folds_do_without_it_too() -> None:
    design = points_design(epochs=1)
    off = enable_layers(design, design.ids[:1], False)
    assert [type(event).__name__ for event in cross_validate_design(off, 2)].count("FoldDone") == 2


# Frozen

OPTIMIZERS = (SGD(lr=0.1, momentum=0.9), Adam(lr=0.01, clip_norm=0.5), RMSProp(lr=0.01))


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda each: each.kind)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_frozen_weights_keep_their_bits_and_the_others_learn(optimizer: object, place: int) -> None:
    layers = (Dense(4, activation=ReLU(), penalty=L2(0.1)), BatchNormalization(), Dense(3, activation=ReLU()))
    project = trained(layers_design(*layers, optimizer=optimizer))
    frozen = freeze_layers(project.design, project.design.ids[place : place + 1], True)
    later = trained_on(longer(dataclasses.replace(project, design=frozen), 5))
    for other in range(4):
        now, before = weights(later, other), weights(project, other)
        assert all((now[name] == before[name]).all() == (other == place) for name in before), other


def test_the_others_learn_as_if_the_frozen_ones_were_no_part_of_the_gradient() -> None:
    """Against steps written down: SGD on the second layer alone, its gradient shortened without that of the first."""
    design = layers_design(Dense(3, activation=ReLU()), optimizer=SGD(lr=0.1, clip_norm=0.05), epochs=1, batch_size=48)
    session = Session(Project(freeze_layers(design, design.ids[:1], True)))
    network = session.network
    before = {name: array.copy() for name, array in network.parameters.items()}
    for _ in session.run():
        pass
    moved = {name: array - before[name] for name, array in network.parameters.items()}
    assert not any(np.any(change) for name, change in moved.items() if name.startswith("dense_1"))
    length = np.sqrt(sum(float((change**2).sum()) for name, change in moved.items()))
    np.testing.assert_allclose(length, 0.1 * 0.05, rtol=1e-4)


def test_a_frozen_normalisation_works_as_in_inference() -> None:
    """Its statistics stay, and what it gives in training is what it gives in inference."""
    project = trained(layers_design(Dense(4, activation=Noop()), BatchNormalization()))
    frozen = dataclasses.replace(project, design=freeze_layers(project.design, project.design.ids[1:2], True))
    network = Session(frozen).network
    x = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    statistics = {name: array.copy() for name, array in network.buffers.items()}
    np.testing.assert_array_equal(network.forward(x, train=True), network.forward(x))
    for name, array in network.buffers.items():
        np.testing.assert_array_equal(array, statistics[name])


def test_a_block_with_everything_frozen_inside_keeps_its_bits() -> None:
    block = Residual((Dense(4, activation=ReLU()), BatchNormalization(), Dropout(0.5), Dense(4, activation=Noop())))
    project = trained(layers_design(Dense(4, activation=ReLU()), block))
    frozen = freeze_layers(project.design, project.design.ids[1:2], True)
    later = trained_on(longer(dataclasses.replace(project, design=frozen), 4))
    for name, array in weights(later, 1).items():
        np.testing.assert_array_equal(array, weights(project, 1)[name])
    assert np.any(weights(later, 0)["weight"] != weights(project, 0)["weight"])


def test_thawed_it_learns_again_and_a_file_knows(tmp_path: Path) -> None:
    design = freeze_layers(points_design(), points_design().ids[:1], True)
    project = trained(design)
    save(project, tmp_path / "a.slug")
    assert load(tmp_path / "a.slug") == project
    thawed = dataclasses.replace(project, design=freeze_layers(design, design.ids[:1], False))
    later = trained_on(longer(thawed, 4))
    assert np.any(weights(later, 0)["weight"] != weights(project, 0)["weight"])


def test_with_all_frozen_there_is_nothing_to_learn() -> None:
    design = points_design()
    obstacle = analyse(freeze_layers(design, design.ids, True)).obstacle
    assert obstacle is not None
    assert "frozen" in obstacle.message


def test_training_goes_on_from_a_pause_with_the_same_bits() -> None:
    design = freeze_layers(points_design(epochs=4), points_design().ids[:1], True)
    whole = trained(design)
    session = Session(Project(design))
    for _ in session.run(epochs=2):
        pass
    parts = trained_on(session.capture())
    assert all((weights(parts, n)[k] == weights(whole, n)[k]).all() for n in (0, 2) for k in weights(whole, n))


def test_flags_move_with_their_layer() -> None:
    design = points_design()
    marked = freeze_layers(enable_layers(design, design.ids[1:2], False), design.ids[:1], True)
    moved = move_layers(marked, design.ids[:1], 2)
    assert [(entry.enabled, entry.frozen) for entry in moved.layers] == [(False, False), (True, True), (True, False)]


def test_the_code_for_our_engine_freezes_too() -> None:
    design = points_design()
    frozen = freeze_layers(design, design.ids[:1], True)
    assert text_of(code(design, "slugstudio")).count("frozen=True") == 0
    assert text_of(code(frozen, "slugstudio")).count("frozen=True") == 1


def test_a_model_leaves_a_frozen_layer_alone() -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    model = Model(n_epoch=2, progress=False, seed=3, loss=SoftmaxCategoricalCrossEntropy())
    model.add_layer(Dense(5, inshape=2, activation=ReLU()), frozen=True)
    model.add_layer(Dense(2, activation=Softmax()))
    before = {name: array.copy() for name, array in model.compile().parameters.items()}
    model.fit(x, (x[:, 0] > 0).astype(int))
    after = model.network.parameters
    assert [bool(np.array_equal(after[name], before[name])) for name in before] == [True, True, False, False]
