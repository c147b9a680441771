"""How a message tells what it was given."""

from __future__ import annotations

from collections.abc import Iterable


def received(value: object) -> str:
    """Say what was given, in short, for a message."""
    if isinstance(value, type):
        return f"the class {value.__name__} itself (write {value.__name__}())"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def meant(value: object, kinds: Iterable[str]) -> str:
    """Say which kind was probably meant by a text: ``(write ReLU())`` by ``"relu"``; nothing if that is not clear."""
    name = value.replace("_", "").replace(" ", "").lower() if isinstance(value, str) else ""
    for kind in kinds if name else ():
        if name in (kind.lower(), "".join(filter(str.isupper, kind)).lower()):
            return f" (write {kind}())"
    return ""
