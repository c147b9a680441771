"""A plot of times by sizes, both in logarithms, as an SVG that is legible on white and on black."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from benchmarks.scaling import Curve

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 46, 50
# Mid-tones: what shows an image on a page cannot tell it whether the page is light or dark.
TEXT = "#6e7781"
COLOURS = ("#2f81f7", "#d9730d")
N_DRAWN = 60


class _Axis:
    """A logarithmic axis from the first to the last value, of so many pixels from ``begin`` to ``end``."""

    def __init__(self, values: Sequence[float], begin: float, end: float) -> None:
        self._low, self._high = math.log(min(values)), math.log(max(values))
        self._begin, self._end = begin, end

    def __call__(self, value: float) -> float:
        return self._begin + (math.log(value) - self._low) / (self._high - self._low) * (self._end - self._begin)


def chart(title: str, x_label: str, curves: Sequence[Curve]) -> str:
    """Return the SVG: what was measured as points, the laws as lines, their exponents beside their names."""
    sizes = sorted({size for curve in curves for size in curve.seconds})
    seconds = [value for curve in curves for value in curve.seconds.values()]
    decades = range(math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds))) + 1)
    x = _Axis(sizes, LEFT, WIDTH - RIGHT)
    y = _Axis([10.0**decade for decade in decades], HEIGHT - BOTTOM, TOP)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
            f' font-family="sans-serif" font-size="13" fill="{TEXT}">',
            f"<title>{escape(title)}</title>",
            *_grid(x, y, sizes, decades),
            _text(WIDTH / 2, HEIGHT - 10, x_label),
            _text(LEFT, 18, title, anchor="start", more=' font-weight="bold"'),
            *(line for number, curve in enumerate(curves) for line in _curve(x, y, curve, number)),
            "</svg>",
            "",
        ]
    )


def _grid(x: _Axis, y: _Axis, sizes: Sequence[int], decades: Sequence[int]) -> list[str]:
    lines = []
    for size in sizes:
        lines.append(_line(x(size), HEIGHT - BOTTOM, x(size), TOP))
        lines.append(_text(x(size), HEIGHT - BOTTOM + 18, f"{size:,}"))
    for decade in decades:
        at = y(10.0**decade)
        lines.append(_line(LEFT, at, WIDTH - RIGHT, at))
        lines.append(_text(LEFT - 8, at + 4, _duration(decade), anchor="end"))
    return lines


def _curve(x: _Axis, y: _Axis, curve: Curve, number: int) -> list[str]:
    colour, fit = COLOURS[number], curve.fit
    low, high = max(curve.sweep.fit_from, min(curve.seconds)), max(curve.seconds)
    sizes = [low * (high / low) ** (step / N_DRAWN) for step in range(N_DRAWN + 1)]
    law = " ".join(f"{x(size):.1f},{y(fit(size)):.1f}" for size in sizes)
    label = f"{curve.sweep.name}: exponent {fit.exponent:.2f}"
    return [
        f'<polyline points="{law}" fill="none" stroke="{colour}" stroke-width="1.5"/>',
        *(
            f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3.5" fill="{colour}"/>'
            for size, value in curve.seconds.items()
        ),
        f'<circle cx="{LEFT + 14}" cy="{TOP + 14 + 20 * number}" r="3.5" fill="{colour}"/>',
        _text(LEFT + 24, TOP + 18 + 20 * number, label, anchor="start"),
    ]


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{TEXT}" stroke-opacity="0.25"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(text)}</text>'


def _duration(decade: int) -> str:
    """Write ten to the power of ``decade`` seconds."""
    for least, unit in ((0, "s"), (-3, "ms"), (-6, "µs"), (-9, "ns")):
        if decade >= least:
            return f"{10 ** (decade - least):,} {unit}"
    return f"1e{decade} s"
