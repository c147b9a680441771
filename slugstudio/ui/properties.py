"""The panel on the right: the selected layer or data, and how it is trained, as forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from slugstudio.engine.declaration import Declared, field
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers.base import Layer, times
from slugstudio.engine.train import TrainSettings
from slugstudio.project import edits
from slugstudio.project.analysis import LayerAnalysis
from slugstudio.project.design import DataChoice
from slugstudio.project.rate import rate_over_training
from slugstudio.ui import theme
from slugstudio.ui.curve_picture import CurvePicture, Picture
from slugstudio.ui.document import DATA_CARD, EVERYTHING, Change, Document
from slugstudio.ui.editors import written
from slugstudio.ui.forms import DeclaredForm, common_fields
from slugstudio.ui.inner_stack import shown
from slugstudio.ui.title import LayerTitle
from slugstudio.ui.translation import tr

BY = "properties"


def shapes_and_costs(facts: LayerAnalysis) -> str:
    """Say what goes in and out and what it costs, as rich text; empty for a layer that cannot work."""
    if facts.input_shape is None or facts.output_shape is None:
        return ""
    costs = [f"<b>{times(facts.input_shape)} → {times(facts.output_shape)}</b>"]
    costs += [f"{facts.n_parameters:,} parameters"] if facts.n_parameters else []
    costs += [f"{facts.multiply_adds:,} multiply-adds"] if facts.multiply_adds else []
    return ", ".join(costs)


def _instead_of_a_form(selection: Sequence[str]) -> str:
    """Say why there is no form: nothing is selected, or what has no field in common."""
    if not selection:
        return tr("Select a layer or the data to see and change what it is made of.")
    n_layers = len(selection) - (DATA_CARD in selection)
    if DATA_CARD in selection and n_layers == 1:
        return tr("1 layer and the data are selected. Select one to change it.")
    if DATA_CARD in selection:
        return tr("{n} layers and the data are selected. Select one to change it.", n=n_layers)
    return tr("{n} layers are selected, which have no field in common. Select one to change it.", n=n_layers)


class Properties(QWidget):
    """Two pages behind two buttons: Layer and Training.

    ``unfolded`` names the forms whose seldom changed fields show.
    """

    def __init__(self, document: Document, unfolded: Iterable[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.unfolded = set(unfolded)
        self.setObjectName("properties")
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.layer_page = LayerPage(document, self.unfolded)
        self.training_page = TrainingPage(document, self.unfolded)
        self._pages = QStackedWidget()
        self._buttons = QButtonGroup(self)
        segments = QFrame()
        segments.setProperty("role", "segments")
        row = QHBoxLayout(segments)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for place, (text, page) in enumerate((("Layer", self.layer_page), ("Training", self.training_page))):
            row.addWidget(self._segment(text, place))
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(6)
        top = QHBoxLayout()
        top.setContentsMargins(14, 0, 14, 0)
        top.addWidget(segments)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        self.setMinimumWidth(240)
        document.changed.connect(self._follow)

    def sizeHint(self) -> QSize:
        """Return the width at which two numbers stand side by side at ease."""
        return QSize(292, 560)

    def _segment(self, text: str, place: int) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"properties{text}")
        button.setProperty("role", "segment")
        button.setCheckable(True)
        button.setChecked(place == 0)
        self._buttons.addButton(button, place)
        button.clicked.connect(lambda: self.show_page(place))
        return button

    def show_page(self, place: int) -> None:
        """Show the layer (0) or the training (1)."""
        self._buttons.button(place).setChecked(True)
        self._pages.setCurrentIndex(place)

    def show_field(self, part: str, name: str) -> None:
        """Put the cursor into a field of the ``training`` or, where its card is selected, of the ``data``."""
        self.show_page(int(part == "training"))
        page = self.training_page if part == "training" else self.layer_page
        page.form.focus(name)
        focused = QApplication.focusWidget()
        for area in page.findChildren(QScrollArea):
            if focused is not None and area.isAncestorOf(focused):
                area.ensureWidgetVisible(focused)

    def rename(self) -> None:
        """Put the cursor into the name of the selected layer."""
        self.show_page(0)
        self.layer_page.title.edit()

    def _follow(self, change: Change) -> None:
        if "selection" in change.fields and self._document.selection and change.by != "undo":
            self.show_page(0)


class LayerPage(QWidget):
    """The form of what is selected, with what it is called above and what it does below."""

    focus_left = Signal()
    """The field that had the focus is gone."""

    def __init__(self, document: Document, unfolded: set[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._id = ""
        self._ids: tuple[str, ...] = ()
        self._fields: tuple[str, ...] = ()
        self.title = LayerTitle(document)
        self.form = DeclaredForm("field", unfolded)
        self._sentence = QLabel()
        self._sentence.setObjectName("propertiesSentence")
        self._sentence.setProperty("role", "secondary")
        self._sentence.setWordWrap(True)
        self._foot = QLabel()
        self._foot.setObjectName("layerExplanation")
        self._foot.setProperty("role", "secondary")
        self._foot.setWordWrap(True)
        self._foot.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._scroll = scrolled(self.title, self._sentence, self.form)
        self._line = QFrame()
        self._line.setProperty("role", "hairline")
        foot = QVBoxLayout()
        foot.setContentsMargins(14, 0, 14, 12)
        foot.setSpacing(10)
        foot.addWidget(self._line)
        foot.addWidget(self._foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)
        self.form.edited.connect(self._edit)
        self.form.settled.connect(document.settle)
        document.changed.connect(self._follow)
        theme.manager().changed.connect(self._describe)
        self._show()

    def _follow(self, change: Change) -> None:
        if change.fields & {"selection", "layers", "data", "training"}:
            had_focus = self._has_focus()
            self._show()
            if had_focus and not self._has_focus():
                self.focus_left.emit()  # Qt has given it to whatever comes next, such as the learning rate

    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.form.isAncestorOf(focus)

    def _show(self) -> None:
        selection = self._document.selection
        one = selection[0] if len(selection) == 1 else ""
        several = selection if len(selection) > 1 and DATA_CARD not in selection else ()
        common = self._common(several)
        if one == self._id and one:
            self.form.follow(self._declared(one))
        elif one:
            self.form.load(self._declared(one))
            self._scroll.verticalScrollBar().setValue(0)
        self._id = one
        self._show_several(several if common else (), common)
        self.title.show_entry(self._document.entry(one), "Data" if one == DATA_CARD else "")
        self.title.setVisible(bool(one))
        self.form.setVisible(bool(one or common))
        text = tr("{n} layers: what is changed here changes in all of them.", n=len(several))
        self._sentence.setText(text if common else _instead_of_a_form(selection))
        self._sentence.setVisible(not one)
        self._describe()

    def _common(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Return the fields that can be changed for all of these layers at once."""
        kinds = [type(entry.layer) for layer_id in ids if (entry := self._document.entry(layer_id))]
        return common_fields(kinds) if kinds else ()

    def _show_several(self, ids: tuple[str, ...], common: tuple[str, ...]) -> None:
        """Show the fields that layers have in common, and where they differ."""
        if ids:
            declared = [self._declared(layer_id) for layer_id in ids]
            if ids == self._ids and common == self._fields:
                self.form.follow(declared[0])
            else:
                self.form.load(declared[0], common)
            self.form.tell_several(declared)
        self._ids, self._fields = ids, common

    def _declared(self, one: str) -> Declared:
        entry = self._document.entry(one)
        return self._document.design.data if entry is None else shown(entry.layer)

    def _describe(self) -> None:
        """Say what the layer does, what goes in and out, what it costs and what is wrong."""
        entry, facts = self._document.entry(self._id), self._document.facts(self._id)
        if entry is None or facts is None:
            text = ""
        else:
            lines = [escape(entry.layer.explain()), shapes_and_costs(facts)]
            if facts.problem is not None:
                colour = theme.current().severity(facts.problem.severity).name()
                lines.append(f'<span style="color: {colour}">{escape(facts.problem.message)}</span>')
            text = "<br>".join(line for line in lines if line)
        self._foot.setText(text)
        self._foot.setVisible(bool(text))
        self._line.setVisible(bool(text))

    def _edit(self, name: str, declared: Declared, merge_key: str) -> None:
        design, key = self._document.design, f"{self._id}/{merge_key}" if merge_key else None
        label = field(type(declared), name).label.lower()
        if isinstance(declared, DataChoice):
            self._document.edit(edits.set_data(design, declared), f"set {label} of the data", key, BY)
        elif self._ids:
            self._edit_several(name, declared, f"{self._ids}/{merge_key}" if merge_key else None)
        elif isinstance(declared, Layer):
            entry = self._document.entry(self._id)
            called = entry.name if entry else declared.label
            after = edits.replace_layer(design, self._id, declared)
            self._document.edit(after, f"set {label} of {called}", key, BY)

    def _edit_several(self, name: str, declared: Declared, key: str | None) -> None:
        """Change a field of all selected layers, as one step."""
        label = field(type(declared), name).label.lower()
        try:
            after = edits.set_field(self._document.design, self._ids, name, getattr(declared, name))
        except ConfigError as error:
            self.form.forbid(name, error.reason)
            return
        self._document.edit(after, f"set {label} of {len(self._ids)} layers", key, BY)


