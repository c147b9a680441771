"""One comparison: the same numbers by the engine and by PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from slugstudio.engine.declaration import Array, Declared, fields

Arrays = Mapping[str, Array]
Compute = Callable[[np.dtype[Any]], Arrays]

GOLDEN = Path(__file__).parents[2] / "tests" / "golden"

TOLERANCE: dict[np.dtype[Any], float] = {np.dtype(np.float64): 1e-10, np.dtype(np.float32): 1e-5}
"""How far two values may be apart, relative to the largest value of their array."""


@dataclass(frozen=True)
class Case:
    """A subject such as ``GELU()`` and how either side computes its arrays, by name, in a dtype.

    ``theirs`` imports PyTorch when it is called, not before; ``recorded`` tells whether its values, in float64, are
    kept for `make test`. ``tolerance`` says how far values may be apart, for each dtype in which they are compared.
    """

    subject: str
    ours: Compute
    theirs: Compute
    recorded: bool = True
    tolerance: Mapping[np.dtype[Any], float] = field(default_factory=lambda: TOLERANCE)


def named(declared: Declared) -> str:
    """Return a declaration as code that leaves out what is as by default."""
    values = ((f, getattr(declared, f.name)) for f in fields(type(declared)))
    given = [f"{f.name}={_written(value)}" for f, value in values if value != f.default]
    return f"{declared.kind}({', '.join(given)})"


def _written(value: Any) -> str:
    match value:
        case (Declared(), *_):
            return f"({', '.join(map(named, value))})"
    return repr(value)


def torch() -> Any:
    """Import PyTorch, which has no types here, and only where it is compared with."""
    return import_module("torch")


def difference(found: Arrays, expected: Arrays) -> float:
    """Return the largest difference between arrays of the same names, relative to the largest value of each.

    Raises
    ------
    ValueError
        If the names or the shapes are not the same.
    """
    if set(found) != set(expected):
        raise ValueError(f"expected the arrays {sorted(expected)}, found {sorted(found)}.")
    return max(_difference(np.asarray(found[name]), np.asarray(expected[name])) for name in expected)


def _difference(found: Array, expected: Array) -> float:
    if found.shape != expected.shape:
        raise ValueError(f"expected the shape {expected.shape}, found {found.shape}.")
    scale = float(np.abs(expected).max(initial=0.0)) or 1.0
    return float(np.abs(found - expected).max(initial=0.0)) / scale


def record(name: str, cases: list[Case]) -> Path:
    """Write PyTorch's values of a module's cases, in float64."""
    arrays = {
        f"{case.subject}/{key}": array
        for case in cases
        if case.recorded
        for key, array in case.theirs(np.dtype(np.float64)).items()
    }
    path = GOLDEN / f"{name}.npz"
    GOLDEN.mkdir(exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type] # a name is no option of savez
    return path


def recorded(name: str) -> dict[str, dict[str, Array]]:
    """Read what `record` wrote: for each subject its arrays by name."""
    found: dict[str, dict[str, Array]] = {}
    with np.load(GOLDEN / f"{name}.npz", allow_pickle=False) as file:
        for full in file.files:
            subject, _, key = full.rpartition("/")
            found.setdefault(subject, {})[key] = file[full]
    return found
