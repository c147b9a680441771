"""Numbers as the panes write them: with a real minus sign, and a thin space before the per cent sign."""

from __future__ import annotations

MINUS, THIN_SPACE = "\u2212", "\u202f"


def number(value: float, digits: int = 2) -> str:
    """Return ``value`` with so many significant digits, or with all before the point, such as ``−0.82``."""
    whole = 10**digits <= abs(value) < 1e6
    return (f"{value:,.0f}" if whole else f"{value:.{digits}g}").replace("-", MINUS)


def signed(value: float, digits: int = 2) -> str:
    """Return ``value`` with its sign, such as ``+0.8``; zero has none."""
    return number(value, digits) if value <= 0 else f"+{number(value, digits)}"


def percent(part: float) -> str:
    """Return a part of 1 in whole per cent; what is small but there does not become 0, nor what is short of all 100."""
    if 0 < part < 0.005:
        return f"<1{THIN_SPACE}%"
    if 0.995 <= part < 1:
        return f">99{THIN_SPACE}%"
    return f"{part:.0%}".replace("%", f"{THIN_SPACE}%")
