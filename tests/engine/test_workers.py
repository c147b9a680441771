from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from slugstudio.engine import workers
from slugstudio.engine.activation import Softmax
from slugstudio.engine.bound.program import SHARE
from slugstudio.engine.errors import DataError
from slugstudio.engine.layers import Convolution, Dense, Flatten, MaxPooling
from slugstudio.engine.loss import SoftmaxCategoricalCrossEntropy
from slugstudio.engine.network import Network
from slugstudio.engine.workers import for_shares, run_all

LAYERS = (
    Convolution(3, (3, 3)),
    MaxPooling((2, 2)),
    Convolution(4, (2, 2)),
    Flatten(),
    Dense(3, activation=Softmax()),
)
N = 3 * SHARE + 5


def images(dtype: type[np.floating]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.standard_normal((N, 1, 8, 8)).astype(dtype), np.eye(3, dtype=dtype)[rng.integers(0, 3, N)]


def test_results_come_in_the_order_of_the_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    second_has_ended = threading.Event()

    def work(share: slice) -> slice:
        if share.start == 0:
            assert second_has_ended.wait(10)
        second_has_ended.set()
        return share

    with ThreadPoolExecutor(1) as other:
        monkeypatch.setattr(workers, "n_workers", lambda: 2)
        monkeypatch.setattr(workers, "_helpers", lambda _: other)
        assert for_shares(work, 5, 2) == [slice(0, 2), slice(2, 4), slice(4, 6)]


@pytest.mark.parametrize(("n_samples", "expected"), [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_the_last_share_may_have_fewer_and_none_is_one_empty_share(n_samples: int, expected: int) -> None:
    lengths = for_shares(lambda share: len(range(n_samples)[share]), n_samples, 2)
    assert len(lengths) == expected
    assert sum(lengths) == n_samples


def test_a_single_share_stays_in_the_thread_that_asks() -> None:
    assert for_shares(lambda _: threading.get_ident(), 3, 3) == [threading.get_ident()]


def test_who_asks_does_all_where_the_helper_is_busy_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, asked = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as busy:
        monkeypatch.setattr(workers, "n_workers", lambda: 2)
        monkeypatch.setattr(workers, "_helpers", lambda _: busy)
        other = busy.submit(lambda: (asked.set(), elsewhere.wait(10)))
        assert asked.wait(10)
        assert run_all([threading.get_ident] * 3) == [threading.get_ident()] * 3
        assert not other.done()
        elsewhere.set()


def test_what_a_task_raises_reaches_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "n_workers", lambda: 2)
    ours, theirs = threading.Event(), threading.Event()

    def fail(mine: threading.Event, other: threading.Event) -> None:
        mine.set()
        assert other.wait(10)  # each thread has one of the tasks
        raise DataError(f"in {threading.current_thread().name}")

    with pytest.raises(DataError):
        run_all([lambda: fail(ours, theirs), lambda: fail(theirs, ours)])
    assert run_all([]) == []


def test_workers_handle_overflow_as_the_one_who_asks_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "n_workers", lambda: 2)
    both = threading.Barrier(2)

    def settings() -> str:
        both.wait(10)  # each thread has one of the tasks
        return np.geterr()["over"]

    for over in ("ignore", "raise"):
        with np.errstate(over=over):
            assert run_all([settings, settings]) == [over, over]


def test_one_worker_gives_the_same_bits_as_two(monkeypatch: pytest.MonkeyPatch) -> None:
    x, targets = images(np.float32)
    loss = SoftmaxCategoricalCrossEntropy()
    two, one = Network(LAYERS, (1, 8, 8)), Network(LAYERS, (1, 8, 8))
    monkeypatch.setattr(workers, "n_workers", lambda: 2)
    of_two = two.loss_and_gradients(x, targets, loss)
    monkeypatch.setattr(workers, "n_workers", lambda: 1)
    of_one = one.loss_and_gradients(x, targets, loss)
    assert of_two[0] == of_one[0]
    np.testing.assert_array_equal(of_two[1], of_one[1])
    np.testing.assert_array_equal(two.gradient_vector, one.gradient_vector)


def test_shares_give_the_outputs_and_gradients_of_the_layers_as_they_are_written() -> None:
    x, targets = images(np.float64)
    loss = SoftmaxCategoricalCrossEntropy()
    shared, plain = (Network(LAYERS, (1, 8, 8), dtype=np.float64) for _ in range(2))
    for n in (N, SHARE, 2 * SHARE + 1):  # fewer shares than before, and more
        _, outputs = shared.loss_and_gradients(x[:n], targets[:n], loss)
        np.testing.assert_allclose(plain.forward(x[:n], train=True), outputs, rtol=1e-12)
        plain.backward(loss.backward(outputs, targets[:n]))
        np.testing.assert_allclose(shared.gradient_vector, plain.gradient_vector, rtol=1e-9, atol=1e-12)
