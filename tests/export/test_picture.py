"""Pictures of the stack: what they show, and that programs can read them."""

from __future__ import annotations

import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest

from slugstudio.export import ExportError, export
from slugstudio.export.picture import HEIGHT, MARGIN, WIDTH, drawing
from slugstudio.project import Project, edits
from slugstudio.project.templates import TEMPLATES, template
from tests.engine.test_layers import CASES
from tests.export.made import project_of
from tests.export.random_networks import noise

SVG = "{http://www.w3.org/2000/svg}"


def texts(project: Project, name: str = "mine") -> list[str]:
    root = ElementTree.fromstring(drawing(project, name))
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_it_shows_each_layer_with_its_settings_output_and_parameters() -> None:
    found = texts(template("digits-cnn"))
    at = found.index("convolution_1")
    assert found[at : at + 4] == [
        "convolution_1",
        "Convolution · 16 kernels 3×3 · stride 1 · ReLU",
        "16 × 6 × 6",
        "160",
    ]
    assert found[0] == "mine"
    assert found[1:4] == ["Digits", "1,797 samples, 10 classes · Scale", "1 × 8 × 8"]
    assert found[-1] == "10,090 parameters · 15,040 multiply-adds a sample"


def test_layers_inside_another_are_shown_and_set_in() -> None:
    root = ElementTree.fromstring(drawing(template("fashion-resnet"), "mine"))
    places = [rect.get("x") for rect in root.iter(f"{SVG}rect")]
    assert {"16.5", "40.5"} <= set(places)
    assert texts(template("fashion-resnet")).count("batch_normalization_1") == 2


def test_every_card_lies_in_the_picture() -> None:
    for name in TEMPLATES:
        root = ElementTree.fromstring(drawing(template(name), name))
        height = int(root.attrib["height"])
        cards = [rect for rect in root.iter(f"{SVG}rect") if rect.get("rx")]
        ends = [float(card.attrib["y"]) + HEIGHT for card in cards]
        assert ends == sorted(ends)
        assert ends[-1] <= height - MARGIN - 12
        assert all(float(card.attrib["x"]) + float(card.attrib["width"]) <= WIDTH - MARGIN for card in cards)


@pytest.mark.parametrize(("layer", "shape"), CASES, ids=str)
def test_every_layer_can_be_drawn(layer: object, shape: tuple[int, ...]) -> None:
    assert texts(project_of([layer], edits.DataChoice(noise(shape))))  # type: ignore[list-item]


def test_names_are_text_and_long_ones_are_cut() -> None:
    project = template("spiral")
    design = edits.rename_layer(project.design, project.design.ids[0], "a" * 64)
    found = texts(Project(design), "<b>&")
    assert found[0] == "<b>&"
    assert f"{'a' * 45}…" in found


def test_a_stack_that_cannot_work_is_drawn_as_far_as_it_is_known(tmp_path: Path) -> None:
    project = template("digits-cnn")
    design = edits.remove_layers(project.design, [project.design.ids[2]])
    assert "dense_1" in texts(Project(design))


def test_both_pictures_are_written(tmp_path: Path) -> None:
    for name in ("a.svg", "a.png"):
        done = export(template("spiral"), tmp_path / name)
        assert (str(done.proof), done.notes) == ("", ())
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == drawing(template("spiral"), "a")
    header = (tmp_path / "a.png").read_bytes()[:24]
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert header[1:4] == b"PNG"
    assert struct.unpack(">II", header[16:]) == (2 * WIDTH, 2 * int(root.attrib["height"]))


def test_without_qt_the_drawing_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slugstudio.export.picture.try_python", lambda *given: ("", "ImportError: libEGL.so.1"))
    with pytest.raises(ExportError, match=r"a\.png: Qt, which draws it, fails: ImportError: libEGL.* as \.svg instead"):
        export(template("spiral"), tmp_path / "a.png")


def test_elsewhere_than_on_linux_qt_finds_its_own_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, str]] = []
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr("slugstudio.export.picture.try_python", lambda *all: given.append(all[-1]) or ("", "no"))
    with pytest.raises(ExportError):
        export(template("spiral"), tmp_path / "a.png")
    assert "QT_QPA_PLATFORM" not in given[0]
