"""Export: what a project can become for others, in the place of the stack instead of a dialog in its way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from slugstudio.export import Target, targets
from slugstudio.ui.choice_card import ChoiceCard
from slugstudio.ui.translation import tr

WIDTH, HEIGHT, COLUMNS = 368, 76, 3
_GROUPS = {
    "network": "The whole network, to compute elsewhere",
    "weights": "The weights alone",
    "about": "About it",
}


class ExportPage(QWidget):
    """A card for each target; a click, Enter or Space chooses it, Escape goes back."""

    chosen = Signal(str)
    """The name of a target."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exports")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.cards = [TargetCard(target) for target in targets()]
        self.vectors = QCheckBox(tr("Write test vectors beside it"))
        self.vectors.setObjectName("exportVectors")
        self.vectors.setToolTip(tr("100 samples of the data and what the network makes of them, as NAME.vectors.npz."))
        back = QPushButton(tr("Go back"))
        back.setObjectName("exportsBack")
        back.setToolTip(tr("Go on with the project. (Esc)"))
        back.clicked.connect(self.left)
        inside = QWidget()
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(_label(tr("Export"), "strong"))
        column.addWidget(
            _label(
                tr("Another program, where one is installed, computes with what is written and must find the same."),
                "secondary",
            )
        )
        for group, cards in groupby(self.cards, lambda card: card.target.group):
            column.addSpacing(10)
            column.addWidget(_label(_GROUPS[group], "secondary"))
            column.addLayout(self._grid(list(cards)))
        column.addSpacing(10)
        column.addWidget(self.vectors, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(10)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(2)
        row = QHBoxLayout(inside)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(area)

    def _grid(self, cards: Sequence[TargetCard]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        for number, card in enumerate(cards):
            card.clicked.connect(lambda _checked=False, name=card.target.name: self.chosen.emit(name))
            grid.addWidget(card, number // COLUMNS, number % COLUMNS, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(COLUMNS, 1)
        return grid

    def refresh(self) -> None:
        """Look which packages are there, and put the focus on the first target that can be written."""
        for card in self.cards:
            card.refresh()
        next(card for card in self.cards if card.isEnabled()).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TargetCard(ChoiceCard):
    """One target: what it is called, its endings, and what comes out, or which package it needs."""

    def __init__(self, target: type[Target], parent: QWidget | None = None) -> None:
        aside = " ".join(target.endings)
        super().__init__(target.label, (target.description,), QSize(WIDTH, HEIGHT), parent, aside)
        self.target = target
        self.setObjectName(f"export_{target.name}")

    def refresh(self) -> None:
        """Say what comes out, or what is missing."""
        lack = self.target.lacks()
        self.setEnabled(not lack)
        self.say((f"It {lack}" if lack else self.target.description,))


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    return label
