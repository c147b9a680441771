"""``slugstudio completion``."""

from __future__ import annotations

import argparse

from slugstudio.commands.base import Command

SHELLS = ("bash", "zsh", "tcsh")


def _run(options: argparse.Namespace) -> int:
    import shtab  # takes 40 ms, which no other command should

    print(shtab.complete(options.parser, options.shell))
    return 0


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="for which shell")


COMPLETION = Command(
    "completion",
    "print what lets a shell complete commands and options",
    """examples:
  slugstudio completion bash > ~/.local/share/bash-completion/completions/slugstudio
  slugstudio completion zsh > ~/.zfunc/_slugstudio      a folder of your fpath""",
    _add_arguments,
    _run,
)
