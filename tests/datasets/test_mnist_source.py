"""MNIST as a data source: reads the data folder, downloads only when told to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import MNIST
from slugstudio.engine.data import mnist
from slugstudio.engine.data.fetch import Status
from slugstudio.engine.errors import DataError
from tests.engine.data.mirror import ARRAYS, serving


def test_load_never_downloads_but_says_how(data: Path) -> None:
    assert not MNIST().at_hand
    with pytest.raises(DataError, match="MNIST is not at hand: download it") as caught:
        MNIST().load()
    assert str(data / "mnist") in str(caught.value)
    assert not data.exists()


def test_fetch_then_load(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Status] = []
    with serving() as server:
        monkeypatch.setattr(mnist, "MIRRORS", (server.url,))
        MNIST().fetch(seen.append)
    assert MNIST().at_hand
    assert seen[-1].done == seen[-1].total
    loaded = MNIST().load()
    assert loaded.x.shape == (8, 1, 28, 28)
    np.testing.assert_array_equal(loaded.x[:6, 0], ARRAYS["train-images-idx3-ubyte"])
    np.testing.assert_array_equal(loaded.x[6:, 0], ARRAYS["t10k-images-idx3-ubyte"])
    assert loaded.y.tolist() == [5, 0, 4, 1, 9, 2, 7, 2]


def test_the_real_set_is_declared() -> None:
    source = MNIST()
    assert (source.n_samples, source.sample_shape, source.n_classes) == (70_000, (1, 28, 28), 10)
