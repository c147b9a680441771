"""Collect every text of the program into one catalogue: ``python -m tools.make_translations``.

Texts are found where they are written: the first argument of ``tr``, the template of a ``Message``, what an
``ActionSpec`` says, and the labels, helps and first lines of the declarations. The catalogue,
``resources/translations/slugstudio.ts``, is for Qt's tools: a translator copies it to ``slugstudio_de.ts``, fills it in
with Qt Linguist, and ``pyside6-lrelease`` compiles it.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from slugstudio.engine.declaration import Declared, fields
from slugstudio.project.design import DataChoice
from slugstudio.ui.translation import CONTEXT

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "resources" / "translations" / "slugstudio.ts"
_CALLS = {"tr": (0,), "Message": (1,), "ActionSpec": (1, 3)}
"""Which arguments of which calls are texts; an action says two."""


def texts_of(source: str) -> Iterator[str]:
    """Yield the texts that a file gives to be translated, in their order."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            for place in _CALLS.get(name, ()):
                if place < len(node.args):
                    argument = node.args[place]
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value:
                        yield argument.value


def texts_of_declarations() -> Iterator[str]:
    """Yield what declarations say of themselves and of their fields."""
    for package in ("engine", "datasets", "project", "export", "imports"):
        where = [str(ROOT / "slugstudio" / package)]
        for module in pkgutil.walk_packages(where, f"slugstudio.{package}."):
            if ".examples" not in module.name:
                importlib.import_module(module.name)
    for cls in sorted(_all(Declared), key=lambda each: (each.__module__, each.__name__)):
        if cls.__module__.startswith("slugstudio.") and cls.label:
            yield from (cls.label, cls.summary())
            for field in fields(cls):
                yield from (text for text in (field.label, field.help, field.unit, field.none) if text)
    yield from (text for field in fields(DataChoice) for text in (field.label, field.help) if text)


def _all(cls: type[Declared]) -> Iterator[type[Declared]]:
    for below in cls.__subclasses__():
        yield below
        yield from _all(below)


def texts() -> list[str]:
    """Return all texts, each once, sorted."""
    files = sorted((ROOT / "slugstudio").rglob("*.py"))
    found = {text for path in files for text in texts_of(path.read_text("utf-8"))}
    return sorted(found | {text for text in texts_of_declarations() if text})


def catalogue() -> str:
    """Return the catalogue in Qt's format."""
    messages = "\n".join(
        f"        <message>\n            <source>{escape(text)}</source>\n"
        f'            <translation type="unfinished"></translation>\n        </message>'
        for text in texts()
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n<TS version="2.1" sourcelanguage="en">\n'
        f"    <context>\n        <name>{CONTEXT}</name>\n{messages}\n    </context>\n</TS>\n"
    )


def main() -> None:
    """Write the catalogue."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(catalogue(), "utf-8")


if __name__ == "__main__":
    main()
