"""Something to go back to, should the numbers of a training become infinite."""

from __future__ import annotations

import time
from math import inf, isfinite

from slugstudio.engine.events import EpochDone
from slugstudio.project.project import Project
from slugstudio.project.session import Session

GOOD_INTERVAL = 1.0
"""How many seconds lie at least between two copies."""

GOOD_SHARE = 0.02
"""Which share of the training's time the copies may take: of large networks they are made more rarely."""


class GoodCopy:
    """A copy of a project that trains, made now and then after an epoch whose losses are finite.

    Attributes
    ----------
    project : Project
        The last copy; at first what was given.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._next = 0.0

    def follow(self, session: Session, epoch: EpochDone) -> None:
        """Copy what the session has learned, if it is time; the session stays between two batches meanwhile."""
        begin = time.perf_counter()
        finite = all(loss is None or isfinite(loss) for loss in (epoch.loss, epoch.val_loss))
        if not finite or begin < self._next:
            return
        try:
            self.project = session.capture()
        except MemoryError:
            self._next = inf  # the training itself may well have enough
            return
        took = time.perf_counter() - begin
        self._next = begin + max(GOOD_INTERVAL, took / GOOD_SHARE)