class TrainingPage(QWidget):
    """The form of the training settings: what is shown here is what runs."""

    def __init__(self, document: Document, unfolded: set[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.form = DeclaredForm("training", unfolded)
        self.form.load(document.design.training)
        self.rate = CurvePicture()
        self.rate.setObjectName("trainingRate")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self.form, self.rate))
        self.form.edited.connect(self._edit)
        self.form.settled.connect(document.settle)
        document.changed.connect(self._follow)
        self._draw_rate()

    def _draw_rate(self) -> None:
        """Draw how the learning rate will run over all steps."""
        steps, rates = rate_over_training(self._document.design)
        first, last = (written(float(f"{rate:.3g}")) for rate in (rates[0], rates[-1]))
        caption = tr("Learning rate over {n} steps: {first} to {last}", n=f"{steps[-1] + 1:,}", first=first, last=last)
        self.rate.show_picture(Picture(steps.astype(float), (rates,), caption))

    def _follow(self, change: Change) -> None:
        if change.fields & {"training", "data"}:
            self._draw_rate()
        if change.fields == EVERYTHING:
            self.form.load(self._document.design.training)
        elif "training" in change.fields:
            self.form.follow(self._document.design.training)

    def _edit(self, name: str, settings: TrainSettings, merge_key: str) -> None:
        label = field(TrainSettings, name).label.lower()
        after = edits.set_training(self._document.design, settings)
        self._document.edit(after, f"set {label}", merge_key or None, BY)


def scrolled(*widgets: QWidget) -> QScrollArea:
    """Return widgets in a column that scrolls where it must."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(14, 6, 14, 12)
    column.setSpacing(10)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area
