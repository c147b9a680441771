"""The sets that come with the program are what they are said to be, and are made as it is said."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from slugstudio.engine.data import embedded
from slugstudio.engine.data.embedded import digits, fashion_small, get_digits, get_fashion_small
from slugstudio.engine.data.resources import resource
from slugstudio.engine.errors import DataError


def test_the_digits_are_those_of_scikit_learn() -> None:
    images, labels = digits()
    expected = load_digits()
    np.testing.assert_array_equal(images, expected.images)
    np.testing.assert_array_equal(labels, expected.target)


def test_fashion_has_600_different_images_of_each_class() -> None:
    images, labels = fashion_small()
    assert images.shape == (6000, 28, 28)
    assert (images.dtype, labels.dtype) == (np.uint8, np.uint8)
    assert np.bincount(labels).tolist() == [600] * 10
    assert (images.min(), images.max()) == (0, 255)
    assert len({image.tobytes() for image in images}) == 6000


def test_fashion_is_the_part_that_was_published() -> None:
    """Another part under the same name would change everybody's results."""
    images, labels = fashion_small()
    digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    assert digest == "4b20029e88122fd7f8d3e0115fd25c24b2a3a89ac8d3cf949f5395469b6343c6"


@pytest.mark.parametrize("load", [digits, fashion_small])
def test_the_arrays_are_read_once_and_cannot_be_changed(load: type) -> None:
    images, labels = load()
    assert load()[0] is images
    for array in (images, labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize(("get", "load", "width"), [(get_digits, digits, 64), (get_fashion_small, fashion_small, 784)])
def test_the_engines_layout_is_that_of_mnist(get: type, load: type, width: int) -> None:
    X, y = get()
    images, labels = load()
    assert X.dtype == y.dtype == np.float32
    assert y.shape == (len(X), 10)
    np.testing.assert_array_equal(X, images.reshape(-1, width))
    np.testing.assert_array_equal(y.argmax(axis=1), labels)
    assert (y.sum(axis=1) == 1).all()
    X[0] = 0


def test_a_damaged_installation_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "resource", lambda *parts: tmp_path.joinpath(*parts))
    monkeypatch.setattr(embedded, "_load", embedded._load.__wrapped__)
    with pytest.raises(DataError, match=r"digits-images-idx3-ubyte\.gz.*Install Slugstudio again"):
        digits()


def test_source_and_licence_stand_beside_the_files() -> None:
    text = resource("data", "README.md").read_text(encoding="utf-8")
    for expected in ["CC BY 4.0", "scikit-learn", "Alpaydin", "MIT License", "Copyright © 2017 Zalando SE"]:
        assert expected in text
    for path in resource("data").glob("*.gz"):
        assert path.name in text
