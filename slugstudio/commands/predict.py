"""``slugstudio predict``."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path

import numpy as np

from slugstudio.commands.base import Command, CommandError, add_json, add_project, have_data, print_json, say
from slugstudio.datasets.samples import read_samples
from slugstudio.engine.atomic import replace_file
from slugstudio.engine.declaration import Array
from slugstudio.project import Project, load
from slugstudio.project.errors import in_words
from slugstudio.project.session import Session, compile_network, require_playable

STDOUT = Path("-")


def _run(options: argparse.Namespace) -> int:
    project = load(options.project)
    require_playable(project.design)
    source = project.design.data.source
    samples = read_samples(options.data, source.sample_shape, source.white)
    outputs = _outputs(project, samples)
    if project.trained is None:
        say(f"{options.project} is not trained yet: these are guesses of its first weights.")
    if not np.isfinite(outputs).all():
        raise CommandError(f"{options.project} has diverged: its answers are not finite. Train it anew.")
    names = source.classes
    if options.json:
        for number, values in enumerate(outputs.tolist()):
            answer = _answer(values, project)
            print_json({"index": number, "prediction": names[answer], "outputs": dict(zip(names, values, strict=True))})
    else:
        _write(options.output, _table(outputs, project))
    return 0


def _outputs(project: Project, samples: Array) -> Array:
    """Return one probability a class for each sample."""
    trained = project.settled().trained
    fitted = trained.preprocessing if trained else None
    if fitted is None:  # it is measured in the training part of the project's own data
        have_data(project.design)
        fitted = Session(project).fitted
    outputs = compile_network(project).predict(fitted.apply(samples))
    if project.design.training.loss.learns == "classes" and outputs.shape[1] == 1:
        outputs = np.hstack([1 - outputs, outputs])
    return outputs


def _answer(values: list[float], project: Project) -> int:
    threshold = project.design.training.loss.threshold
    return int(values[1] >= threshold) if len(values) == 2 else int(np.argmax(values))


def _table(outputs: Array, project: Project) -> str:
    names, stream = project.design.data.source.classes, io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["index", "prediction", *names])
    for number, values in enumerate(outputs.tolist()):
        writer.writerow([number, names[_answer(values, project)], *(f"{value:.7g}" for value in values)])
    return stream.getvalue()


def _write(output: Path, text: str) -> None:
    if output == STDOUT:
        sys.stdout.write(text)
        return
    try:
        replace_file(output, lambda stream: stream.write(text.encode()))
    except OSError as error:
        raise CommandError(f"{output}: cannot be written: {in_words(error)}; choose another place.") from error


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_project(parser)
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, metavar="FILE", help="raw samples: CSV, NPZ (X), IDX, or images"
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=STDOUT, metavar="OUT.csv", help="where to write (default: stdout)"
    )
    add_json(parser, "print one JSON object a sample")


PREDICT = Command(
    "predict",
    "tell what a project makes of new samples",
    """Writes a CSV: index, prediction, and one probability a class. Samples are raw, as the project's data
are; they are prepared as those that it learned from.

examples:
  slugstudio predict digits.slug --data new.csv -o answers.csv   a row a sample, 64 numbers in it
  slugstudio predict digits.slug --data new.npz                  the array X, of shape (n, 1, 8, 8) or (n, 64)
  slugstudio predict fashion.slug --data t10k-images-idx3-ubyte  IDX, as MNIST comes
  slugstudio predict digits.slug --data one.png two.png          images of 8 by 8, white on black""",
    _add_arguments,
    _run,
)
