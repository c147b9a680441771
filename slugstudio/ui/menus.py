"""The menus: what is in them is given; here are those that are made of something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from slugstudio.ui import theme
from slugstudio.ui.actions import make
from slugstudio.ui.translation import tr

CHOICES: tuple[theme.Choice, ...] = ("system", "light", "dark")


def add_menu(window: QMainWindow, title: str, *entries: QAction | QMenu | None) -> QMenu:
    """Put a menu at the end of the window's bar; None is a line between entries."""
    menu = window.menuBar().addMenu(title)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        elif isinstance(entry, QMenu):
            menu.addMenu(entry)
        else:
            menu.addAction(entry)
    return menu


def appearance(window: QMainWindow) -> QMenu:
    """Return the menu that chooses the theme."""

    def setter(choice: theme.Choice) -> Callable[[], None]:
        return lambda: theme.manager().choose(choice)

    menu, group = QMenu(tr("Appearance"), window), QActionGroup(window)
    for choice in CHOICES:
        action = make(window, f"view.theme_{choice}", setter(choice))
        action.setCheckable(True)
        action.setChecked(theme.manager().choice == choice)
        group.addAction(action)
        menu.addAction(action)
    return menu


def switches(window: QMainWindow) -> Sequence[QAction]:
    """Return the actions that make everything larger, and keep it still."""
    manager = theme.manager()
    made = []
    for name, state, change in (
        ("view.presentation", manager.presents, manager.present),
        ("view.still", manager.still, manager.keep_still),
    ):
        action = make(window, name, lambda: None)
        action.setCheckable(True)
        action.setChecked(state)
        action.toggled.connect(change)
        made.append(action)
    return made


def panes(window: QMainWindow, toggles: Sequence[QAction]) -> QMenu:
    """Return the menu that shows and hides panes."""
    menu = QMenu(tr("Panes"), window)
    menu.addActions(list(toggles))
    return menu


def fill_recent(menu: QMenu, paths: Sequence[Path], open_file: Callable[[Path], object]) -> None:
    """Offer the files that were open last."""
    menu.clear()
    for path in paths:
        entry = menu.addAction(path.name.replace("&", "&&"))  # a single one would mark a key
        entry.setToolTip(str(path))
        entry.triggered.connect(lambda _checked=False, path=path: open_file(path))
    menu.setEnabled(not menu.isEmpty())
