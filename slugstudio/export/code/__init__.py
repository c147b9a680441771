"""The code of a network: a program for PyTorch, Keras or our own engine, whose lines know the layer they stand for.

It is made from a design alone, without any weights, and quickly: the window shows it while somebody builds.
"""

from collections.abc import Callable, Mapping

from slugstudio.export.code import engine, keras, numpy_code, pytorch
from slugstudio.export.code.lines import Line, text_of
from slugstudio.export.code.plan import Plan, plan
from slugstudio.project.design import Design

__all__ = ["LANGUAGES", "Line", "code", "text_of"]

LANGUAGES: Mapping[str, Callable[[Plan, str], list[Line]]] = {
    "pytorch": pytorch.lines_of,
    "keras": keras.lines_of,
    "numpy": numpy_code.lines_of,
    "slugstudio": engine.lines_of,
}
"""Writes a planned design, whose file is called so without its ending, by what ``slugstudio export --to`` calls it."""


def code(design: Design, language: str, file: str = "net") -> list[Line]:
    """Return the code of a design, line by line with the id of the layer.

    A layer that cannot work where it is, and those after it, are told in a comment: so there is code at any time.

    Parameters
    ----------
    design : Design
    language : str
        One of `LANGUAGES`.
    file : str
        The name of the file without its ending.
    """
    return LANGUAGES[language](plan(design), file)
