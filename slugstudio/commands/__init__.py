"""The commands of the headless face, one in a file each.

A command is a `Command`: what it is called, what it says of itself, its arguments, and what it does. The list below is
all that `slugstudio.cli` knows of them.
"""

from slugstudio.commands.base import Command, CommandError
from slugstudio.commands.completion import COMPLETION
from slugstudio.commands.evaluate import EVALUATE
from slugstudio.commands.export import EXPORT
from slugstudio.commands.import_ import IMPORT
from slugstudio.commands.info import INFO
from slugstudio.commands.new import NEW
from slugstudio.commands.predict import PREDICT
from slugstudio.commands.recover import RECOVER
from slugstudio.commands.train import TRAIN
from slugstudio.commands.verify import VERIFY

_ALL = (NEW, TRAIN, EVALUATE, PREDICT, INFO, VERIFY, EXPORT, IMPORT, RECOVER, COMPLETION)
COMMANDS: dict[str, Command] = {command.name: command for command in _ALL}
"""All commands by name, in the order in which the help tells them."""

__all__ = ["COMMANDS", "Command", "CommandError"]
