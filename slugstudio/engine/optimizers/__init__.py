"""Optimizers: how a gradient changes the parameters; one file each.

An optimizer is a declaration without state; the arrays it remembers between steps (`Optimizer.n_slots` of them, shaped
like the parameter vector and beginning at zero) belong to the training. All parameters are one vector, so a
step is a few calls in place.
"""

from slugstudio.engine.optimizers.adagrad import AdaGrad
from slugstudio.engine.optimizers.adam import Adam
from slugstudio.engine.optimizers.adamw import AdamW
from slugstudio.engine.optimizers.base import BLOCK, Optimizer
from slugstudio.engine.optimizers.nadam import Nadam
from slugstudio.engine.optimizers.rmsprop import RMSProp
from slugstudio.engine.optimizers.sgd import SGD

__all__ = ["BLOCK", "SGD", "AdaGrad", "Adam", "AdamW", "Nadam", "Optimizer", "RMSProp"]
