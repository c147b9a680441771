"""Measure the engine beside other libraries, and write ``docs/performance.md``.

``make bench`` runs it in an environment that it makes itself; a library that is not installed is left out. To look at
a part only: ``make bench ARGS="--rounds 1 --rows w1 w5"`` or ``ARGS="--only layers"``, which prints and writes nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import scaling
from benchmarks.contestants import CONTESTANTS
from benchmarks.layers import layer_times
from benchmarks.memory import peaks
from benchmarks.page import Measured
from benchmarks.race import race, timed
from benchmarks.works import WORKS
from slugstudio.engine.blas import one_thread

DOCS = Path(__file__).parents[1] / "docs"
PARTS = ("memory", "race", "scaling", "layers")


def main() -> None:
    """Measure, print the page and write it."""
    options = options_of()
    begin = time.perf_counter()

    def tell(what: str) -> None:
        sys.stderr.write(f"{time.perf_counter() - begin:4.0f} s  {what}\n")
        sys.stderr.flush()

    contestants = [each for each in CONTESTANTS if each.installed]
    measured = Measured(options.rounds)
    if "memory" in options.only:
        measured.peaks = peaks(contestants, tell)
    if "race" in options.only:
        works = [WORKS[name] for name in options.rows]
        measured.results, measured.versions = race(works, contestants, options.rounds, tell)
        measured.peak = peak()
    if "scaling" in options.only:
        measured.by_batch = scaling.curves(scaling.by_batch(), options.rounds, tell)
        measured.by_layer = scaling.curves(scaling.by_layer(), options.rounds, tell)
    if "layers" in options.only:
        tell("each layer alone")
        measured.layers = list(layer_times())
    sys.stdout.write(measured.page())
    if options.to is not None:
        write(measured, options.to)
    tell("done" if options.to is None else f"written to {options.to / 'performance.md'}")


def write(measured: Measured, folder: Path) -> None:
    """Write the page and its images."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "performance.md").write_text(measured.page(), encoding="utf-8")
    for name, image in measured.charts().items():
        (folder / "images" / name).write_text(image, encoding="utf-8")


def peak() -> float:
    """Return the most floating point operations a second that a matrix product reaches on one thread."""
    a = np.random.default_rng(0).random((1536, 1536), dtype=np.float32)
    out = np.empty_like(a)
    with one_thread():
        seconds = min(timed(lambda: np.matmul(a, a, out=out)) for _ in range(5))
    return 2 * len(a) ** 3 / seconds


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what to measure, and where to write: rows mean the race alone, and only all of it goes to ``docs``."""
    names = {name.lower(): name for name in WORKS}
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", nargs="+", type=str.lower, choices=names, metavar="ROW", help=", ".join(WORKS))
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--to", type=Path, help="the folder to write to; docs, if nothing is left out")
    options = parser.parse_args(arguments)
    if options.rows is None and options.only is None and options.to is None:
        options.to = DOCS
    options.only = options.only or (["race"] if options.rows else PARTS)
    options.rows = [names[name] for name in options.rows or names]
    return options


if __name__ == "__main__":
    main()
