from __future__ import annotations

from pathlib import Path

import pytest

from slugstudio.engine.layers import Dense, Dropout
from slugstudio.project import Project, edits
from slugstudio.project.analysis import analyse
from slugstudio.project.history import History
from slugstudio.project.session import Session
from slugstudio.project.templates import template
from slugstudio.ui.document import DATA_CARD, EVERYTHING, Change, Document
from tests.project.made import points_design, trained
from tests.ui.changes import EVERY_EDIT


@pytest.fixture
def changes(document: Document) -> list[Change]:
    heard: list[Change] = []
    document.changed.connect(heard.append)
    return heard


@pytest.mark.parametrize("kind", EVERY_EDIT)
def test_every_edit_is_one_step_that_undo_takes_back_and_redo_does_again(document: Document, kind: str) -> None:
    before = document.design
    after = EVERY_EDIT[kind](before)
    document.edit(after, f"do {kind}")
    assert document.design == after
    assert (document.can_undo, document.undo_text) == (True, f"do {kind}")
    document.undo()
    assert document.design == before
    assert (document.can_undo, document.can_redo, document.redo_text) == (False, True, f"do {kind}")
    document.redo()
    assert document.design == after
    assert not document.can_redo


@pytest.mark.parametrize("kind", EVERY_EDIT)
def test_everything_is_up_to_date_when_views_hear_of_an_edit(document: Document, kind: str) -> None:
    after = EVERY_EDIT[kind](document.design)
    seen: list[object] = []
    document.changed.connect(lambda _: seen.append((document.design, document.analysis)))
    document.edit(after, kind)
    document.undo()
    assert seen == [(after, analyse(after)), (document.design, analyse(document.design))]


def test_a_change_names_what_differs_and_who_did_it(document: Document, changes: list[Change]) -> None:
    design, first, last = document.design, document.design.ids[0], document.design.ids[-1]
    document.edit(edits.move_layers(design, [first], 6), "move", by="stack")
    assert changes.pop() == Change(frozenset({"layers"}), frozenset({first}), "stack")
    document.edit(edits.replace_layer(document.design, last, Dense(3)), "set", by="properties")
    assert changes.pop() == Change(frozenset({"layers"}), frozenset({last}), "properties")
    document.edit(EVERY_EDIT["data"](document.design), "set data")
    assert changes.pop() == Change(frozenset({"data"}))
    document.edit(EVERY_EDIT["training"](document.design), "set training")
    assert changes.pop() == Change(frozenset({"training"}))
    document.edit(edits.remove_layers(document.design, [last]), "delete", select=(first,))
    assert changes.pop() == Change(frozenset({"layers", "selection"}), frozenset({last}))


def test_an_edit_that_changes_nothing_is_no_step_and_is_not_told(document: Document, changes: list[Change]) -> None:
    document.edit(edits.move_layers(document.design, document.design.ids[:1], 0), "move nothing")
    assert not document.can_undo
    assert not changes


def test_undo_and_redo_without_a_step_do_nothing(document: Document, changes: list[Change]) -> None:
    document.undo()
    document.redo()
    assert not changes


def test_undo_selects_what_it_brings_back(document: Document) -> None:
    ids = document.design.ids
    document.edit(edits.remove_layers(document.design, ids[1:3]), "delete", select=ids[3:4])
    document.undo()
    assert document.selection == ids[1:3]
    document.redo()
    assert document.selection == ()


def test_undo_of_settings_leaves_the_selection(document: Document) -> None:
    document.select(document.design.ids[:1])
    document.edit(EVERY_EDIT["training"](document.design), "set epochs")
    document.undo()
    assert document.selection == document.design.ids[:1]


def stroke(document: Document, units: int) -> None:
    design = edits.replace_layer(document.design, document.design.ids[-1], Dense(units))
    document.edit(design, f"set units to {units}", "units")


def test_a_stroke_with_one_key_is_one_step_until_it_is_settled(document: Document) -> None:
    before = document.design
    for units in (11, 12, 13):
        stroke(document, units)
    document.settle()
    between = document.design
    stroke(document, 14)
    document.undo()
    assert document.design == between
    document.undo()
    assert document.design == before


def test_selecting_something_settles_a_stroke(document: Document) -> None:
    stroke(document, 11)
    between = document.design
    document.select(document.design.ids[:1])
    stroke(document, 12)
    document.undo()
    assert document.design == between


