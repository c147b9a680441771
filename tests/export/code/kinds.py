"""What is written for each kind of layer, activation, loss, optimizer..., beside what every program has.

PyTorch and Keras are not there when tests run, so what `make parity` has proven with them is kept. When the code is
meant to be another one, run that, and ``python -m tests.export.code.kinds``; a reviewer reads the difference.
"""

from __future__ import annotations

from slugstudio.export.code import code, text_of
from slugstudio.project.design import Design
from slugstudio.project.templates import TEMPLATES
from tests.export.code.designs import designs
from tools.make_code import GOLDEN

LANGUAGES = ("pytorch", "keras")
LEFT_OUT = ("stack", "classes", "class", "told by nobody", *TEMPLATES)


def kinds(language: str) -> str:
    """Return for each design what lines of code it has that the one of an empty stack has not."""
    every = designs()
    usual = set(_lines(every["empty"], language))
    parts = []
    for name, design in every.items():
        if name.partition("_")[0] not in LEFT_OUT:
            own = [line for line in _lines(design, language) if line not in usual]
            parts.append("\n".join([f"## {name}", *own]))
    return "\n\n".join(parts) + "\n"


def _lines(design: Design, language: str) -> list[str]:
    return text_of(code(design, language)).splitlines()


if __name__ == "__main__":
    for each in LANGUAGES:
        (GOLDEN / f"kinds.{each}.txt").write_text(kinds(each), encoding="utf-8")
