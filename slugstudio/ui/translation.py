"""The window's language: every text that a person reads passes through here.

Texts are in English in the source; ``tools/make_translations.py`` collects them, with those of the declarations, into
one catalogue for Qt's tools. All are in one context, so that the same words are translated once.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from slugstudio.engine.messages import Message, said

CONTEXT = "slugstudio"


def tr(text: str, /, **values: Any) -> str:
    """Return ``text``, a literal, in the window's language, with values put in as `str.format` does."""
    translated = _translated(text)
    return (
        translated.format(**{name: said(value, _translated) for name, value in values.items()})
        if values
        else translated
    )


def told(text: str) -> str:
    """Return a text from below the window in the window's language: a `Message`, or a label of a declaration."""
    return text.said(_translated) if isinstance(text, Message) else _translated(text)


def _translated(text: str) -> str:
    # The empty text stands for the catalogue itself: it would be translated to the catalogue's own data.
    return QCoreApplication.translate(CONTEXT, text) if text else ""
