"""Choosing what a trained network keeps: each choice is one step that undo takes back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import SlugError
from slugstudio.project.keeping import Key
from slugstudio.project.net2net import deepened, n_units, widened
from slugstudio.project.project import Project
from slugstudio.ui.actions import make
from slugstudio.ui.document import Change, Document
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import told, tr


class Keeper(QObject):
    """Carries out what the pane of kept weights offers, once a training that learns has ended."""

    def __init__(self, document: Document, trainer: Trainer, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._trainer, self._notices = document, trainer, notices
        self._widen = make(self, "stack.widen", lambda: self.widen(self._document.selection[0]))
        self._deepen = make(self, "stack.deepen", lambda: self.deepen(self._document.selection[0]))
        self.actions = (self._widen, self._deepen)
        document.changed.connect(self._follow)
        self._explain_actions()

    def _follow(self, change: Change) -> None:
        if change.fields & {"layers", "selection", "trained"}:
            self._explain_actions()

    def _explain_actions(self) -> None:
        selection, trained = self._document.selection, self._document.project.trained
        entry = self._document.entry(selection[0]) if len(selection) == 1 else None
        reason = ""
        if trained is None:
            reason = tr("Nothing was learned yet that could be kept; train first.")
        elif entry is None:
            reason = tr("Select one layer first.")
        self._deepen.explain(reason)
        if not reason and (entry is None or n_units(entry.layer) is None):
            reason = tr("Select a Dense, or a Convolution without groups.")
        self._widen.explain(reason)

    def keep_function(self, layer_id: str) -> None:
        """Give a layer that became wider copies of its units, so that the network computes what it did."""

        def change() -> None:
            project, entry = self._document.project, self._document.entry(layer_id)
            units = None if entry is None else n_units(entry.layer)
            if project.trained is None or entry is None or units is None:
                return
            learned = Project(project.trained.design, project.trained, project.history)
            found = widened(learned, layer_id, units)
            self._document.relearn(found.trained, found.history, f"keep the function of {entry.name}")

        self._do(change)

    def begin_anew(self, layer_id: str) -> None:
        """Forget what a layer has learned."""

        def change() -> None:
            project, entry = self._document.project, self._document.entry(layer_id)
            trained = project.trained
            if trained is None or entry is None:
                return

            def without(arrays: Mapping[Key, Array]) -> dict[Key, Array]:
                return {key: array for key, array in arrays.items() if key[0] != layer_id}

            state = trained.state.copy()
            state.best = None
            slots = tuple(map(without, trained.slots))
            rest = dataclasses.replace(trained, weights=without(trained.weights), slots=slots, state=state, best=None)
            self._document.relearn(rest, project.history, f"begin {entry.name} anew", anew=layer_id)

        self._do(change)

    def widen(self, layer_id: str) -> None:
        """Double the units, or kernels, of a layer, so that the network computes what it did."""

        def change() -> None:
            entry = self._document.entry(layer_id)
            units = None if entry is None else n_units(entry.layer)
            if entry is None or units is None:
                return
            found = widened(self._document.project, layer_id, 2 * units)
            self._document.edit_learned(found, f"widen {entry.name}", select=(layer_id,))
            text = tr(
                "{layer} went from {before} to {after} and answers as before. For another number, undo, set it in"
                " Properties and choose Keep the function under Weights.",
                layer=entry.name,
                before=f"{units:,}",
                after=f"{2 * units:,}",
            )
            self._notices.tell(Notice(text, "good"))

        self._do(change)

    def deepen(self, layer_id: str) -> None:
        """Put a layer below another that passes on what it gets."""

        def change() -> None:
            if self._document.entry(layer_id) is None:
                return
            found, new = deepened(self._document.project, layer_id)
            self._document.edit_learned(found, "insert an identity layer", select=(new,))

        self._do(change)

    def _do(self, change: Callable[[], None]) -> None:
        def safely() -> None:
            try:
                change()
            except SlugError as error:
                self._notices.tell(Notice(told(error.args[0] if error.args else str(error)), "warning"))

        self._trainer.stop(then=safely)

    def explain(self) -> str:
        """Return what the pane says where there is nothing to choose."""
        if self._document.project.trained is None:
            return tr("Once the network has learned something, here stands what it keeps when you change its layers.")
        return tr("All layers keep what they have learned. Change one, and here stands what fits.")
