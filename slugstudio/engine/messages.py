"""Messages: texts that know how they came to be, so that another language can say them.

A message is its English text, as any string is; besides it keeps a code, which stays when the wording changes, and
the template with the values that were put into it. Who shows it may look the template up in a catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self


class Message(str):
    """A text with its origin; what is made of it by slicing or joining is a plain string."""

    __slots__ = ("code", "parameters", "template")

    code: str
    template: str
    parameters: Mapping[str, Any]

    def __new__(cls, code: str, template: str, /, **parameters: Any) -> Self:
        """Return the template, in the syntax of `str.format`, with the parameters put in."""
        made = super().__new__(cls, template.format(**parameters))
        made.code, made.template, made.parameters = code, template, parameters
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Let copies, and those of another process, know their origin too."""
        return _again, (type(self), self.code, self.template, dict(self.parameters))

    def said(self, translate: Callable[[str], str]) -> str:
        """Return the text in the words of ``translate``, which is asked for each template, also of messages inside."""
        values = {name: said(value, translate) for name, value in self.parameters.items()}
        return translate(self.template).format(**values)


def said(value: Any, translate: Callable[[str], str]) -> Any:
    """Return a message in the words of ``translate``, and anything else as it is."""
    return value.said(translate) if isinstance(value, Message) else value


def _again(cls: type[Message], code: str, template: str, parameters: dict[str, Any]) -> Message:
    return cls(code, template, **parameters)
