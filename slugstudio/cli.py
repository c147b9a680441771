"""The command line: the headless face of the studio.

Results go to stdout, everything else to stderr. Exit codes: 0; 1 for what the user can mend, said in one
line; 2 for a command that is written wrongly. Nothing here imports Qt unless a window is opened.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from slugstudio import __version__
from slugstudio.engine.errors import SlugError
from slugstudio.export import export, targets
from slugstudio.export import names as target_names
from slugstudio.project import Project, load, save
from slugstudio.project.design import Design
from slugstudio.project.edits import set_training
from slugstudio.project.errors import in_words
from slugstudio.project.files import SUFFIX, require_writable
from slugstudio.project.info import as_record, as_text
from slugstudio.project.session import Session
from slugstudio.project.templates import STARTER, TEMPLATES, template
from slugstudio.terminal import TerminalTraining, let_go_of_stdout
from slugstudio.terminal_folds import print_folds

_EXAMPLES = """examples:
  slugstudio                                  open the window on the starter project
  slugstudio digits.slug                      open a project in the window
  slugstudio new digits-cnn digits.slug       make a project from a template
  slugstudio train digits.slug                train it to its number of epochs
  slugstudio info digits.slug                 see its layers and how far it is trained
  slugstudio export digits.slug weights.npz   take the weights elsewhere

