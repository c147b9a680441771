from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester

from slugstudio.engine.layers import Convolution, Dropout
from slugstudio.project import edits
from slugstudio.project.templates import template
from slugstudio.ui.document import DATA_CARD, Document
from slugstudio.ui.stack.cards import cards
from slugstudio.ui.stack.model import Role, StackModel
from tests.ui.changes import EVERY_EDIT


@pytest.fixture
def model(document: Document) -> StackModel:
    model = StackModel(document)
    # its warnings are Qt's, which fail the test
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


class Signals:
    """What a model announced, in rows."""

    def __init__(self, model: StackModel) -> None:
        self.told: list[tuple[str, int, int]] = []
        model.rowsInserted.connect(lambda _, first, last: self.told.append(("inserted", first, last)))
        model.rowsRemoved.connect(lambda _, first, last: self.told.append(("removed", first, last)))
        model.dataChanged.connect(lambda first, last, _: self.told.append(("changed", first.row(), last.row())))
        model.layoutChanged.connect(lambda *_: self.told.append(("sorted", 0, 0)))
        model.modelReset.connect(lambda: self.told.append(("reset", 0, 0)))


def shown(model: StackModel) -> list[object]:
    return [model.card(row) for row in range(model.rowCount())]


@pytest.mark.parametrize("kind", EVERY_EDIT)
def test_the_cards_are_those_of_the_design_after_every_edit_undo_and_redo(
    document: Document, model: StackModel, kind: str
) -> None:
    signals = Signals(model)
    for step in (lambda: document.edit(EVERY_EDIT[kind](document.design), kind), document.undo, document.redo):
        step()
        assert shown(model) == list(cards(document.design, document.analysis))
    assert "reset" not in {what for what, _, _ in signals.told}


def test_a_new_layer_is_one_row_and_no_other_changes(document: Document, model: StackModel) -> None:
    signals = Signals(model)
    document.edit(edits.insert_layer(document.design, 3, Dropout(0.1))[0], "add")
    assert signals.told == [("inserted", 4, 4)]


def test_only_the_rows_that_say_something_else_change(document: Document, model: StackModel) -> None:
    signals = Signals(model)
    document.edit(edits.replace_layer(document.design, document.design.ids[3], Dropout(0.5)), "set")
    assert signals.told == [("changed", 4, 4)]
    signals.told.clear()
    document.edit(edits.replace_layer(document.design, document.design.ids[0], Convolution(8, (3, 3))), "set")
    # the shapes of all that follow change, up to the Dense, whose number of parameters does
    assert [row for _, row, _ in signals.told] == [1, 2, 3, 4, 5]


def test_a_move_sorts_and_the_moved_rows_stay_the_same_rows(document: Document, model: StackModel) -> None:
    document.edit(edits.replace_layer(document.design, document.design.ids[0], Dropout(0.1)), "set")
    followed = [QPersistentModelIndex(model.index(row)) for row in range(model.rowCount())]
    ids = model.ids()
    signals = Signals(model)
    document.edit(edits.move_layers(document.design, ids[1:3], 6), "move")
    assert [index.data(Role.ID) for index in followed] == ids
    assert [what for what, _, _ in signals.told if what != "changed"] == ["sorted"]


def test_deleting_takes_only_the_deleted_rows(document: Document, model: StackModel) -> None:
    signals = Signals(model)
    document.edit(edits.remove_layers(document.design, [document.design.ids[3], document.design.ids[1]]), "delete")
    assert [signal for signal in signals.told if signal[0] == "removed"] == [("removed", 4, 4), ("removed", 2, 2)]


def test_another_project_is_shown(document: Document, model: StackModel) -> None:
    document.open(template("spiral"), None)
    assert shown(model) == list(cards(document.design, document.analysis))


def test_selecting_and_learning_do_not_touch_the_rows(document: Document, model: StackModel) -> None:
    signals = Signals(model)
    document.select(document.design.ids[:2])
    document.learned(None, document.project.history)
    assert signals.told == []


def pictures(n: int) -> Sequence[QImage]:
    return [QImage(8, 8, QImage.Format.Format_Grayscale8) for _ in range(n)]


def test_thumbnails_stay_with_their_layer_and_go_with_it(document: Document, model: StackModel) -> None:
    ids = document.design.ids
    signals = Signals(model)
    model.set_thumbnails({DATA_CARD: pictures(1), ids[0]: pictures(3), "gone": pictures(9)})
    assert signals.told == [("changed", 0, 0), ("changed", 1, 1)]
    assert model.most_thumbnails == 3
    document.edit(edits.move_layers(document.design, ids[:1], 3), "move")
    assert len(model.index(3).data(Role.THUMBNAILS)) == 3
    document.edit(edits.remove_layers(document.design, ids[:1]), "delete")
    assert model.most_thumbnails == 1
    document.undo()
    assert model.index(3).data(Role.THUMBNAILS) == ()
    model.set_thumbnails({})
    assert model.most_thumbnails == 0


def test_rows_say_what_screen_readers_read(document: Document, model: StackModel) -> None:
    document.edit(edits.remove_layers(document.design, document.design.ids[2:3]), "delete")
    dense = model.index(4)
    assert dense.data() == "dense_1"
    assert "error: Dense needs a vector" in dense.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "\nDense needs a vector" in dense.data(Qt.ItemDataRole.ToolTipRole)
    told = model.index(1).data(Qt.ItemDataRole.ToolTipRole).split("\n")
    assert told[2:] == ["16 × 6 × 6", "160 parameters", "5.2 k mult-adds", "2.3 kB a sample"]


def test_layers_are_dragged_and_the_data_is_not(model: StackModel) -> None:
    drag = Qt.ItemFlag.ItemIsDragEnabled
    assert [bool(model.flags(model.index(row)) & drag) for row in range(3)] == [False, True, True]
    assert model.data(QModelIndex()) is None


def test_qt_cannot_take_rows_out_after_a_drop(model: StackModel) -> None:
    assert not model.removeRows(1, 1)
    assert model.rowCount() == 7


def test_rows_are_found_by_id(document: Document, model: StackModel) -> None:
    assert [model.row(layer_id) for layer_id in (DATA_CARD, document.design.ids[2], "gone")] == [0, 3, None]
