"""The stack as a picture: drawn here as SVG, from which another Python that knows Qt makes a PNG."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple
from xml.sax.saxutils import escape

from slugstudio.engine.layers import Layer
from slugstudio.engine.layers.base import times
from slugstudio.export.errors import ExportError
from slugstudio.export.proof import Proof, Watch, try_python
from slugstudio.export.source import Source
from slugstudio.export.target import Group, Target
from slugstudio.project.info import as_record
from slugstudio.project.project import Project

GROUPS = {
    "input": "#6b7a90",
    "learn": "#3f6fd8",
    "activate": "#1f8a80",
    "shape": "#8a6fc9",
    "regularise": "#c2587e",
    "normalise": "#7b8c2a",
}
"""The colours of the stripes, which are those of the window."""

WIDTH, HEIGHT, GAP, INDENT, MARGIN = 600, 62, 6, 24, 16
_TOP = 44
_TEXT, _SECONDARY, _HAIRLINE, _PAGE, _CARD = "#1b2330", "#586475", "#d9dde3", "#f4f5f7", "#ffffff"
_FONT = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_ROOM, _ROOM_OF_TITLE = 62, 46
"""How many letters of 12 px, and of a title, fit beside the numbers, about."""


class Card(NamedTuple):
    """What is written on a card, and how many others it lies in."""

    title: str
    details: str
    shape: str
    parameters: str
    group: str
    depth: int = 0


@dataclass(frozen=True)
class SVG(Target):
    """The stack as a drawing that stays sharp at any size: each layer with its settings, output and parameters."""

    label: ClassVar[str] = "Drawing of the stack"
    name: ClassVar[str] = "svg"
    endings: ClassVar[tuple[str, ...]] = (".svg",)
    description: ClassVar[str] = "The layers as a drawing, sharp at any size, for papers and slides."
    group: ClassVar[Group] = "about"

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the drawing."""
        return {path.name: drawing(source.project, source.name).encode()}

    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Prove nothing: nobody can compute with a picture."""
        del source, path, watch
        return Proof()


@dataclass(frozen=True)
class PNG(SVG):
    """The same drawing as an image of pixels, two for each of the drawing's.

    Qt draws it, in a Python of its own: the rest of this package, and the command line, do without Qt.
    """

    label: ClassVar[str] = "Picture of the stack"
    name: ClassVar[str] = "png"
    endings: ClassVar[tuple[str, ...]] = (".png",)
    description: ClassVar[str] = "The layers as an image of pixels, for wherever a drawing cannot be used."

    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the image.

        Raises
        ------
        ExportError
            If Qt cannot be started.
        """
        with tempfile.TemporaryDirectory(prefix="slugstudio-") as folder:
            drawn, made = Path(folder) / "stack.svg", Path(folder) / "stack.png"
            drawn.write_text(drawing(source.project, source.name), encoding="utf-8")
            arguments: list[str | Path] = ["-m", "slugstudio.ui.picture", drawn, made]
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            if sys.platform.startswith("linux"):
                environment["QT_QPA_PLATFORM"] = "offscreen"  # there may be no display
            _, problem = try_python(arguments, Path(folder), lambda doing: None, "Drawing", environment)
            if problem:
                raise ExportError(f"{path.name}: Qt, which draws it, fails: {problem}; export it as .svg instead.")
            return {path.name: made.read_bytes()}


def drawing(project: Project, name: str) -> str:
    """Return the stack of a project as SVG."""
    record = as_record(project)
    cards = list(_cards(record))
    foot = f"{record['n_parameters']:,} parameters · {record['multiply_adds']:,} multiply-adds a sample"
    height = _TOP + len(cards) * (HEIGHT + GAP) + 2 * MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}" font-family="{_FONT}" font-size="12" fill="{_TEXT}">',
            f"<title>{escape(name)}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="{_PAGE}"/>',
            _text(MARGIN, MARGIN + 12, name, "600", 14),
            *(line for number, card in enumerate(cards) for line in _drawn(card, _TOP + number * (HEIGHT + GAP))),
            _text(MARGIN, height - MARGIN, foot, fill=_SECONDARY),
            "</svg>",
            "",
        ]
    )


def _cards(record: Mapping[str, Any]) -> Iterator[Card]:
    data = record["data"]
    about = f"{data['n_samples']:,} samples, {len(data['classes'])} classes · {data['preprocessing']}"
    yield Card(data["title"], about, times(data["sample_shape"]), "", "input")
    yield from _of_layers(record["layers"], 0)


def _of_layers(layers: Iterable[Mapping[str, Any]], depth: int) -> Iterator[Card]:
    for layer in layers:
        cls: type[Layer] = Layer.kinds.get(layer["kind"], Layer)  # of a newer version, none that is known
        shape = "" if layer["output_shape"] is None else times(layer["output_shape"])
        details = " · ".join(filter(None, [cls.label or layer["kind"], layer["settings"]]))
        parameters = f"{layer['n_parameters']:,}" if layer["n_parameters"] else ""
        yield Card(layer["name"], details, shape, parameters, getattr(cls, "group", "input"), depth)
        yield from _of_layers(layer["inside"], depth + 1)


def _drawn(card: Card, y: int) -> Sequence[str]:
    """Return a card: the stripe of its group, name and settings, and at the right output and parameters."""
    left = MARGIN + card.depth * INDENT
    right = WIDTH - MARGIN
    colour = GROUPS.get(card.group, GROUPS["input"])
    return [
        f"<g><title>{escape(f'{card.title}: {card.details}')}</title>",
        f'<rect x="{left}.5" y="{y}.5" width="{right - left - 1}" height="{HEIGHT - 1}" rx="8" fill="{_CARD}" '
        f'stroke="{_HAIRLINE}"/>',
        f'<path d="M{left + 8} {y}h-1a7 7 0 0 0-7 7v{HEIGHT - 14}a7 7 0 0 0 7 7h1z" fill="{colour}"/>',
        _text(left + 20, y + 26, _short(card.title, _ROOM_OF_TITLE, card.depth), "600", 13),
        _text(left + 20, y + 45, _short(card.details, _ROOM, card.depth), fill=_SECONDARY),
        _text(right - 14, y + 26, card.shape, "600", 13, anchor="end"),
        _text(right - 14, y + 45, card.parameters, fill=_SECONDARY, anchor="end"),
        "</g>",
    ]


def _short(text: str, room: int, depth: int) -> str:
    """Cut a text to the room that a card has which lies in others."""
    room -= 4 * depth
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _text(
    x: int, y: int, text: str, weight: str = "400", size: int = 12, fill: str = _TEXT, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )
