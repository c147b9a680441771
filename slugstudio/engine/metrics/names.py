"""Metrics by the names that `Model` takes, and those that it chooses where nobody has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slugstudio.engine.errors import ConfigError
from slugstudio.engine.metrics import MAE, R2, Accuracy, Metric
from slugstudio.engine.words import received

METRICS: Mapping[str, Metric] = {cls().name: cls() for cls in Metric.kinds.values()}
"""The metrics that can be asked for by name."""


def usual(loss: object) -> tuple[Metric, ...]:
    """Return what a network with this loss is judged by where nobody has chosen; None stands for one of classes."""
    return (MAE(), R2()) if getattr(loss, "learns", "classes") == "numbers" else (Accuracy(),)


def by_names(wanted: Sequence[str | Metric]) -> tuple[str | Metric, ...]:
    """Return metrics with names replaced by what they mean; the loss stays a name.

    Raises
    ------
    ConfigError
        If it is no list of names and metrics; the message says which of it is not.
    """
    known: Mapping[str, str | Metric] = {"loss": "loss", **METRICS}
    listed = isinstance(wanted, Sequence) and not isinstance(wanted, str)
    if not listed or not all(each in known if isinstance(each, str) else isinstance(each, Metric) for each in wanted):
        reason = (
            f"expected a list of some of {', '.join(known)}, or of metrics such as TopKAccuracy(3), "
            f"received {_at_fault(wanted)}."
        )
        raise ConfigError("Model", "metrics", reason)
    return tuple(known[each] if isinstance(each, str) else each for each in wanted)


def _at_fault(wanted: object) -> str:
    """Say what was received; of a list with one that does not belong there, that one."""
    if isinstance(wanted, Metric):
        return f"{received(wanted)} alone; put it into a list"
    if not isinstance(wanted, Sequence) or isinstance(wanted, str):
        return received(wanted)
    return received(next(each for each in wanted if each not in ("loss", *METRICS) and not isinstance(each, Metric)))
