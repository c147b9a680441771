"""A cross-validation in the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from slugstudio.commands.terminal import stopping
from slugstudio.engine.controls import Controls
from slugstudio.engine.cross_validation import FoldDone, Spread, spreads
from slugstudio.engine.errors import SlugError
from slugstudio.engine.events import BatchDone
from slugstudio.engine.metrics import Metric
from slugstudio.engine.progress import ProgressBar
from slugstudio.project.design import Design
from slugstudio.project.folds import cross_validate_design
from slugstudio.project.info import finite_or_none, told, value_of


class StoppedError(SlugError):
    """A cross-validation that was stopped before its last fold."""


def print_folds(design: Design, k: int, as_json: bool) -> None:
    """Cross-validate and print each fold, then mean and standard deviation; as JSON one object a line.

    Raises
    ------
    StoppedError
        If a signal stops it.
    """
    done: list[FoldDone] = []
    metrics = design.training.metrics
    bar, controls = ProgressBar(), Controls()
    with stopping(controls):
        for event in cross_validate_design(design, k, controls):
            if isinstance(event, BatchDone):
                share = (event.epoch - 1 + event.batch / event.n_batches) / design.training.epochs
                text = f"fold {len(done) + 1} of {k} · epoch {event.epoch:,} · loss {event.loss:.4f}"
                bar.update((len(done) + share) / k, text)
            elif isinstance(event, FoldDone):
                done.append(event)
                bar.clear()
                print(_record(event) if as_json else _told(event, metrics), flush=True)
        bar.clear()
    if len(done) < k:
        raise StoppedError(f"stopped in fold {len(done) + 1} of {k}; the project is as it was.")
    print(_record_of_all(done) if as_json else _told_of_all(done, metrics))


def _told(fold: FoldDone, metrics: Sequence[Metric]) -> str:
    beginning = f"fold {fold.fold} of {fold.n_folds}: {fold.epochs:,} epochs, {fold.n_judged:,} samples left out"
    values = [told(metric, fold.metrics[metric.name]) for metric in metrics]
    return ", ".join([beginning, f"loss {fold.loss:.4f}", *values])


def _told_of_all(done: list[FoldDone], metrics: Sequence[Metric]) -> str:
    found = spreads(done)
    values = [f"loss {found['loss'].mean:.4f} ± {found['loss'].deviation:.4f}"]
    for metric in metrics:
        spread = found[metric.name]
        values.append(f"{told(metric, spread.mean)} ± {value_of(metric, spread.deviation)}")
    return f"mean of {len(done)} folds: {', '.join(values)}"


def _record(fold: FoldDone) -> str:
    values = asdict(fold)
    values |= {name: finite_or_none(value) for name, value in {"loss": fold.loss, **values.pop("metrics")}.items()}
    return json.dumps(values, allow_nan=False)


def _record_of_all(done: list[FoldDone]) -> str:
    found = {name: _spread(spread) for name, spread in spreads(done).items()}
    return json.dumps({"n_folds": len(done), **found}, allow_nan=False)


def _spread(spread: Spread) -> dict[str, float | None]:
    return {"mean": finite_or_none(spread.mean), "deviation": finite_or_none(spread.deviation)}
