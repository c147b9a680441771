"""What comes before a training: data that have to be downloaded, and epochs where all are done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from slugstudio.datasets import DataSource
from slugstudio.ui.document import Document
from slugstudio.ui.download import Download
from slugstudio.ui.notices import Notice, NoticeBar
from slugstudio.ui.preview import Preview
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import tr
from slugstudio.ui.transport import Transport


class Beginning(QObject):
    """Plays or steps, once the data are at hand and there is something left to train."""

    def __init__(
        self,
        document: Document,
        trainer: Trainer,
        transport: Transport,
        preview: Preview,
        notices: NoticeBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._trainer, self._transport = document, trainer, transport
        self._preview, self._notices = preview, notices
        self.download = Download(notices, self)

    def play(self) -> None:
        """Train, or go on."""
        self._begin(self._trainer.play)

    def step(self) -> None:
        """Train on one batch."""
        self._begin(self._trainer.step)

    def _begin(self, start: Callable[[], None]) -> None:
        design = self._document.design
        source, epochs = design.data.source, design.training.epochs
        done, active = self._document.project.epoch, self._trainer.active
        if not active and not source.at_hand:
            self.download.offer(source, lambda: self._begin_downloaded(source, start))
        elif not active and done >= epochs and self._document.project.reshaped:
            self._train_more(done + epochs, start)
        elif not active and done >= epochs:
            self._offer_more(done, epochs if done == epochs else 10, start)
        else:
            start()

    def _begin_downloaded(self, source: DataSource, start: Callable[[], None]) -> None:
        self._preview.ask()
        # A download takes long: by now the person may want to train on other data, or not yet.
        if source == self._document.design.data.source and not self._trainer.active:
            start()

    def _offer_more(self, done: int, more: int, start: Callable[[], None]) -> None:
        train_more = (tr("Train {more} epochs more", more=f"{more:,}"), lambda: self._train_more(done + more, start))
        text = tr("All {done} epochs are done. Train longer, or Reset to begin anew.", done=f"{done:,}")
        self._notices.tell(Notice(text, "good", (train_more,)))

    def _train_more(self, epochs: int, start: Callable[[], None]) -> None:
        self._transport.set_epochs(epochs)
        start()
