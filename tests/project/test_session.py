from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import MNIST, Circles, Fitted, Scale, Standardise, split
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.augmentation import Erase, Rotate, Shift
from slugstudio.engine.controls import Controls
from slugstudio.engine.errors import DataError, ShapeError
from slugstudio.engine.events import BatchDone, EpochDone, Event, Finished, Snapshot
from slugstudio.engine.layers import Dense, Dropout, Flatten
from slugstudio.engine.optimizers import SGD, Adam, Nadam, Optimizer, RMSProp
from slugstudio.engine.schedules import CosineDecay, Warmup
from slugstudio.project import DesignError, Project, edits, load, save
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.records import entries_of
from slugstudio.project.session import Session, compile_network
from tests.project.made import digits_design, points_design, stack, trained


def run(project: Project) -> Session:
    session = Session(project)
    for _ in session.run():
        pass
    return session


def with_epochs(design: Design, epochs: int) -> Design:
    return edits.set_training(design, design.training.replace(epochs=epochs))


def test_data_are_split_and_preprocessed_by_the_training_part_alone() -> None:
    session = Session(Project(digits_design()))
    rows, val_rows = split(session.dataset.y, 0.5, 0)
    fitted = Scale().fit(session.dataset.x[rows])
    assert np.array_equal(session.data.x, fitted.apply(session.dataset.x[rows]))
    assert np.array_equal(session.data.x_val, fitted.apply(session.dataset.x[val_rows]))
    assert np.array_equal(session.data.y, session.dataset.y[rows])
    assert np.array_equal(session.data.y_val, session.dataset.y[val_rows])
    assert session.classes == tuple("0123456789")


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others() -> None:
    design = points_design(seed=1)
    first, second = run(Project(design)), run(Project(design))
    assert first.network.vector.tobytes() == second.network.vector.tobytes()
    other = run(Project(points_design(seed=2)))
    assert other.network.vector.tobytes() != first.network.vector.tobytes()


def test_running_notes_the_history() -> None:
    session = Session(Project(points_design()))
    events = list(session.run())
    batches = [event for event in events if isinstance(event, BatchDone)]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert session.history.steps.tolist() == [event.step for event in batches]
    assert [row.val_loss for row in session.history.epochs] == [event.val_loss for event in epochs]
    assert session.history.segments == (1,)


def test_a_session_leaves_its_project_alone() -> None:
    project = trained(points_design())
    before = trained(points_design())
    run(dataclasses.replace(project, design=with_epochs(project.design, 4)))
    assert dataclasses.replace(project, history=before.history) == before
    assert project.history.steps.tobytes() == before.history.steps.tobytes()


def test_evaluation_is_that_of_the_last_epoch() -> None:
    session = run(Project(digits_design()))
    row = session.history.epochs[-1]
    assert session.evaluate() == {"loss": row.val_loss, "accuracy": row.val_accuracy}


def test_without_validation_samples_there_is_nothing_to_evaluate() -> None:
    design = points_design()
    session = run(Project(edits.set_data(design, design.data.replace(validation_split=0))))
    assert session.evaluate() == {}
    assert session.history.epochs[-1].val_loss is None


def test_the_total_of_epochs_can_be_given() -> None:
    session = Session(Project(points_design()))
    events = list(session.run(epochs=1))
    assert isinstance(events[-1], Finished)
    assert events[-1].epoch == session.state.epoch == 1


# Stopping and going on


def stopped_after(design: Design, steps: int) -> Project:
    """Train, stop by the controls after some steps, and return the project."""
    session, controls = Session(Project(design)), Controls()
    for event in session.run(controls):
        if isinstance(event, BatchDone) and event.step == steps:
            controls.stop()
    return session.capture()


@pytest.mark.parametrize(
    "optimizer",
    [
        RMSProp(lr=0.01),
        SGD(lr=0.1),
        SGD(lr=0.1, momentum=0.9),
        Adam(clip_norm=1.0),
        Nadam(schedule=Warmup(5, CosineDecay(9))),
    ],
)
@pytest.mark.parametrize("steps", [1, 5, 7, 10])
def test_going_on_gives_the_bits_of_never_having_stopped(optimizer: Optimizer, steps: int) -> None:
    design = points_design(epochs=3, optimizer=optimizer)
    whole = run(Project(design)).capture()
    resumed = run(stopped_after(design, steps)).capture()
    assert whole.trained is not None
    assert whole.trained == resumed.trained
    assert whole.history.losses.tobytes() == resumed.history.losses.tobytes()
    assert whole.history.segments == resumed.history.segments == (1,)


