"""``slugstudio train``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from slugstudio.commands.base import Command, CommandError, add_json, add_project, have_data, say, whole_number
from slugstudio.commands.terminal import TerminalTraining
from slugstudio.commands.terminal_folds import print_folds
from slugstudio.project import Project, load
from slugstudio.project.design import Design
from slugstudio.project.edits import set_training
from slugstudio.project.files import load_with_state, require_writable
from slugstudio.project.lock import Lock
from slugstudio.project.session import Session

HOLDER = "a training"
"""Who holds the lock of the project, as others are told."""


def _run(options: argparse.Namespace) -> int:
    if options.folds is not None:
        return _cross_validate(load(options.project).design, options)
    with Lock(options.project, HOLDER):
        return _train(options)


def _train(options: argparse.Namespace) -> int:
    path: Path = options.project
    project, state = load_with_state(path)
    project = _prepared(project, options)
    epochs = project.design.training.epochs
    if options.epochs is not None:
        epochs = project.epoch + options.epochs
        longer = project.design.training.replace(epochs=max(epochs, project.design.training.epochs))
        project = replace(project, design=set_training(project.design, longer))
    if project.epoch >= epochs:
        say(f"{path} is trained for its {epochs:,} epochs; --epochs N trains N more, --restart begins anew.")
        return 0
    require_writable(path)
    have_data(project.design)
    training = TerminalTraining(Session(project), path, epochs, options.json, state)
    training.run()
    if not options.json:
        print(training.result())
    return 0


def _cross_validate(design: Design, options: argparse.Namespace) -> int:
    """Train from the beginning, once for each fold; the project stays as it is."""
    if options.restart:
        raise CommandError("--folds always trains from the beginning and saves nothing; leave --restart out.")
    settings = design.training.replace(
        epochs=design.training.epochs if options.epochs is None else options.epochs,
        seed=design.training.seed if options.seed is None else options.seed,
    )
    have_data(design)
    print_folds(set_training(design, settings), options.folds, options.json)
    return 0


def _prepared(project: Project, options: argparse.Namespace) -> Project:
    """Return the project as the training shall begin with it."""
    if options.restart:
        project = project.untrained()
    if options.seed is None:
        return project
    if project.trained is not None:
        raise CommandError(
            f"{options.project} is part-trained, and a seed counts from the beginning; "
            f"add --restart to forget what was learned and begin anew with --seed {options.seed}."
        )
    settings = project.design.training.replace(seed=options.seed)
    return replace(project, design=set_training(project.design, settings))


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_project(parser)
    epochs, seed = whole_number(1, 1_000_000), whole_number(0, 2**63 - 1)
    parser.add_argument("--epochs", type=epochs, metavar="N", help="train N more; by default to the project's total")
    parser.add_argument("--seed", type=seed, metavar="S", help="fix the random choices; see --restart")
    parser.add_argument("--restart", action="store_true", help="begin anew; needed for --seed if it is part-trained")
    parser.add_argument(
        "--folds",
        type=whole_number(2, 1000),
        metavar="K",
        help="cross-validate: train K times from the beginning; saves nothing",
    )
    add_json(parser, "print one JSON object an epoch, or a fold")


TRAIN = Command(
    "train",
    "train a project and save it; Ctrl-C stops and saves as well",
    """examples:
  slugstudio train digits.slug                      up to the project's number of epochs
  slugstudio train digits.slug --epochs 5           5 epochs more
  slugstudio train digits.slug --restart --seed 1   from the beginning, with other random choices
  slugstudio train digits.slug --folds 5            how well it learns, judged by all samples in turn
  slugstudio train digits.slug --json               epoch, loss, accuracy, val_loss, val_accuracy, seconds""",
    _add_arguments,
    _run,
)
