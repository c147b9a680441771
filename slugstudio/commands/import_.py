"""``slugstudio import``."""

from __future__ import annotations

import argparse
from pathlib import Path

from slugstudio.commands.base import Command, CommandError, add_json, print_json, say
from slugstudio.imports import Comparison, compare, open_onnx, read_arrays, with_weights
from slugstudio.project import save
from slugstudio.project.files import SUFFIX, load_with_state
from slugstudio.project.info import as_record
from slugstudio.project.lock import Lock

HOLDER = "an import"
_HEADINGS = ("Array", "Shape", "In the file", "What happens")


def _run(options: argparse.Namespace) -> int:
    if options.source.suffix.lower() == ".onnx":
        return _new_project(options)
    return _weights(options)


def _new_project(options: argparse.Namespace) -> int:
    output: Path = options.target
    if output.suffix != SUFFIX:
        raise CommandError(f"expected a name that ends with {SUFFIX}, received {str(output)!r}.")
    if output.exists() and not options.force:
        raise CommandError(f"{output} exists already; choose another name, or add --force.")
    project = open_onnx(options.source)
    record = as_record(project)
    if not options.dry_run:
        save(project, output)
    if options.json:
        print_json(record)
        return 0
    n, data = len(record["layers"]), record["data"]["title"]
    print(f"{options.source}: {n} layers, {record['n_parameters']:,} parameters, on the data “{data}”.")
    if record["data"]["kind"] == "MadeUp":
        say("No data set here has samples of its shape and as many classes: made-up ones hold the place.")
    return 0


def _weights(options: argparse.Namespace) -> int:
    with Lock(options.source, HOLDER):
        project, state = load_with_state(options.source)
        found = compare(project, read_arrays(options.target))
        if options.json:
            print_json(_record(found))
        else:
            print(_table(found))
        if not found.taken:
            raise CommandError(f"{options.target}: none of it fits {options.source}; nothing was changed.")
        if not options.dry_run:
            save(with_weights(project, found.taken), options.source, state)
    return 0


def _record(found: Comparison) -> dict[str, object]:
    rows = [
        {"name": row.name, "shape": row.shape, "source": row.source, "found": row.found, "fate": row.fate}
        for row in found.rows
    ]
    return {"arrays": rows, "unknown": found.unknown, "taken": len(found.taken)}


def _table(found: Comparison) -> str:
    rows = [_HEADINGS, *((row.name, str(row.shape), row.source, row.said()) for row in found.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", found.summary()])


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", type=Path, metavar="PROJECT.slug|MODEL.onnx", help="the project to change, or a model"
    )
    parser.add_argument("target", type=Path, metavar="WEIGHTS|OUT.slug", help="the weights, or the project to make")
    parser.add_argument("--dry-run", action="store_true", help="tell what would happen, and change nothing")
    parser.add_argument("--force", action="store_true", help="replace OUT.slug if it exists")
    add_json(parser)


IMPORT = Command(
    "import",
    "take weights into a project, or make a project of an ONNX model",
    """examples:
  slugstudio import digits.slug weights.npz             those that fit by name and shape; the version before
                                                        is kept as digits.slug~
  slugstudio import digits.slug net.safetensors         also as our PyTorch program writes them
  slugstudio import digits.slug weights.npz --dry-run   only tell what fits and what does not
  slugstudio import model.onnx model.slug               a chain of layers with its weights""",
    _add_arguments,
    _run,
)
