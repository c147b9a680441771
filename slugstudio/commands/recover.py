"""``slugstudio recover``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from slugstudio.commands.base import Command, CommandError, add_json, print_json, project_name
from slugstudio.project import save
from slugstudio.project.recovery import Slot, lost_slots


def _run(options: argparse.Namespace) -> int:
    with _held() as slots:
        if options.id is None:
            _list(slots, options.json)
            return 0
        slot = next((slot for slot in slots if slot.id == options.id), None)
        if slot is None:
            raise CommandError(f"no recovered work is called {options.id}; slugstudio recover lists what there is.")
        if options.discard:
            slot.empty()
        elif options.output is None:
            raise CommandError(f"expected a file to write {slot.id} to, as {slot.name}.slug, or --discard.")
        elif options.output.exists():
            raise CommandError(f"{options.output} exists already; choose another name.")
        else:
            save(slot.load(), options.output)
            slot.empty()
    return 0


@contextmanager
def _held() -> Iterator[list[Slot]]:
    slots = lost_slots()
    try:
        yield slots
    finally:
        for slot in slots:
            slot.close(keep=True)


def _list(slots: list[Slot], as_json: bool) -> None:
    if as_json:
        for slot in slots:
            path = slot.path and str(slot.path)
            print_json({"id": slot.id, "name": slot.name, "path": path, "time": slot.time, "epoch": slot.epoch})
    elif not slots:
        print("There is no work to recover.")
    for slot in () if as_json else slots:
        when, where = datetime.fromtimestamp(slot.time), slot.path or "never saved to a file"
        print(f"{slot.id}  {when:%Y-%m-%d %H:%M}  {slot.epoch:>6,} epochs  {slot.name}  ({where})")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="which; without it, all are listed")
    parser.add_argument("output", nargs="?", type=project_name, metavar="OUT.slug", help="where to save it")
    parser.add_argument("--discard", action="store_true", help="remove it")
    add_json(parser, "print one JSON object a line, for each")


RECOVER = Command(
    "recover",
    "list or save work that was not saved when a window ended unexpectedly",
    """examples:
  slugstudio recover                         what there is
  slugstudio recover 1f2e3d4c work.slug      save it as a project
  slugstudio recover 1f2e3d4c --discard      remove it""",
    _add_arguments,
    _run,
)
