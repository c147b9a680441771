"""New project: the templates to begin with, in the place of the stack instead of a dialog in its way."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from slugstudio.engine.layers.base import times
from slugstudio.project.analysis import analyse
from slugstudio.project.templates import TEMPLATES, Template
from slugstudio.ui import theme

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
        """Go back with Escape, from card to card with the arrow keys."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Down:
                self.focusNextChild()
            case Qt.Key.Key_Up:
                self.focusPreviousChild()
            case _:
                super().keyPressEvent(event)


class TemplateCard(QAbstractButton):
    """One template: its name, what it is about, and what it is made of."""

    def __init__(self, template: Template, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template = template
        project = template.project()
        facts = analyse(project.design)
        source = project.design.data.source
        n = len(project.design.layers)
        self._facts = (
            f"{source.title}, {source.n_samples:,} samples of {times(source.sample_shape)} · "
            f"{n} layers · {facts.n_parameters:,} parameters"
        )
        self.setObjectName(f"template_{template.name}")
        self.setAccessibleName(template.name)
        self.setAccessibleDescription(f"{template.description} {self._facts}")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(WIDTH, HEIGHT)
        theme.manager().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return the one size of all cards."""
        return QSize(WIDTH, HEIGHT)

    def keyPressEvent(self, e: QKeyEvent) -> None:
        """Begin with Enter too."""
        if e.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif e.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            e.ignore()  # the page goes from card to card
        else:
            super().keyPressEvent(e)

    def paintEvent(self, e: QPaintEvent) -> None:
        """Draw the card as those of the stack are drawn."""
        del e
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(colours.tint if self.isDown() or self.underMouse() else colours.raised)
        painter.setPen(QPen(colours.accent, 2) if self.hasFocus() else QPen(colours.hairline, 1))
        painter.drawRoundedRect(body, 8, 8)
        line = QRectF(body.left() + 16, body.top() + 10, body.width() - 32, 20)
        align = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for text, font, colour in (
            (self.template.name, theme.font(strong=True), colours.text),
            (self.template.description, theme.font(), colours.text),
            (self._facts, theme.font(theme.LABEL), colours.secondary),
        ):
            painter.setFont(font)
            painter.setPen(colour)
            painter.drawText(line, align, text)
            line.translate(0, 22)
