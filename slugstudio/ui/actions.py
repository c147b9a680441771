"""Every action of the studio, declared once: its id, text, key, tooltip and icon.

Whoever can carry an action out makes it with `make`; menus, buttons and the shortcut sheet read the same declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from slugstudio.ui import icons, theme
from slugstudio.ui.editors import finish_typing
from slugstudio.ui.translation import told


@dataclass(frozen=True)
class ActionSpec:
    """What an action is called and which keys call it; ``keys`` is in Qt's portable text, the first one is shown."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    tooltip: str = ""
    icon: str = ""

    def hint(self) -> str:
        """Return the tooltip with the shortcut in brackets."""
        said = told(self.tooltip) if self.tooltip else f"{told(self.text).rstrip('…')}."
        return f"{said} ({_native(self.keys[0])})" if self.keys else said


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


ACTIONS = {
    spec.id: spec
    for spec in (
        ActionSpec("file.new", "New…", ("Ctrl+N",), "Start a new project from a template.", "new"),
        ActionSpec("file.open", "Open…", ("Ctrl+O",), "Open a project from a file.", "open"),
        ActionSpec("file.recovered", "Recovered work…", (), "Work that was not saved when the program ended.", "open"),
        ActionSpec("file.save", "Save", ("Ctrl+S",), "Save the project with everything it has learned.", "save"),
        ActionSpec("file.save_as", "Save as…", ("Ctrl+Shift+S",), "Save the project under another name."),
        ActionSpec("file.import", "Import weights…", (), "Take weights of another file into this network.", "open"),
        ActionSpec("file.export", "Export…", ("Ctrl+E",), "Write the network for other programs.", "export"),
        ActionSpec("file.quit", "Quit", ("Ctrl+Q",), "Close the studio."),
        ActionSpec("edit.undo", "Undo", ("Ctrl+Z",), "Take the last edit back.", "undo"),
        ActionSpec("edit.redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Do the undone edit again.", "redo"),
        ActionSpec("stack.cut", "Cut", ("Ctrl+X",), "Take the selected layers out, to paste them elsewhere.", "cut"),
        ActionSpec("stack.copy", "Copy", ("Ctrl+C",), "Copy the selected layers, as text that can be read.", "copy"),
        ActionSpec("stack.paste", "Paste", ("Ctrl+V",), "Put the copied layers below the selection.", "paste"),
        ActionSpec("stack.select_all", "Select all layers", ("Ctrl+A",), "Select all layers of the stack."),
        ActionSpec(
            "stack.add",
            "Add layer…",
            ("Ins", "Ctrl+Space"),
            "Choose a layer by its name and put it below the selected one.",
            "add",
        ),
        ActionSpec(
            "stack.duplicate", "Duplicate", ("Ctrl+D",), "Put a copy of the selected layers below them.", "duplicate"
        ),
        ActionSpec("stack.up", "Move up", ("Alt+Up",), "Move the selected layers one place up.", "up"),
        ActionSpec("stack.down", "Move down", ("Alt+Down",), "Move the selected layers one place down.", "down"),
        ActionSpec("stack.rename", "Rename", ("F2",), "Give the selected layer another name.", "rename"),
        ActionSpec(
            "stack.disable", "Disable", ("Ctrl+/",), "Let the network do without the selected layers.", "disable"
        ),
        ActionSpec("stack.enable", "Enable", ("Ctrl+/",), "Let the network have the selected layers again.", "disable"),
        ActionSpec(
            "stack.freeze",
            "Freeze",
            ("Ctrl+Shift+F",),
            "Keep training from changing the weights of the selected layers.",
            "frozen",
        ),
        ActionSpec(
            "stack.thaw", "Thaw", ("Ctrl+Shift+F",), "Let training change the weights of the selected layers.", "frozen"
        ),
        ActionSpec("stack.fix", "Quick fix…", ("Ctrl+.",), "Offer what mends the selected layer.", "good"),
        ActionSpec(
            "stack.widen",
            "Widen, keeping the function",
            (),
            "Double the units or kernels of the selected layer; the trained network answers as before (Net2Net).",
        ),
        ActionSpec(
            "stack.deepen",
            "Insert an identity layer below",
            (),
            "Put a layer below the selected one that passes on what it gets; the trained network answers as before.",
        ),
        ActionSpec("stack.delete", "Delete", ("Del", "Backspace"), "Delete the selected layers.", "delete"),
        ActionSpec("train.play", "Play", ("F5",), "Train the network.", "play"),
        ActionSpec("train.pause", "Pause", ("F5",), "Pause at the end of this batch.", "pause"),
        ActionSpec("train.step", "Step", ("F6",), "Train on one batch and pause.", "step"),
        ActionSpec("train.stop", "Stop", ("Shift+F5",), "End the training and keep what was learned.", "stop"),
        ActionSpec("train.reset", "Reset", ("Ctrl+Shift+R",), "Forget what was learned and begin again.", "reset"),
        ActionSpec("view.build", "Build", ("Ctrl+1",), "The palette, the stack and its properties."),
        ActionSpec("view.train", "Train", ("Ctrl+2",), "Everything: the stack above, what is happening below."),
        ActionSpec("view.look", "Look inside", ("Ctrl+3",), "Kernels, answers and the boundary, as large as possible."),
        ActionSpec("view.next_pane", "Next pane", ("Ctrl+F6",), "Go on to the next pane with the keyboard."),
        ActionSpec("view.reset_layout", "Reset layout", (), "Put the panes of this layout back where they belong."),
        ActionSpec("view.theme_system", "Same as the system"),
        ActionSpec("view.theme_light", "Light"),
        ActionSpec("view.theme_dark", "Dark"),
        ActionSpec("view.presentation", "Presentation", ("F11",), "Larger type, for a room that looks on."),
        ActionSpec("view.still", "Reduce motion", (), "Let nothing move that need not."),
        ActionSpec("help.keys", "Keys…", ("F1", "?"), "Every key, found by what it does."),
        ActionSpec("help.about", "About Slugstudio"),
    )
}


def make(
    parent: QObject,
    action_id: str,
    slot: Callable[[], object],
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> Action:
    """Return the declared action as a child of ``parent``; what is being typed counts before it is carried out.

    ``context`` says where its keys work: `Qt.ShortcutContext.WidgetShortcut` keeps them to the widget it is added to.
    """
    action = Action(ACTIONS[action_id], parent)
    action.setShortcutContext(context)
    action.triggered.connect(finish_typing)
    action.triggered.connect(lambda _checked=False: slot())
    return action


class Action(QAction):
    """An action as it is declared; its icon is drawn again in the colours of another theme."""

    def __init__(self, spec: ActionSpec, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(spec.id)
        self.show_as(spec)
        theme.manager().changed.connect(self._restyle)

    def show_as(self, spec: ActionSpec) -> None:
        """Look like ``spec``: an action that goes to and fro, such as play and pause, is one action with two looks."""
        self.spec = spec
        self.setText(told(spec.text))
        self.setShortcuts([QKeySequence(key) for key in spec.keys])
        self.explain("")
        self._restyle()

    def explain(self, reason: str) -> None:
        """Say why the action cannot be carried out now; empty if it can."""
        self.setToolTip(reason or self.spec.hint())
        self.setStatusTip(reason or told(self.spec.tooltip))
        self.setEnabled(not reason)

    def _restyle(self) -> None:
        if self.spec.icon:
            self.setIcon(icons.icon(self.spec.icon))
