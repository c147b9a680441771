"""A trained network keeps what fits, and says what that is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slugstudio.engine.activation import Noop, ReLU, Sigmoid, Softmax, Tanh
from slugstudio.engine.layers import (
    ActivationLayer,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMeanPooling,
    LayerNormalization,
    MaxPooling,
    Residual,
)
from slugstudio.engine.loss import BinaryCrossEntropy
from slugstudio.engine.optimizers import SGD
from slugstudio.project import Project, edits
from slugstudio.project.design import DataChoice
from slugstudio.project.errors import DesignError
from slugstudio.project.net2net import deepened, n_units, widened
from slugstudio.project.session import Session, compile_network
from tests.project.made import points_design, stack, trained

END = Dense(10, activation=Softmax())


def digits(*layers: object) -> Project:
    return trained(
        stack(
            [*layers, END],
            DataChoice(validation_split=0.8),
            epochs=1,
            batch_size=64,
            optimizer=SGD(lr=0.1, momentum=0.9),
        )
    )


@pytest.fixture(scope="module")
def images() -> Project:
    return digits(
        Convolution(4, 3, activation=ReLU()),
        BatchNormalization(),
        MaxPooling(2),
        Flatten(),
        Dropout(0.3),
        Dense(12, activation=Tanh()),
    )


def changed(project: Project, place: int, **values: object) -> Project:
    layer = project.design.layers[place].layer.replace(**values)
    return dataclasses.replace(project, design=edits.replace_layer(project.design, project.design.ids[place], layer))


def outputs(project: Project) -> np.ndarray:
    x = np.random.default_rng(0).random((32, *project.design.data.source.sample_shape), np.float32)
    return compile_network(project).predict(x)


def fates(project: Project) -> dict[str, str]:
    return {row.name: row.fate for row in project.keeping()}


def told(project: Project) -> list[str]:
    return [str(row.text) for row in project.keeping()]


def test_nothing_is_told_where_nothing_changed(images: Project) -> None:
    assert images.keeping() == ()
    assert Project(images.design).keeping() == ()


def test_a_wider_layer_keeps_its_units_and_the_next_its_inputs(images: Project) -> None:
    wider = changed(images, 5, outshape=16)
    before, now = compile_network(images).parameters, compile_network(wider).parameters
    np.testing.assert_array_equal(now["dense_1/weight"][:, :12], before["dense_1/weight"])
    np.testing.assert_array_equal(now["dense_2/weight"][:12], before["dense_2/weight"])
    np.testing.assert_array_equal(now["convolution_1/weight"], before["convolution_1/weight"])
    assert fates(wider) == {
        "convolution_1": "kept",
        "batch_normalization_1": "kept",
        "dense_1": "part",
        "dense_2": "part",
    }
    assert told(wider)[-2:] == ["12 → 16 units: 12 kept, 4 new", "12 → 16 inputs: 12 kept, 4 new"]
    fewer = changed(images, 5, outshape=8)
    assert told(fewer)[-2:] == ["12 → 8 units: 8 kept, 4 cut", "12 → 8 inputs: 8 kept, 4 cut"]


def test_other_changes_are_told_by_the_numbers_in_the_array(images: Project) -> None:
    assert (
        told(changed(images, 0, kernel_size=(5, 5)))[0]
        == "weight 4 × 1 × 3 × 3 → 4 × 1 × 5 × 5: 36 kept, 64 new, 0 cut"
    )
    assert told(changed(images, 0, nb_kernel=6))[1] == "weight 4 → 6: 4 kept, 2 new, 0 cut"


def test_more_kernels_keep_the_rows_of_their_maps_behind_a_flatten(images: Project) -> None:
    wider = changed(images, 0, nb_kernel=6)
    before, now = compile_network(images), compile_network(wider)
    np.testing.assert_array_equal(now.parameters["dense_1/weight"][:36], before.parameters["dense_1/weight"])
    np.testing.assert_array_equal(
        now.buffers["batch_normalization_1/running_mean"][:4], before.buffers["batch_normalization_1/running_mean"]
    )


def test_where_flattened_images_have_another_size_the_next_layer_begins_anew(images: Project) -> None:
    smaller = changed(images, 0, kernel_size=(5, 5))
    assert fates(smaller)["dense_1"] == "new"
    kernels = compile_network(smaller).parameters["convolution_1/weight"]
    np.testing.assert_array_equal(kernels[:, :, 1:4, 1:4], compile_network(images).parameters["convolution_1/weight"])
    assert not kernels[:, :, 0].any()


def test_the_memory_of_the_optimizer_follows_with_zeros(images: Project) -> None:
    session = Session(changed(images, 5, outshape=16))
    slot = session.network.views(session.state.slots[0])["dense_1/weight"]
    before = images.trained.slots[0][images.design.ids[5], "weight"]
    np.testing.assert_array_equal(slot[:, :12], before)
    assert not slot[:, 12:].any()


def test_a_layer_that_is_gone_waits_and_a_new_one_begins(images: Project) -> None:
    without = edits.remove_layers(images.design, images.design.ids[5:6])
    more, _ = edits.insert_layer(without, 5, Dense(3))
    (new,) = set(more.ids) - set(images.design.ids)
    rows = {row.layer_id: row.fate for row in dataclasses.replace(images, design=more).keeping()}
    assert (rows[new], rows[images.design.ids[5]]) == ("new", "gone")


def test_other_axes_begin_anew(images: Project) -> None:
    first = images.design.ids[5]
    design = edits.replace_layer(images.design, first, Residual((Dense(36),)))
    assert fates(dataclasses.replace(images, design=design))["dense_1"] == "new"


def test_a_part_of_arrays_with_other_axes_is_kept_where_it_fits(images: Project) -> None:
    design = edits.replace_layer(images.design, images.design.ids[5], BatchNormalization())
    assert "partly kept" in told(dataclasses.replace(images, design=design))


LAYERS = st.lists(st.sampled_from([3, 5, 8]), min_size=1, max_size=3)


@given(LAYERS, LAYERS)
@settings(max_examples=30)
def test_what_fits_is_the_same_bits_after_any_change_of_sizes(sizes: list[int], others: list[int]) -> None:
    """The part that both sizes share is what was learned."""
    data = points_design().data
    project = Project(stack([*(Dense(n, activation=ReLU()) for n in sizes), Dense(2, activation=Softmax())], data))
    project = Session(project).capture()
    design = project.design
    for layer_id, n in zip(design.ids[:-1], others, strict=False):
        design = edits.replace_layer(design, layer_id, Dense(n, activation=ReLU()))
    kept = dataclasses.replace(project, design=design).settled().trained.weights
    for key, array in project.trained.weights.items():
        shared = tuple(slice(0, min(a, b)) for a, b in zip(array.shape, kept[key].shape, strict=True))
        np.testing.assert_array_equal(kept[key][shared], array[shared])


# Net2Net


@pytest.mark.parametrize(("place", "units"), [(0, 9), (5, 30), (0, 5), (5, 13)])
def test_a_widened_network_computes_the_same(images: Project, place: int, units: int) -> None:
    wider = widened(images, images.design.ids[place], units)
    assert n_units(wider.design.layers[place].layer) == units
    np.testing.assert_allclose(outputs(wider), outputs(images), rtol=0, atol=2e-6)
    assert wider.history.segments[-1] == images.trained.state.step + 1


@given(st.data())
@settings(max_examples=30)
def test_any_row_of_widenings_and_insertions_computes_the_same(data: st.DataObject) -> None:
    layers = [Dense(5, activation=ReLU()), Dropout(0.2), Dense(4, activation=Tanh()), Dense(2, activation=Softmax())]
    project = Session(Project(stack(layers, points_design().data))).capture()
    expected = outputs(project)
    for _ in range(data.draw(st.integers(1, 4))):
        entry = data.draw(st.sampled_from(project.design.layers[:-1]))
        units = n_units(entry.layer)
        if units is not None and data.draw(st.booleans()):
            project = widened(project, entry.id, units + data.draw(st.integers(1, 7)))
        else:
            project, _ = deepened(project, entry.id)
    np.testing.assert_allclose(outputs(project), expected, rtol=0, atol=1e-6)


def test_widening_goes_through_global_poolings_and_other_convolutions() -> None:
    layers = (
        Convolution(3, 3, activation=ReLU(), padding="same"),
        ActivationLayer(Tanh()),
        Convolution(4, 3),
        GlobalMeanPooling(),
    )
    project = digits(*layers)
    for place in (0, 2):
        np.testing.assert_allclose(outputs(widened(project, project.design.ids[place], 8)), outputs(project), atol=2e-6)


def test_a_widened_network_goes_on_learning(images: Project) -> None:
    wider = widened(images, images.design.ids[0], 6)
    session = Session(
        dataclasses.replace(
            wider, design=dataclasses.replace(wider.design, training=wider.design.training.replace(epochs=2))
        )
    )
    for _ in session.run():
        pass
    weight = session.network.parameters["convolution_1/weight"]
    assert np.isfinite(weight).all()
    assert session.state.epoch == 2


def test_the_optimizers_memory_is_copied_with_the_units(images: Project) -> None:
    key = (images.design.ids[5], "weight")
    wider = widened(images, images.design.ids[5], 20)
    slot, before = wider.trained.slots[0][key], images.trained.slots[0][key]
    assert all(any((column == old).all() for old in before.T) for column in slot.T)


@pytest.mark.parametrize(
    ("layers", "place", "reason"),
    [
        ((Flatten(), Dense(4), LayerNormalization()), 1, "layer_normalization_1 cannot be adapted"),
        ((Flatten(), Dense(4), Residual((Dense(4),))), 1, "residual_1 cannot be adapted"),
        ((Flatten(), Dense(4, activation=Softmax())), 1, "looks at all units together"),
        ((Flatten(), Dense(4), ActivationLayer(Softmax())), 1, "activation_layer_1 cannot be adapted"),
        ((Flatten(),), 1, "looks at all units together"),
        ((Flatten(), Dense(4)), 0, "choose a Dense or a Convolution"),
    ],
)
def test_what_cannot_be_widened_says_why(layers: tuple[object, ...], place: int, reason: str) -> None:
    project = Session(Project(stack([*layers, END]))).capture()
    with pytest.raises(DesignError, match=reason):
        widened(project, project.design.ids[place], 20)


def test_the_last_layer_gives_the_answers() -> None:
    data = points_design().data
    design = stack([Dense(1, activation=Sigmoid())], data, loss=BinaryCrossEntropy())
    with pytest.raises(DesignError, match="it is the last layer with weights"):
        widened(Session(Project(design)).capture(), design.ids[0], 2)


def test_an_untrained_network_has_nothing_to_keep() -> None:
    project = Project(points_design())
    with pytest.raises(DesignError, match="train first"):
        widened(project, project.design.ids[0], 20)
    with pytest.raises(DesignError, match="train first"):
        deepened(project, project.design.ids[0])


def test_there_must_be_more_units(images: Project) -> None:
    with pytest.raises(DesignError, match="more units than it has"):
        widened(images, images.design.ids[5], 12)


@pytest.mark.parametrize("place", [0, 1, 2, 3, 5])
def test_a_deepened_network_computes_the_same(images: Project, place: int) -> None:
    deeper, new = deepened(images, images.design.ids[place])
    assert deeper.design.ids[place + 1] == new
    np.testing.assert_allclose(outputs(deeper), outputs(images), rtol=0, atol=2e-6)
    assert type(deeper.design.layers[place + 1].layer.after) in (ReLU, Noop)
    session = Session(dataclasses.replace(deeper, design=deeper.design))
    assert all(len(slot) for slot in session.state.slots)


def test_below_the_last_layer_nothing_is_inserted(images: Project) -> None:
    with pytest.raises(DesignError, match="before the last"):
        deepened(images, images.design.ids[-1])
