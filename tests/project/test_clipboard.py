"""Layers as text: what is copied comes back the same, and what cannot be read says why."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slugstudio.engine.layers import Dense, Layer
from slugstudio.engine.records import to_record
from slugstudio.project import clipboard, edits
from slugstudio.project.design import LayerEntry
from slugstudio.project.errors import FormatError
from tests.project.made import digits_design

RECORD = {"id": "layer-1", "name": "dense_1", "layer": to_record(Dense(3))}


def text_of(*records: object) -> str:
    return json.dumps({"slugstudio": "layers", "layers": list(records)})


@given(st.lists(st.sampled_from(sorted(Layer.kinds)), min_size=1, max_size=4), st.booleans(), st.booleans())
def test_what_is_copied_comes_back(kinds: list[str], enabled: bool, frozen: bool) -> None:
    entries = tuple(
        LayerEntry(f"layer-{n}", f"a_{n}", Layer.kinds[kind].example(), enabled, frozen) for n, kind in enumerate(kinds)
    )
    assert clipboard.layers_of(clipboard.text_of(entries)) == entries


def test_the_text_can_be_read() -> None:
    text = clipboard.text_of(digits_design().layers[:1])
    assert '"kind": "Convolution"' in text
    assert len(text.splitlines()) > 10


def test_a_pasted_layer_has_an_id_of_its_own_and_a_free_name() -> None:
    design = digits_design()
    renamed = edits.rename_layer(design, design.ids[0], "mine")
    entries = clipboard.layers_of(clipboard.text_of([renamed.layers[0], design.layers[1]]))
    pasted = edits.insert_copies(design, 2, entries)
    assert [entry.name for entry in pasted.layers[2:4]] == ["mine", "max_pooling_2"]
    assert len(set(pasted.ids)) == len(pasted.layers)
    assert [entry.layer for entry in pasted.layers[2:4]] == [entry.layer for entry in design.layers[:2]]


@pytest.mark.parametrize(
    "text",
    ["", "hello", "[]", '{"slugstudio": "layers"}', text_of(), '{"slugstudio": 3, "layers": [1]}', "slugstudio {"],
)
def test_what_holds_no_layers_says_so(text: str) -> None:
    with pytest.raises(FormatError, match="The clipboard holds no layers"):
        clipboard.layers_of(text)


def test_a_text_without_end_is_not_looked_at() -> None:
    with pytest.raises(FormatError, match="holds no layers"):
        clipboard.layers_of(text_of(RECORD) + " " * clipboard.LONGEST)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (3, "expected each layer as id, name and layer"),
        (RECORD | {"frozen": 1}, "expected each layer as id, name and layer"),
        (RECORD | {"layer": {"kind": "Magic", "version": 1, "params": {}}}, "Magic"),
        (RECORD | {"layer": to_record(Dense(3)) | {"params": {"outshape": 0}}}, "outshape"),
        (RECORD | {"name": "1"}, "expected a letter"),
    ],
)
def test_a_layer_that_cannot_be_says_which_and_why(record: object, reason: str) -> None:
    with pytest.raises(FormatError, match=f"Layer 2 of the clipboard: .*{reason}"):
        clipboard.layers_of(text_of(RECORD, record))
