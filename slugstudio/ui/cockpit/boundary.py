"""The pane of the decision boundary: which class a network sees at each place of the plane."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from slugstudio.engine.declaration import Array
from slugstudio.ui.cockpit.header import Header
from slugstudio.ui.cockpit.plane import Plane


class BoundaryPane(QWidget):
    """Shows the points of a two-dimensional data set upon the field of a network's answers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("boundaryPane")
        self.header = Header("Decision boundary")
        self.plane = Plane()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.plane, 1)

    def show_data(self, x: Array, y: Array, validation: Array, classes: tuple[str, ...]) -> None:
        """Show other points, and no field until there is one of them.

        Parameters
        ----------
        x : array of shape (n, 2)
            Raw coordinates.
        y : array of shape (n,)
            The class of each, from 0.
        validation : array of shape (n,)
            True for what is kept back from training.
        classes : tuple of str
        """
        self.plane.show_data(x, y, validation, classes)
        shown, n = self.plane.n_shown, len(x)
        self.header.show_texts(self.header.title, f"{n:,} points" if shown == n else f"{shown:,} of {n:,} points")

    def grid(self) -> npt.NDArray[np.float32]:
        """Return the raw coordinates for which the field wants probabilities, of shape (rows * columns, 2)."""
        return self.plane.square.grid()

    def show_field(self, probabilities: Array | None) -> None:
        """Show what the network answers at each place of `grid`.

        Parameters
        ----------
        probabilities : array of shape (rows * columns, classes) or (rows * columns, 1), or None
            One column is the probability of the second of two classes. None takes the field away.
        """
        self.plane.show_field(probabilities)

    def clear(self) -> None:
        """Show neither points nor field."""
        self.plane.clear()
        self.header.show_texts(self.header.title)
