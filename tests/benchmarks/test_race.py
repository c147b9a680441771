from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import Pipe

import pytest

from benchmarks.contestants import CONTESTANTS, OURS, Contestant, titles
from benchmarks.libraries.base import Run
from benchmarks.libraries.ours import Ours
from benchmarks.memory import peak
from benchmarks.race import Result, serve
from benchmarks.works import WORKS, Inference, Training


class Slow:
    """A library that can infer only, and counts what it does."""

    version = "1.2"

    def __init__(self) -> None:
        self.ran = self.ran_slowly = 0

    def training(self, work: Training) -> Run:
        raise NotImplementedError(work.name)

    def inference(self, work: Inference) -> Sequence[Run]:
        return [self.run, self.run_slowly]

    def run(self) -> None:
        self.ran += 1

    def run_slowly(self) -> None:
        self.ran_slowly += 1


def contestant(title: str, variant: str = "", modules: tuple[str, ...] = ("numpy",)) -> Contestant:
    return Contestant(title, variant, modules, Slow)


def served(start: Callable[[], Slow], *names: str) -> list[object]:
    near, far = Pipe()
    for message in (*names, None):
        near.send(message)
    serve(far, start)
    return [near.recv() for _ in range(1 + len(names))]


def test_a_work_is_done_once_before_the_quickest_way_is_chosen_and_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Slow()

    def timed(run: Run) -> float:
        run()
        return 5.0 if run == library.run_slowly else 3.0

    monkeypatch.setattr("benchmarks.race.timed", timed)
    times = WORKS["W6a"].times
    assert served(lambda: library, "W6a", "W6a") == ["1.2", 3 / times, 3 / times]
    assert (library.ran, library.ran_slowly) == (2 + 2 * times, 2)


def test_what_a_library_cannot_do_is_left_out() -> None:
    assert served(Slow, "W5", "W1") == ["1.2", None, None]


def test_a_library_that_is_not_installed_takes_no_part() -> None:
    assert contestant("Ours").installed
    assert not contestant("Theirs", modules=("numpy", "no_such_library")).installed


def test_the_better_variant_of_a_library_counts() -> None:
    result = Result(WORKS["W1"])
    for ours, one, two in ((1.0, 5.0, 3.0), (2.0, 5.0, 8.0), (1.0, 5.0, 4.0)):
        result.add(contestant(OURS), ours)
        result.add(contestant("Theirs", "1 thread"), one)
        result.add(contestant("Theirs", "2 threads"), two)
    assert result.best("Theirs") == "2 threads"
    assert result.ratios("Theirs") == [3, 4, 4]


def test_each_rival_has_one_column() -> None:
    assert titles() == ["PyTorch", "JAX", "Keras", "scikit-learn", "JAX, one scan an epoch"]


@pytest.mark.parametrize("name", ["W2", "W5"])
def test_our_training_takes_an_epoch_each_time_it_is_called(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work = replace(WORKS[name], times=3)
    network = work.network()
    monkeypatch.setattr(Training, "network", lambda self: network)
    epoch = Ours().training(work)
    seen = {network.vector.tobytes()}
    for _ in range(3):
        epoch()
        seen.add(network.vector.tobytes())
    assert len(seen) == 4


def test_our_training_holds_no_more_memory_after_more_steps() -> None:
    ours = next(each for each in CONTESTANTS if each.title == OURS)
    found = peak(ours, (20, 60))
    assert 20 < found.before < found.after[0]
    assert found.after[1] < found.after[0] + 4
