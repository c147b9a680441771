from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slugstudio.datasets.samples import read_labelled, read_samples
from slugstudio.engine.data.idx import write_idx
from slugstudio.engine.errors import DataError

POINT, PICTURE = (2,), (1, 2, 3)
GREY = np.arange(6, dtype=np.uint8).reshape(2, 3)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(name: str, content: str | bytes) -> Path:
    path = Path(name)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "1,2\n3,4.5\n"),
        ("a.csv", "\ufeff1,2\r\n3,4.5"),
        ("a.csv", "x,y\n1,2\n\n3,4.5\n"),
        ("a.csv", "1;2\n3;4.5\n"),
        ("a.tsv", "1\t2\n3\t4.5\n"),
        ("a.txt", "x,Label,y\n1,a,2\n3,b,4.5\n"),
    ],
)
def test_tables(name: str, content: str) -> None:
    x = read_samples([written(name, content)], POINT, 255)
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, [[1, 2], [3, 4.5]])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "expected a row of 2 numbers for each sample, received an empty file"),
        ("1,2\n3\n", "line 2: expected 2 numbers, received 1 values"),
        ("1,2\n3,4,5\n", "line 2: expected 2 numbers, received 3 values"),
        ("1,2\n3,four\n", "line 2, column 2: expected a finite number, received 'four'"),
        ("1,2\nnan,4\n", "line 2, column 1: expected a finite number, received 'nan'"),
        ('1,2\n"3', "expected 2 numbers, received 1"),
        (b"\xff\xfe1\x00", "expected a table in UTF-8"),
        ("1," + '"' + "x" * 200_000 + '"\n', "it is no sound CSV file"),
    ],
)
def test_tables_that_are_wrong_are_told_with_their_place(content: str | bytes, said: str) -> None:
    with pytest.raises(DataError, match=f"a.csv.*{said}"):
        read_samples([written("a.csv", content)], POINT, 255)


def test_a_heading_alone_has_no_samples() -> None:
    assert read_samples([written("a.csv", "x,y\n")], POINT, 255).shape == (0, 2)


@pytest.mark.parametrize("shape", [(5, 1, 2, 3), (5, 2, 3), (5, 6)])
def test_arrays_of_any_shape_with_as_many_values(shape: tuple[int, ...]) -> None:
    values = np.arange(30).reshape(shape)
    np.savez("a.npz", X=values)
    np.testing.assert_array_equal(read_samples([Path("a.npz")], PICTURE, 255), values.reshape(5, 1, 2, 3))


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"Z": np.zeros(3)}, "expected an array X, received Z"),
        ({}, "expected an array X, received no array"),
        (
            {"X": np.zeros((4, 3, 2))},
            r"expected samples of 1 × 2 × 3, 6 values each, received an array of the shape \(4, 3, 2\)",
        ),
        ({"X": np.zeros(6)}, r"received an array of the shape \(6,\)"),
        ({"X": np.array([["a"] * 6])}, "expected numbers, received values of type"),
        ({"X": np.full((2, 6), np.inf)}, "sample 0: expected finite values"),
        ({"X": np.array([[None] * 6])}, "it is no sound NPZ file"),
    ],
)
def test_arrays_that_do_not_fit_are_told(arrays: dict[str, np.ndarray], said: str) -> None:
    np.savez("a.npz", **arrays)
    with pytest.raises(DataError, match=said):
        read_samples([Path("a.npz")], PICTURE, 255)


@pytest.mark.parametrize("content", [b"", b"PK\3\4 nothing", b"no zip at all"])
def test_files_that_are_no_npz_are_told(content: bytes) -> None:
    with pytest.raises(DataError, match=r"a\.npz: it is no sound NPZ"):
        read_samples([written("a.npz", content)], PICTURE, 255)


def test_idx_files_packed_or_not() -> None:
    images = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    write_idx("images-idx3-ubyte", images)
    written("images.gz", gzip.compress(Path("images-idx3-ubyte").read_bytes()))
    for name in ("images-idx3-ubyte", "images.gz"):
        np.testing.assert_array_equal(read_samples([Path(name)], PICTURE, 255), images[:, None])
    with pytest.raises(DataError, match="not an IDX file"):
        read_samples([written("strange", b"strange")], PICTURE, 255)


def test_images_become_samples_of_the_datas_values_one_after_the_other() -> None:
    Image.fromarray(GREY * 51).save("a.png")
    Image.fromarray(np.stack([GREY * 51] * 3, 2)).save("b.bmp")
    x = read_samples([Path("a.png"), Path("b.bmp")], PICTURE, 5)
    np.testing.assert_allclose(x, [[GREY], [GREY]], atol=1e-5)
    colours = read_samples([Path("b.bmp")], (3, 2, 3), 255)
    np.testing.assert_array_equal(colours[0], [GREY * 51] * 3)


def test_images_that_do_not_fit_are_told() -> None:
    Image.fromarray(np.zeros((9, 7), np.uint8)).save("a.png")
    with pytest.raises(DataError, match=r"a\.png: expected an image of 3 by 2 pixels, received one of 7 by 9"):
        read_samples([Path("a.png")], PICTURE, 255)
    with pytest.raises(DataError, match=r"a\.png: expected samples of 2, received an image"):
        read_samples([Path("a.png")], POINT, 255)
    whole = Path("a.png").read_bytes()
    for content in (b"", b"none", whole[:40], whole[:-30]):
        with pytest.raises(DataError, match=r"b\.png: "):
            read_samples([written("b.png", content)], (1, 9, 7), 255)


def test_what_cannot_be_read_is_told() -> None:
    for name in ("missing.csv", "missing.npz", "missing.png", "missing"):
        with pytest.raises(DataError, match=r"(?i)missing.*no such file"):
            read_samples([Path(name)], PICTURE, 255)


def test_labels_are_names_or_numbers_of_classes() -> None:
    x, y = read_labelled(written("a.csv", "label,x,y\ninner,1,2\n1,3,4\n"), POINT, ("outer", "inner"), 255)
    np.testing.assert_array_equal(x, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(y, [1, 1])
    np.savez("a.npz", X=np.zeros((2, 2)), y=np.array([1, 0]))
    np.testing.assert_array_equal(read_labelled(Path("a.npz"), POINT, ("outer", "inner"), 255)[1], [1, 0])
    np.savez("b.npz", X=np.zeros((2, 2)), y=np.array(["5", "3"]))
    np.testing.assert_array_equal(read_labelled(Path("b.npz"), POINT, ("3", "5"), 255)[1], [1, 0])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "1,2\n", "expected labels too"),
        ("a.csv", "x,label,y\n1,other,2\n", r"sample 0: expected a class \(outer, inner\), received 'other'"),
        ("a.csv", "x,y,label\n1,2\n", "expected one label a sample, received 1 samples and 0 labels"),
    ],
)
def test_labels_that_are_wrong_are_told(name: str, content: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_labelled(written(name, content), POINT, ("outer", "inner"), 255)


def test_labels_of_another_shape_are_none() -> None:
    np.savez("a.npz", X=np.zeros((2, 2)), y=np.zeros((2, 2)))
    with pytest.raises(DataError, match="expected labels too"):
        read_labelled(Path("a.npz"), POINT, ("outer", "inner"), 255)
