"""New project: the templates to begin with, in the place of the stack instead of a dialog in its way."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from slugstudio.engine.layers.base import times
from slugstudio.project.analysis import analyse
from slugstudio.project.templates import TEMPLATES, Template
from slugstudio.ui.choice_card import ChoiceCard

WIDTH, HEIGHT = 640, 84


class TemplatePage(QWidget):
    """A card for each template; a click, Enter or Space begins with it, Escape goes back."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("templates")
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        heading = QLabel("New project")
        heading.setProperty("role", "strong")
        sentence = QLabel("Begin with a network that works, and change it as you like.")
        sentence.setProperty("role", "secondary")
        self.cards = [TemplateCard(template) for template in TEMPLATES.values()]
        back = QPushButton("Go back")
        back.setObjectName("templatesBack")
        back.setToolTip("Go on with the project that is open. (Esc)")
        back.clicked.connect(self.left)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addSpacing(10)
        for card in self.cards:
            card.clicked.connect(lambda _checked=False, name=card.template.name: self.chosen.emit(name))
            column.addWidget(card)
        column.addSpacing(10)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(2)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)

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
