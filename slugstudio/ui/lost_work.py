"""Lost work: what happens with copies that were found at the start, between their page, the files and the autosave."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from slugstudio.project.recovery import Slot
from slugstudio.ui.autosave import Autosave
from slugstudio.ui.files import Files
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.recovered_page import RecoveredPage


class LostWork(QObject):
    """Offers what was lost on its page and opens what is chosen there."""

    shown = Signal()
    """The page is wanted on the screen."""
    changed = Signal()
    """There is more, or less, to be offered."""

    def __init__(
        self, page: RecoveredPage, files: Files, autosave: Autosave, notices: NoticeBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._page, self._files, self._autosave, self._notices = page, files, autosave, notices
        page.chosen.connect(lambda slot: files.open_lost(slot, lambda: self._take_over(slot)))

    def offer(self, slots: Sequence[Slot], *, quietly: bool) -> None:
        """Offer work that was lost, ``quietly`` in a message where the person has asked for a project."""
        self._page.offer(slots)
        self.changed.emit()
        if slots and quietly:
            text = "Work that was not saved when Slugstudio ended unexpectedly was recovered."
            self._notices.tell(Notice(text, "warning", (("Show it", self.shown.emit), ("Later", lambda: None))))
        elif slots:
            self.shown.emit()

    def _take_over(self, slot: Slot) -> None:
        self._page.remove(slot)
        self._autosave.adopt(slot)
        self.changed.emit()
