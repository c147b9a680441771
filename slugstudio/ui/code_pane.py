"""The code of the network, live: what Export would write, changing as the network does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QFontDatabase, QShowEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from slugstudio.export.code.lines import Line, text_of
from slugstudio.ui import icons, theme
from slugstudio.ui.background import Background
from slugstudio.ui.code_colours import PythonColours
from slugstudio.ui.document import Change, Document
from slugstudio.ui.translation import tr

LANGUAGES = {"slugstudio": "Slugstudio", "pytorch": "PyTorch", "keras": "Keras", "numpy": "numpy"}
_KEY = "code/language"
_BY = "code"
WRITE_MS = 60
"""How long an edit rests before its code is written: dragging a spin box makes many."""


class CodePane(QWidget):
    """Shows the code in one of the languages; the lines of the selected layers are marked, and a click selects a layer.

    The code is written in another thread, and only while it shows.

    Parameters
    ----------
    name : callable
        Returns what the project is called, which names the files that the code reads.
    """

    def __init__(
        self, document: Document, settings: QSettings, name: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("codePane")
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document, self._settings, self._name = document, settings, name
        self._lines: Sequence[Line] = ()
        self._asked: object = None
        self._filling = False
        self._background = Background(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_MS)
        self._timer.timeout.connect(self._write)
        self.language = QComboBox()
        self._problem = QLabel()
        self.copy_button = QPushButton(tr("Copy"))
        self.text = QPlainTextEdit()
        self._colours = PythonColours(self.text.document())
        self._arrange()
        self.language.currentIndexChanged.connect(self._choose)
        self.copy_button.clicked.connect(lambda: QApplication.clipboard().setText(text_of(self._lines)))
        self.text.cursorPositionChanged.connect(self._select_layer)
        document.changed.connect(self._follow)
        theme.manager().changed.connect(self._restyle)
        self._restyle()

    def _arrange(self) -> None:
        self.language.setObjectName("codeLanguage")
        self.language.setAccessibleName(tr("Language of the code"))
        self.language.setToolTip(tr("For which library the code is written."))
        for key, label in LANGUAGES.items():
            self.language.addItem(label, key)
        self.language.setCurrentIndex(max(0, self.language.findData(self._settings.value(_KEY))))
        self._problem.setProperty("role", "error")
        self.copy_button.setObjectName("codeCopy")
        self.copy_button.setToolTip(tr("Copy all of the code; File > Export writes it with the weights."))
        self.text.setObjectName("code")
        self.text.setAccessibleName(tr("Code of the network"))
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(theme.LABEL)
        self.text.setFont(font)
        self.setFocusProxy(self.text)
        row = QHBoxLayout()
        row.addWidget(self.language)
        row.addWidget(self._problem, 1)
        row.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 6, 14, 12)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.text, 1)

    def showEvent(self, event: QShowEvent) -> None:
        """Write what changed while nobody saw it."""
        super().showEvent(event)
        self._write()

    def finish(self) -> None:
        """End the thread."""
        self._timer.stop()
        self._background.finish()

    def _choose(self) -> None:
        self._settings.setValue(_KEY, self.language.currentData())
        self._write()

    def _follow(self, change: Change) -> None:
        if change.fields & {"layers", "data", "training", "path"}:
            self._timer.start()
        elif "selection" in change.fields:
            self._mark(scroll=change.by != _BY)

    def _write(self) -> None:
        """Have the code written of the design as it is now, unless that was asked for last."""
        if not self.isVisible():
            return
        design, language, name = self._document.design, str(self.language.currentData()), self._name()
        asked = (design, language, name)
        if asked == self._asked:
            return
        self._asked = asked

        def work() -> list[Line]:
            from slugstudio.export.code import code

            return code(design, language, name)

        self._background.run(work, lambda lines: self._show(asked, lines), self._problem.setText)

    def _show(self, asked: object, lines: Sequence[Line]) -> None:
        if asked is not self._asked:
            return  # newer code is on its way
        self._problem.clear()
        first, self._lines = not self._lines, lines
        text, bars = text_of(lines).rstrip("\n"), (self.text.verticalScrollBar(), self.text.horizontalScrollBar())
        if text != self.text.toPlainText():
            places = [bar.value() for bar in bars]
            self._filling = True
            self.text.setPlainText(text)
            self._filling = False
            for bar, place in zip(bars, places, strict=True):
                bar.setValue(place)
        self._mark(scroll=first)

    def _mark(self, *, scroll: bool) -> None:
        """Mark the lines of the selected layers."""
        chosen, marks = frozenset(self._document.selection), []
        for number, line in enumerate(self._lines):
            if line.layer in chosen:
                mark = QTextEdit.ExtraSelection()
                mark.format.setBackground(theme.current().tint)
                mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                mark.cursor = QTextCursor(self.text.document().findBlockByNumber(number))
                marks.append(mark)
        self.text.setExtraSelections(marks)
        if scroll and marks:
            block = marks[0].cursor.block()
            bar = self.text.verticalScrollBar()
            if not bar.value() <= block.blockNumber() < bar.value() + bar.pageStep():
                bar.setValue(max(0, block.blockNumber() - bar.pageStep() // 3))

    def _select_layer(self) -> None:
        """Select the layer of the line in which the cursor is."""
        number = self.text.textCursor().blockNumber()
        if not self._filling and number < len(self._lines) and self.text.hasFocus():
            layer = self._lines[number].layer
            if layer is not None:
                self._document.select([layer], by=_BY)

    def _restyle(self) -> None:
        self.copy_button.setIcon(icons.icon("copy"))
        self._colours.rehighlight()
        self._mark(scroll=False)
