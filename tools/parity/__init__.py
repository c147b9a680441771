"""Compares the engine's numbers with PyTorch's.

Each module ``check_*.py`` in this folder has a function ``cases()`` that yields `Case`s. ``make parity`` runs them
live, with PyTorch; ``make parity ARGS=--record`` also writes PyTorch's values to ``tests/golden``, against which
``make test`` checks the engine without PyTorch.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from tools.parity.case import Case


def check_modules() -> dict[str, list[Case]]:
    """Return the cases of each module ``check_*.py``, by what follows the underscore."""
    names = [found.name for found in iter_modules(__path__) if found.name.startswith("check_")]
    return {name.removeprefix("check_"): [*_cases(name)] for name in names}


def _cases(name: str) -> Iterator[Case]:
    yield from import_module(f"{__name__}.{name}").cases()