def test_an_augmented_training_goes_on_from_a_file_in_the_middle_of_an_epoch(tmp_path: Path) -> None:
    design = digits_design()
    augmentation = (Shift((1, 0)), Rotate(15.0), Erase())
    design = edits.set_training(design, design.training.replace(epochs=1, augmentation=augmentation))
    path = tmp_path / "a.slug"
    save(stopped_after(design, 5), path)
    resumed = load(path)
    assert resumed.design == design
    assert run(resumed).network.kept.tobytes() == run(Project(design)).network.kept.tobytes()


@pytest.mark.parametrize("steps", [3, 5])
def test_a_listener_that_leaves_in_the_middle_loses_nothing(steps: int) -> None:
    design = points_design(epochs=3)
    session = Session(Project(design))
    for event in session.run():
        if isinstance(event, BatchDone) and event.step == steps:
            break
    resumed = run(session.capture()).capture()
    whole = run(Project(design)).capture()
    assert whole.trained == resumed.trained
    assert [row.loss for row in whole.history.epochs] == [row.loss for row in resumed.history.epochs]


def test_a_snapshot_is_captured_as_of_its_moment_while_training_goes_on() -> None:
    design = points_design(epochs=3)
    session, controls = Session(Project(design)), Controls()
    captured: list[Snapshot] = []
    for event in session.run(controls):
        if isinstance(event, BatchDone) and event.step == 7:
            controls.request_snapshot()
        if isinstance(event, Snapshot):
            captured.append(event)
    project = session.capture(captured[0])
    assert project.history.steps.tolist() == list(range(1, 8))
    assert project.epoch == 1
    resumed = run(project)
    assert resumed.network.vector.tobytes() == session.network.vector.tobytes()


def test_a_captured_project_does_not_change_any_more() -> None:
    session = Session(Project(points_design()))
    events = session.run()
    for _ in range(3):
        next(events)
    project = session.capture()
    before = entries_of(project)
    for _ in events:
        pass
    assert entries_of(project) == before
    assert entries_of(session.capture()) != before


def test_a_project_captured_between_two_events_goes_on_bit_for_bit() -> None:
    design = points_design(epochs=3)
    session = Session(Project(design))
    events = session.run()
    for _ in range(3):
        next(events)
    resumed = run(session.capture())
    for _ in events:
        pass
    assert resumed.network.vector.tobytes() == session.network.vector.tobytes()


def test_the_preprocessing_of_a_trained_project_is_used_and_not_measured_again() -> None:
    project = trained(points_design())
    assert project.trained is not None
    fitted = Fitted(Scale(), {"offset": np.float32([1, 2]), "scale": np.float32([3, 4])})
    other = dataclasses.replace(project.trained, preprocessing=fitted)
    session = Session(dataclasses.replace(project, trained=other))
    assert session.fitted is fitted
    rows, _ = split(session.dataset.y, 0.2, 0)
    assert np.array_equal(session.data.x, fitted.apply(session.dataset.x[rows]))


def test_the_epoch_counts_finished_epochs() -> None:
    assert Project(points_design()).epoch == 0
    assert trained(points_design()).epoch == 2
    assert trained(points_design()).untrained() == Project(points_design())


# Edits of a trained project


def same_weights(project: Project, session: Session) -> set[str]:
    """Return the names of the parameters that the session has taken over from the project."""
    assert project.trained is not None
    ids = {entry.name: entry.id for entry in session.design.layers}
    return {
        name
        for name, array in session.network.parameters.items()
        for layer, _, parameter in [name.partition("/")]
        if array.tobytes() == project.trained.weights.get((ids[layer], parameter), np.zeros(0)).tobytes()
    }


def test_weights_follow_the_id_whatever_is_inserted_before_or_renamed() -> None:
    project = trained(points_design())
    design, _ = edits.insert_layer(project.design, 0, Dense(2))
    design = edits.rename_layer(design, project.design.layers[0].id, "hidden")
    session = Session(dataclasses.replace(project, design=design))
    assert same_weights(project, session) == {
        "hidden/weight",
        "hidden/bias",
        "dense_2/weight",
        "dense_2/bias",
    }


