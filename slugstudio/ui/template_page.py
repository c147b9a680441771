"""New project: the last projects, and templates to begin with, in the place of the stack instead of a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from slugstudio.engine.layers.base import times
from slugstudio.project.analysis import analyse
from slugstudio.project.templates import TEMPLATES, Template
from slugstudio.ui.choice_card import ChoiceCard
from slugstudio.ui.recent_row import RecentRow
from slugstudio.ui.translation import tr

WIDTH, HEIGHT = 640, 84


class TemplatePage(QWidget):
    """A card for each template; a click, Enter or Space begins with it, Escape goes back.

    What is typed into the field above leaves the cards that say all of its words; Enter there begins with the first.
    """

    chosen = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("templates")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        heading = QLabel(tr("New project"))
        heading.setProperty("role", "strong")
        sentence = QLabel(tr("Begin with a network that works, and change it as you like."))
        sentence.setProperty("role", "secondary")
        self.cards = [TemplateCard(template) for template in TEMPLATES.values()]
        back = QPushButton(tr("Go back"))
        back.setObjectName("templatesBack")
        back.setToolTip(tr("Go on with the project that is open. (Esc)"))
        back.clicked.connect(self.left)
        self.filter = self._make_filter()
        column = QVBoxLayout()
        column.setContentsMargins(0, 36, 0, 24)
        column.setSpacing(6)
        self.recent = RecentRow(WIDTH)
        column.addWidget(self.recent)
        column.addSpacing(12)
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addSpacing(4)
        column.addWidget(self.filter)
        column.addSpacing(4)
        column.addWidget(self._make_list(), 1)
        column.addSpacing(4)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)

    def begin(self, recent: Sequence[Path]) -> None:
        """Offer the projects that were open last, and let the keys go to the templates."""
        self.recent.offer(recent)
        self.cards[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_filter(self) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName("templatesFilter")
        field.setAccessibleName(tr("Search the templates"))
        field.setPlaceholderText(tr("Search, such as digits or batch normalisation"))
        field.setToolTip(tr("Show the templates that say all of these words. Enter begins with the first."))
        field.setClearButtonEnabled(True)
        field.setFixedWidth(WIDTH)
        field.textChanged.connect(self._filter)
        field.returnPressed.connect(self._choose_first)
        return field

    def _make_list(self) -> QScrollArea:
        inside = QWidget()
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(6)
        for card in self.cards:
            card.clicked.connect(lambda _checked=False, name=card.template.name: self.chosen.emit(name))
            cards.addWidget(card)
        self._nothing = QLabel(tr("No template says all of that. Clear the search to see them all."))
        self._nothing.setObjectName("templatesNothing")
        self._nothing.setProperty("role", "secondary")
        self._nothing.hide()
        cards.addWidget(self._nothing)
        cards.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFixedWidth(WIDTH + 24)
        scroll.setWidget(inside)
        return scroll

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for card in self.cards:
            card.setHidden(not all(word in card.said for word in words))
        self._nothing.setVisible(all(card.isHidden() for card in self.cards))

    def _choose_first(self) -> None:
        for card in [card for card in self.cards if not card.isHidden()][:1]:
            self.chosen.emit(card.template.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TemplateCard(ChoiceCard):
    """One template: its name, what it is about, and what it is made of."""

    def __init__(self, template: Template, parent: QWidget | None = None) -> None:
        project = template.project()
        facts = analyse(project.design)
        source = project.design.data.source
        n = len(project.design.layers)
        about = (
            f"{source.title}, {source.n_samples:,} samples of {times(source.sample_shape)} · "
            f"{n} layers · {facts.n_parameters:,} parameters"
        )
        super().__init__(template.name, (template.description, about), QSize(WIDTH, HEIGHT), parent)
        self.template = template
        self.setObjectName(f"template_{template.name}")
        kinds = [entry.layer.label for entry in project.design.layers]
        self.said = " ".join([template.name, template.description, about, *kinds]).casefold()
