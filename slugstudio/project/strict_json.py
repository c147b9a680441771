"""JSON without surprises: no NaN, no infinity, no name given twice, no huge number, no great depth or number of values.

JSON takes little room for values that take much as objects: eight MiB of ``{},{},...`` would become 250 MB.
So what could become a value is counted before anything is made of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

from slugstudio.project.errors import FormatError

MAX_BYTES = 8 * 2**20
MAX_VALUES = 2**19
MAX_DEPTH = 64
"""How many lists and objects may lie in one another; a dozen records, the most there are, lie in some forty."""
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
        _require_few(content)
        value = json.loads(
            content.decode(),
            object_pairs_hook=_object,
            parse_constant=_refuse,
            parse_float=_float,
            parse_int=_int,
        )
        _require_sound(value)
        return value
    except (ValueError, RecursionError) as error:
        raise FormatError(f"expected JSON, found an error in it ({error}).") from error


def _require_few(content: bytes) -> None:
    """Make sure that there are not too many values: each but the first follows one of these marks."""
    if sum(map(content.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise ValueError(f"it has more than {MAX_VALUES:,} values")


def _require_sound(value: Any) -> None:
    """Make sure, level by level, that values do not lie too deep, and that all text is Unicode."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise ValueError(f"it is more than {MAX_DEPTH} levels deep")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return (*value, *value.values())
    if isinstance(value, str):
        value.encode()  # raises over half of a surrogate pair, which JSON can write but UTF-8 cannot
    return value if isinstance(value, list) else ()


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"{text[:40]} is not allowed")


def _float(text: str) -> float:
    value = float(text)
    return value if isfinite(value) else _refuse(text)


def _int(text: str) -> int:
    value = int(text) if len(text) <= 20 else _MAX_INT + 1
    return value if abs(value) <= _MAX_INT else _refuse("a whole number of more than 64 bits")
