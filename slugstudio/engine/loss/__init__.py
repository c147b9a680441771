r"""Losses: one number that says how far the outputs are from the targets; one file each.

A loss is the mean over the batch, and so are its gradients. Outputs have the shape (n, k). Targets are integer labels
of shape (n,) or numbers of shape (n, k), one-hot rows for instance; `Loss.encode` brings both to (n, k).
"""

from slugstudio.engine.loss.base import Fit, Loss
from slugstudio.engine.loss.binary_cross_entropy import BinaryCrossEntropy
from slugstudio.engine.loss.hinge import Hinge
from slugstudio.engine.loss.huber import Huber
from slugstudio.engine.loss.mean_absolute_error import MeanAbsoluteError
from slugstudio.engine.loss.mean_squared_error import MeanSquaredError
from slugstudio.engine.loss.softmax_categorical_cross_entropy import SoftmaxCategoricalCrossEntropy

__all__ = [
    "BinaryCrossEntropy",
    "Fit",
    "Hinge",
    "Huber",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SoftmaxCategoricalCrossEntropy",
]
