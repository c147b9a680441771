from __future__ import annotations

import pytest

from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Dense, Flatten
from slugstudio.engine.records import from_record, to_record
from slugstudio.project.design import DataChoice, Design, LayerEntry
from tests.project.made import digits_design


@pytest.mark.parametrize("name", ["", "1_dense", "dense 1", "dense/1", "déjà", "a" * 65, "x\n"])
def test_names_that_files_cannot_hold_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="expected a letter and then"):
        LayerEntry("layer-1", name, Flatten())


@pytest.mark.parametrize("layer_id", ["", "a/b", "a b", "é", "i" * 65])
def test_ids_that_files_cannot_hold_are_refused(layer_id: str) -> None:
    with pytest.raises(ConfigError, match=r"Layer\.id"):
        LayerEntry(layer_id, "dense_1", Flatten())


def test_an_id_stands_for_one_layer() -> None:
    with pytest.raises(ConfigError, match="each id once, received 'a' twice"):
        Design((LayerEntry("a", "one", Flatten()), LayerEntry("a", "two", Flatten())))


def test_names_are_unique_whatever_their_capitals() -> None:
    with pytest.raises(ConfigError, match="each name once"):
        Design((LayerEntry("a", "Edges", Flatten()), LayerEntry("b", "edges", Flatten())))


def test_the_shape_given_by_hand_stays_out_of_a_project() -> None:
    assert LayerEntry("a", "dense_1", Dense(3, inshape=5)).layer == Dense(3)


def test_what_makes_designs_equal_is_not_the_number_of_the_next_id() -> None:
    design = digits_design()
    assert design == Design(design.layers, design.data, design.training, next_id=99)


def test_the_data_choice_has_a_form_and_a_record() -> None:
    choice = DataChoice(validation_split=0.25, seed=3)
    assert from_record(DataChoice, to_record(choice)) == choice
    with pytest.raises(ConfigError, match=r"from 0 to 0\.9"):
        DataChoice(validation_split=0.95)
