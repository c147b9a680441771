"""The one family of errors that a user can mend.

Every message says what was expected, what was received and what to do. Whoever talks to a person (command line, window)
catches `SlugError` and shows its text in place; any other exception is a fault of the program.
"""

from __future__ import annotations

from slugstudio.engine.messages import Message


class SlugError(Exception):
    """Something that the user can mend; ``str(error)`` is one complete message."""


class ConfigError(SlugError, ValueError):
    """A hyper-parameter has a value that it cannot have.

    Attributes
    ----------
    owner : str
        The kind whose field it is, such as ``"Convolution"``.
    field : str
        The name of the field, such as ``"kernel_size"``.
    reason : str
        What was expected and what was received, without the owner: fit for showing beside the field.
    """

    def __init__(self, owner: str, field: str, reason: str) -> None:
        super().__init__(f"{owner}.{field}: {reason}")
        self.owner = owner
        self.field = field
        self.reason = reason


class RecordError(SlugError, ValueError):
    """A stored record (`{kind, version, params}`) does not describe anything that this program knows."""


class ShapeError(SlugError, ValueError):
    """A layer cannot work on what arrives.

    Attributes
    ----------
    reason : str
        What the layer received and what it needs; of a layer, a `Message`, whose code tells others what to mend.
    layer : str
        The unique name of the layer; empty when a bare declaration was asked.
    position : int
        The place in the stack, from 1; 0 when a bare declaration was asked.
    """

    def __init__(self, reason: str, layer: str = "", position: int = 0) -> None:
        where = f"{layer} (layer {position}): " if layer else ""
        super().__init__(where + reason)
        self.reason = reason
        self.layer = layer
        self.position = position

    @property
    def message(self) -> Message:
        """The reason as one that knows its code and numbers, whoever gave it."""
        return self.reason if isinstance(self.reason, Message) else Message("shape", "{reason}", reason=self.reason)


class DataError(SlugError, ValueError):
    """Samples or targets that cannot be used: missing, damaged, of the wrong shape or not finite."""
