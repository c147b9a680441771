"""What was measured as a page of Markdown."""

from __future__ import annotations

import os
import platform
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.contestants import CEILING, OURS, titles
from benchmarks.layers import LayerTime
from benchmarks.memory import STEPS, Peak
from benchmarks.plot import chart
from benchmarks.race import Result
from benchmarks.scaling import Curve


@dataclass
class Measured:
    """All that a run has measured; what it left out is empty."""

    rounds: int
    results: list[Result] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    peak: float = 0.0
    peaks: list[Peak] = field(default_factory=list)
    layers: list[LayerTime] = field(default_factory=list)
    by_batch: list[Curve] = field(default_factory=list)
    by_layer: list[Curve] = field(default_factory=list)

    def page(self) -> str:
        """Return the page, with what there is."""
        parts = [_introduction(self)]
        if self.results:
            parts += [_race(self), _times(self)]
        if self.peaks:
            parts.append(_memory(self.peaks))
        if self.by_batch or self.by_layer:
            parts.append(_scaling())
        if self.layers:
            parts.append(_layers(self.layers))
        return "\n\n".join("\n".join(lines) for lines in parts) + "\n"

    def charts(self) -> dict[str, str]:
        """Return the images by the name of their file."""
        found = {}
        if self.by_batch:
            found["cost-by-batch.svg"] = chart(
                "Time of a training step by batch size", "samples in a batch", self.by_batch
            )
        if self.by_layer:
            title = "Time of a training step by the size of one layer"
            axis = "units of the hidden layer, kernels of the first convolution"
            found["cost-by-layer.svg"] = chart(title, axis, self.by_layer)
        return found


def table(head: Sequence[str], rows: Sequence[Sequence[str]], n_left: int) -> list[str]:
    """Return the lines of a table; all but the first ``n_left`` columns are aligned right."""
    marks = ["---"] * n_left + ["--:"] * (len(head) - n_left)
    return [f"| {' | '.join(cells)} |" for cells in (head, marks, *rows)]


def _introduction(measured: Measured) -> list[str]:
    rivals = {title: version for title, version in measured.versions.items() if title not in (OURS, CEILING)}
    versions = {"Python": platform.python_version(), "numpy": np.__version__, **rivals}
    missing = [title for title in titles() if title not in measured.versions and title != CEILING]
    return [
        "# Performance",
        "",
        *_prose(
            "`make bench` measures and writes this page, in an environment that it makes itself: `.venv-bench` with "
            "PyTorch, JAX, Keras and scikit-learn in the versions of `requirements/bench.txt`, none of which the "
            "program depends on. It takes 1.9 GB and two minutes to install, once; the run takes less than ten."
        ),
        "",
        f"- processor: {processor()}, {os.cpu_count()} cores; {platform.system()} {platform.machine()}",
        f"- {', '.join(f'{title} {version}' for title, version in versions.items())}",
        *([f"- not installed, and left out: {', '.join(missing)}"] if missing and measured.results else []),
        "- convolutions of more than 16 samples, and inference of many, run on two threads; dense networks on one or,",
        "  if `threads=2` is set, two",
    ]


def _race(measured: Measured) -> list[str]:
    rivals = titles()
    head = ["", "work", *rivals, "at least", "reached", "ahead of all", "of the peak"]
    return [
        "## How many times as fast as others",
        "",
        *_prose(
            f"The median of {measured.rounds} rounds, with the least and the most of them: above 1, the engine is the "
            "faster one. A round times each row by each library, one after the other, each in a process of its own, "
            "warm and compiled."
        ),
        "",
        *table(head, [_verdict(result, rivals, measured.peak) for result in measured.results], 2),
        "",
        *_prose(
            "Network, batch, optimizer and float32 are the same, and so is what is done: a new random order each "
            "epoch, the batch taken out of the samples, the step, and its loss read as a number. Ours is "
            "`train(...)`, which also counts the right answers. Of several ways to run a library, the quicker one "
            "counts: ours, PyTorch (eager) and scikit-learn on one or two threads, Keras (`fit`) on JAX or PyTorch. "
            "JAX is one compiled call a step, and can be stopped between two, as all others but scikit-learn can. "
            f"*{CEILING}* cannot: it shows what is possible where nobody watches, and is no rival. Inference is in "
            "chunks of the size that suits each best."
        ),
        "",
        *_prose(
            "*At least* is how many times as fast as PyTorch the project set itself to be. scikit-learn has dense "
            "layers only and no RMSProp, and ends W5's network with one logistic output where the others have two. "
            f"The peak is that of a float32 matrix product on one thread here, {measured.peak / 1e9:.0f} GFLOP/s, so "
            "that two threads can pass it; its share counts the operations of a network's matrix products alone."
        ),
    ]


