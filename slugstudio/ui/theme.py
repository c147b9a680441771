"""The two palettes of the studio, its type, and who tells every view when they change.

Colours are named by role, never by hue, so that custom painting, plots and the style sheet say the same thing in both
themes. The choice is the system's where Qt tells it, and the person's own where one was made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Template
from types import MappingProxyType
from typing import Literal

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from slugstudio.engine.data.resources import resource

Choice = Literal["system", "light", "dark"]

GROUPS = ("input", "learn", "activate", "shape", "regularise", "normalise")
"""The groups of layers in the order in which the palette shows them; ``input`` is the data card's."""

_GROUP_HUES = MappingProxyType(
    {
        "input": QColor("#6b7a90"),
        "learn": QColor("#3f6fd8"),
        "activate": QColor("#1f8a80"),
        "shape": QColor("#8a6fc9"),
        "regularise": QColor("#c2587e"),
        "normalise": QColor("#7b8c2a"),
    }
)


@dataclass(frozen=True, eq=False)
class Theme:
    """One palette: every colour of the studio by its role.

    ``window``, ``pane`` and ``raised`` are surfaces (behind the cards, panes, cards); ``control`` is the inside of an
    editor or button and ``hover`` what it becomes under the mouse. ``accent`` is the selected and the running, and the
    training curve; ``on_accent`` the text upon it; ``tint`` fills what is selected. ``negative``, ``neutral`` and
    ``positive`` are the ends and the middle of the scale for signed values.
    """

    name: Literal["light", "dark"]
    window: QColor
    pane: QColor
    raised: QColor
    control: QColor
    hover: QColor
    hairline: QColor
    grid: QColor
    text: QColor
    secondary: QColor
    disabled: QColor
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    tint: QColor
    validation: QColor
    good: QColor
    warning: QColor
    error: QColor
    negative: QColor
    neutral: QColor
    positive: QColor
    groups: Mapping[str, QColor]

    @property
    def is_dark(self) -> bool:
        """Tell whether light text stands on dark surfaces."""
        return self.name == "dark"

    @property
    def training(self) -> QColor:
        """The colour of the training curve."""
        return self.accent

    def group(self, name: str) -> QColor:
        """Return the hue of a group of layers; an unknown group gets the input's grey."""
        return self.groups.get(name, self.groups["input"])

    def severity(self, severity: str) -> QColor:
        """Return the colour of a problem, by its severity ``"error"`` or ``"warning"``."""
        return self.error if severity == "error" else self.warning


LIGHT = Theme(
    name="light",
    window=QColor("#f4f5f7"),
    pane=QColor("#ffffff"),
    raised=QColor("#ffffff"),
    control=QColor("#ffffff"),
    hover=QColor("#f0f2f6"),
    hairline=QColor("#d9dde3"),
    grid=QColor("#e6e9ee"),
    text=QColor("#1b2330"),
    secondary=QColor("#586475"),
    disabled=QColor("#98a2b0"),
    accent=QColor("#2457c5"),
    accent_hover=QColor("#1d4aab"),
    on_accent=QColor("#ffffff"),
    tint=QColor("#e6eefb"),
    validation=QColor("#b4530a"),
    good=QColor("#1d7a46"),
    warning=QColor("#9a5b00"),
    error=QColor("#b3261e"),
    negative=QColor("#d4690b"),
    neutral=QColor("#f4f5f7"),
    positive=QColor("#2457c5"),
    groups=_GROUP_HUES,
)

DARK = Theme(
    name="dark",
    window=QColor("#14181f"),
    pane=QColor("#1b2129"),
    raised=QColor("#232b35"),
    control=QColor("#161b22"),
    hover=QColor("#29323d"),
    hairline=QColor("#333d4a"),
    grid=QColor("#29323d"),
    text=QColor("#e6eaf0"),
    secondary=QColor("#9aa7b8"),
    disabled=QColor("#667384"),
    accent=QColor("#7aa7ff"),
    accent_hover=QColor("#98bbff"),
    on_accent=QColor("#0f1520"),
    tint=QColor("#26344c"),
    validation=QColor("#ffb366"),
    good=QColor("#5cc98a"),
    warning=QColor("#f0b45a"),
    error=QColor("#ff8a80"),
    negative=QColor("#f28c33"),
    neutral=QColor("#29323d"),
    positive=QColor("#7aa7ff"),
    groups=_GROUP_HUES,
)

LARGER = 1.35
"""By how much type grows for a presentation."""
BODY, LABEL, AXIS = 13, 12, 11
"""The three sizes of text, in pixels."""

_BETTER_THAN_GENERIC = ("Inter", "Noto Sans", "Cantarell", "Ubuntu", "Open Sans", "Liberation Sans")


def font(size: int = BODY, *, strong: bool = False) -> QFont:
    """Return the studio's font at ``size`` pixels, with tabular figures; ``strong`` for names and values."""
    found = QFont(_family())
    found.setPixelSize(scaled(size))
    found.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    found.setFeature(QFont.Tag.fromString("tnum"), 1)
    return found


def scaled(pixels: int) -> int:
    """Return a size of type, or of what type stands in, as large as it is to be now."""
    return round(pixels * LARGER) if _manager is not None and _manager.presents else pixels


