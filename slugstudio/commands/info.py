"""``slugstudio info``."""

from __future__ import annotations

import argparse

from slugstudio.commands.base import Command, add_json, add_project, print_json
from slugstudio.project import load
from slugstudio.project.info import as_record, as_text


def _run(options: argparse.Namespace) -> int:
    project = load(options.project)
    if options.json:
        print_json(as_record(project))
    else:
        print(as_text(project, str(options.project)))
    return 0


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_project(parser)
    add_json(parser)


INFO = Command(
    "info",
    "tell the layers of a project, their weights, and how far it is trained",
    "examples:\n  slugstudio info digits.slug\n  slugstudio info digits.slug --json",
    _add_arguments,
    _run,
)
