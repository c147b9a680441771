"""Any edits, undone and done again in any order, keep the document and what shows it in step."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from slugstudio.datasets import Circles, Digits
from slugstudio.engine.layers import Dropout
from slugstudio.engine.layers.base import Layer
from slugstudio.project import edits
from slugstudio.project.templates import template
from slugstudio.ui.document import DATA_CARD, Document
from slugstudio.ui.inner_stack import shown
from slugstudio.ui.properties import Properties
from slugstudio.ui.stack.cards import cards
from slugstudio.ui.stack.model import Role
from slugstudio.ui.stack.view import StackView

PLACES, CHOICES = st.integers(0, 12), st.sets(st.integers(0, 8), min_size=1, max_size=4)


class Studio(RuleBasedStateMachine):
    """A document with its stack and its properties, none of them on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document(template("digits-cnn"))
        self.first = self.document.design
        self.ever = set(self.first.ids)
        self.stack = StackView(self.document)
        self.properties = Properties(self.document)
        model = self.stack.stack_model
        self.tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)

    def ids(self, choice: set[int]) -> list[str]:
        return [layer_id for place, layer_id in enumerate(self.document.design.ids) if place in choice]

    @rule(kind=st.sampled_from(sorted(Layer.kinds)), place=PLACES)
    def add(self, kind: str, place: int) -> None:
        new = self.stack.editor.add(kind, min(place, len(self.document.design.layers)))
        assert new not in self.ever
        self.ever.add(new)

    @rule(choice=CHOICES, place=PLACES)
    def move(self, choice: set[int], place: int) -> None:
        self.stack.editor.move(self.ids(choice), min(place, len(self.document.design.layers)))

    @rule(choice=CHOICES, data=st.booleans())
    def select(self, choice: set[int], data: bool) -> None:
        self.document.select([*self.ids(choice), *[DATA_CARD] * data])

    @rule()
    def delete(self) -> None:
        self.stack.editor.delete()

    @precondition(lambda self: len(self.document.design.layers) < 12)
    @rule()
    def duplicate(self) -> None:
        self.stack.editor.duplicate()
        self.ever.update(self.document.design.ids)

    @rule(step=st.sampled_from([-1, 1]))
    def nudge(self, step: int) -> None:
        self.stack.editor.nudge(step)

    @precondition(lambda self: self.document.design.layers)
    @rule(place=PLACES, rate=st.sampled_from([0.1, 0.2]))
    def set_rate(self, place: int, rate: float) -> None:
        design = self.document.design
        layer_id = design.ids[place % len(design.ids)]
        self.document.edit(edits.replace_layer(design, layer_id, Dropout(rate)), "set", f"rate {layer_id}")

    @precondition(lambda self: self.document.design.layers)
    @rule(place=PLACES, name=st.sampled_from(["a", "b", "c"]))
    def rename(self, place: int, name: str) -> None:
        design = self.document.design
        if name not in {entry.name for entry in design.layers}:
            self.document.edit(edits.rename_layer(design, design.ids[place % len(design.ids)], name), "rename")

    @rule(source=st.sampled_from([Digits(), Circles()]))
    def choose_data(self, source: Digits | Circles) -> None:
        design = self.document.design
        self.document.edit(edits.set_data(design, design.data.replace(source=source)), "data")

    @rule(epochs=st.integers(1, 3))
    def set_epochs(self, epochs: int) -> None:
        design = self.document.design
        after = edits.set_training(design, design.training.replace(epochs=epochs))
        self.document.edit(after, "epochs", "epochs")

    @rule()
    def settle(self) -> None:
        self.document.settle()

    @rule()
    def undo(self) -> None:
        self.document.undo()

    @rule()
    def redo(self) -> None:
        self.document.redo()

    @invariant()
    def the_stack_shows_the_design(self) -> None:
        design, model = self.document.design, self.stack.stack_model
        found = [model.card(row) for row in range(model.rowCount())]
        assert found == list(cards(design, self.document.analysis))

    @invariant()
    def ids_and_names_are_unique(self) -> None:
        design = self.document.design
        assert len(set(design.ids)) == len({entry.name for entry in design.layers}) == len(design.layers)

    @invariant()
    def the_selection_is_the_documents(self) -> None:
        selected = {index.data(Role.ID) for index in self.stack.selectedIndexes()}
        assert selected == set(self.document.selection)
        assert selected <= {DATA_CARD, *self.document.design.ids}

    @invariant()
    def the_properties_show_what_is_selected(self) -> None:
        page = self.properties.layer_page
        if len(self.document.selection) == 1:
            entry = self.document.entry(self.document.selection[0])
            expected = self.document.design.data if entry is None else shown(entry.layer)
            assert page.form.declared == expected
            assert page.title.name.text() == (entry.name if entry else page.title.name.text())
        assert self.properties.training_page.form.declared == self.document.design.training

    def teardown(self) -> None:
        while self.document.can_redo:
            self.document.redo()
        last = self.document.design
        while self.document.can_undo:
            self.document.undo()
        assert self.document.design == self.first
        assert not self.document.modified
        self.the_stack_shows_the_design()
        while self.document.can_redo:
            self.document.redo()
        assert self.document.design == last
        self.the_stack_shows_the_design()
        for widget in (self.stack, self.properties):
            widget.deleteLater()


def test_any_edits_keep_everything_in_step(qapp: QApplication) -> None:
    run_state_machine_as_test(Studio, settings=settings(max_examples=15, stateful_step_count=40, deadline=None))
