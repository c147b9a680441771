"""The status bar: what the network is and costs, in one quiet line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStatusBar, QWidget

from slugstudio.project.analysis import training_bytes
from slugstudio.ui.document import Change, Document
from slugstudio.ui.forecast import Forecaster
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import tr


class StatusBar(QStatusBar):
    """Parameters, memory, seconds an epoch, problems and seed; a click on the problems selects the first."""

    problem_clicked = Signal()

    def __init__(self, document: Document, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(12, 0, 12, 0)
        self._document = document
        self.forecaster = Forecaster(document, trainer, self)
        self._parameters = self._fact("parameters", "How many numbers the network learns.")
        self._memory = self._fact(
            "memory",
            tr("About how much memory training takes at this batch size: samples, weights, gradients, layer outputs."),
        )
        self._seconds = self._fact("secondsPerEpoch", "")
        self._seed = self._fact("seed", "The seed of every random choice; it stands among the training settings.")
        self._problems = QPushButton(self)
        self._problems.setObjectName("problems")
        self._problems.setProperty("role", "flat")
        self._problems.setToolTip(tr("Show the problems and select the first layer that has one."))
        self._problems.clicked.connect(self.problem_clicked)
        self.addPermanentWidget(self._problems)
        document.changed.connect(self._follow)
        self.forecaster.changed.connect(self._tell_seconds)
        self._refresh()
        self._tell_seconds()

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

    def _refresh(self) -> None:
        design, analysis = self._document.design, self._document.analysis
        self._parameters.setText(tr("{n_parameters} parameters", n_parameters=f"{analysis.n_parameters:,}"))
        self._memory.setText(tr("about {value1} to train", value1=_bytes(training_bytes(design, analysis.layers))))
        self._seed.setText(tr("seed {seed}", seed=design.training.seed))
        n = len(analysis.problems)
        self._problems.setText(tr("No problems") if n == 0 else tr("1 problem") if n == 1 else tr("{n} problems", n=n))
        self._problems.setEnabled(n > 0)

    def _tell_seconds(self) -> None:
        """Tell how long the last epoch took, or what is expected of the next ones."""
        forecaster = self.forecaster
        if (took := forecaster.measured) is not None:
            text, tip = tr("{time} an epoch", time=duration(took)), tr("How long the last epoch took.")
        elif (expected := forecaster.seconds) is not None:
            text = tr("about {time} an epoch", time=duration(expected))
            tip = tr("What an epoch is expected to take on this computer: some steps were tried out.")
        elif forecaster.busy:
            text, tip = tr("timing an epoch…"), tr("Some steps are tried out, to tell how long an epoch will take.")
        else:
            text = tr("time of an epoch unknown")
            tip = tr("It is told once the stack works, or while it trains; very large networks are not tried out.")
        self._seconds.setText(text)
        self._seconds.setToolTip(tip)
        self._seconds.setAccessibleDescription(tip)


def duration(seconds: float) -> str:
    """Return seconds in two digits and the unit that suits: nobody can forecast, or compare, more."""
    if seconds < 0.0995:
        return tr("{n} ms", n=_two_digits(seconds * 1000))
    if seconds < 99.5:
        return tr("{n} s", n=_two_digits(seconds))
    if seconds < 99.5 * 60:
        return tr("{n} min", n=_two_digits(seconds / 60))
    return tr("{n} h", n=_two_digits(seconds / 3600))


def _two_digits(value: float) -> str:
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


def _bytes(size: float) -> str:
    size = float(f"{size:.2g}")  # it is an estimate
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"
