"""The open project as the views see it: they edit through it and listen to what changed."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slugstudio.project.analysis import Analysis, LayerAnalysis, analyse
from slugstudio.project.design import Design, LayerEntry
from slugstudio.project.history import History
from slugstudio.project.project import Project, Trained
from slugstudio.project.remembered import Remembered
from slugstudio.project.undo import Edit, Learned, UndoHistory

DATA_CARD = "data"
"""What the selection holds where the data card is selected; layers are selected by their ids."""

EVERYTHING = frozenset({"layers", "data", "training", "trained", "path", "history", "selection"})


@dataclass(frozen=True)
class Change:
    """What changed and who did it.

    ``fields`` names the parts that differ (`EVERYTHING` after another project was opened), ``ids`` the layers that
    came, went, moved or differ, and ``by`` the view that made the edit, so that it need not answer to itself.
    """

    fields: frozenset[str]
    ids: frozenset[str] = frozenset()
    by: str = ""


class Document(QObject):
    """The open project, its analysis, its undo history, its file and what is selected in it."""

    changed = Signal(object)
    """Carries a `Change`; sent after every part of the document is up to date."""

    def __init__(self, project: Project, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._start(project, path)

    def _start(self, project: Project, path: Path | None) -> None:
        self._project = project
        self._path = path
        self._analysis = analyse(project.design)
        self._undo = UndoHistory()
        self._remembered = Remembered()
        self._selection: tuple[str, ...] = ()
        self._saved_design = project.design
        self._learned = False
        self._stroke = 0

    @property
    def project(self) -> Project:
        """The project as it is now, trained state included as far as it was captured."""
        return self._project

    @property
    def design(self) -> Design:
        """The design as it is now."""
        return self._project.design

    @property
    def analysis(self) -> Analysis:
        """Shapes, counts and problems of the design as it is now."""
        return self._analysis

    @property
    def path(self) -> Path | None:
        """The file that holds the project, None if it was never saved."""
        return self._path

    @property
    def selection(self) -> tuple[str, ...]:
        """The selected cards in the order of the stack: `DATA_CARD` and the ids of layers."""
        return self._selection

    @property
    def modified(self) -> bool:
        """Tell whether something would be lost by closing without saving."""
        return self._learned or self.design != self._saved_design

    @property
    def can_undo(self) -> bool:
        """Tell whether there is an edit to undo."""
        return self._undo.can_undo

    @property
    def can_redo(self) -> bool:
        """Tell whether there is an undone edit."""
        return self._undo.can_redo

    @property
    def steps(self) -> tuple[str, ...]:
        """What each edit does that can be undone or done again, in their order."""
        return self._undo.texts

    @property
    def place(self) -> int:
        """How many of the `steps` are done."""
        return self._undo.place

    def travel_changes_learned(self, place: int) -> bool:
        """Tell whether `travel` would change what is learned: a training has to end first."""
        return self._undo.changes_learned(place)

    @property
    def undo_text(self) -> str:
        """What undo would undo."""
        return self._undo.undo_text

    @property
    def redo_text(self) -> str:
        """What redo would do again."""
        return self._undo.redo_text

    def entry(self, layer_id: str) -> LayerEntry | None:
        """Return the layer with this id, None if the stack has none."""
        return next((entry for entry in self.design.layers if entry.id == layer_id), None)

    def facts(self, layer_id: str) -> LayerAnalysis | None:
        """Return the analysis of the layer with this id, None if the stack has none."""
        return next((found for found in self.analysis.layers if found.id == layer_id), None)

    def edit(
        self,
        design: Design,
        text: str,
        merge_key: str | None = None,
        by: str = "",
        select: Sequence[str] | None = None,
    ) -> None:
        """Make ``design`` the current one, as one step that undo takes back.

        Parameters
        ----------
        text
            What the edit does, as the menu says it after "Undo": ``add Convolution``.
        merge_key
            Edits with the same key that follow one another become one step, until `settle`.
        by
            The view that made the edit.
        select
            The layers to select afterwards; without it the selection stays.
        """
        before = self.design
        if design == before:
            return
        key = merge_key and f"{merge_key}#{self._stroke}"
        self._undo.push(Edit(before, design, text, key))
        self._become(design, by, select, self._now())

    def settle(self) -> None:
        """End a stroke of changes: an edit with the same merge key is a step of its own from now on."""
        self._stroke += 1

    def undo(self) -> None:
        """Take the last edit back and select the layers it touched."""
        if self.can_undo:
            self.travel(self.place - 1)

    def redo(self) -> None:
        """Do the last undone edit again and select the layers it touched."""
        if self.can_redo:
            self.travel(self.place + 1)

    def travel(self, place: int) -> None:
        """Undo or redo until ``place`` of the `steps` are done, and select the layers that differ then."""
        found = self._undo.travel(place, self._now())
        if found is not None:
            self._return_to(*found)

    def reset(self, by: str = "") -> None:
        """Forget what was learned, as one step that undo takes back."""
        if self._project.trained is not None:
            self.relearn(None, History(), "reset", by)

    def relearn(
        self, trained: Trained | None, history: History, text: str, by: str = "", anew: str | None = None
    ) -> None:
        """Replace what was learned, as one step that undo takes back; ``text`` is what the menu says after "Undo".

        ``anew`` is the id of a layer that is to begin anew, whatever was remembered of it.
        """
        if anew is not None:
            self._remembered.forget(anew, self.design)
        self._undo.push(Edit(self.design, self.design, text, learned=self._now()))
        self._become(self.design, by, None, Learned(trained, history))

    def edit_learned(self, project: Project, text: str, by: str = "", select: Sequence[str] | None = None) -> None:
        """Make design and learning of ``project`` the current ones, as one step that undo takes back."""
        self._undo.push(Edit(self.design, project.design, text, learned=self._now()))
        self._become(project.design, by, select, Learned(project.trained, project.history))

    def _now(self) -> Learned:
        return Learned(self._project.trained, self._project.history)

    def _return_to(self, design: Design, learned: Learned) -> None:
        touched = _differing(self.design, design)
        now = [entry.id for entry in design.layers if entry.id in touched]
        self._become(design, "undo", now or None, learned)

    def _become(self, design: Design, by: str, select: Sequence[str] | None, learned: Learned) -> None:
        before, selected, trained = self.design, self._selection, self._project.trained
        self._project = self._remembered.restored(Project(design, learned.trained, learned.history))
        self._analysis = analyse(design)
        self._selection = self._selectable(selected if select is None else select)
        fields = {name for name in ("layers", "data", "training") if getattr(before, name) != getattr(design, name)}
        if self._selection != selected:
            fields.add("selection")
        if self._project.trained is not trained:
            fields |= {"trained", "history"}
            self._learned = True
        self.changed.emit(Change(frozenset(fields), _differing(before, design), by))

    def select(self, ids: Sequence[str], by: str = "") -> None:
        """Select layers by their ids, or `DATA_CARD`, or nothing; what is not there is left out."""
        found = self._selectable(ids)
        if found != self._selection:
            self._selection = found
            self.settle()
            self.changed.emit(Change(frozenset({"selection"}), by=by))

    def _selectable(self, ids: Sequence[str]) -> tuple[str, ...]:
        wanted = frozenset(ids)
        return tuple(i for i in (DATA_CARD, *(e.id for e in self.design.layers)) if i in wanted)

    def learned(self, trained: Trained | None, history: History, by: str = "") -> None:
        """Take over what training has brought about; undo does not take it back."""
        self._remembered.keep(self._project.trained, trained)
        self._project = self._remembered.restored(dataclasses.replace(self._project, trained=trained, history=history))
        self._learned = True
        self.changed.emit(Change(frozenset({"trained", "history"}), by=by))

    def saved(self, project: Project, path: Path) -> None:
        """Note that ``project`` is in the file ``path``; what came since it was written is still to be saved."""
        self._path = path
        self._saved_design = project.design
        self.settle()
        if project.trained is self._project.trained:
            self._learned = False
        self.changed.emit(Change(frozenset({"path"})))

    def to_be_saved(self) -> None:
        """Note that what is here is in no file."""
        self._learned = True
        self.changed.emit(Change(frozenset({"path"})))

    def open(self, project: Project, path: Path | None) -> None:
        """Put another project in place of this one."""
        self._start(project, path)
        self.changed.emit(Change(EVERYTHING, frozenset(entry.id for entry in project.design.layers)))


def _differing(before: Design, after: Design) -> frozenset[str]:
    """Return the ids of the layers that came, went, differ or were moved past others."""
    old, new = ({entry.id: entry for entry in design.layers} for design in (before, after))
    common = [i for i in old if i in new]
    place = {i: index for index, i in enumerate(i for i in new if i in old)}
    stayed = _longest_increasing([place[i] for i in common])
    moved = {i for i in common if place[i] not in stayed}
    return frozenset(moved.union(i for i in old.keys() | new.keys() if old.get(i) != new.get(i)))


def _longest_increasing(places: Sequence[int]) -> frozenset[int]:
    """Return the members of the longest increasing subsequence (by patience sorting): those need not have moved."""
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        pile = bisect_left(tops, place)
        before[place] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [place]
    found, place_or_none = set(), tops[-1] if tops else None
    while place_or_none is not None:
        found.add(place_or_none)
        place_or_none = before[place_or_none]
    return frozenset(found)
