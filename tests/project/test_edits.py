from __future__ import annotations

import pytest

from slugstudio.datasets import Spirals
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten
from slugstudio.project import edits
from slugstudio.project.design import DataChoice, Design
from tests.project.made import digits_design


def names(design: Design) -> list[str]:
    return [entry.name for entry in design.layers]


def flat(n: int) -> Design:
    """Return a stack of n layers named flatten_1, flatten_2..."""
    design = Design()
    for index in range(n):
        design, _ = edits.insert_layer(design, index, Flatten())
    return design


def test_a_layer_is_inserted_where_it_is_dropped() -> None:
    before = flat(2)
    design, layer_id = edits.insert_layer(before, 1, Dense(3))
    assert names(design) == ["flatten_1", "dense_1", "flatten_2"]
    assert design.layers[1].id == layer_id
    assert names(before) == ["flatten_1", "flatten_2"]


def test_edits_share_what_they_leave_alone() -> None:
    before = digits_design()
    design, _ = edits.insert_layer(before, 2, Dropout())
    assert design.layers[0] is before.layers[0]
    assert design.data is before.data


def test_a_new_layer_takes_the_first_free_name_of_its_kind() -> None:
    design = edits.remove_layers(flat(3), [flat(3).layers[1].id])
    design, _ = edits.insert_layer(design, 0, Flatten())
    assert names(design) == ["flatten_2", "flatten_1", "flatten_3"]


def test_a_name_in_other_capitals_is_not_free() -> None:
    design = edits.rename_layer(flat(1), "layer-1", "Dense_1")
    assert names(edits.insert_layer(design, 1, Dense(3))[0]) == ["Dense_1", "dense_2"]


def test_a_given_name_is_taken() -> None:
    design, _ = edits.insert_layer(flat(1), 0, Dense(3), name="edges")
    assert names(design) == ["edges", "flatten_1"]


def test_ids_are_not_given_again_after_a_removal() -> None:
    design = flat(3)
    removed = design.layers[2].id
    design, layer_id = edits.insert_layer(edits.remove_layers(design, [removed]), 0, Flatten())
    assert layer_id not in {removed, *flat(3).ids}


def test_an_id_that_is_in_use_is_skipped() -> None:
    design = Design(flat(3).layers, next_id=2)
    assert edits.insert_layer(design, 0, Flatten())[1] == "layer-4"


def test_layers_are_removed() -> None:
    assert names(edits.remove_layers(flat(3), ["layer-1", "layer-3"])) == ["flatten_2"]


@pytest.mark.parametrize(
    ("ids", "index", "order"),
    [
        (["layer-1"], 2, "2134"),
        (["layer-1"], 4, "2341"),
        (["layer-4"], 0, "4123"),
        (["layer-4", "layer-2"], 1, "1243"),
        (["layer-1", "layer-3"], 2, "2134"),
        (["layer-2"], 1, "1234"),
        (["layer-2"], 2, "1234"),
    ],
)
def test_layers_are_moved_before_the_one_at_the_index(ids: list[str], index: int, order: str) -> None:
    before = flat(4)
    design = edits.move_layers(before, ids, index)
    assert "".join(entry.id[-1] for entry in design.layers) == order
    assert (design is before) == (order == "1234")


def test_copies_stand_below_the_last_original_with_ids_and_names_of_their_own() -> None:
    before = digits_design()
    ids = [before.layers[0].id, before.layers[4].id]
    design = edits.duplicate_layers(before, ids)
    assert names(design)[5:] == ["convolution_2", "dense_2"]
    assert [entry.layer for entry in design.layers[5:]] == [before.layers[0].layer, before.layers[4].layer]
    assert len(set(design.ids)) == 7
    assert edits.duplicate_layers(before, []) is before


def test_replacing_keeps_id_and_name() -> None:
    before = digits_design()
    layer = Convolution(8, (5, 5))
    entry = edits.replace_layer(before, before.layers[0].id, layer).layers[0]
    assert (entry.id, entry.name, entry.layer) == (before.layers[0].id, "convolution_1", layer)


def test_an_edit_that_changes_nothing_returns_the_same_design() -> None:
    before = digits_design()
    first = before.layers[0]
    assert edits.replace_layer(before, first.id, first.layer) is before
    assert edits.rename_layer(before, first.id, first.name) is before
    assert edits.remove_layers(before, []) is before
    assert edits.set_data(before, before.data.replace()) is before
    assert edits.set_training(before, before.training.replace()) is before


def test_a_layer_is_renamed() -> None:
    design = edits.rename_layer(flat(2), "layer-2", "edges")
    assert names(design) == ["flatten_1", "edges"]
    assert names(edits.rename_layer(design, "layer-2", "Edges")) == ["flatten_1", "Edges"]


def test_a_name_that_another_layer_has_is_refused() -> None:
    with pytest.raises(ConfigError, match="another layer is called FLATTEN_1"):
        edits.rename_layer(flat(2), "layer-2", "FLATTEN_1")


def test_data_and_training_are_chosen() -> None:
    design = digits_design()
    data, training = DataChoice(Spirals()), design.training.replace(epochs=7)
    assert edits.set_data(design, data).data == data
    assert edits.set_training(design, training).training == training


def test_an_unknown_id_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError, match="layer-9"):
        edits.remove_layers(flat(2), ["layer-1", "layer-9"])
    with pytest.raises(KeyError, match="nowhere"):
        edits.rename_layer(flat(2), "nowhere", "x")


def test_a_field_is_set_in_several_layers() -> None:
    design = digits_design()
    design, second = edits.insert_layer(design, 5, Dense(7))
    ids = [design.ids[4], second]
    after = edits.set_field(design, ids, "outshape", 12)
    assert [after.layers[place].layer.outshape for place in (4, 5)] == [12, 12]
    assert after.layers[:4] == design.layers[:4]


def test_a_field_that_one_cannot_have_changes_none_and_says_which() -> None:
    design, dense = edits.insert_layer(digits_design(), 5, Dense(7))
    with pytest.raises(ConfigError, match="in dense_2, expected a whole number from 1"):
        edits.set_field(design, [dense], "outshape", 0)
