from __future__ import annotations

import pytest

from slugstudio.datasets import Circles
from slugstudio.engine.activation import Tanh
from slugstudio.engine.layers import ActivationLayer
from slugstudio.engine.layers.base import Layer
from slugstudio.project import edits
from slugstudio.project.templates import template
from slugstudio.ui.document import DATA_CARD, Document
from slugstudio.ui.stack.editing import StackEditor


@pytest.fixture
def editor(document: Document) -> StackEditor:
    return StackEditor(document)


def names(document: Document) -> list[str]:
    return [entry.name for entry in document.design.layers]


def chosen(document: Document) -> list[str]:
    return [entry.name for entry in document.design.layers if entry.id in document.selection]


def select(document: Document, *wanted: str) -> None:
    document.select([entry.id for entry in document.design.layers if entry.name in wanted])


STARTER = ["convolution_1", "max_pooling_1", "flatten_1", "dropout_1", "dense_1", "dense_2"]


@pytest.mark.parametrize("kind", Layer.kinds)
def test_every_kind_is_added_where_it_is_dropped(document: Document, editor: StackEditor, kind: str) -> None:
    for place in range(len(STARTER) + 1):
        arrives = document.analysis.layers[place - 1].output_shape if place else (1, 8, 8)
        layer_id = editor.add(kind, place)
        assert document.design.ids[place] == layer_id
        assert document.design.layers[place].layer == Layer.kinds[kind].example_for(arrives)
        assert document.selection == (layer_id,)
        assert document.undo_text == f"add {Layer.kinds[kind].label}"
        document.undo()
        assert names(document) == STARTER


@pytest.mark.parametrize("place", range(len(STARTER) + 1))
def test_a_residual_works_wherever_it_is_dropped(document: Document, editor: StackEditor, place: int) -> None:
    layer_id = editor.add("Residual", place)
    facts = document.facts(layer_id)
    assert facts is not None
    assert facts.output_shape is not None


def test_behind_a_mistake_an_example_is_what_it_is_by_itself(document: Document, editor: StackEditor) -> None:
    editor.add("Dense", 0)
    layer_id = editor.add("Residual", 1)
    entry = document.entry(layer_id)
    assert entry is not None
    assert entry.layer == Layer.kinds["Residual"].example()


def test_a_layer_goes_after_the_selection(document: Document, editor: StackEditor) -> None:
    select(document, "max_pooling_1", "convolution_1")
    editor.add("Dropout")
    assert names(document)[2] == "dropout_2"
    document.select([DATA_CARD])
    editor.add("Flatten")
    assert names(document)[0] == "flatten_2"


def test_without_a_selection_a_layer_goes_before_the_output(document: Document, editor: StackEditor) -> None:
    editor.add("Dropout")
    assert names(document)[-2:] == ["dropout_2", "dense_2"]


def test_without_an_output_a_layer_goes_to_the_end() -> None:
    document = Document(template("digits-cnn"))
    editor = StackEditor(document)
    select(document, "dense_2")
    editor.delete()
    document.select([])
    editor.add("Dropout")
    assert names(document)[-1] == "dropout_2"
    document.select(document.design.ids)
    editor.delete()
    editor.add("Flatten")
    assert names(document) == ["flatten_1"]


def test_layers_are_nudged_until_they_reach_an_end(document: Document, editor: StackEditor) -> None:
    select(document, "max_pooling_1", "flatten_1")
    editor.nudge(-1)
    assert names(document)[:3] == ["max_pooling_1", "flatten_1", "convolution_1"]
    assert chosen(document) == ["max_pooling_1", "flatten_1"]
    undo_text = document.undo_text
    editor.nudge(-1)
    assert (names(document)[0], document.undo_text) == ("max_pooling_1", undo_text)
    for _ in range(10):
        editor.nudge(+1)
    assert names(document)[-2:] == ["max_pooling_1", "flatten_1"]


def test_layers_that_lie_apart_are_nudged_together(document: Document, editor: StackEditor) -> None:
    select(document, "max_pooling_1", "dropout_1")
    editor.nudge(+1)
    assert names(document) == [
        "convolution_1",
        "flatten_1",
        "dense_1",
        "max_pooling_1",
        "dropout_1",
        "dense_2",
    ]


@pytest.mark.parametrize(
    ("doomed", "heir"),
    [
        (["flatten_1"], ["dropout_1"]),
        (["dense_2"], ["dense_1"]),
        (["convolution_1", "dropout_1"], ["dense_1"]),
        (["dense_1", "dense_2"], ["dropout_1"]),
        (STARTER, []),
    ],
)
def test_after_deleting_the_layer_in_its_place_is_selected(
    document: Document, editor: StackEditor, doomed: list[str], heir: list[str]
) -> None:
    select(document, *doomed)
    editor.delete()
    assert names(document) == [name for name in STARTER if name not in doomed]
    assert chosen(document) == heir
    document.undo()
    assert (names(document), chosen(document)) == (STARTER, doomed)


def test_copies_stand_below_and_are_selected(document: Document, editor: StackEditor) -> None:
    select(document, "flatten_1", "dropout_1")
    editor.duplicate()
    assert names(document)[2:6] == ["flatten_1", "dropout_1", "flatten_2", "dropout_2"]
    assert chosen(document) == ["flatten_2", "dropout_2"]


def test_the_data_cannot_be_deleted_moved_or_copied(document: Document, editor: StackEditor) -> None:
    document.select([DATA_CARD])
    editor.delete()
    editor.duplicate()
    editor.nudge(1)
    assert not document.can_undo
    document.select([DATA_CARD, *document.design.ids[:1]])
    editor.delete()
    assert names(document) == STARTER[1:]


def test_the_menu_names_one_layer_and_counts_several(document: Document, editor: StackEditor) -> None:
    select(document, "flatten_1")
    editor.delete()
    assert document.undo_text == "delete flatten_1"
    document.select(document.design.ids[:2])
    editor.delete()
    assert document.undo_text == "delete 2 layers"


def test_an_activation_is_added_as_a_layer_with_that_function(document: Document, editor: StackEditor) -> None:
    layer_id = editor.add("ActivationLayer/Tanh", 1)
    assert document.entry(layer_id).layer == ActivationLayer(Tanh())
    assert document.undo_text == "add Tanh"


def test_data_take_the_place_of_those_that_are_there_in_one_step(document: Document, editor: StackEditor) -> None:
    before = document.design
    assert editor.add("data/Circles", 3) == DATA_CARD
    assert document.design.data == before.data.replace(source=Circles())
    assert (names(document), document.selection) == (STARTER, (DATA_CARD,))
    assert document.undo_text == "choose Circles"
    document.undo()
    assert document.design == before


def test_data_of_the_same_kind_stay_as_they_were_set(document: Document, editor: StackEditor) -> None:
    noisy = document.design.data.replace(source=Circles(noise=0.3))
    document.edit(edits.set_data(document.design, noisy), "set noise")
    editor.add("data/Circles")
    assert (document.design.data, document.selection) == (noisy, (DATA_CARD,))


def test_what_no_entry_stands_for_cannot_be_added(editor: StackEditor) -> None:
    with pytest.raises(KeyError, match="Magic"):
        editor.add("Magic")