def _verdict(result: Result, rivals: Sequence[str], peak: float) -> list[str]:
    work, ours = result.work, median(result.of(OURS))
    ratios: Mapping[str, list[float]] = {title: result.ratios(title) for title in rivals if title in result.seconds}
    behind = [title for title, values in ratios.items() if title != CEILING and median(values) < 1]
    reached = ""
    if work.least is not None and "PyTorch" in ratios:
        reached = "yes" if median(ratios["PyTorch"]) >= work.least else "no"
    return [
        work.name,
        work.what,
        *(_ratio(ratios[title]) if title in ratios else "–" for title in rivals),
        "" if work.least is None else f"{work.least:g}",
        reached,
        f"no: {', '.join(behind)}" if behind else "yes",
        f"{work.flops / ours / peak:.0%}",
    ]


def _times(measured: Measured) -> list[str]:
    columns = [OURS, *titles()]
    rows = [
        [result.work.name, *(_time(result, title) if title in result.seconds else "–" for title in columns)]
        for result in measured.results
    ]
    return ["The times behind it, of a step or of 10,000 images:", "", *table(["", *columns], rows, 1)]


def _memory(peaks: Sequence[Peak]) -> list[str]:
    head = ["", "before", *(f"after {steps:,} steps" for steps in STEPS)]
    rows = [[each.title, *(f"{value:,.0f} MB" for value in (each.before, *each.after))] for each in peaks]
    return [
        "## Memory",
        "",
        *_prose(
            "The most memory that a fresh process has held (resident, as the system tells it), before it trained W4 "
            "with batches of 64, and after so many steps:"
        ),
        "",
        *table(head, rows, 1),
    ]


def _scaling() -> list[str]:
    return [
        "## Cost by size",
        "",
        *_prose(
            "The cost of one step grows linearly with the size of the batch and with that of a layer. The lines are "
            "the law *fixed cost + slope × size^exponent* that fits the points best; linear is an exponent of 1. "
            "Fixed is what does not depend on the size: the calls, the optimizer where the batch varies, and the "
            "other layers where one layer varies. A little above 1 are arrays that outgrow the cache."
        ),
        "",
        "![Time of a training step by batch size](images/cost-by-batch.svg)",
        "",
        "Convolutions of more than 16 samples are shared by two workers, so the CNN's line begins at 32.",
        "",
        "![Time of a training step by the size of one layer](images/cost-by-layer.svg)",
    ]


def _layers(layers: Sequence[LayerTime]) -> list[str]:
    rows = [[each.network, each.layer, *(f"{time:,.1f}" for time in (each.forward, each.backward))] for each in layers]
    return [
        "## Each layer alone",
        "",
        *_prose(
            "Microseconds of a layer with its activation, as a training step runs it: a convolution and the pooling "
            "after it are one block, and the first layer that learns does not compute the gradient to the samples. "
            "What an optimizer takes stands under *backward*. Below the networks of the table, the other layers, each "
            "on a batch of 32 of 8 × 14 × 14."
        ),
        "",
        *table(["network", "layer", "forward", "backward"], rows, 2),
    ]


def _prose(text: str) -> list[str]:
    return textwrap.wrap(text, 120, break_on_hyphens=False)


def _ratio(values: Sequence[float]) -> str:
    return f"**{median(values):.2f}** ({min(values):.2f} - {max(values):.2f})"


def _time(result: Result, title: str) -> str:
    variant = result.best(title)
    return duration(median(result.of(title))) + (f" ({variant})" if variant else "")


def duration(seconds: float) -> str:
    """Write a time as a person reads it."""
    return f"{1e6 * seconds:,.0f} µs" if seconds < 1e-3 else f"{1e3 * seconds:,.2f} ms"


def processor() -> str:
    """Return the processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(": ")[2]
    return platform.processor() or "unknown"