def test_of_weights_in_another_shape_what_fits_is_kept() -> None:
    project = trained(points_design())
    first = project.design.layers[0]
    design = edits.replace_layer(project.design, first.id, Dense(5, activation=ReLU()))
    session = Session(dataclasses.replace(project, design=design))
    assert same_weights(project, session) == {"dense_2/bias"}
    kept, before = session.network.parameters, Session(project).network.parameters
    assert np.array_equal(kept["dense_1/weight"], before["dense_1/weight"][:, :5])
    assert np.array_equal(kept["dense_2/weight"], before["dense_2/weight"][:5])


def test_new_weights_are_drawn_with_the_seed_of_the_training() -> None:
    project = trained(points_design(seed=5))
    design = edits.replace_layer(project.design, project.design.layers[0].id, Dense(9, activation=ReLU()))
    design = edits.set_training(design, design.training.replace(seed=6))
    session = Session(dataclasses.replace(project, design=design))
    fresh = Session(Project(edits.set_training(design, design.training.replace(seed=5)))).network.parameters
    assert np.array_equal(session.network.parameters["dense_1/weight"][:, 6:], fresh["dense_1/weight"][:, 6:])
    assert np.array_equal(session.network.parameters["dense_2/weight"][6:], fresh["dense_2/weight"][6:])


def test_the_optimizers_memory_follows_too_and_is_zero_where_none_fits() -> None:
    project = trained(points_design())
    assert project.trained is not None
    design, _ = edits.insert_layer(project.design, 0, Dense(2))
    session = Session(dataclasses.replace(project, design=design))
    (slot,) = session.state.slots
    parts = session.network.views(slot)
    assert not parts["dense_3/weight"].any()
    old = project.trained.slots[0][project.design.layers[0].id, "weight"]
    assert old.any()
    assert np.array_equal(parts["dense_1/weight"], old)


def test_a_structural_edit_goes_on_counting_and_begins_a_segment() -> None:
    project = trained(points_design())
    design, _ = edits.insert_layer(with_epochs(project.design, 3), 2, Dense(4, activation=ReLU()))
    session = run(dataclasses.replace(project, design=design))
    assert session.history.steps.tolist() == list(range(1, 16))
    assert session.history.segments == (1, 11)
    assert [row.epoch for row in session.history.epochs] == [1, 2, 3]


@pytest.mark.parametrize("settings", [{"epochs": 9}, {"optimizer": SGD(lr=0.5)}, {"batch_size": 7}, {"seed": 3}])
def test_training_settings_change_neither_weights_nor_segment(settings: dict[str, object]) -> None:
    project = trained(points_design())
    design = edits.set_training(project.design, project.design.training.replace(**settings))
    session = Session(dataclasses.replace(project, design=design))
    assert len(same_weights(project, session)) == 4
    assert session.history.segments == (1,)
    assert session.state.seed == project.design.training.seed


def test_a_new_name_begins_no_segment() -> None:
    project = trained(points_design())
    design = edits.rename_layer(project.design, project.design.layers[0].id, "hidden")
    assert dataclasses.replace(project, design=design).settled().history.segments == (1,)


def test_other_data_keep_the_weights_and_have_the_preprocessing_measured_anew() -> None:
    project = stopped_after(points_design(), 7)
    assert project.trained is not None
    assert project.trained.state.position == 20
    data = DataChoice(Circles(80, noise=0.3), Standardise())
    session = Session(dataclasses.replace(project, design=edits.set_data(project.design, data)))
    assert len(same_weights(project, session)) == 4
    assert (session.state.epoch, session.state.step, session.state.position) == (1, 7, 0)
    assert (session.state.loss_sum, session.state.n_correct) == (0.0, 0)
    rows, _ = split(session.dataset.y, 0.2, 0)
    assert np.array_equal(session.data.x, Standardise().fit(session.dataset.x[rows]).apply(session.dataset.x[rows]))
    assert session.history.segments == (1, 8)
    events: list[Event] = list(session.run())
    assert [event.step for event in events if isinstance(event, EpochDone)] == [14]


