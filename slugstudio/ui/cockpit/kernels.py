"""The pane that shows what a layer has learned: its kernels, or its weights, as signed colours."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.layers import Dropout, Flatten
from slugstudio.project.keeping import Key
from slugstudio.ui import theme
from slugstudio.ui.cockpit.colours import Limit
from slugstudio.ui.cockpit.header import Header
from slugstudio.ui.cockpit.labels import MINUS, number
from slugstudio.ui.cockpit.legend import SignedLegend
from slugstudio.ui.cockpit.tiles import Picture, picture
from slugstudio.ui.cockpit.weight_view import WeightView
from slugstudio.ui.document import Change, Document
from slugstudio.ui.translation import tr

NOTHING_YET = "The weights show once the stack works."
NO_WEIGHTS = "No layer of this stack has weights to show."


class KernelsPane(QWidget):
    """Shows the weights of the selected layer, or of the first that has any."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._weights: Mapping[Key, Array] = {}
        self._shown_key: Key | None = None
        self._shown: Picture | None = None
        self._limit = Limit()
        self.setObjectName("kernelsPane")
        self.header = Header("Kernels")
        self.view = WeightView()
        self.legend = SignedLegend()
        self.input_map = _map_chooser()
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.legend, 1)
        foot.addWidget(self.input_map)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.view, 1)
        column.addSpacing(10)
        column.addLayout(foot)
        self.input_map.valueChanged.connect(self._paint)
        self.view.note_changed.connect(self._tell)
        document.changed.connect(self._follow)
        self._show()

    def show_weights(self, weights: Mapping[Key, Array]) -> None:
        """Show other weights; nobody may write into the arrays afterwards."""
        self._weights = weights
        self._show()

    def clear(self) -> None:
        """Show no weights."""
        self.show_weights({})

    def _follow(self, change: Change) -> None:
        if "trained" in change.fields and self._document.project.trained is None:
            self._limit.reset()  # the first weights are smaller than those that were forgotten
        if change.fields & {"selection", "layers", "data"}:
            self._show()

    def _key(self) -> Key | None:
        """Return the weight of the selected layer, or of the first that has one; of several inside it the largest kind.

        Kernels come before matrices and these before the factors of a normalisation, and then names count.
        """
        keys = [key for key in self._weights if key[1].rpartition("/")[2] == "weight"]
        keys.sort(key=lambda key: (-self._weights[key].ndim, key[1]))
        having = {layer_id: (layer_id, name) for layer_id, name in reversed(keys)}
        there = [having[entry.id] for entry in self._document.design.layers if entry.id in having]
        selected = [key for key in there if key[0] in self._document.selection]
        return next(iter(selected or there), None)

    def _show(self) -> None:
        key = self._key()
        if key != self._shown_key:
            self._shown_key = key
            self._limit.reset()
        self._shown = None
        if key is not None:
            weight = self._weights[key]
            self._shown = picture(weight, self._image_before(key))
            self.legend.show_limit(self._limit.follow(weight))
        self._offer_maps(self._shown)
        self.view.sentence = NO_WEIGHTS if self._weights else NOTHING_YET
        self.legend.setVisible(self._shown is not None)
        self._paint()
        self._tell(self.view.note())

    def _image_before(self, key: Key) -> Shape | None:
        """Return the shape of the data if they reach the layer as they are, but for Flatten and Dropout."""
        layer_id, name = key
        if name != "weight":
            return None
        before = self._document.design.layers[: self._document.design.ids.index(layer_id)]
        shape = self._document.design.data.source.sample_shape
        as_it_is = all(isinstance(each.layer, Flatten | Dropout) for each in before)
        return shape if as_it_is and len(shape) == 3 else None

    def _offer_maps(self, shown: Picture | None) -> None:
        n_maps = shown.n_maps if shown else 1
        self.input_map.setRange(1, n_maps)
        self.input_map.setSuffix(f" of {n_maps}")
        widest = self.input_map.fontMetrics().horizontalAdvance(f"Input map {n_maps} of {n_maps}")
        self.input_map.setFixedWidth(widest + 30)
        self.input_map.setVisible(n_maps > 1)

    def _paint(self) -> None:
        self.view.show_picture(self._shown, self.input_map.value() - 1, self._limit.value)

    def _tell(self, note: str) -> None:
        """Write title and note, and say the same to a screen reader."""
        layer_id, name = self._shown_key or ("", "")
        entry = self._document.entry(layer_id)
        if entry is None or self._shown is None:
            self.header.show_texts("Kernels")
            self.view.setAccessibleDescription(self.view.sentence)
            return
        kernels = self._shown.unit == "kernel"
        path = "/".join([entry.name, *name.split("/")[:-1]])
        self.header.show_texts(f"{'Kernels' if kernels else 'Weights'} of {path}", note)
        end = number(self._limit.value)
        self.view.setAccessibleDescription(
            tr("{note}, values from {MINUS}{end} to +{end}", note=note, MINUS=MINUS, end=end)
        )


def _map_chooser() -> QSpinBox:
    box = QSpinBox()
    box.setObjectName("inputMap")
    box.setAccessibleName(tr("Input map"))
    box.setFont(theme.font(theme.LABEL))
    box.setPrefix("Input map ")
    box.setRange(1, 1)
    box.setKeyboardTracking(False)
    box.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    box.setWrapping(True)
    box.setToolTip(
        tr(
            "Each kernel has a part for every map that comes in. One map is shown at a time: "
            "a mean over all of them would show patterns that no part has."
        )
    )
    return box
