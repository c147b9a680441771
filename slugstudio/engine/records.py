"""Records: declarations as files store them, ``{kind, version, params}``, and back."""

from __future__ import annotations

import math
from typing import Any

from slugstudio.engine.declaration import DEEPEST, D, Declared, Field, fields
from slugstudio.engine.errors import RecordError
from slugstudio.engine.words import received


def to_record(declared: Declared) -> dict[str, Any]:
    """Return the record that files store; hints such as ``inshape`` are left out, an infinity becomes a string."""
    params = {f.name: _stored(getattr(declared, f.name)) for f in fields(type(declared)) if not f.hint}
    return {"kind": declared.kind, "version": declared.version, "params": params}


def _stored(value: Any) -> Any:
    if isinstance(value, Declared):
        return to_record(value)
    if isinstance(value, tuple):
        return [_stored(v) for v in value]
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value


def from_record(family: type[D], record: object) -> D:
    """Build a declaration of ``family`` from its record.

    Raises
    ------
    RecordError
        For an unknown kind, a newer version, an unknown or missing parameter, a record of another form, or more records
        inside one another than there can be.
    ConfigError
        For a parameter with a value that it cannot have.
    """
    return _from_record(family, record, DEEPEST)


def _from_record(family: type[D], record: object, room: int) -> D:
    match record:
        case {"kind": str(kind), "version": int(version), "params": dict(params)}:
            pass
        case _:
            raise RecordError(f"expected a record with kind, version and params, received {received(record)}.")
    if room == 0:
        raise RecordError(f"expected at most {DEEPEST} records inside one another; there are more.")
    cls = _known(family, kind, version)
    known_fields = {f.name: f for f in fields(cls) if not f.hint}
    if unknown := sorted(set(params) - set(known_fields)):
        raise RecordError(f"{kind} has no parameter {unknown[0]!r} (it has: {', '.join(known_fields) or 'none'}).")
    if missing := [f.name for f in known_fields.values() if f.required and f.name not in params]:
        raise RecordError(f"{kind} needs the parameter {missing[0]!r}, which the record leaves out.")
    return cls(**{name: _restored(known_fields[name], value, room - 1) for name, value in params.items()})


def _known(family: type[D], kind: str, version: int) -> type[D]:
    cls: type[D] | None = family.kinds.get(kind)
    if cls is None:
        known = ", ".join(sorted(family.kinds))
        raise RecordError(
            f"{family.__name__} {kind!r} is not known here (known: {known}); a newer Slugstudio may know it."
        )
    if version > cls.version:
        raise RecordError(
            f"{kind} is recorded in version {version}, this program knows up to {cls.version}; use a newer Slugstudio."
        )
    return cls


def _restored(field: Field, value: Any, room: int) -> Any:
    if field.family is not None and field.form == "stack" and isinstance(value, list):
        return tuple(_from_record(field.family, each, room) for each in value)
    if field.family is not None and field.form == "declared" and value is not None:
        return _from_record(field.family, value, room)
    if field.form == "float" and value in ("inf", "-inf"):
        return float(value)
    return value