def test_undoing_an_edit_brings_back_the_weights_that_it_took_away() -> None:
    project = trained(points_design())
    smaller = edits.remove_layers(project.design, [project.design.layers[0].id])
    edited = dataclasses.replace(project, design=smaller)
    assert dataclasses.replace(edited, design=project.design).settled() == project


def test_a_settled_project_is_settled() -> None:
    project = trained(points_design())
    assert project.settled() is project
    design, _ = edits.insert_layer(project.design, 0, Dense(2))
    settled = dataclasses.replace(project, design=design).settled()
    assert (project.history.segments, settled.history.segments) == ((1,), (1, 11))
    assert settled.trained is not None
    assert settled.trained.design == design
    assert settled.settled() is settled
    removed = dataclasses.replace(project, design=edits.remove_layers(project.design, ["layer-1"])).settled()
    assert removed.trained is not None
    assert {layer_id for layer_id, _ in removed.trained.weights} == {"layer-3"}
    assert Project(design).settled() == Project(design)


def test_weights_behind_a_mistake_in_the_stack_wait_for_it_to_be_mended() -> None:
    project = trained(digits_design())
    assert project.trained is not None
    flatten, dense = project.design.layers[2], project.design.layers[4]
    broken = dataclasses.replace(project, design=edits.remove_layers(project.design, [flatten.id])).settled()
    assert broken.trained is not None
    assert (dense.id, "weight") in broken.trained.weights
    mended, _ = edits.insert_layer(broken.design, 2, Flatten())
    session = Session(dataclasses.replace(broken, design=mended))
    assert same_weights(project, session) == set(session.network.parameters)


def test_trained_states_are_equal_that_are_the_same_bit_for_bit() -> None:
    one, two = trained(points_design()).trained, trained(points_design()).trained
    assert one is not None
    assert two is not None
    assert one == two
    key = next(iter(one.weights))
    changed = {**one.weights, key: np.nextafter(one.weights[key], np.float32(9))}
    others = [
        dataclasses.replace(one, weights=changed),
        dataclasses.replace(one, slots=()),
        dataclasses.replace(one, preprocessing=None),
        dataclasses.replace(one, state=dataclasses.replace(one.state, step=1)),
        dataclasses.replace(one, design=with_epochs(one.design, 9)),
        "trained",
    ]
    for other in others:
        assert one != other


# What cannot be trained


def test_a_design_with_a_mistake_is_refused_with_the_layers_name() -> None:
    with pytest.raises(DesignError, match=r"^dense_1: Dense needs a vector"):
        Session(Project(stack([Dense(10, activation=Softmax())])))
    with pytest.raises(DesignError, match=r"^The stack is empty"):
        Session(Project(Design()))


def test_data_that_are_not_at_hand_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("SLUGSTUDIO_DATA", str(tmp_path))
    layers = [Flatten(), Dropout(0.1), Dense(10, activation=Softmax())]
    with pytest.raises(DataError, match="train-images"):
        Session(Project(stack(layers, DataChoice(MNIST()))))


def test_a_network_is_compiled_without_any_data() -> None:
    project = trained(points_design())
    session = Session(project)
    assert compile_network(project).vector.tobytes() == session.network.vector.tobytes()
    with pytest.raises(ShapeError, match="dense_1"):
        compile_network(Project(stack([Dense(3)])))


def test_a_project_knows_whether_it_was_reshaped_since_it_was_trained() -> None:
    project = trained(points_design())
    design = project.design
    assert not project.reshaped
    assert not dataclasses.replace(project, design=edits.rename_layer(design, design.ids[0], "bend")).reshaped
    longer = edits.set_training(design, design.training.replace(epochs=99))
    assert not dataclasses.replace(project, design=longer).reshaped
    assert dataclasses.replace(project, design=edits.remove_layers(design, design.ids[1:2])).reshaped
    halves = edits.set_data(design, design.data.replace(validation_split=0.5))
    assert dataclasses.replace(project, design=halves).reshaped
    assert not Project(design).reshaped


def test_what_is_captured_before_any_training_is_the_project_as_it_was() -> None:
    project = stopped_after(points_design(epochs=3), 7)
    assert Session(project).capture().trained == project.trained
