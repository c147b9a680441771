"""The status bar: what the network is and costs, in one quiet line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStatusBar, QWidget

from slugstudio.project.analysis import training_bytes
from slugstudio.project.history import History
from slugstudio.ui.document import Change, Document


class StatusBar(QStatusBar):
    """Parameters, memory, seconds an epoch, problems and seed; a click on the problems selects the first."""

    problem_clicked = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(12, 0, 12, 0)
        self._document = document
        self._parameters = self._fact("parameters", "How many numbers the network learns.")
        self._memory = self._fact(
            "memory", "About how much memory training takes at this batch size: weights, gradients and layer outputs."
        )
        self._seconds = self._fact("secondsPerEpoch", "How long the last epoch took.")
        self._seed = self._fact("seed", "The seed of every random choice; it stands among the training settings.")
        self._problems = QPushButton(self)
        self._problems.setObjectName("problems")
        self._problems.setProperty("role", "flat")
        self._problems.setToolTip("Show the problems and select the first layer that has one.")
        self._problems.clicked.connect(self.problem_clicked)
        self.addPermanentWidget(self._problems)
        document.changed.connect(self._follow)
        self._refresh()
        self.tell_seconds(document.project.history)

    def _fact(self, name: str, tooltip: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setProperty("role", "label")
        label.setToolTip(tooltip)
        label.setContentsMargins(0, 0, 14, 0)
        self.addWidget(label)
        return label

    def _follow(self, change: Change) -> None:
        if change.fields - {"selection", "path"}:
            self._refresh()
        if "history" in change.fields:
            self.tell_seconds(self._document.project.history)

    def _refresh(self) -> None:
        design, analysis = self._document.design, self._document.analysis
        self._parameters.setText(f"{analysis.n_parameters:,} parameters")
        self._memory.setText(f"{_bytes(training_bytes(design, analysis.layers))} to train")
        self._seed.setText(f"seed {design.training.seed}")
        n = len(analysis.problems)
        self._problems.setText("No problems" if n == 0 else f"{n} problem{'s' if n > 1 else ''}")
        self._problems.setEnabled(n > 0)

    def tell_seconds(self, history: History) -> None:
        """Tell how long the last epoch of a history took."""
        rows = history.epochs
        self._seconds.setText(f"{rows[-1].seconds:.2g} s an epoch" if rows else "not trained yet")


def _bytes(size: float) -> str:
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"
