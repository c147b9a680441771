"""What all commands share."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slugstudio.engine.errors import SlugError
from slugstudio.project.design import Design
from slugstudio.project.files import SUFFIX


class CommandError(SlugError):
    """A command that does not suit the project or the system; the message says what to do."""


@dataclass(frozen=True)
class Command:
    """One command.

    Parameters
    ----------
    name : str
    text : str
        What it does, in one line that begins with a verb.
    more : str
        What its help adds: examples at least.
    add_arguments : callable
        Adds its arguments to a parser.
    run : callable
        Does it and returns the exit code; raises `SlugError` for what the user can mend.
    """

    name: str
    text: str
    more: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def say(message: str) -> None:
    """Remark something on stderr."""
    print(message, file=sys.stderr)


def print_json(record: Any) -> None:
    """Print one JSON object in one line; what is in it is finite."""
    print(json.dumps(record, allow_nan=False))


def have_data(design: Design) -> None:
    """Download the data of a design if they are not at hand."""
    if not design.data.source.at_hand:
        design.data.source.fetch()


def add_project(parser: argparse.ArgumentParser) -> None:
    """Add the project that the command is about, as ``project``."""
    parser.add_argument("project", type=Path, metavar="PROJECT.slug", help="the project")


def add_json(parser: argparse.ArgumentParser, what: str = "print one JSON object") -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help=what)


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return what reads a whole number of the command line, between both."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"expected a whole number from {low} to {high}, received {text!r}")
        return int(text)

    return parse


def project_name(text: str) -> Path:
    """Read the name of a project that is to be made."""
    if not text.endswith(SUFFIX):
        raise argparse.ArgumentTypeError(f"expected a name that ends with {SUFFIX}, received {text!r}")
    return Path(text)
