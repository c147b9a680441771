"""Export: what leaves a project for other programs, each proven by somebody else.

A file dropped into this folder is found by itself: its target enters the registry ``Target.kinds``, and with
it the command line and the menu.
"""

from importlib import import_module
from pkgutil import iter_modules

from slugstudio.export.errors import ExportError, ProofError
from slugstudio.export.npz import NPZ
from slugstudio.export.proof import Proof
from slugstudio.export.source import Source
from slugstudio.export.target import Target, names, target_for, targets
from slugstudio.export.writing import Exported, export

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

__all__ = [
    "NPZ",
    "ExportError",
    "Exported",
    "Proof",
    "ProofError",
    "Source",
    "Target",
    "export",
    "names",
    "target_for",
    "targets",
]
