"""JSON without surprises: no NaN, no infinity, no name given twice, no huge number, no great depth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any

from slugstudio.project.errors import FormatError

MAX_BYTES = 8 * 2**20
_MAX_INT = 2**64 - 1


def dump(value: object) -> bytes:
    """Return ``value`` as JSON in UTF-8, always the same bytes for the same value."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True).encode()


def load(content: bytes) -> Any:
    """Return what the JSON says.

    Raises
    ------
    FormatError
        If it is not JSON in UTF-8, or has what this module's first line excludes.
    """
    try:
        return json.loads(
            content.decode(),
            object_pairs_hook=_object,
            parse_constant=_refuse,
            parse_float=_float,
            parse_int=_int,
        )
    except (ValueError, RecursionError) as error:
        raise FormatError(f"expected JSON, found an error in it ({error}).") from error


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not allowed")


def _float(text: str) -> float:
    value = float(text)
    return value if isfinite(value) else _refuse(text)


def _int(text: str) -> int:
    value = int(text) if len(text) <= 20 else _MAX_INT + 1
    return value if abs(value) <= _MAX_INT else _refuse("a whole number of more than 64 bits")
