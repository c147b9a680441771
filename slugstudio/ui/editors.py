"""Editors of single values: what cannot be is explained and kept, never swallowed.

Each editor has ``changed`` (a valid value was given), ``refused`` (why what was given cannot be; empty when it can
again), ``settled`` (the person has finished with it) and ``show_value``.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPaintEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from slugstudio.engine.declaration import Field, check, expectation
from slugstudio.engine.errors import ConfigError
from slugstudio.ui.refusal import mark

_NO_LIMIT = "∞"
_TEXT_INDENT = 7
_TEXT_MARGIN = 2
"""What Qt leaves free beside a text in a box."""
_THOUSANDS = re.compile(r"-?\d{1,3}([ ,\u202f]\d{3})+")


def parsed(field: Field, text: str) -> int | float | None:
    """Return the number that ``text`` writes; raises `ConfigError` if it is none that ``field`` takes."""
    plain = text.strip().replace("\u2212", "-").replace(_NO_LIMIT, "inf")
    if not plain and field.optional:
        return None
    try:
        if field.form == "int":
            number: int | float = int(re.sub(r"[ ,\u202f]", "", plain) if _THOUSANDS.fullmatch(plain) else plain)
        else:
            number = float(plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain)
    except ValueError:
        received = repr(text.strip()) if plain else "nothing"
        raise ConfigError("", field.name, f"expected {expectation(field)}, received {received}.") from None
    found: int | float = check("", field, number)
    return found


def written(value: float | None) -> str:
    """Write a number as people do: ``0.001``, ``1e-11``, ``∞``."""
    if value is None:
        return ""
    if isinstance(value, float) and math.isinf(value):
        return _NO_LIMIT if value > 0 else f"-{_NO_LIMIT}"
    mantissa, e, exponent = repr(value).partition("e")
    return mantissa.removesuffix(".0") + (f"e{int(exponent)}" if e else "")


def stepped(field: Field, value: float, steps: int) -> float:
    """Return ``value`` after ``steps`` steps, kept inside the range.

    Whole numbers go by one, fractions of a finite range by a twentieth of it, and others by one unit of their first
    digit, so that 0.001 goes to 0.002 and down to 0.0009: small numbers are reached as fast as large ones.
    """
    span = field.range.high - field.range.low
    for _ in range(abs(steps)):
        up = steps > 0
        if field.form == "int":
            size = 1.0
        elif math.isfinite(span) and span <= 10:
            size = span / 20
        else:
            size = _unit(value, grows=up == (value >= 0))
        after = value + (size if up else -size)
        after = int(after) if field.form == "int" else float(f"{after:.12g}")
        if after not in field.range:
            break
        value = after
    return value


def _unit(value: float, *, grows: bool) -> float:
    """Return the unit of the first digit of ``value``; going towards zero, 0.001 counts in ten-thousandths."""
    if value == 0 or math.isinf(value):
        return 0.001
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    is_power = math.isclose(abs(value), 10.0**exponent, rel_tol=1e-9)
    return 10.0 ** (exponent - (is_power and not grows))


def claims_undo(event: QEvent) -> bool:
    """Tell whether Qt asks if an editor wants the keys of undo or redo for itself, before the window gets them."""
    if not (isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride):
        return False
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


class LineEdit(QLineEdit):
    """A line that leaves the keys of undo and redo to the document while it has no typing of its own to take back."""

    def event(self, arg__1: QEvent) -> bool:
        """Let a shortcut pass that would do nothing here."""
        if claims_undo(arg__1) and not (self.isUndoAvailable() or self.isRedoAvailable()):
            arg__1.ignore()
            return False
        return super().event(arg__1)


def finish_typing() -> None:
    """Let the line that has the focus take what was typed: keys, menus and closing leave it the focus."""
    line = QApplication.focusWidget()
    if isinstance(line, LineEdit):
        line.editingFinished.emit()


class NumberEditor(QAbstractSpinBox):
    """A number to type, or to change with the arrows, the wheel (while it has the focus) and the page keys."""

    changed = Signal(object)
    refused = Signal(str)
    settled = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = dataclasses.replace(field, form="int") if field.form == "pair" else field
        self._value: int | float | None = None
        self._settled: int | float | None = None
        self._reason = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(64)
        self.lineEdit().setTextMargins(_TEXT_INDENT, 0, 0, 0)  # no padding of a style sheet reaches the text
        if field.optional:
            self.lineEdit().setPlaceholderText("none")
        self.lineEdit().textEdited.connect(self._typed)
        self.editingFinished.connect(self._settle)

    def _settle(self) -> None:
        self._settled = self._value
        self.settled.emit()

    def value(self) -> int | float | None:
        """Return the last valid number."""
        return self._value

    def setValue(self, value: float | None) -> None:
        """Give a number as a person would."""
        self.lineEdit().setText(written(value))
        self._typed(self.lineEdit().text())

    def show_value(self, value: float | None, *, fresh: bool) -> None:
        """Show a number without telling of it; refused text stays while its field does not change.

        ``fresh`` says that another thing is shown from now on, so that nothing typed is worth keeping.
        """
        if fresh or value != self._value:
            self._value = self._settled = value
            self._take_back()

    def _take_back(self) -> None:
        self.lineEdit().setText(written(self._value))
        self._tell_reason("")

    def _tell_reason(self, reason: str) -> None:
        if reason != self._reason:
            self._reason = reason
            mark(self, reason)
            self.refused.emit(reason)

    def _typed(self, text: str) -> None:
        try:
            found = parsed(self._field, text)
        except ConfigError as error:
            self._tell_reason(error.reason)
            self._become(self._settled)  # what was typed on the way to it was not meant
            return
        self._tell_reason("")
        self._become(found)

    def _become(self, value: float | None) -> None:
        if value != self._value:
            self._value = value
            self.changed.emit(value)

    def stepBy(self, steps: int) -> None:
        """Go up or down from the last valid number."""
        start = self._value
        if start is None:
            start = self._field.range.low if math.isfinite(self._field.range.low) else 0
        self.setValue(stepped(self._field, start, steps))
        self._settled = self._value
        self.selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Offer the directions in which there is room."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value is None:
            return flags | QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if stepped(self._field, self._value, 1) != self._value:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if stepped(self._field, self._value, -1) != self._value:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def validate(self, arg__1: str, arg__2: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed; `refused` says what is wrong with it."""
        return QValidator.State.Acceptable, arg__1, arg__2

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the document, which knows every valid number, unless there is refused text."""
        if claims_undo(event) and not self._reason:
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take refused text back on Escape and on undo."""
        back = event.key() == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Undo)
        if back and self._reason:
            self._take_back()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless this editor has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the number when it is reached by Tab, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()


