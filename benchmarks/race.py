"""The race: each contestant in a process of its own, which does a work whenever it is told to, one after the other.

So what else the machine does meets all alike, and no library's threads or settings disturb another's.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from statistics import median

from benchmarks.contestants import OURS, Contestant
from benchmarks.libraries.base import Library, Run
from benchmarks.works import WORKS, Inference, Training, Work

REST = 0.05
"""Seconds before each measurement: PyTorch's second thread goes on turning for a while after its work."""


@dataclass
class Result:
    """What came of a work: the seconds of one step, or run, in each round, by title and variant."""

    work: Work
    seconds: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, contestant: Contestant, seconds: float) -> None:
        """Note a round."""
        self.seconds.setdefault(contestant.title, {}).setdefault(contestant.variant, []).append(seconds)

    def best(self, title: str) -> str:
        """Return the variant of a library that has the least median."""
        variants = self.seconds[title]
        return min(variants, key=lambda variant: median(variants[variant]))

    def of(self, title: str) -> list[float]:
        """Return the seconds of a library in its better variant."""
        return self.seconds[title][self.best(title)]

    def ratios(self, title: str) -> list[float]:
        """Return how many times as fast as a library the engine was in each round."""
        return [theirs / ours for ours, theirs in zip(self.of(OURS), self.of(title), strict=True)]


class Runner:
    """A process with one contestant."""

    def __init__(self, contestant: Contestant) -> None:
        self.contestant = contestant
        context = multiprocessing.get_context("spawn")
        self._connection, far = context.Pipe()
        self._process = context.Process(target=serve, args=(far, contestant.start), daemon=True)
        self._process.start()
        far.close()
        self.version: str = self._connection.recv()

    def seconds(self, work: Work) -> float | None:
        """Return the seconds of a step, or run, or None if the library cannot do the work."""
        self._connection.send(work.name)
        seconds: float | None = self._connection.recv()
        return seconds

    def close(self) -> None:
        """End the process."""
        self._connection.send(None)
        self._process.join()


def serve(connection: Connection, start: Callable[[], Library]) -> None:
    """Do as a `Runner` tells; a work is prepared when it comes for the first time."""
    library = start()
    connection.send(library.version)
    runs: dict[str, Run | None] = {}
    for name in iter(connection.recv, None):
        if name not in runs:
            runs[name] = prepared(library, WORKS[name])
        run = runs[name]
        connection.send(None if run is None else timed(run) / WORKS[name].times)


def prepared(library: Library, work: Work) -> Run | None:
    """Return what does a work, warm, in the quickest way that the library has for it."""
    try:
        match work:
            case Training():
                epoch = library.training(work)
                epoch()
                return epoch
            case Inference():
                runs = library.inference(work)
                for run in runs:
                    run()
                return partial(_repeat, min(runs, key=timed), work.times)
    except NotImplementedError:
        return None
    raise TypeError(f"expected a training or an inference, received {work!r}.")


def _repeat(run: Run, times: int) -> None:
    for _ in range(times):
        run()


def race(
    works: Iterable[Work], contestants: Sequence[Contestant], rounds: int, tell: Callable[[str], None]
) -> tuple[list[Result], dict[str, str]]:
    """Return what came of each work, and the version of each library by its title; ``tell`` hears what goes on."""
    runners = []
    for contestant in contestants:
        tell(f"starting {contestant.title} {contestant.variant}")
        runners.append(Runner(contestant))
    results = [Result(work) for work in works]
    for number in range(1, rounds + 1):
        for result in results:
            tell(f"round {number} of {rounds}, {result.work.name}")
            for runner in runners:
                time.sleep(REST)
                seconds = runner.seconds(result.work)
                if seconds is not None:
                    result.add(runner.contestant, seconds)
    for runner in runners:
        runner.close()
    return results, {runner.contestant.title: runner.version for runner in runners}


def timed(run: Run) -> float:
    """Return the seconds that it takes."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin
