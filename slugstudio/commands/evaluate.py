"""``slugstudio evaluate``."""

from __future__ import annotations

import argparse
from pathlib import Path

from slugstudio.commands.base import Command, CommandError, add_json, add_project, have_data, print_json, say
from slugstudio.datasets.samples import read_labelled
from slugstudio.engine.evaluation import evaluate
from slugstudio.project import load
from slugstudio.project.info import finite_or_none, told
from slugstudio.project.session import Session

PARTS = ("validation", "training")


def _run(options: argparse.Namespace) -> int:
    project = load(options.project)
    have_data(project.design)
    session, training = Session(project), project.design.training
    if options.data is not None:
        source = project.design.data.source
        samples, y = read_labelled(options.data, source.sample_shape, source.classes, source.white)
        x, what = session.fitted.apply(samples), str(options.data)
    else:
        data, what = session.data, f"the {options.part} part"
        x, y = (data.x, data.y) if options.part == "training" else (data.x_val, data.y_val)
    if not len(x):
        raise CommandError(f"{what} has no samples; choose another, as --part training.")
    found = evaluate(session.network, x, y, training.loss, training.metrics)
    if project.trained is None:
        say(f"{options.project} is not trained yet: these are its first weights.")
    if options.json:
        print_json({"n_samples": len(x), **{name: finite_or_none(value) for name, value in found.items()}})
    else:
        values = [f"loss {found['loss']:.4f}", *(told(metric, found[metric.name]) for metric in training.metrics)]
        print(f"{what}, {len(x):,} samples: {', '.join(values)}")
    return 0


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_project(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--part", choices=PARTS, default=PARTS[0], help="which part of its data (default: validation)")
    what.add_argument("--data", type=Path, metavar="FILE", help="other samples with labels: NPZ with X and y, or CSV")
    add_json(parser)


EVALUATE = Command(
    "evaluate",
    "tell the loss and the metrics of a project on samples with known answers",
    """examples:
  slugstudio evaluate digits.slug                    on the validation part of its data
  slugstudio evaluate digits.slug --part training    on the part that it learned from
  slugstudio evaluate digits.slug --data more.npz    on samples X with labels y, raw as the project's data are
  slugstudio evaluate digits.slug --data more.csv    the same; a column of the CSV is called label""",
    _add_arguments,
    _run,
)
