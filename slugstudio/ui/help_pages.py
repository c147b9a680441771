"""Pages of help in the place of the stack: keys, versions, and the details of what went wrong."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Callable, Iterable
from itertools import groupby

from PySide6.QtCore import QObject, Qt, QUrl, Signal, qVersion
from PySide6.QtGui import QDesktopServices, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from slugstudio import __version__
from slugstudio.engine.blas import computed_by
from slugstudio.ui.actions import ACTIONS
from slugstudio.ui.editors import LineEdit
from slugstudio.ui.logs import log_path
from slugstudio.ui.properties import scrolled
from slugstudio.ui.translation import told, tr

GROUPS = {
    "file": "Files",
    "edit": "Editing",
    "stack": "The stack",
    "train": "Training",
    "view": "View",
    "help": "Help",
}
OTHER_KEYS = (
    ("stack", "Add a layer below the selected one", "letters, Ins"),
    ("stack", "Select the layer above or below", "Up, Down"),
    ("stack", "Select several", "Shift or Ctrl with Up, Down or a click"),
    ("edit", "Give a field its default again", "Ctrl+Backspace"),
    ("edit", "Take back what a field does not accept", "Esc"),
    ("view", "Leave a page", "Esc"),
)
"""Keys that are no actions: (group, what they do, the keys)."""
_WIDTH = 620
_PACKAGES = ("PySide6_Essentials", "pyqtgraph", "numpy", "safetensors", "threadpoolctl", "pillow")


def keys() -> list[tuple[str, str, str]]:
    """Return all keys: (group, what they do, the keys as this system writes them)."""
    found = [
        (spec.id.partition(".")[0], told(spec.text.rstrip("…")), ", ".join(_native(key) for key in spec.keys))
        for spec in ACTIONS.values()
        if spec.keys
    ]
    order = list(GROUPS)
    return sorted(
        [*found, *((g, told(text), told(key)) for g, text, key in OTHER_KEYS)], key=lambda row: order.index(row[0])
    )


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def versions() -> str:
    """Return what this program and its parts are, as text to be sent with a question."""
    lines = [f"Slugstudio {__version__}", f"Python {platform.python_version()} ({sys.executable})", f"Qt {qVersion()}"]
    for package in _PACKAGES:
        try:
            lines.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"{package}: not installed as a package")
    return "\n".join([*lines, computed_by(), platform.platform(), f"Log: {log_path()}"])


class Page(QWidget):
    """A column in the middle with a heading and a way back; Escape leaves it."""

    left = Signal()

    def __init__(self, name: str, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = QVBoxLayout()
        self.column.setSpacing(10)
        self.buttons = QHBoxLayout()
        title = QLabel(heading)
        title.setProperty("role", "strong")
        self.back = self.button(f"{name}Back", tr("Go back"), tr("Go on with the project. (Esc)"), self.left.emit)
        self.buttons.addStretch(1)
        inside = QWidget()
        inside.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 24, 12, 24)
        column.setSpacing(10)
        column.addWidget(title)
        column.addLayout(self.column, 1)
        column.addLayout(self.buttons)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(inside, 100)
        row.addStretch(1)

    def button(self, name: str, text: str, tip: str, slot: Callable[[], object]) -> QPushButton:
        """Add a button below."""
        made = QPushButton(text)
        made.setObjectName(name)
        made.setToolTip(tip)
        made.setAutoDefault(True)
        made.clicked.connect(lambda: slot())
        self.buttons.insertWidget(max(0, self.buttons.count() - 1), made)
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class KeysPage(Page):
    """Every key, found by what it does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("keysPage", tr("Keys"), parent)
        self.search = LineEdit()
        self.search.setObjectName("keysSearch")
        self.search.setPlaceholderText(tr("Search keys"))
        self.search.setAccessibleName(tr("Search keys"))
        self.search.setToolTip(tr("Show the keys that have these words."))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self.setFocusProxy(self.search)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self.column.addWidget(self.search)
        self.column.addWidget(scrolled(self._table), 1)
        self._show("")

    def shown(self) -> list[str]:
        """Return what the keys do that are listed now."""
        labels = [self._grid.itemAtPosition(row, 0) for row in range(self._grid.rowCount())]
        widgets = [item.widget() for item in labels if item is not None]
        return [each.text() for each in widgets if isinstance(each, QLabel) and each.property("role") != "label"]

    def _show(self, text: str) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (label := item.widget()) is not None:
                label.hide()
                label.deleteLater()
        words = text.lower().split()
        found = [row for row in keys() if all(word in " ".join(row).lower() for word in words)]
        row = 0
        for group, lines in groupby(found, key=lambda line: line[0]):
            row = self._add(row, [(told(GROUPS[group]), "label"), ("", "label")])
            for _, does, key in lines:
                row = self._add(row, [(does, ""), (key, "secondary")])

    def _add(self, row: int, cells: Iterable[tuple[str, str]]) -> int:
        for column, (text, role) in enumerate(cells):
            label = QLabel(text)
            label.setProperty("role", role)
            self._grid.addWidget(label, row, column)
        return row + 1


