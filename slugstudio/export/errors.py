"""What can go wrong with an export."""

from __future__ import annotations

from slugstudio.engine.errors import SlugError


class ExportError(SlugError):
    """An export that cannot be made; the message says why and what to do."""


class ProofError(ExportError):
    """What was written computes something else, or nothing; so it is not put in its place."""
