"""``slugstudio new``."""

from __future__ import annotations

import argparse

from slugstudio.commands.base import Command, CommandError, project_name
from slugstudio.project import save
from slugstudio.project.templates import TEMPLATES, template

_TEMPLATES = "\n".join(f"  {each.name:<16} {each.description}" for each in TEMPLATES.values())


def _run(options: argparse.Namespace) -> int:
    if options.output.exists() and not options.force:
        raise CommandError(f"{options.output} exists already; choose another name, or add --force.")
    save(template(options.template), options.output)
    return 0


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("template", choices=tuple(TEMPLATES), metavar="TEMPLATE", help="one of those below")
    parser.add_argument("output", type=project_name, metavar="OUT.slug", help="the project to make")
    parser.add_argument("--force", action="store_true", help="replace OUT.slug if it exists")


NEW = Command(
    "new",
    "make a project from a template",
    f"templates:\n{_TEMPLATES}\n\nexample:\n  slugstudio new digits-cnn digits.slug",
    _add_arguments,
    _run,
)
