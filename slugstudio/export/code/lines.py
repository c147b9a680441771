"""Lines of generated code: each knows the layer that it stands for, and none is too long."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from slugstudio.engine.declaration import Shape

WIDTH = 120
"""How long a line may be, as ``ruff format --line-length 120`` wants it."""


class Line(NamedTuple):
    """A line of code, and the id of the layer that it belongs to, if there is one."""

    text: str
    layer: str | None = None


@dataclass
class Block:
    """Lines that follow each other, all of them of one layer or of none."""

    layer: str | None = None
    lines: list[Line] = field(default_factory=list)

    def add(self, text: str = "", indent: int = 0) -> None:
        """Add lines of text, each moved to the right by so many levels; what is empty stays empty."""
        for line in text.split("\n"):
            self.lines.append(Line("    " * indent + line if line else "", self.layer))

    def call(self, head: str, arguments: Sequence[str], indent: int) -> None:
        """Add a call such as ``self.dense_1 = nn.Linear(144, 64)``, over several lines if it is too long for one."""
        inner = ", ".join(arguments)
        if _fits(f"{head}({inner})", indent):
            self.add(f"{head}({inner})", indent)
        elif _fits(inner, indent + 1):
            self.add(f"{head}(\n    {inner}\n)", indent)
        else:
            self._one_a_line(head, arguments, indent)

    def collection(self, head: str, items: Sequence[str], indent: int) -> None:
        """Add a tuple, over several lines if it is too long for one."""
        one = f"{head}({', '.join(items)}{',' if len(items) == 1 else ''})"
        if _fits(one, indent):
            self.add(one, indent)
        else:
            self._one_a_line(head, items, indent)

    def _one_a_line(self, head: str, items: Sequence[str], indent: int) -> None:
        self.add("\n".join([f"{head}(", *(f"    {item}," for item in items), ")"]), indent)

    def statement(self, text: str, indent: int, comment: str = "") -> None:
        """Add one line, with a comment behind it if there is room, else before it."""
        if not comment:
            self.add(text, indent)
        elif _fits(f"{text}  # {comment}", indent):
            self.add(f"{text}  # {comment}", indent)
        else:
            self.add(f"# {comment}\n{text}", indent)


def _fits(text: str, indent: int) -> bool:
    return 4 * indent + len(text) <= WIDTH


def remark(text: str, indent: int, layer: str | None) -> list[Line]:
    """Return a comment, over as many lines as it needs."""
    start = "    " * indent + "# "
    return [Line(start + part, layer) for part in textwrap.wrap(text, WIDTH - len(start))]


def applied(templates: Sequence[str], x: str) -> str:
    """Return functions of ``{x}`` applied one after the other, the first of them to ``x``."""
    for template in templates:
        x = template.replace("{x}", x)
    return x


def quoted(text: str) -> str:
    """Return a text as code, in double quotes unless it has such itself."""
    written = repr(text)
    if written[0] == '"' or '"' in text:
        return written
    return f'"{written[1:-1]}"'


def text_of(lines: Iterable[Line]) -> str:
    """Return lines as the content of a file."""
    return "".join(f"{line.text}\n" for line in lines)


def lines(text: str) -> list[Line]:
    """Return a text as lines of no layer."""
    return plain(text.strip("\n").split("\n"))


@cache
def source_of(function: Callable[..., object]) -> str:
    """Return a function of ours as it is written into programs."""
    return inspect.getsource(function)


def plain(texts: Iterable[str]) -> list[Line]:
    """Return lines of no layer."""
    return [Line(text) for text in texts]


def joined(parts: Iterable[Sequence[Line]]) -> list[Line]:
    """Return parts with two empty lines between them; empty ones are left out."""
    found: list[Line] = []
    for part in filter(None, parts):
        found += [Line(""), Line(""), *part] if found else part
    return found


def said(shape: Shape) -> str:
    """Write a shape with its batch axis: ``(n, 16, 6, 6)``."""
    return f"(n, {', '.join(map(str, shape))})"
