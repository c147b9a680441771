"""A cross-validation in the terminal."""

from __future__ import annotations

import json
from dataclasses import asdict

from slugstudio.engine.controls import Controls
from slugstudio.engine.cross_validation import FoldDone, Spread, spreads
from slugstudio.engine.errors import SlugError
from slugstudio.engine.events import BatchDone
from slugstudio.engine.progress import ProgressBar
from slugstudio.project.design import Design
from slugstudio.project.folds import cross_validate_design
from slugstudio.project.info import finite_or_none, percent
from slugstudio.terminal import stopping


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
                print(_record(event) if as_json else _told(event), flush=True)
        bar.clear()
    if len(done) < k:
        raise StoppedError(f"stopped in fold {len(done) + 1} of {k}; the project is as it was.")
    print(_record_of_all(done) if as_json else _told_of_all(done))


def _told(fold: FoldDone) -> str:
    return (
        f"fold {fold.fold} of {fold.n_folds}: {fold.epochs:,} epochs, {fold.n_judged:,} samples left out, "
        f"loss {fold.loss:.4f}, accuracy {percent(fold.accuracy)}"
    )


def _told_of_all(done: list[FoldDone]) -> str:
    loss, accuracy = spreads(done).values()
    return (
        f"mean of {len(done)} folds: loss {loss.mean:.4f} ± {loss.deviation:.4f}, "
        f"accuracy {percent(accuracy.mean)} ± {percent(accuracy.deviation)}"
    )


def _record(fold: FoldDone) -> str:
    return json.dumps({**asdict(fold), "loss": finite_or_none(fold.loss)}, allow_nan=False)


def _record_of_all(done: list[FoldDone]) -> str:
    found = {name: _spread(spread) for name, spread in spreads(done).items()}
    return json.dumps({"n_folds": len(done), **found}, allow_nan=False)


def _spread(spread: Spread) -> dict[str, float | None]:
    return {"mean": finite_or_none(spread.mean), "deviation": finite_or_none(spread.deviation)}
