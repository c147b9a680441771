"""Undo: the history of edits, in plain Python.

An edit holds the whole design before and after it; since designs share what they have in common, that costs
little more than the difference, and the history needs no limit. Undo takes back edits, never learning; the one step
that throws learning away, Reset, holds what it threw away.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from slugstudio.project.design import Design
from slugstudio.project.history import History
from slugstudio.project.project import Trained


@dataclass(frozen=True, eq=False)
class Learned:
    """What a project has learned, with its curves."""

    trained: Trained | None
    history: History


@dataclass(frozen=True)
class Edit:
    """One step from a design to the next.

    ``text`` says what it does, as a menu says it after "Undo": ``add Convolution``. Edits that follow one
    another with the same ``merge_key`` become one step. ``learned`` is what is learned on the other side of a step that
    changes it: before it while it is done, after it while it is undone.
    """

    before: Design
    after: Design
    text: str
    merge_key: str | None = None
    learned: Learned | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the step changes nothing."""
        return self.before == self.after and self.learned is None


class UndoHistory:
    """The edits that can be undone, and those that were and can be done again."""

    def __init__(self) -> None:
        self._edits: list[Edit] = []
        self._done = 0
        self._mergeable = False
        self._next_id = 0

    def push(self, edit: Edit) -> None:
        """Note an edit that was just made; edits that were undone before cannot be done again any more.

        One that continues the last (same merge key) becomes one with it, and both vanish if they lead back to
        where the last began. An edit that changes nothing is left out.
        """
        self._next_id = max(self._next_id, edit.after.next_id)
        if edit.is_empty:
            return
        del self._edits[self._done :]
        if self._mergeable and edit.merge_key is not None and edit.merge_key == self._edits[-1].merge_key:
            edit = dataclasses.replace(self._edits.pop(), after=edit.after)
        if not edit.is_empty:
            self._edits.append(edit)
        self._done = len(self._edits)
        self._mergeable = not edit.is_empty

    def undo(self, now: Learned) -> tuple[Design, Learned]:
        """Go back one step and return the design to show and what it has learned; only when `can_undo`.

        ``now`` is what is learned now, which redo brings back where the step changes it.
        """
        self._mergeable = False
        self._done -= 1
        return self._unused_ids(self._edits[self._done].before), self._exchange(self._done, now)

    def redo(self, now: Learned) -> tuple[Design, Learned]:
        """Do the last undone step again; as `undo`, only when `can_redo`."""
        self._mergeable = False
        self._done += 1
        return self._unused_ids(self._edits[self._done - 1].after), self._exchange(self._done - 1, now)

    def _exchange(self, place: int, now: Learned) -> Learned:
        other = self._edits[place].learned
        if other is None:
            return now
        self._edits[place] = dataclasses.replace(self._edits[place], learned=now)
        return other

    @property
    def texts(self) -> tuple[str, ...]:
        """What each step does, those that were undone included."""
        return tuple(edit.text for edit in self._edits)

    @property
    def place(self) -> int:
        """How many of the steps are done."""
        return self._done

    def travel(self, place: int, now: Learned) -> tuple[Design, Learned] | None:
        """Undo or redo until ``place`` steps are done; return as `undo`, or None if that is so already."""
        found = None
        while self._done != place:
            found = (self.undo if self._done > place else self.redo)(found[1] if found else now)
        return found

    def changes_learned(self, place: int) -> bool:
        """Whether one of the steps on the way to ``place`` changes what is learned."""
        way = self._edits[min(place, self._done) : max(place, self._done)]
        return any(edit.learned is not None for edit in way)

    def _unused_ids(self, design: Design) -> Design:
        """Let the ids go on from the highest ever given, so that none means two layers in one project."""
        return dataclasses.replace(design, next_id=max(design.next_id, self._next_id))

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return self._done > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step."""
        return self._done < len(self._edits)

    @property
    def undo_text(self) -> str:
        """What undo would take back; empty if there is nothing."""
        return self._edits[self._done - 1].text if self.can_undo else ""

    @property
    def redo_text(self) -> str:
        """What redo would do again; empty if there is nothing."""
        return self._edits[self._done].text if self.can_redo else ""
