"""``slugstudio export``."""

from __future__ import annotations

import argparse
from pathlib import Path

from slugstudio.commands.base import Command, add_json, add_project, print_json, say
from slugstudio.export import export, targets
from slugstudio.export import names as target_names
from slugstudio.project import load

_TARGETS = "\n".join(
    f"  {cls.name:<12} {'OUT' + ' or OUT'.join(cls.endings):<16} {cls.description}" for cls in targets()
)


def _run(options: argparse.Namespace) -> int:
    project = load(options.project)
    done = export(project, options.output, options.to, vectors=options.vectors, name=options.project.stem)
    if options.json:
        print_json(done.as_record())
        return 0
    print(done.told())
    for note in done.notes:
        say(note)
    return 0


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_project(parser)
    parser.add_argument("output", type=Path, metavar="OUT", help="the file to write; its ending says what: see below")
    parser.add_argument("--to", choices=target_names(), default="", metavar="TARGET", help="which, of several targets")
    parser.add_argument("--vectors", action="store_true", help="write test vectors beside it, as NAME.vectors.npz")
    add_json(parser, "print one JSON object that tells what was written")


EXPORT = Command(
    "export",
    "write a project for other programs, proven to compute the same",
    f"""targets:
{_TARGETS}

examples:
  slugstudio export digits.slug weights.npz                   all weights, by the layers' names
  slugstudio export digits.slug digits.onnx                   the whole network, for other programs
  slugstudio export digits.slug digits.py --to numpy          a program that needs nothing but numpy
  slugstudio export digits.slug digits.safetensors --vectors  and samples with their outputs beside it""",
    _add_arguments,
    _run,
)
