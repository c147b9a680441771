"""get_mnist from the data folder and from mirrors, with a small MNIST in place of the real one."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from slugstudio.engine.data import mnist
from slugstudio.engine.data.mnist import get_mnist, read_mnist
from slugstudio.engine.errors import DataError
from tests.engine.data.mirror import ARRAYS, PLAIN, serving


def place(data: Path, packed: bool) -> None:
    (data / "mnist").mkdir(parents=True)
    for name, content in PLAIN.items():
        path = data / "mnist" / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)


@pytest.mark.parametrize("packed", [False, True])
def test_files_in_the_data_folder_are_taken_without_a_network(data: Path, packed: bool) -> None:
    place(data, packed)
    X, y = get_mnist(mirrors=())
    train, test = ARRAYS["train-images-idx3-ubyte"], ARRAYS["t10k-images-idx3-ubyte"]
    np.testing.assert_array_equal(X, np.concatenate([train, test]).reshape(8, 784))
    assert X.dtype == y.dtype == np.float32
    assert y.shape == (8, 10)
    assert y.argmax(axis=1).tolist() == [5, 0, 4, 1, 9, 2, 7, 2]
    assert (y.sum(axis=1) == 1).all()


def test_what_is_missing_is_downloaded_once_and_announced(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as server:
        first, _ = get_mnist([server.url])
        again, _ = get_mnist([server.url])
    assert len(server.asked) == 4
    np.testing.assert_array_equal(first, again)
    assert capsys.readouterr().err.count("Downloading") == 1
    assert (data / "mnist" / "t10k-labels-idx1-ubyte.gz").exists()


def test_what_is_missing_is_told_without_asking_anyone(data: Path) -> None:
    assert mnist.missing() == list(mnist.FILES)
    place(data, packed=True)
    assert mnist.missing() == []


def test_offline_the_error_names_the_folder_and_the_four_files(data: Path) -> None:
    with pytest.raises(DataError) as caught:
        get_mnist(["http://127.0.0.1:9/"])
    for expected in [*PLAIN, str(data / "mnist"), "SLUGSTUDIO_DATA", "(plain or .gz)"]:
        assert expected in str(caught.value)


def test_reading_never_downloads(data: Path) -> None:
    with pytest.raises(DataError, match="MNIST is not at hand: download it") as caught:
        read_mnist()
    assert str(data / "mnist") in str(caught.value)
    assert not data.exists()


def test_a_damaged_file_is_named_and_left_alone(data: Path) -> None:
    place(data, packed=False)
    path = data / "mnist" / "t10k-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x09")
    with serving() as server, pytest.raises(DataError, match="t10k-labels-idx1-ubyte: damaged"):
        get_mnist([server.url])
    assert server.asked == []
    assert path.read_bytes()[-1] == 9


def test_the_table_describes_sound_idx_files() -> None:
    """The real files are too large to test with; sizes follow from shapes, and no digest stands twice."""
    sizes = [16 + 60_000 * 784, 8 + 60_000, 16 + 10_000 * 784, 8 + 10_000]
    assert [file.size for file in mnist.FILES] == sizes
    digests = [digest for file in mnist.FILES for digest in (file.sha256, file.gz_sha256)]
    assert len(set(digests)) == 8
    assert all(len(digest) == 64 and set(digest) <= set("0123456789abcdef") for digest in digests)
    assert all(url.startswith("https://") and url.endswith("/") for url in mnist.MIRRORS)
