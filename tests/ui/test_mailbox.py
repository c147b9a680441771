from __future__ import annotations

import threading

import numpy as np

from slugstudio.engine.events import BatchDone
from slugstudio.ui.mailbox import Mailbox


def batch(step: int) -> BatchDone:
    return BatchDone(step, 1, step, 100, 1.0, 0.5, 10)


def test_letters_come_in_their_order_and_once() -> None:
    box = Mailbox()
    box.post("first")
    box.post("second")
    assert box.empty().letters == ["first", "second"]
    assert box.empty().letters == []


def test_of_batches_the_latest_comes_and_all_samples_count() -> None:
    box = Mailbox()
    for step in (1, 2, 3):
        box.post_batch(batch(step))
    mail = box.empty()
    assert (mail.batch, mail.n_samples) == (batch(3), 30)
    assert (box.empty().batch, box.empty().n_samples) == (None, 0)


def test_weights_are_wanted_once_the_last_were_fetched() -> None:
    box = Mailbox()
    assert box.wants_weights
    box.post_weights(np.zeros(2))
    assert not box.wants_weights
    box.post_weights(np.ones(2))
    np.testing.assert_array_equal(box.empty().weights, [1, 1])
    assert box.wants_weights


def test_nothing_is_lost_between_two_threads() -> None:
    box, n = Mailbox(), 2000

    def write() -> None:
        for step in range(n):
            box.post(step)
            box.post_batch(batch(step))

    thread = threading.Thread(target=write)
    thread.start()
    letters: list[object] = []
    n_samples = 0
    while thread.is_alive() or len(letters) < n or n_samples < 10 * n:
        mail = box.empty()
        letters += mail.letters
        n_samples += mail.n_samples
    thread.join()
    assert (letters, n_samples) == (list(range(n)), 10 * n)