@cache
def _family() -> str:
    told = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if told not in ("Sans Serif", "Sans", "sans-serif"):
        return told
    # No desktop names a font of its own, so the generic one would be whatever fontconfig finds first.
    installed = set(QFontDatabase.families())
    return next((name for name in _BETTER_THAN_GENERIC if name in installed), told)


def palette(theme: Theme) -> QPalette:
    """Return the full palette that Fusion draws with."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colours = {
        role.Window: theme.pane,
        role.WindowText: theme.text,
        role.Base: theme.control,
        role.AlternateBase: theme.window,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.secondary,
        role.Text: theme.text,
        role.Button: theme.control,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.Light: theme.raised,
        role.Midlight: theme.hover,
        role.Mid: theme.hairline,
        role.Dark: theme.secondary,
        role.Shadow: theme.hairline,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
    }
    made = QPalette()
    for name, colour in colours.items():
        made.setColor(name, colour)
    for name in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        made.setColor(group.Disabled, name, theme.disabled)
    made.setColor(group.Disabled, role.Highlight, theme.hairline)
    made.setColor(group.Disabled, role.HighlightedText, theme.disabled)
    return made


def stylesheet(theme: Theme) -> str:
    """Return the one style sheet, in the colours of ``theme``.

    What a widget is for is told by its dynamic property ``role`` (``primary``, ``flat``, ``segment``, ``secondary``,
    ``strong``, ``error``, ``pane``...), so that no other style sheet is needed anywhere.
    """
    colours = {role: value.name() for role, value in vars(theme).items() if isinstance(value, QColor)}
    text = re.sub(r"((?:font-size|min-height|max-height): )(\d+)px", _grown, resource("style.qss").read_text("utf-8"))
    sheet = Template(text)
    return sheet.substitute(colours, icons=resource("icons").as_posix(), theme=theme.name)


def _grown(found: re.Match[str]) -> str:
    """Return a size of the style sheet as large as it is to be now; hairlines and bars stay."""
    pixels = int(found[2])
    return f"{found[1]}{scaled(pixels) if pixels >= AXIS else pixels}px"


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole program ``theme``: style, palette, font and style sheet. Views hear of it from `manager`."""
    app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setFont(font())
    app.setStyleSheet(stylesheet(theme))


class ThemeManager(QObject):
    """Knows which theme shows now, and tells views to restyle when it changes.

    Parameters
    ----------
    app
        The application, whose style the manager sets.
    settings
        Where an explicit choice is kept; without it the choice lasts until the program ends.
    """

    changed = Signal(object)
    """Carries the `Theme` that shows from now on."""

    KEY, PRESENTS, STILL = "appearance/theme", "appearance/presentation", "appearance/still"

    def __init__(self, app: QApplication, settings: QSettings | None = None) -> None:
        super().__init__(app)
        self._app = app
        self._settings = settings
        self._choice: Choice = _choice(settings.value(self.KEY)) if settings else "system"
        self._presents = self._kept(self.PRESENTS)
        self._still = self._kept(self.STILL)
        self._theme = self._wanted()
        apply(app, self._theme)
        app.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def theme(self) -> Theme:
        """The theme that shows now."""
        return self._theme

    @property
    def choice(self) -> Choice:
        """What the person chose: ``"system"`` follows the desktop."""
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Show and remember an explicit theme, or follow the system again."""
        self._choice = choice
        if self._settings is not None:
            self._settings.setValue(self.KEY, choice)
        self._follow()

    def _kept(self, key: str) -> bool:
        return self._settings is not None and self._settings.value(key) in (True, "true")

    @property
    def presents(self) -> bool:
        """Whether type is larger, for a room that looks on."""
        return self._presents

    def present(self, presents: bool) -> None:
        """Show everything larger, or as usual again, and remember it."""
        self._presents = presents
        if self._settings is not None:
            self._settings.setValue(self.PRESENTS, presents)
        apply(self._app, self._theme)
        self.changed.emit(self._theme)

    @property
    def still(self) -> bool:
        """Whether nothing is to move that need not."""
        return self._still

    def keep_still(self, still: bool) -> None:
        """Let nothing move that need not, or let it again, and remember it."""
        self._still = still
        if self._settings is not None:
            self._settings.setValue(self.STILL, still)

    def _wanted(self) -> Theme:
        if self._choice != "system":
            return DARK if self._choice == "dark" else LIGHT
        told = self._app.styleHints().colorScheme()
        return DARK if told == Qt.ColorScheme.Dark else LIGHT

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is not self._theme:
            self._theme = wanted
            apply(self._app, wanted)
            self.changed.emit(wanted)


def _choice(stored: object) -> Choice:
    match stored:
        case "light" | "dark":
            return stored
    return "system"


_manager: ThemeManager | None = None


def start(app: QApplication, settings: QSettings | None = None) -> ThemeManager:
    """Style the program for the first time; call once, before any widget is made."""
    global _manager
    _manager = ThemeManager(app, settings)
    return _manager


def manager() -> ThemeManager:
    """Return the program's theme manager, started without settings if nobody has started it."""
    if _manager is not None:
        return _manager
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("the theme needs a QApplication; make one first.")
    return start(app)


def current() -> Theme:
    """Return the theme that shows now."""
    return manager().theme
