"""The command line: the headless face of the studio.

Results go to stdout, everything else to stderr. Exit codes: 0; 1 for what the user can mend, said in one
line; 2 for a command that is written wrongly. Nothing here imports Qt unless a window is opened.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slugstudio import __version__
from slugstudio.commands import COMMANDS, Command, CommandError
from slugstudio.commands.terminal import TerminalTraining, let_go_of_stdout
from slugstudio.commands.train import HOLDER
from slugstudio.engine.errors import SlugError
from slugstudio.export import export
from slugstudio.project import load
from slugstudio.project.errors import in_words
from slugstudio.project.files import SUFFIX, require_writable
from slugstudio.project.lock import Lock
from slugstudio.project.session import Session
from slugstudio.project.templates import STARTER, template

SAFE_MODE = "--safe-mode"
_EXAMPLES = """examples:
  slugstudio                                  open the window on the starter project
  slugstudio digits.slug                      open a project in the window
  slugstudio --safe-mode [digits.slug]        open it with default settings, which are left alone
  slugstudio new digits-cnn digits.slug       make a project from a template
  slugstudio train digits.slug                train it to its number of epochs
  slugstudio info digits.slug                 see its layers and how far it is trained
  slugstudio predict digits.slug --data a.csv see what it makes of new samples
  slugstudio export digits.slug weights.npz   take the weights elsewhere

exit codes:
  0   done, or stopped by Ctrl-C with everything learned saved
  1   something that you can mend, said in one line
  2   a command that is written wrongly"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code; by default the one that the program was started with."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign shows another in its place
    try:
        code = _run(arguments)
        sys.stdout.flush()  # here, where it is known what to do when nobody reads
        return code
    except SlugError as error:
        return _complain(str(error))
    except BrokenPipeError:
        let_go_of_stdout()
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{in_words(error)}.")
    except KeyboardInterrupt:
        return _complain("interrupted; nothing was changed.")


def _run(arguments: Sequence[str]) -> int:
    if not arguments:
        return _open_window(None)
    if arguments[0] == SAFE_MODE:
        return _open_window(_file_of(arguments[1:]), safe=True)
    first = arguments[0]
    if first.endswith(SUFFIX) or (first not in COMMANDS and Path(first).is_file()):
        return _open_window(_file_of(arguments))
    options = _parser().parse_args(arguments)
    code: int = options.run(options)
    return code


def _file_of(arguments: Sequence[str]) -> Path | None:
    """Return the one file to open, None for the starter."""
    if len(arguments) > 1:
        _parser().error(f"expected one project to open, received also {' '.join(arguments[1:])}")
    return Path(arguments[0]) if arguments else None


def _complain(message: str) -> int:
    print(f"slugstudio: {' '.join(message.split())}", file=sys.stderr)
    return 1


# The window


def _open_window(path: Path | None, *, safe: bool = False) -> int:
    if not _has_display():
        if path is None:
            return _train_starter()
        load(path)  # a file that cannot be opened is the first thing to tell
        raise CommandError(f"No display was found; train it here in the terminal: slugstudio train {path}")
    try:
        from slugstudio.ui.app import main as open_window
    except ImportError as error:
        if (error.name or "").startswith("slugstudio"):
            raise
        raise CommandError(
            f"The window cannot be opened ({error}). Install PySide6-Essentials and the system libraries "
            f"that Qt needs; the other commands work without (slugstudio --help)."
        ) from error
    return open_window(path, safe=safe)


def _has_display() -> bool:
    """Tell whether Qt would find a screen; only Linux can be without one."""
    chosen = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in chosen)


def _train_starter() -> int:
    """Train the starter project in the terminal; leave it and its weights in the current folder."""
    print("No display was found: training the starter project here instead (slugstudio --help for more).")
    path = _unused(STARTER)
    require_writable(path)
    project = template(STARTER)
    training = TerminalTraining(Session(project), path, project.design.training.epochs)
    with Lock(path, HOLDER):
        training.run()
    weights = path.with_suffix(".npz")
    export(load(path), weights)
    print(f"Saved the project as {path} and its weights as {weights}.")
    print(training.result())
    return 0


def _unused(stem: str) -> Path:
    """Return the first of ``stem.slug``, ``stem-2.slug``... whose project and weights are both new."""
    number, path = 1, Path(f"{stem}{SUFFIX}")
    while path.exists() or path.with_suffix(".npz").exists():
        number += 1
        path = Path(f"{stem}-{number}{SUFFIX}")
    return path


# The parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="slugstudio",
        usage="slugstudio [FILE.slug]\n       slugstudio COMMAND ...",
        description="Build a network from layers, train it, and watch it learn.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Slugstudio {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="slugstudio", required=True)
    for command in COMMANDS.values():
        _add(commands, command)
    parser.set_defaults(parser=parser)
    return parser


def _add(commands: Any, command: Command) -> None:
    sub = commands.add_parser(
        command.name,
        help=command.text,
        description=f"{command.text[0].upper()}{command.text[1:]}.",
        epilog=command.more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(sub)
    sub.set_defaults(run=command.run)


if __name__ == "__main__":
    sys.exit(main())
