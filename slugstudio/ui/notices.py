"""Notices: what the studio has to say or ask, in a strip of the window instead of a dialog in its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import shiboken6
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from slugstudio.ui import icons, theme
from slugstudio.ui.translation import tr

Severity = Literal["good", "warning", "error"]


@dataclass(frozen=True)
class Notice:
    """A message with the answers that can be given to it; the first one is offered as the likely choice."""

    text: str
    severity: Severity = "error"
    answers: Sequence[tuple[str, Callable[[], object]]] = field(default=())


class NoticeBar(QWidget):
    """Shows one notice at a time; a new one takes the place of the old."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self.setProperty("role", "notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._notice: Notice | None = None
        self._before: QWidget | None = None
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setObjectName("noticeText")
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._answers: list[QPushButton] = []
        self._close = QToolButton(self)
        self._close.setObjectName("noticeClose")
        self._close.setAccessibleName(tr("Dismiss this message"))
        self._close.setToolTip(tr("Dismiss this message. (Esc)"))
        self._close.setProperty("role", "flat")
        self._close.clicked.connect(self.dismiss)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 6, 8, 6)
        self._row.setSpacing(10)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._close)
        self.hide()
        theme.manager().changed.connect(self._restyle)
        self._restyle()

    @property
    def text(self) -> str:
        """What the bar says now; empty while it is hidden."""
        return "" if self._notice is None else self._text.text()

    def tell(self, notice: Notice) -> None:
        """Show a notice until it is answered, dismissed or followed by another."""
        focus = QApplication.focusWidget()
        if focus is not None and not self.isAncestorOf(focus):
            self._before = focus
        self._clear_answers()
        self._notice = notice
        self._text.setText(notice.text)
        self._text.setAccessibleName(notice.text)
        for number, (label, answer) in enumerate(notice.answers):
            button = QPushButton(label, self)
            button.setObjectName(f"noticeAnswer{number}")
            button.setAutoDefault(True)  # Enter answers too
            if number == 0:
                button.setProperty("role", "primary")
            button.clicked.connect(lambda _checked=False, answer=answer: self._answer(answer))
            self._row.insertWidget(self._row.count() - 1, button)
            button.show()  # beside a visible bar the layout would do so only later, too late for the focus
            self._answers.append(button)
        self._restyle()
        self.show()
        if self._answers:
            self._answers[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, notice: Notice, text: str) -> None:
        """Let ``notice``, if it still shows, say something else, and leave its answers where they are: for progress."""
        if self._notice is notice:
            self._text.setText(text)
            self._text.setAccessibleName(text)

    def withdraw(self, notice: Notice) -> None:
        """Hide ``notice`` if it still shows: what it said is over."""
        if self._notice is notice:
            self.dismiss()

    def dismiss(self) -> None:
        """Hide the notice without an answer; the focus goes back to where it was."""
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self)
        before, self._before = self._before, None
        if had_focus and before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._clear_answers()
        self._notice = None
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape dismiss the notice."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _answer(self, answer: Callable[[], object]) -> None:
        self.dismiss()
        answer()

    def _clear_answers(self) -> None:
        for button in self._answers:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._answers.clear()

    def _restyle(self) -> None:
        shown = theme.current()
        severity = self._notice.severity if self._notice else "warning"
        colour = {"good": shown.good, "warning": shown.warning, "error": shown.error}[severity]
        self._icon.setPixmap(icons.pixmap(severity, colour, ratio=self.devicePixelRatioF()))
        self._close.setIcon(icons.icon("clear", shown.secondary))
        self._close.setIconSize(QSize(icons.SIZE, icons.SIZE))