class AboutPage(Page):
    """What this is, in which version, made of what."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("aboutPage", tr("About Slugstudio"), parent)
        told_what = QLabel(
            tr(
                "Build a network, press Play, and watch it learn. Everything stays on this computer. MIT licence; "
                "Qt and PySide6 are under the LGPL, the other parts under licences like MIT and BSD."
            )
        )
        told_what.setWordWrap(True)
        self.text = details_box("aboutVersions", tr("Versions"))
        self.column.addWidget(told_what)
        self.column.addWidget(self.text, 1)
        tip = tr("Copy the versions, to send them with a question.")
        copy = self.button("aboutCopy", tr("Copy"), tip, lambda: QApplication.clipboard().setText(versions()))
        self.setFocusProxy(copy)

    def refresh(self) -> None:
        """Find out the versions: it takes some milliseconds, so not before they are asked for."""
        self.text.setPlainText(versions())


class CrashPage(Page):
    """What went wrong that should not: the project is still open behind it."""

    MOST = 20

    def __init__(self, save_copy: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__("crashPage", tr("Something went wrong that should not"), parent)
        sentence = QLabel(
            tr("Your project is still open; save a copy of it. The details below tell those who mend it what happened.")
        )
        sentence.setWordWrap(True)
        self.text = details_box("crashDetails", tr("Details"))
        self._found: list[str] = []
        self.column.addWidget(sentence)
        self.column.addWidget(self.text, 1)
        self.button("crashCopy", tr("Copy the details"), tr("Copy all of them."), self.copy)
        self.button("crashSave", tr("Save a copy…"), tr("Save the project under another name."), save_copy)
        folder = lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_path().parent)))  # noqa: E731
        self.button("crashFolder", tr("Open the log's folder"), str(log_path()), folder)

    def add(self, details: str) -> None:
        """Note one more."""
        self._found = [*self._found, details][-self.MOST :]
        self.text.setPlainText("\n\n".join([versions(), *self._found]))

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self._found)

    def copy(self) -> None:
        """Put all details on the clipboard."""
        QApplication.clipboard().setText(self.text.toPlainText())


def details_box(name: str, label: str) -> QPlainTextEdit:
    """Return a box of text to read and to copy from."""
    box = QPlainTextEdit()
    box.setObjectName(name)
    box.setAccessibleName(label)
    box.setToolTip(label)
    box.setReadOnly(True)
    box.setTabChangesFocus(True)
    return box


class HelpPages(QObject):
    """Shows the pages in a stack of pages; ``leave`` goes back to what was there."""

    def __init__(
        self, pages: QStackedWidget, leave: Callable[[], object], save_copy: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pages = pages
        self.keys, self.about, self.crash = KeysPage(), AboutPage(), CrashPage(save_copy)
        for page in (self.keys, self.about, self.crash):
            pages.addWidget(page)
            page.left.connect(leave)

    def show_keys(self) -> None:
        """List the keys."""
        self._show(self.keys)

    def show_about(self) -> None:
        """Tell what this is."""
        self.about.refresh()
        self._show(self.about)

    def show_crash(self) -> None:
        """Show what went wrong."""
        self._show(self.crash)

    def _show(self, page: Page) -> None:
        self._pages.setCurrentWidget(page)
        (page.focusProxy() or page.back).setFocus(Qt.FocusReason.OtherFocusReason)
