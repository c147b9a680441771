from __future__ import annotations

import subprocess

import pytest

from slugstudio.commands import COMMANDS
from tests.commands.conftest import Run

ASK = """
source ./completions
COMP_WORDS=({words}); COMP_CWORD={place}
COMP_LINE="${{COMP_WORDS[*]}}"; COMP_POINT=${{#COMP_LINE}}
$(complete -p slugstudio | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def completed(words: str) -> set[str]:
    """Ask bash what it would offer for the last word."""
    script = ASK.format(words=words, place=len(words.split()) - 1)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_bash_completes_commands_and_options(run: Run) -> None:
    with open("completions", "w", encoding="utf-8") as stream:
        stream.write("\n".join(run("completion", "bash").lines))
    assert {"train", "predict", "verify"} <= completed("slugstudio ''") <= {*COMMANDS, "-h", "--help", "--version"}
    assert completed("slugstudio tr") == {"train"}
    assert {"--epochs", "--restart"} <= completed("slugstudio train --")


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_have_a_script_too(run: Run, shell: str) -> None:
    assert "slugstudio" in run("completion", shell).out
