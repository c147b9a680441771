r"""Metrics: numbers that people judge a network by; training does not look at them.

A metric is computed from sums over samples. Those of two batches, added up, are those of both together: so what is told
of an epoch, or of many samples in chunks, is exact, and no mean of means.

Outputs and targets have the shape (n, k). Where they stand for classes, the largest of several outputs is the answer,
the first of them among equals; a single output says "yes" from a threshold on, which is one half for a probability and
zero for a logit (`Loss.threshold`).
"""

from slugstudio.engine.metrics.base import Learned, Metric, answers, fitting, objection, tallied, values
from slugstudio.engine.metrics.classes import F1, Accuracy, Precision, Recall, TopKAccuracy, n_correct
from slugstudio.engine.metrics.numbers import MAE, R2, RMSE

__all__ = [
    "F1",
    "MAE",
    "R2",
    "RMSE",
    "Accuracy",
    "Learned",
    "Metric",
    "Precision",
    "Recall",
    "TopKAccuracy",
    "answers",
    "fitting",
    "n_correct",
    "objection",
    "tallied",
    "values",
]
