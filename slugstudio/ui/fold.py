"""A part of a form that is folded away until it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from slugstudio.ui import icons, theme
from slugstudio.ui.elided import PART, ElidedLabel
from slugstudio.ui.translation import tr

_SPACING = 10


class Fold(QWidget):
    """A button, and below it what it shows and hides; beside it, what is in use of that.

    Parameters
    ----------
    name
        How the object names begin: the button's is ``name_more``.
    """

    turned = Signal(bool)
    """Carries whether the person wants to see what is inside."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(tr("More"))
        self.button.setObjectName(f"{name}_more")
        self.button.setProperty("role", "fold")
        self.button.setCheckable(True)
        self.button.setToolTip(tr("Show or hide what is seldom changed."))
        self.button.setIconSize(QSize(icons.SIZE, icons.SIZE))
        self.button.toggled.connect(self._turn)
        self.in_use = ElidedLabel()
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.button)
        line.addWidget(self.in_use, 1)
        self._inside = QWidget()
        self.rows = QVBoxLayout(self._inside)
        self.rows.setContentsMargins(QMargins())
        self.rows.setSpacing(_SPACING)
        column = QVBoxLayout(self)
        column.setContentsMargins(QMargins())
        column.setSpacing(_SPACING)
        column.addLayout(line)
        column.addWidget(self._inside)
        theme.manager().changed.connect(self._restyle)
        self.show_inside(visible=False)

    def show_inside(self, *, visible: bool) -> None:
        """Show or hide what is inside."""
        self.button.setChecked(visible)
        self._inside.setVisible(visible)
        self.in_use.setVisible(not visible)
        self._restyle()

    def tell(self, in_use: Sequence[str]) -> None:
        """Say which of the hidden fields differ from what is usual, so that nothing acts unseen."""
        self.in_use.tell(PART.join(in_use))

    def _turn(self, visible: bool) -> None:
        self.show_inside(visible=visible)
        self.turned.emit(visible)

    def _restyle(self) -> None:
        self.button.setIcon(icons.icon("unfold" if self.button.isChecked() else "fold", theme.current().secondary))
