"""The colours of Python code: words of the language, texts and comments."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat

from slugstudio.ui import theme

_PARTS = re.compile(
    r"(?P<comment>\#.*)"
    r"|(?P<text>[rbf]?\"(?:\\.|[^\"\\])*\"|[rbf]?'(?:\\.|[^'\\])*')"
    rf"|(?P<word>\b(?:{'|'.join(keyword.kwlist)})\b)"
)
_QUOTES = '"""'
_OUTSIDE, _INSIDE = 0, 1


class PythonColours(QSyntaxHighlighter):
    """Colours one line at a time; a text in three quotes may go over several."""

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        colours = theme.current()
        shades = {
            "comment": colours.secondary,
            "text": colours.good,
            "word": colours.accent,
        }
        inside, begin = self.previousBlockState() == _INSIDE, 0
        while inside or (begin := text.find(_QUOTES, begin)) >= 0:
            end = text.find(_QUOTES, begin if inside else begin + len(_QUOTES))
            stop = len(text) if end < 0 else end + len(_QUOTES)
            self._colour(begin, stop, colours.good)
            inside = end < 0
            if inside:
                self.setCurrentBlockState(_INSIDE)
                return
            begin, inside = stop, False
        self.setCurrentBlockState(_OUTSIDE)
        if _QUOTES not in text:
            for part in _PARTS.finditer(text):
                self._colour(part.start(), part.end(), shades[part.lastgroup or "text"])

    def _colour(self, begin: int, end: int, colour: QColor) -> None:
        shade = QTextCharFormat()
        shade.setForeground(colour)
        self.setFormat(begin, end - begin, shade)
