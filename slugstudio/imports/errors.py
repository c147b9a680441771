"""What goes wrong when something is taken in."""

from __future__ import annotations

from slugstudio.engine.errors import SlugError


class ImportRefused(SlugError):
    """A file that cannot be taken in; the message says why and what to do."""
