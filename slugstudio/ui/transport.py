"""The bar on top: what project it is, play, step, stop and reset, how far it is, the learning rate, and the layouts."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)

from slugstudio.engine.declaration import field
from slugstudio.project import Project, edits
from slugstudio.ui import icons, theme
from slugstudio.ui.actions import ACTIONS, Action, make
from slugstudio.ui.document import Change, Document
from slugstudio.ui.editors import NumberEditor
from slugstudio.ui.elided import PART, ElidedLabel
from slugstudio.ui.trainer import Progress, Trainer
from slugstudio.ui.translation import tr
from slugstudio.ui.workspace import LAYOUTS

BY = "transport"
NARROWEST, WIDE = 800, 1100
"""The smallest width, and the one from which on everything has its text."""


class Transport(QWidget):
    """Carries out the training's actions through a `Trainer` and shows its progress."""

    play_requested = Signal()
    """The person wants to train: whoever knows what has to come first (data to download) begins."""
    step_requested = Signal()
    """The person wants to train on one batch."""

    def __init__(
        self, document: Document, trainer: Trainer, layouts: Mapping[str, Action], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self.setObjectName("transport")
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.play = make(self, "train.play", self._toggle)
        self.step = make(self, "train.step", self.step_requested.emit)
        self.stop = make(self, "train.stop", trainer.stop)
        self.reset = make(self, "train.reset", trainer.reset)
        self.training_actions = (self.play, self.step, self.stop, self.reset)
        self._name = ProjectName()
        self._play_button = _PlayButton(self.play)
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setAccessibleName(tr("Progress of the training"))
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._text = ElidedLabel()
        self._text.setObjectName("progressText")
        self._rate = NumberEditor(field(type(document.design.training.optimizer), "lr"))
        self._arrange(layouts)
        trainer.phase_changed.connect(lambda _phase: self.refresh())
        trainer.progressed.connect(self._show_progress)
        document.changed.connect(self._follow)
        self.refresh()

    def _arrange(self, layouts: Mapping[str, Action]) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 12, 9)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addSpacing(6)
        row.addWidget(self._play_button)
        self._buttons = [_tool_button(action) for action in self.training_actions[1:]]
        for button in self._buttons:
            row.addWidget(button)
        row.addSpacing(6)
        self._bar.setMinimumWidth(60)
        self._bar.setMaximumWidth(190)
        row.addWidget(self._bar, 1)
        row.addWidget(self._text, 3)
        self._rate.setObjectName("learningRate")
        self._rate.setAccessibleName(tr("Learning rate"))
        self._rate.setFixedWidth(84)
        self._rate.changed.connect(self._set_rate)
        self._rate.refused.connect(self._explain_rate)
        self._rate.settled.connect(self._document.settle)
        self._rate_label = QLabel(tr("Learning rate"))
        self._rate_label.setProperty("role", "secondary")
        self._rate_label.setBuddy(self._rate)
        row.addWidget(self._rate_label)
        row.addWidget(self._rate)
        row.addSpacing(6)
        for layout in LAYOUTS:
            button = _tool_button(layouts[layout])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            row.addWidget(button)

        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumWidth(NARROWEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short, buttons whose icons everybody knows go without their texts."""
        style, width = Qt.ToolButtonStyle, event.size().width()
        for button in self._buttons:
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon if width >= WIDE else style.ToolButtonIconOnly)
        self._rate_label.setVisible(width >= WIDE)
        super().resizeEvent(event)

    def show_name(self, name: str, *, unsaved: bool) -> None:
        """Show what the project is called and whether something of it is not saved."""
        self._name.tell(name, unsaved=unsaved)

    def _toggle(self) -> None:
        if self._trainer.phase in ("running", "loading"):
            self._trainer.pause()
        else:
            self.play_requested.emit()

    def set_epochs(self, epochs: int) -> None:
        """Let the training go on to a new total, as an edit that can be undone."""
        design = self._document.design
        self._document.edit(edits.set_training(design, design.training.replace(epochs=epochs)), "set epochs", by=BY)

    def refresh(self) -> None:
        """Bring everything up to date."""
        phase, document = self._trainer.phase, self._document
        runs = phase in ("running", "loading")
        self.play.show_as(ACTIONS["train.pause" if runs else "train.play"])
        obstacle = document.analysis.obstacle
        reason = ""
        if obstacle is not None and not runs:
            entry = document.entry(obstacle.layer_id or "")
            reason = f"{entry.name}: {obstacle.message}" if entry else obstacle.message
        waiting = "The training ends with this batch." if phase == "stopping" else ""
        self.play.explain(reason or waiting)
        self.step.explain(reason or waiting)
        self.stop.explain("" if phase in ("running", "paused", "loading") else tr("Nothing is being trained."))
        learned = document.project.trained is not None or self._trainer.active
        self.reset.explain("" if learned and phase != "stopping" else waiting or "Nothing was learned yet.")
        self._tell(reason)
        self._rate.show_value(document.design.training.optimizer.lr, fresh=False)

    def _tell(self, obstacle: str) -> None:
        trainer, project = self._trainer, self._document.project
        epochs = project.design.training.epochs
        progress = trainer.progress if trainer.active else None
        done = project.epoch / epochs if progress is None else progress.share
        self._bar.setValue(round(1000 * min(1.0, done)))
        if obstacle:
            self._text.tell(obstacle, "error")
        elif trainer.phase == "running" and progress is not None:
            self._text.tell(progress_text(progress))
        elif trainer.active:
            where = f" in epoch {progress.epoch:,} of {epochs:,}" if progress else ""
            words = {"loading": "Loading the data…", "running": "Starting…", "stopping": "Stopping…"}
            self._text.tell(words.get(trainer.phase, f"Paused{where}"))
        elif project.reshaped:
            self._text.tell(tr("Changed since it was trained: Play goes on with the weights that fit"))
        elif project.trained is not None:
            self._text.tell(trained_text(project))
        else:
            self._text.tell(tr("Ready to train for {epochs} epochs", epochs=f"{epochs:,}"))

    def _show_progress(self, progress: Progress) -> None:
        self._bar.setValue(round(1000 * progress.share))
        if self._trainer.phase == "running":
            self._text.tell(progress_text(progress))

    def _follow(self, change: Change) -> None:
        if change.fields - {"selection"}:
            self.refresh()

    def _set_rate(self, rate: float) -> None:
        training = self._document.design.training
        wanted = training.replace(optimizer=training.optimizer.replace(lr=rate))
        self._document.edit(edits.set_training(self._document.design, wanted), "set learning rate", "rate", BY)

    def _explain_rate(self, reason: str) -> None:
        self._rate.setProperty("invalid", bool(reason))
        told = reason[:1].upper() + reason[1:]
        if told:
            self._text.tell(tr("Learning rate: {reason}", reason=reason), "error")
        else:
            self.refresh()
        self._rate.setToolTip(told or "How far each step goes; it applies at the next batch.")
        self._rate.style().polish(self._rate)


def progress_text(progress: Progress) -> str:
    """Say how far it is: ``epoch 13 of 20 · 6 s left · 41,200 samples/s``."""
    parts = [f"epoch {progress.epoch:,} of {progress.epochs:,}"]
    if progress.seconds_left is not None:
        parts += [f"{_duration(progress.seconds_left)} left", f"{_rounded(progress.rate):,} samples/s"]
    return PART.join(parts)


def trained_text(project: Project) -> str:
    """Say how far a project is trained and how well it does: ``60 of 60 epochs done · validation 98.9 %``."""
    told = f"{project.epoch:,} of {project.design.training.epochs:,} epochs done"
    row = project.judged
    if row is None or row.val_accuracy is None:
        return told
    return f"{told}{PART}validation {row.val_accuracy:.1%}".replace("%", "\u202f%")


def _rounded(value: float) -> int:
    """Round to three digits: the others change at every look."""
    unit: int = 10 ** max(0, len(str(round(value))) - 3)
    return round(value / unit) * unit


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _tool_button(action: Action) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setObjectName(f"button_{action.objectName()}")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(icons.SIZE, icons.SIZE))
    return button


class _PlayButton(QPushButton):
    """The one button that stands out; it keeps its width while it turns from Play to Pause and back."""

    def __init__(self, action: Action) -> None:
        super().__init__()
        self._action = action
        self.setObjectName("button_train.play")
        self.setProperty("role", "primary")
        self.setMinimumWidth(92)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        theme.manager().changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        action, colours = self._action, theme.current()
        self.setText(action.text())
        self.setToolTip(action.toolTip())
        self.setEnabled(action.isEnabled())
        self.setIcon(icons.icon(action.spec.icon, colours.on_accent if action.isEnabled() else colours.secondary))


class ProjectName(QWidget):
    """The name of the project, with a dot while something is not saved."""

    WIDEST = 180

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("projectName")
        self._shown = ""
        self._unsaved = False
        self.setFixedHeight(30)
        theme.manager().changed.connect(self.update)

    def tell(self, name: str, *, unsaved: bool) -> None:
        """Show a name and whether something is not saved."""
        if (name, unsaved) == (self._shown, self._unsaved):
            return
        self._shown, self._unsaved = name, unsaved
        said = "not saved" if unsaved else "saved"
        self.setToolTip(f"{name} ({said})")
        self.setAccessibleName(tr("Project {name}, {said}", name=name, said=said))
        width = QFontMetrics(theme.font(strong=True)).horizontalAdvance(name)
        self.setFixedWidth(min(width, self.WIDEST) + 22)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name and dot."""
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(strong=True))
        painter.setPen(colours.text)
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(self._shown, Qt.TextElideMode.ElideMiddle, self.WIDEST)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        if self._unsaved:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.secondary)
            painter.drawEllipse(metrics.horizontalAdvance(shown) + 9, self.height() // 2 - 4, 8, 8)
