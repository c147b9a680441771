"""The pane in which one draws, or shows a sample, and sees what the network makes of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from slugstudio.datasets import Dataset
from slugstudio.engine.declaration import Array
from slugstudio.engine.layers.base import times
from slugstudio.ui import icons, theme
from slugstudio.ui.cockpit.answers import AnswerBars, for_classes
from slugstudio.ui.cockpit.canvas import SMALLEST, Canvas, sample_image
from slugstudio.ui.cockpit.caption import HEIGHT as CAPTION
from slugstudio.ui.cockpit.caption import Caption
from slugstudio.ui.cockpit.drawing import DIGITS, to_sample
from slugstudio.ui.cockpit.header import HEIGHT as HEADER
from slugstudio.ui.cockpit.header import Header

GAP, FOOT_GAP, LARGEST, WIDEST_ANSWER = 14, 6, 480, 480
NARROWEST_ANSWER, ROOM_FOR_TEXTS = 128, 144
PART = 0.45
"""How much of the width the canvas may take."""


class TryItPane(QWidget):
    """A canvas on the left, the answer on the right."""

    asked = Signal(object)
    """Carries the raw sample, a float32 array of the data's sample shape, or None: the canvas is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._order: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._place, self._shows_sample = -1, False
        self._inset: QImage | None = None
        self._largest = 1.0
        self._probabilities: Array | None = None
        self.setObjectName("tryItPane")
        self.canvas, self.caption, self.bars = Canvas(), Caption(), AnswerBars()
        self.header = Header("Try it")
        self.sample_button = _button("Sample", "trySample", "Show another sample of the validation part. (Right)")
        self.clear_button = _button("Clear", "tryClear", "Clear the canvas. (Delete)")
        self._arrange()
        self.canvas.drawn.connect(self._drawn)
        self.canvas.stepped.connect(self.step)
        self.canvas.clear_requested.connect(self.clear)
        self.sample_button.clicked.connect(lambda: self.step(1))
        self.clear_button.clicked.connect(self.clear)
        theme.manager().changed.connect(self._dress_clear)
        self._show()

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(FOOT_GAP)
        left.addWidget(self.canvas)
        left.addWidget(self.caption)
        left.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(FOOT_GAP)
        buttons.addWidget(self.sample_button)
        buttons.addWidget(self.clear_button)
        buttons.addStretch(1)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(FOOT_GAP)
        self.bars.setMaximumWidth(WIDEST_ANSWER)
        right.addWidget(self.bars, 1)
        right.addLayout(buttons)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        # The canvas is made to fit the pane, not the other way round.
        grid.setSizeConstraint(QGridLayout.SizeConstraint.SetNoConstraint)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.header, 0, 0, 1, 2)
        grid.addLayout(left, 1, 0)
        grid.addWidget(self._right, 1, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)

    def minimumSizeHint(self) -> QSize:
        """Return the size down to which everything has room."""
        return QSize(220, 150)

    def sizeHint(self) -> QSize:
        """Return the size in the strip at the bottom of a small window."""
        return QSize(290, 200)

    # The data

    def set_data(self, dataset: Dataset, validation_rows: Array) -> None:
        """Try another set of images.

        A drawing stays, as it looks in the new data, if these have the same classes; a sample goes.

        Parameters
        ----------
        dataset : Dataset
            Of images; one can draw where they have one channel.
        validation_rows : array of shape (n,)
            The samples to show; without any, all are shown.
        """
        rows = np.asarray(validation_rows if len(validation_rows) else np.arange(len(dataset)), np.int64)
        other = self._dataset is not None and self._dataset.classes != dataset.classes
        self._dataset = dataset
        self._order = np.random.default_rng(0).permutation(rows)
        self._place, self._shows_sample = -1, False
        self._largest = float(dataset.x[:1000].max())
        drawable = dataset.is_image and dataset.sample_shape[0] == 1
        self.canvas.set_drawable(drawable)
        if not drawable or other:
            self.canvas.clear()
        self.canvas.hint = _hint(dataset, drawable)
        self._ask()

    @property
    def sample(self) -> npt.NDArray[np.float32] | None:
        """The raw sample that is tried, of the data's sample shape; None while the canvas is empty."""
        if self._dataset is None:
            return None
        if self._shows_sample:
            image: npt.NDArray[np.float32] = self._dataset.x[self._order[self._place]]
            return image
        return to_sample(self.canvas.strokes, self._dataset) if self.canvas.strokes else None

    def step(self, by: int) -> None:
        """Show the next (1) or the previous (-1) sample, always in the same order."""
        if self._dataset is not None and self._dataset.is_image:
            self._place = (self._place + by) % len(self._order)
            self._shows_sample = True
            self._ask()

    def let_go(self) -> None:
        """Show that there are no data to try."""
        self._dataset = None
        self._shows_sample = False
        self.canvas.set_drawable(False)
        self.canvas.clear()
        self.canvas.hint = "The data are not on this computer yet"
        self._ask()

    def clear(self) -> None:
        """Empty the canvas."""
        if self.canvas.strokes:
            self.canvas.clear()
        else:
            self._drawn()

    def show_answer(self, probabilities: Array | None) -> None:
        """Show what the network makes of the sample.

        Parameters
        ----------
        probabilities : array of shape (n_classes,) or (1,), or None
            One number is the probability of the second of two classes.
        """
        self._probabilities = probabilities if self.sample_is_there else None
        self._tell()

    @property
    def sample_is_there(self) -> bool:
        """Whether there is something to answer to."""
        return self._dataset is not None and (self._shows_sample or bool(self.canvas.strokes))

    def _drawn(self) -> None:
        self._shows_sample = False
        self._ask()

    def _ask(self) -> None:
        """Show the sample as it is now and ask for the answer; the old answer stays until then, so nothing flickers."""
        if not self.sample_is_there:
            self._probabilities = None
        sample = self._show()
        self.asked.emit(sample)

    def _show(self) -> npt.NDArray[np.float32] | None:
        sample = self.sample
        image = None if sample is None else sample_image(sample, self._largest)
        self.canvas.show_image(image if self._shows_sample else None)
        self._inset = None if self._shows_sample else image
        self.sample_button.setEnabled(self._dataset is not None and self._dataset.is_image)
        self.clear_button.setEnabled(sample is not None)
        self._tell()
        return sample

    def _tell(self) -> None:
        """Say what is on the canvas, what the network answers, and whether that is right."""
        classes = self._dataset.classes if self._dataset else ()
        self.bars.show_answer(self._probabilities, classes)
        if self._dataset is None:
            self.caption.show_nothing()
        elif self._shows_sample:
            row = int(self._order[self._place])
            truth = int(self._dataset.y[row])
            answer = None if self._probabilities is None else int(for_classes(self._probabilities).argmax())
            said = "" if answer is None else "Correct" if answer == truth else f"Read as {classes[answer]}"
            self.caption.show_sample(f"Sample {row}: {classes[truth]}", said, right=answer == truth)
        elif self._inset is not None:
            self.caption.show_drawing(self._inset, times(self._dataset.sample_shape[1:]))
        else:
            self.caption.show_nothing()
        self.canvas.setAccessibleDescription(self.caption.accessibleName() or self.canvas.hint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the canvas square, and as large as leaves room for the answer."""
        super().resizeEvent(event)
        below = self.height() - HEADER - FOOT_GAP - CAPTION
        beside = min(int(self.width() * PART), self.width() - NARROWEST_ANSWER) - GAP // 2
        side = max(SMALLEST, min(beside, below, LARGEST))
        self.canvas.setFixedSize(side, side)
        self.caption.setFixedWidth(side)
        self._right.setFixedHeight(max(0, min(self.height() - HEADER, side + FOOT_GAP + CAPTION)))
        self._dress_clear()

    def _dress_clear(self) -> None:
        """Give the button its text, or its icon where there is no room for the text."""
        wide = self.width() - self.canvas.width() - GAP >= ROOM_FOR_TEXTS
        self.clear_button.setIcon(icons.icon("clear"))
        style = Qt.ToolButtonStyle
        self.clear_button.setToolButtonStyle(style.ToolButtonTextOnly if wide else style.ToolButtonIconOnly)


def _hint(dataset: Dataset, drawable: bool) -> str:
    if not dataset.is_image:
        return "Only images can be tried"
    what = "a digit" if dataset.classes == DIGITS else "something"
    return f"Draw {what}, or show a sample" if drawable else "Show a sample"


def _button(text: str, name: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tooltip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