def test_the_selection_follows_the_stack(document: Document, changes: list[Change]) -> None:
    ids = document.design.ids
    document.select([ids[3], "no-such-layer", ids[1], DATA_CARD])
    assert document.selection == (DATA_CARD, ids[1], ids[3])
    document.edit(edits.move_layers(document.design, [ids[3]], 0), "move")
    assert document.selection == (DATA_CARD, ids[3], ids[1])
    document.edit(edits.remove_layers(document.design, [ids[1]]), "delete")
    assert document.selection == (DATA_CARD, ids[3])
    changes.clear()
    document.select([ids[3], DATA_CARD])
    assert not changes


def test_what_would_be_lost_is_known(document: Document) -> None:
    assert not document.modified
    stroke(document, 11)
    assert document.modified
    document.undo()
    assert not document.modified
    document.redo()
    document.saved(document.project, Path("a.slug"))
    assert (document.modified, document.path) == (False, Path("a.slug"))
    document.undo()
    assert document.modified
    stroke(document, 11)
    assert not document.modified
    document.learned(None, History())
    assert document.modified


def test_an_edit_while_a_file_is_written_is_still_to_be_saved(document: Document) -> None:
    stroke(document, 11)
    written = document.project
    stroke(document, 12)
    document.saved(written, Path("a.slug"))
    assert document.modified
    document.undo()
    assert document.design == template("digits-cnn").design
    assert document.modified
    stroke(document, 11)
    assert not document.modified


def test_what_is_learned_while_a_file_is_written_is_still_to_be_saved(document: Document) -> None:
    written = document.project
    document.learned(trained(points_design()).trained, History())
    document.saved(written, Path("a.slug"))
    assert document.modified
    document.saved(document.project, Path("a.slug"))
    assert not document.modified


def test_saving_settles_a_stroke(document: Document) -> None:
    stroke(document, 11)
    between = document.design
    document.saved(document.project, Path("a.slug"))
    stroke(document, 12)
    document.undo()
    assert document.design == between


def test_undo_does_not_take_back_what_was_learned(document: Document, changes: list[Change]) -> None:
    stroke(document, 11)
    learned = History()
    document.learned(None, learned, by="trainer")
    assert changes.pop() == Change(frozenset({"trained", "history"}), by="trainer")
    document.undo()
    assert document.project.history is learned


def test_another_project_takes_the_place_of_everything(document: Document, changes: list[Change]) -> None:
    stroke(document, 11)
    document.select([DATA_CARD])
    other = template("spiral")
    document.open(other, Path("b.slug"))
    assert changes.pop() == Change(EVERYTHING, frozenset(other.design.ids))
    assert (document.project, document.path, document.selection) == (other, Path("b.slug"), ())
    assert (document.modified, document.can_undo, document.can_redo) == (False, False, False)


def test_layers_are_found_by_their_id(document: Document) -> None:
    layer_id = document.design.ids[3]
    entry, facts = document.entry(layer_id), document.facts(layer_id)
    assert entry is not None
    assert facts is not None
    assert (entry.layer, facts.name) == (Dropout(0.25), "dropout_1")
    assert (document.entry("none"), document.facts("none")) == (None, None)


def train_on(document: Document) -> None:
    """Train as the trainer does: on the design as it is, and take over what was learned."""
    session = Session(document.project)
    for _ in session.run(epochs=document.project.epoch + 1):
        pass
    after = session.capture()
    document.learned(after.trained, after.history)


def weights_of(document: Document, layer_id: str) -> dict[str, bytes]:
    learned = document.project.trained
    assert learned is not None
    return {name: array.tobytes() for (owner, name), array in learned.weights.items() if owner == layer_id}


@pytest.mark.parametrize("change", ["delete", "widen"])
def test_undo_brings_back_what_a_layer_had_learned_before_it_was_trained_without_it(change: str) -> None:
    document = Document(Project(points_design(epochs=9)))
    train_on(document)
    first, before = document.design.ids[0], document.design
    learned = weights_of(document, first)
    narrow = before.layers[0].layer
    assert len(learned) == 2
    after = {
        "delete": edits.remove_layers(before, [first]),
        "widen": edits.replace_layer(before, first, narrow.replace(outshape=9)),
    }[change]
    document.edit(after, change)
    train_on(document)
    instead = weights_of(document, first)
    assert instead != learned
    document.undo()
    assert weights_of(document, first) == learned
    train_on(document)
    assert weights_of(document, first) != learned
    document.redo()
    assert weights_of(document, first) == instead


def test_what_was_forgotten_on_purpose_does_not_come_back() -> None:
    document = Document(Project(points_design()))
    train_on(document)
    first = document.design.ids[0]
    document.edit(edits.remove_layers(document.design, [first]), "delete")
    train_on(document)
    document.learned(None, History())
    train_on(document)
    document.undo()
    assert weights_of(document, first) == {}