exit codes:
  0   done, or stopped by Ctrl-C with everything learned saved
  1   something that you can mend, said in one line
  2   a command that is written wrongly"""

_TEMPLATES = "\n".join(f"  {each.name:<12} {each.description}" for each in TEMPLATES.values())
_TARGETS = "\n".join(
    f"  {cls.name:<12} {'OUT' + ' or OUT'.join(cls.endings):<16} {cls.description}" for cls in targets()
)
Command = Callable[[argparse.Namespace], int]


class CommandError(SlugError):
    """A command that does not suit the project or the system; the message says what to do."""


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
    first = arguments[0]
    if first.endswith(SUFFIX) or (first not in _COMMANDS and Path(first).is_file()):
        if len(arguments) > 1:
            _parser().error(f"expected one project to open, received also {' '.join(arguments[1:])}")
        return _open_window(Path(first))
    options = _parser().parse_args(arguments)
    command: Command = options.run
    return command(options)


def _complain(message: str) -> int:
    print(f"slugstudio: {' '.join(message.split())}", file=sys.stderr)
    return 1


def _say(message: str) -> None:
    print(message, file=sys.stderr)


# The window


def _open_window(path: Path | None) -> int:
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
    return open_window(path)


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


# The commands


def _new(options: argparse.Namespace) -> int:
    if options.output.exists() and not options.force:
        raise CommandError(f"{options.output} exists already; choose another name, or add --force.")
    save(template(options.template), options.output)
    return 0


def _train(options: argparse.Namespace) -> int:
    path: Path = options.project
    if options.folds is not None:
        return _cross_validate(load(path).design, options)
    project = _prepared(load(path), options)
    epochs = project.design.training.epochs
    if options.epochs is not None:
        epochs = project.epoch + options.epochs
        longer = project.design.training.replace(epochs=max(epochs, project.design.training.epochs))
        project = replace(project, design=set_training(project.design, longer))
    if project.epoch >= epochs:
        _say(f"{path} is trained for its {epochs:,} epochs; --epochs N trains N more, --restart begins anew.")
        return 0
    require_writable(path)
    _have_data(project.design)
    training = TerminalTraining(Session(project), path, epochs, options.json)
    training.run()
    if not options.json:
        print(training.result())
    return 0


def _cross_validate(design: Design, options: argparse.Namespace) -> int:
    """Train from the beginning, once for each fold; the project stays as it is."""
    settings = design.training.replace(
        epochs=design.training.epochs if options.epochs is None else options.epochs,
        seed=design.training.seed if options.seed is None else options.seed,
    )
    _have_data(design)
    print_folds(set_training(design, settings), options.folds, options.json)
    return 0


def _have_data(design: Design) -> None:
    if not design.data.source.at_hand:
        design.data.source.fetch()


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


def _export(options: argparse.Namespace) -> int:
    project = load(options.project)
    done = export(project, options.output, options.to, vectors=options.vectors, name=options.project.stem)
    if options.json:
        print(json.dumps(done.as_record()))
    else:
        print(done.told())
        for note in done.notes:
            _say(note)
    return 0


def _info(options: argparse.Namespace) -> int:
    project = load(options.project)
    print(json.dumps(as_record(project), allow_nan=False) if options.json else as_text(project, str(options.project)))
    return 0


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
    for name, (add_arguments, run, text, more) in _COMMANDS.items():
        sub = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=more,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        add_arguments(sub)
        sub.set_defaults(run=run)
    return parser


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("template", choices=tuple(TEMPLATES), metavar="TEMPLATE", help="one of those below")
    parser.add_argument("output", type=_project_name, metavar="OUT.slug", help="the project to make")
    parser.add_argument("--force", action="store_true", help="replace OUT.slug if it exists")


def _train_arguments(parser: argparse.ArgumentParser) -> None:
    _add_project(parser)
    epochs, seed = _whole_number(1, 1_000_000), _whole_number(0, 2**63 - 1)
    parser.add_argument("--epochs", type=epochs, metavar="N", help="train N more; by default to the project's total")
    parser.add_argument("--seed", type=seed, metavar="S", help="fix the random choices; see --restart")
    parser.add_argument("--restart", action="store_true", help="begin anew; needed for --seed if it is part-trained")
    folds = _whole_number(2, 1000)
    parser.add_argument(
        "--folds", type=folds, metavar="K", help="cross-validate: train K times from the beginning; saves nothing"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object an epoch, or a fold")


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    _add_project(parser)
    parser.add_argument("output", type=Path, metavar="OUT", help="the file to write; its ending says what: see below")
    parser.add_argument("--to", choices=target_names(), default="", metavar="TARGET", help="which, of several targets")
    parser.add_argument("--vectors", action="store_true", help="write test vectors beside it, as NAME.vectors.npz")
    parser.add_argument("--json", action="store_true", help="print one JSON object that tells what was written")


def _info_arguments(parser: argparse.ArgumentParser) -> None:
    _add_project(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT.slug", help="the project")


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"expected a whole number from {low} to {high}, received {text!r}")
        return int(text)

    return parse


def _project_name(text: str) -> Path:
    if not text.endswith(SUFFIX):
        raise argparse.ArgumentTypeError(f"expected a name that ends with {SUFFIX}, received {text!r}")
    return Path(text)


_COMMANDS: dict[str, tuple[Callable[[argparse.ArgumentParser], None], Command, str, str]] = {
    "new": (
        _new_arguments,
        _new,
        "make a project from a template",
        f"templates:\n{_TEMPLATES}\n\nexample:\n  slugstudio new digits-cnn digits.slug",
    ),
    "train": (
        _train_arguments,
        _train,
        "train a project and save it; Ctrl-C stops and saves as well",
        """examples:
  slugstudio train digits.slug                      up to the project's number of epochs
  slugstudio train digits.slug --epochs 5           5 epochs more
  slugstudio train digits.slug --restart --seed 1   from the beginning, with other random choices
  slugstudio train digits.slug --folds 5            how well it learns, judged by all samples in turn
  slugstudio train digits.slug --json               epoch, loss, accuracy, val_loss, val_accuracy, seconds""",
    ),
    "export": (
        _export_arguments,
        _export,
        "write a project for other programs, proven to compute the same",
        f"""targets:
{_TARGETS}

examples:
  slugstudio export digits.slug weights.npz                   all weights, by the layers' names
  slugstudio export digits.slug digits.onnx                   the whole network, for other programs
  slugstudio export digits.slug digits.py --to numpy          a program that needs nothing but numpy
  slugstudio export digits.slug digits.safetensors --vectors  and samples with their outputs beside it""",
    ),
    "info": (
        _info_arguments,
        _info,
        "tell the layers of a project, their weights, and how far it is trained",
        "example:\n  slugstudio info digits.slug --json",
    ),
}


if __name__ == "__main__":
    sys.exit(main())
