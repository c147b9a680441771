"""``slugstudio verify``."""

from __future__ import annotations

import argparse
import math
from typing import NamedTuple

from slugstudio.commands.base import Command, CommandError, add_json, add_project, print_json
from slugstudio.project import Project, load
from slugstudio.project.history import EpochRow
from slugstudio.project.project import Trained
from slugstudio.project.session import Session

MOST = 1e-3
"""How far the loss may be off, as a share of the recorded one: other processors and libraries round otherwise."""


class _Loss(NamedTuple):
    """The recorded validation loss and the one of now; ``reason`` says why there is nothing to compare."""

    recorded: float | None
    computed: float | None
    reason: str = ""

    @property
    def difference(self) -> float | None:
        if self.recorded is None or self.computed is None:
            return None
        return abs(self.computed - self.recorded)

    @property
    def same(self) -> bool:
        """Whether both are the same but for rounding, or there is nothing to compare."""
        if self.reason or self.recorded is None:
            return True
        return self.difference is not None and self.difference <= MOST * max(1e-3, abs(self.recorded))


def _run(options: argparse.Namespace) -> int:
    project = load(options.project)  # checks every hash and shape
    found = _compared(project)
    if options.json:
        print_json(
            {
                "sound": True,
                "val_loss": found.recorded,
                "computed": found.computed,
                "difference": found.difference,
                "not_compared": found.reason,
            }
        )
    else:
        print(f"{options.project}: sound: every part is as its hash says, and every shape as the layers imply.")
        if found.reason:
            print(f"The validation loss was not computed: {found.reason}.")
        else:
            computed = "no finite number" if found.computed is None else f"{found.computed:.6g}"
            difference = "" if found.difference is None else f" (difference {found.difference:.2g})"
            print(f"Validation loss: recorded {found.recorded:.6g}, computed {computed}{difference}.")
    if not found.same:
        raise CommandError(
            f"{options.project}: the weights do not give the recorded validation loss; something else has changed "
            f"them or the data, or another loss was chosen since."
        )
    return 0


def _compared(project: Project) -> _Loss:
    row, trained, design = project.judged, project.trained, project.design
    if trained is None or row is None:
        return _Loss(None, None, "no epoch is finished yet")
    if row.val_loss is None:
        return _Loss(None, None, "none was recorded, for want of validation samples or because it was not finite")
    if _moved_on(project, trained, row):
        return _Loss(row.val_loss, None, "the project was trained or changed since its last epoch was judged")
    if not design.data.source.at_hand:
        return _Loss(row.val_loss, None, f"{design.data.source.title} is not at hand; slugstudio train fetches it")
    computed = Session(project).evaluate()["loss"]
    return _Loss(row.val_loss, computed if math.isfinite(computed) else None, "")


def _moved_on(project: Project, trained: Trained, row: EpochRow) -> bool:
    """Tell whether the weights or the data are others than those of the epoch that was judged."""
    best = trained.state.best
    at_its_end = trained.state.position == 0 and (row.epoch == trained.state.epoch or (best is not None and best.back))
    # What a preprocessing measured is forgotten when other data are chosen.
    return not at_its_end or trained.preprocessing is None or project.reshaped


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_project(parser)
    add_json(parser)


VERIFY = Command(
    "verify",
    "check every part of a project, and whether its weights give the recorded loss",
    "examples:\n  slugstudio verify digits.slug\n  slugstudio verify digits.slug --json",
    _add_arguments,
    _run,
)
