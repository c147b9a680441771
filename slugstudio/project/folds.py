"""Cross-validation of a project: nothing in it changes."""

from __future__ import annotations

from collections.abc import Iterator

from slugstudio.engine.controls import Controls
from slugstudio.engine.cross_validation import FoldDone, cross_validate
from slugstudio.engine.declaration import Array
from slugstudio.engine.events import Event
from slugstudio.project.design import Design
from slugstudio.project.session import require_playable


def cross_validate_design(design: Design, k: int, controls: Controls | None = None) -> Iterator[Event | FoldDone]:
    """Train the design k times from the beginning, each time without one of k folds of all its samples.

    The preprocessing is measured anew each time, without the fold. The validation part that the design sets aside plays
    no part: each fold is that once.

    Yields
    ------
    Event or FoldDone
        As `slugstudio.engine.cross_validation.cross_validate` does.

    Raises
    ------
    DesignError
        If the design cannot be trained; the message says which layer and why.
    DataError
        If the data are not at hand, are fewer than folds, or a training diverges.
    """
    require_playable(design)
    dataset, preprocessing = design.data.source.load(), design.data.preprocessing

    def prepare(x_train: Array, x_judged: Array) -> tuple[Array, Array]:
        fitted = preprocessing.fit(x_train)
        return fitted.apply(x_train), fitted.apply(x_judged)

    entries = design.working.layers
    layers, names = [entry.layer for entry in entries], [entry.name for entry in entries]
    return cross_validate(
        layers, dataset.sample_shape, dataset.x, dataset.y, design.training, k, names, prepare, controls
    )
