"""The weights of a project as a program for PyTorch loads them, and as they come back."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from slugstudio import __version__
from slugstudio.engine.declaration import Array
from slugstudio.export.code.plan import Plan
from slugstudio.export.code.pytorch_module import Classes

LAYOUT = "pytorch"
"""What the metadata call a file whose arrays lie as PyTorch has them: the weight of a Dense is (out, in)."""


def state_dict(plan: Plan, arrays: Mapping[str, Array], preprocessing: Mapping[str, Array]) -> dict[str, Array]:
    """Return what ``load_state_dict`` takes.

    Parameters
    ----------
    plan : Plan
    arrays : mapping of str to array
        Parameters and buffers by their names in the project, ``dense_1/weight``.
    preprocessing : mapping of str to array
        What the preprocessing measured: ``offset`` and ``scale``, each of shape (channels,), or nothing.
    """
    found = {}
    for name, tensor in Classes(plan).tensors.items():
        array = np.asarray(arrays[name], np.float32)
        found[tensor.name] = np.ascontiguousarray(array.T if tensor.turned else array)
        if tensor.name.endswith("running_var"):
            found[tensor.name.replace("running_var", "num_batches_tracked")] = np.zeros((), np.int64)
    return found | plan.measured(preprocessing)


def metadata(plan: Plan, step: int) -> dict[str, str]:
    """Return what is noted beside the weights, after so many steps of training.

    ``tensors`` tells for each array, as JSON, what it is called in the project.
    """
    names = {tensor.name: name for name, tensor in Classes(plan).tensors.items()}
    return {
        "format": "pt",
        "layout": LAYOUT,
        "producer": f"Slugstudio {__version__}",
        "step": str(step),
        "tensors": json.dumps(names),
    }
