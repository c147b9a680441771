"""The problems: what keeps the network from working or from working well, each with the fixes that mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from slugstudio.project.analysis import Problem
from slugstudio.ui import icons, theme
from slugstudio.ui.document import Change, Document
from slugstudio.ui.translation import told, tr

BY = "problems"
MOST_SHOWN = 20
"""More problems than these are counted: mending the first ones often mends others."""

Told = tuple[str, str, str, tuple[str, ...]]
"""What a card says: how serious, whose, what, and the texts of the fixes."""


def whose(document: Document, problem: Problem) -> str:
    """Return whose problem it is: the name of a layer, or the part of the design."""
    entry = document.entry(problem.layer_id or "")
    if entry is not None:
        return entry.name
    parts = {"training": tr("Training"), "data": tr("Data")}
    return parts.get(problem.field.partition(".")[0], tr("Stack"))


def severity_text(problem: Problem) -> str:
    """Return how serious a problem is, in words."""
    return tr("Error") if problem.severity == "error" else tr("Warning")


def apply_fix(document: Document, problem: Problem, text: str) -> None:
    """Mend a problem by the fix with a text, as one step that undo takes back.

    The fix is taken from the design as it is now: one that was made for an earlier design might bring that back.
    """
    for now in document.analysis.problems:
        if now.identity == problem.identity:
            for fix in now.fixes:
                if fix.text == text:
                    words = told(fix.text)
                    document.edit(fix.apply(document.design), words[:1].lower() + words[1:], by=BY)
                    return


class ProblemsPane(QWidget):
    """A list of the problems, errors and warnings in the order of the stack."""

    chosen = Signal(object)
    """Carries the `Problem` that the person wants to go to."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._shown: tuple[Told, ...] | None = None
        self.cards: list[ProblemCard] = []
        self.setObjectName("problemsPane")
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.empty = QLabel(tr("No problems. Press Play (F5)."))
        self.empty.setObjectName("noProblems")
        self.empty.setProperty("role", "secondary")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._more = QLabel()
        self._more.setObjectName("moreProblems")
        self._more.setProperty("role", "secondary")
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(8, 4, 8, 8)
        self._column.setSpacing(2)
        self._column.addWidget(self._more)
        self._column.addStretch(1)
        self.area = QScrollArea()
        self.area.setObjectName("problemList")
        self.area.setAccessibleName(tr("Problems"))
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area, 1)
        column.addWidget(self.empty, 1)
        document.changed.connect(self._follow)
        theme.manager().changed.connect(self._restyle)

    def sizeHint(self) -> QSize:
        """Return a size in which two problems show."""
        return QSize(420, 200)

    def showEvent(self, event: QShowEvent) -> None:
        """List what has changed while nobody looked."""
        self._refresh()
        super().showEvent(event)

    def focus_first(self) -> None:
        """Give the focus to the first problem."""
        if self.cards:
            self.cards[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow(self, change: Change) -> None:
        if change.fields & {"layers", "data", "training"} and self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        document, problems = self._document, self._document.analysis.problems
        wanted = tuple(
            (each.severity, whose(document, each), told(each.message), tuple(told(fix.text) for fix in each.fixes))
            for each in problems
        )
        if wanted == self._shown:
            for card, problem in zip(self.cards, problems, strict=False):
                card.problem = problem
            return
        self._shown = wanted
        focused = next((row for row, card in enumerate(self.cards) if card.has_focus_inside()), None)
        self._become(problems[:MOST_SHOWN], wanted)
        left = len(problems) - len(self.cards)
        self._more.setText(tr("and {n} more", n=left))
        self._more.setVisible(left > 0)
        self.area.setVisible(bool(problems))
        self.empty.setVisible(not problems)
        if focused is not None and self.cards:  # who mends by keys goes on where they were
            self.cards[min(focused, len(self.cards) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _become(self, problems: Sequence[Problem], wanted: Sequence[Told]) -> None:
        """Show these problems; a card that says the same stays, as making all anew would take too long."""
        kept = {card.told: card for card in self.cards}
        cards = []
        for row, (problem, words) in enumerate(zip(problems, wanted, strict=False)):
            card = kept.pop(words, None) or self._card(problem, words)
            card.problem = problem
            card.number(row)
            if self._column.indexOf(card) != row:
                self._column.insertWidget(row, card)
            card.show()
            cards.append(card)
        for card in self.cards:
            if card not in cards:
                self._column.removeWidget(card)
                card.hide()
                card.deleteLater()
        self.cards = cards

    def _card(self, problem: Problem, words: Told) -> ProblemCard:
        card = ProblemCard(problem, words)
        card.chosen.connect(self.chosen)
        card.fixed.connect(lambda problem, text: apply_fix(self._document, problem, text))
        card.moved.connect(self._move)
        return card

    def _move(self, from_row: int, by: int) -> None:
        row = min(max(from_row + by, 0), len(self.cards) - 1)
        self.cards[row].setFocus(Qt.FocusReason.TabFocusReason)
        self.area.ensureWidgetVisible(self.cards[row])

    def _restyle(self) -> None:
        for card in self.cards:
            card.restyle()


class ProblemCard(QFrame):
    """One problem: a click or Enter goes to it, its buttons mend it."""

    chosen = Signal(object)
    fixed = Signal(object, str)
    """Carries the problem and the text of the fix."""
    moved = Signal(int, int)
    """Carries its row and how far down the focus should go."""

    def __init__(self, problem: Problem, words: Told, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem, self.told = problem, words
        self._row = 0
        _, name, reason, _ = words
        self.setProperty("role", "problem")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{severity_text(problem)}, {name}: {reason}")
        self.setToolTip(tr("Go to where this is decided (Enter). Arrow keys go to other problems, Tab to the fixes."))
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._icon.setContentsMargins(0, 2, 0, 0)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setText(reason)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        title = QLabel(name)
        title.setFont(theme.font(strong=True))
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(title)
        column.addWidget(self._text)
        self._line = self._fixes()
        column.addLayout(self._line)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 6, 8, 6)
        line.setSpacing(10)
        line.addWidget(self._icon)
        line.addLayout(column, 1)
        self.restyle()

    def _fixes(self) -> QBoxLayout:
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        line.setContentsMargins(0, 2, 0, 0)
        line.setSpacing(6)
        self._buttons = []
        for fix in self.problem.fixes:
            button = QPushButton(told(fix.text))
            self._buttons.append(button)
            button.setAutoDefault(True)  # Enter presses it too
            button.setToolTip(tr("{fix}; Undo takes it back. (Ctrl+. offers the same)", fix=told(fix.text)))
            button.setCursor(Qt.CursorShape.ArrowCursor)
            button.clicked.connect(self._fixer(str(fix.text)))
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        line.addStretch(1)
        return line

    def _fixer(self, text: str) -> Callable[[], None]:
        return lambda: self.fixed.emit(self.problem, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the fixes below one another where they do not fit side by side."""
        super().resizeEvent(event)
        needed = sum(button.sizeHint().width() + self._line.spacing() for button in self._buttons)
        wide = QBoxLayout.Direction.LeftToRight
        self._line.setDirection(wide if needed < self._text.width() else QBoxLayout.Direction.TopToBottom)

    def number(self, row: int) -> None:
        """Take the names of the problem in a row."""
        self._row = row
        self.setObjectName(f"problem{row}")
        self._text.setObjectName(f"problem{row}_text")
        for number, button in enumerate(self._buttons):
            button.setObjectName(f"problem{row}_fix{number}")

    def has_focus_inside(self) -> bool:
        """Tell whether it or one of its buttons has the focus."""
        return self.hasFocus() or any(button.hasFocus() for button in self._buttons)

    def restyle(self) -> None:
        """Draw the icon in the colours of the theme."""
        colour = theme.current().severity(self.problem.severity)
        self._icon.setPixmap(icons.pixmap(self.problem.severity, colour, ratio=self.devicePixelRatioF()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to the problem."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the problem with Enter or Space, and to another one with the arrows."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.chosen.emit(self.problem)
            case Qt.Key.Key_Up:
                self.moved.emit(self._row, -1)
            case Qt.Key.Key_Down:
                self.moved.emit(self._row, 1)
            case _:
                super().keyPressEvent(event)