class PairEditor(QWidget):
    """Height and width, side by side."""

    changed = Signal(object)
    refused = Signal(str)
    settled = Signal()

    def __init__(self, field: Field, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        self._reasons = ["", "", ""]  # of the height, of the width, and of both together
        self._numbers = [NumberEditor(field), NumberEditor(field)]
        for place, (number, side) in enumerate(zip(self._numbers, ("height", "width"), strict=True)):
            label = QLabel(f"{field.label} {side}")
            label.setProperty("role", "label")
            label.setBuddy(number)
            number.setAccessibleName(label.text())
            number.setObjectName(f"{name}_{side}")
            number.changed.connect(self._tell)
            number.refused.connect(lambda reason, place=place: self._refuse(place, reason))
            number.settled.connect(self.settled)
            grid.addWidget(label, 0, place)
            grid.addWidget(number, 1, place)
        self.setFocusProxy(self._numbers[0])

    def show_value(self, value: tuple[int, int] | None, *, fresh: bool) -> None:
        """Show both numbers without telling of them."""
        for number, part in zip(self._numbers, value or (None, None), strict=True):
            number.show_value(part, fresh=fresh)
        self._whole()

    def _tell(self) -> None:
        if self._whole():
            height, width = (number.value() for number in self._numbers)
            self.changed.emit(None if height is None else (height, width))

    def _whole(self) -> bool:
        """Tell whether there are both numbers or none, and say so if not."""
        height, width = (number.value() for number in self._numbers)
        whole = (height is None) == (width is None)
        self._refuse(2, "" if whole else "expected both height and width or neither, received one of them.")
        return whole

    def _refuse(self, place: int, reason: str) -> None:
        self._reasons[place] = reason
        self.refused.emit(next((text for text in self._reasons if text), ""))


class BoolEditor(QCheckBox):
    """Yes or no."""

    changed = Signal(object)
    refused = Signal(str)
    settled = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field.label, parent)
        self.toggled.connect(self.changed.emit)  # from signal to signal their types would have to agree

    def show_value(self, value: bool, *, fresh: bool) -> None:
        """Show a value without telling of it."""
        del fresh
        with QSignalBlocker(self):
            self.setChecked(value)


@dataclasses.dataclass(frozen=True)
class Option:
    """One thing to choose: its value, what it is called and what it does."""

    value: object
    text: str
    help: str = ""


class ChoiceEditor(QComboBox):
    """One of several options; what is told is the value, never the place in the list."""

    changed = Signal(object)
    refused = Signal(str)
    settled = Signal()

    def __init__(self, options: Sequence[Option], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_options(options)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.currentIndexChanged.connect(self._tell)

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer these instead; none of them is shown before `show_value`."""
        self._options = list(options)
        with QSignalBlocker(self):
            self.clear()
            for place, option in enumerate(options):
                self.addItem(option.text)
                self.setItemData(place, option.help, Qt.ItemDataRole.ToolTipRole)

    def show_value(self, value: object, *, fresh: bool) -> None:
        """Show a value without telling of it."""
        del fresh
        with QSignalBlocker(self):
            self.setCurrentIndex(next((i for i, option in enumerate(self._options) if option.value == value), -1))

    def _tell(self, place: int) -> None:
        if place >= 0:
            self.changed.emit(self._options[place].value)

    def sizeHint(self) -> QSize:
        """Return a size in which the text is not shortened, if it follows the contents."""
        return super().sizeHint() + QSize(2 * _TEXT_MARGIN, 0)

    def paintEvent(self, e: QPaintEvent) -> None:
        """Shorten a text that is wider than the box, which Qt would cut off."""
        del e
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width() - 2 * _TEXT_MARGIN
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(control, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, e: QWheelEvent) -> None:
        """Leave the wheel to the panel unless this editor has the focus."""
        if self.hasFocus():
            super().wheelEvent(e)
        else:
            e.ignore()
