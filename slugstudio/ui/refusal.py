"""How what cannot be is told: in place, in words, and for screen readers too."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget


def mark(editor: QWidget, reason: str) -> None:
    """Let ``editor`` look and speak as holding something that cannot be, or as before when ``reason`` is empty."""
    editor.setProperty("invalid", bool(reason))
    editor.setAccessibleDescription(reason)
    editor.style().polish(editor)


class Refusal(QLabel):
    """The line below an editor that says why its value cannot be; not there while nothing is wrong."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "error")
        self.setWordWrap(True)
        self.hide()

    def say(self, reason: str) -> None:
        """Say what is wrong; nothing is when ``reason`` is empty."""
        self.setText(reason[:1].upper() + reason[1:])
        self.setVisible(bool(reason))
