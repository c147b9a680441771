"""What is kept of the weights when layers change: a row for each layer, with what can be chosen instead."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from slugstudio.project.keeping import Keeping
from slugstudio.project.net2net import n_units
from slugstudio.ui.document import Change, Document
from slugstudio.ui.elided import ElidedLabel
from slugstudio.ui.keeper import Keeper
from slugstudio.ui.notices import NoticeBar
from slugstudio.ui.properties import scrolled
from slugstudio.ui.trainer import Trainer
from slugstudio.ui.translation import told, tr


class KeepingPane(QWidget):
    """Lists what the next Play keeps of each layer that changed; buttons choose otherwise."""

    def __init__(self, document: Document, trainer: Trainer, notices: NoticeBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keeper = Keeper(document, trainer, notices, self)
        self.setObjectName("keepingPane")
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(tr("Weights"))
        self._document = document
        self._shown: tuple[Keeping, ...] = ()
        self.mark = QPushButton(self)  # until the window puts it into its status bar
        self.mark.setObjectName("weightsChanged")
        self.mark.setProperty("role", "flat")
        self.mark.setToolTip(tr("Show what the trained network keeps of its weights."))
        self.mark.hide()
        self._rows: list[QWidget] = []
        self._sentence = QLabel()
        self._sentence.setObjectName("keepingSentence")
        self._sentence.setProperty("role", "secondary")
        self._sentence.setWordWrap(True)
        self.deepen_button = QPushButton(tr("Insert an identity layer"))
        self.deepen_button.setObjectName("keepingDeepen")
        self.deepen_button.clicked.connect(self._deepen)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self._sentence, self._inside))
        line = QHBoxLayout()
        line.setContentsMargins(14, 0, 14, 12)
        line.addWidget(self.deepen_button)
        line.addStretch(1)
        column.addLayout(line)
        document.changed.connect(self._follow)
        self._refresh()

    def _follow(self, change: Change) -> None:
        if change.fields & {"layers", "data", "trained", "history"}:
            self._refresh()
        elif "selection" in change.fields:
            self._explain()

    def _refresh(self) -> None:
        found = tuple(row for row in self._document.project.keeping() if row.fate != "gone")
        n_changed = sum(row.fate != "kept" for row in found)
        if found != self._shown or not found:
            self._shown = found
            self._build(sorted(found, key=lambda row: row.fate == "kept") if n_changed else ())
            self.mark.setText(
                tr("Weights: {n} layers changed", n=n_changed) if n_changed > 1 else tr("Weights: 1 layer changed")
            )
            self.mark.setVisible(n_changed > 0)
        self._explain()

    def _build(self, rows: Sequence[Keeping]) -> None:
        if any(old.isAncestorOf(QApplication.focusWidget() or self) for old in self._rows):
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else it went to Play, and a Space would train
        for old in self._rows:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = [self._row(row) for row in rows]
        for row in self._rows:
            self._column.addWidget(row)
            row.show()  # at once, so that it can have the focus

    def _row(self, kept: Keeping) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        name = QLabel(kept.name)
        name.setProperty("role", "strong")
        name.setIndent(4)  # as the text below it
        text = ElidedLabel()
        text.setFixedHeight(22)
        text.setObjectName(f"kept_{kept.name}")
        text.tell(told(kept.text), "warning" if kept.fate == "new" else "")
        told_column = QVBoxLayout()
        told_column.setSpacing(0)
        told_column.addWidget(name)
        told_column.addWidget(text)
        line.addLayout(told_column, 1)
        if kept.fate == "part" and self._grew(kept.layer_id):
            line.addWidget(
                self._button(
                    f"keepFunction_{kept.name}",
                    tr("Keep the function"),
                    tr("New units become copies of old ones, so that the network answers just as before (Net2Net)."),
                    lambda: self.keeper.keep_function(kept.layer_id),
                    kept.name,
                )
            )
        if kept.fate in ("kept", "part"):
            line.addWidget(
                self._button(
                    f"beginAnew_{kept.name}",
                    tr("Begin anew"),
                    tr("Forget what {layer} has learned; undo brings it back.", layer=kept.name),
                    lambda: self.keeper.begin_anew(kept.layer_id),
                    kept.name,
                )
            )
        return row

    def _grew(self, layer_id: str) -> bool:
        trained, entry = self._document.project.trained, self._document.entry(layer_id)
        before = None if trained is None else next((e for e in trained.design.layers if e.id == layer_id), None)
        now, then = (None if each is None else n_units(each.layer) for each in (entry, before))
        return now is not None and then is not None and now > then

    def _button(self, name: str, text: str, tip: str, slot: object, layer: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(tr("{text}: {layer}", text=text, layer=layer))
        button.setObjectName(name)
        button.setToolTip(tip)
        button.clicked.connect(slot)
        return button

    def _explain(self) -> None:
        selection, learned = self._document.selection, self._document.project.trained is not None
        entry = self._document.entry(selection[0]) if len(selection) == 1 else None
        self.deepen_button.setEnabled(learned and entry is not None)
        tip = tr(
            "Below the selected layer, one that passes on what it gets: the network is deeper and answers as before."
        )
        reason = tr("Select a layer of a trained network first.")
        self.deepen_button.setToolTip(tip if self.deepen_button.isEnabled() else reason)
        self._sentence.setText(
            tr("Play goes on with these weights. Choose otherwise where you like:")
            if self._rows
            else self.keeper.explain()
        )

    def _deepen(self) -> None:
        self.keeper.deepen(self._document.selection[0])
