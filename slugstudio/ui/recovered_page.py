"""Recovered work: copies of what was not saved when the program ended unexpectedly, in the place of the stack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from slugstudio.project.recovery import Slot
from slugstudio.ui.translation import tr

WIDTH = 640
PICTURE = QSize(128, 80)


class RecoveredPage(QWidget):
    """A card for each copy that was found; Escape goes back to the project that is open."""

    chosen = Signal(object)
    """Carries the `Slot` whose copy is to be opened; it is the listener's from then on."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recovered")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        heading = QLabel(tr("Recovered work"))
        heading.setProperty("role", "strong")
        sentence = QLabel(
            tr("Slugstudio ended before this was saved. What you neither open nor discard is offered again.")
        )
        sentence.setProperty("role", "secondary")
        later = QPushButton(tr("Later"))
        later.setObjectName("recoveredLater")
        later.setAutoDefault(True)
        later.setToolTip(tr("Go on with the project that is open. (Esc)"))
        later.clicked.connect(self.left)
        self.cards: list[RecoveredCard] = []
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(6)
        self._list.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFixedWidth(WIDTH + 24)
        scroll.setWidget(inside)
        column = QVBoxLayout()
        column.setContentsMargins(0, 36, 0, 24)
        column.setSpacing(6)
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addSpacing(10)
        column.addWidget(scroll, 1)
        column.addWidget(later, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)

    def offer(self, slots: Sequence[Slot]) -> None:
        """Show a card for each of the slots, which are the page's until one is chosen."""
        for slot in slots:
            card = RecoveredCard(slot)
            card.open_button.clicked.connect(lambda _checked=False, card=card: self._choose(card))
            self.cards.append(card)
            self._list.insertWidget(self._list.count() - 1, card)

    def finish(self) -> None:
        """Let go of the slots, as the last thing before the program ends; those to be discarded are gone then."""
        for card in self.cards:
            card.slot.close(keep=not card.discarded)
        self.cards.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self, card: RecoveredCard) -> None:
        self.chosen.emit(card.slot)

    def remove(self, slot: Slot) -> None:
        """Take the card of a slot away, which is somebody else's now."""
        for card in [card for card in self.cards if card.slot is slot]:
            self.cards.remove(card)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()


class RecoveredCard(QFrame):
    """One copy: its picture, name and time, and what can be done with it. A discard can be taken back."""

    def __init__(self, slot: Slot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slot = slot
        self.discarded = False
        self.setObjectName(f"recovered_{slot.id}")
        self.setProperty("role", "card")
        self.setFixedWidth(WIDTH)
        picture = QLabel()
        pixels = QPixmap()
        pixels.loadFromData(slot.picture())
        if not pixels.isNull():
            smooth = Qt.TransformationMode.SmoothTransformation
            picture.setPixmap(pixels.scaled(PICTURE, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        picture.setFixedSize(PICTURE)
        name = QLabel(slot.name)
        name.setProperty("role", "strong")
        self._facts = QLabel()
        self._facts.setProperty("role", "secondary")
        place = QLabel(str(slot.path) if slot.path else tr("Never saved to a file"))
        place.setProperty("role", "secondary")
        place.setToolTip(place.text())
        self.open_button = QPushButton(tr("Open"))
        self.open_button.setProperty("role", "primary")
        self.open_button.setAccessibleName(tr("Open {name}", name=slot.name))
        self.discard_button = QPushButton()
        for button in (self.open_button, self.discard_button):
            button.setAutoDefault(True)  # Enter presses too
        self.discard_button.setToolTip(tr("What is discarded is gone when this window closes."))
        self.discard_button.clicked.connect(self._discard_or_keep)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for label in (name, self._facts, place):
            texts.addWidget(label)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(16)
        row.addWidget(picture)
        row.addLayout(texts, 1)
        row.addWidget(self.discard_button)
        row.addWidget(self.open_button)
        self._show()

    def _discard_or_keep(self) -> None:
        self.discarded = not self.discarded
        self._show()

    def _show(self) -> None:
        learned = f"trained {self.slot.epoch:,} epochs" if self.slot.epoch else "not trained"
        state = "To be discarded" if self.discarded else f"Copied {when(self.slot.time)} · {learned}"
        self._facts.setText(state)
        self.open_button.setEnabled(not self.discarded)
        self.discard_button.setText(tr("Keep") if self.discarded else tr("Discard"))
        self.discard_button.setAccessibleName(f"{self.discard_button.text()} {self.slot.name}")


def when(seconds: float) -> str:
    """Say a time, in seconds since 1970, as people do: ``today at 14:02``, ``on 2026-11-26 at 14:02``."""
    time = datetime.fromtimestamp(seconds)
    day = "today" if time.date() == datetime.now().date() else f"on {time:%Y-%m-%d}"
    return f"{day} at {time:%H:%M}"
