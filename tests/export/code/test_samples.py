"""What is written into programs: how they read samples and write answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from slugstudio.export.code.samples import read_samples, write_answers


@pytest.mark.parametrize("names", ["", "a,b,c,d\n", "\ufeffa,b,c,d\n"])
def test_a_csv_file_has_a_sample_in_each_row_with_or_without_names(names: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{names}1,2,3,4.5\n\n-1,0,nan,1e3\n", encoding="utf-8")
    found = read_samples(path, (1, 2, 2))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [[[[1, 2], [3, 4.5]]], [[[-1, 0], [np.nan, 1000]]]])


def test_of_an_npz_file_it_is_the_array_x(tmp_path: Path) -> None:
    x = np.arange(12).reshape(2, 6)
    np.savez(tmp_path / "x.NPZ", X=x, y=np.zeros(2))
    (tmp_path / "x.NPZ.npz").rename(tmp_path / "x.NPZ")
    np.testing.assert_array_equal(read_samples(tmp_path / "x.NPZ", (1, 2, 3)), x.reshape(2, 1, 2, 3))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.csv", b"1,2\n3\n", "expected samples that are numbers, all of one size"),
        ("x.csv", b"1,two\n", "expected samples that are numbers"),
        ("x.csv", b"1,\xff\n", "expected samples that are numbers"),
        ("x.csv", b"1,2,3\n", r"expected samples of 2 values each, \(2,\), found the shape \(1, 3\)"),
        ("x.csv", b"a,b\n", "expected samples of 2 values each, .* found none"),
        ("x.csv", b"", "found none"),
        ("x.npz", b"PK\3\4 and no more", "expected samples that are numbers"),
        ("x.npz", b"1,2\n", "expected samples that are numbers"),
    ],
)
def test_a_file_that_cannot_be_used_ends_the_program_with_a_reason(
    name: str, content: bytes, words: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SystemExit, match=words):
        read_samples(path, (2,))


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"a": np.zeros(2), "b": np.zeros(2)}, "an array X is missing, there are: a, b"),
        ({}, "an array X is missing, there are: none"),
        ({"X": np.array([["a", "b"]])}, "expected samples that are numbers"),
    ],
)
def test_an_npz_file_without_samples_ends_the_program_too(
    arrays: dict[str, np.ndarray], words: str, tmp_path: Path
) -> None:
    np.savez(tmp_path / "x.npz", **arrays)
    with pytest.raises(SystemExit, match=words):
        read_samples(tmp_path / "x.npz", (2,))


def test_an_array_alone_is_no_npz_file(tmp_path: Path) -> None:
    with (tmp_path / "x.npz").open("wb") as file:
        np.save(file, np.zeros((3, 2)))
    with pytest.raises(SystemExit, match="expected samples that are numbers"):
        read_samples(tmp_path / "x.npz", (2,))


def test_answers_are_the_likeliest_class_and_all_outputs(tmp_path: Path) -> None:
    outputs = np.array([[0.25, 0.5, 0.125], [1, 0, 1 / 3]], np.float32)
    write_answers(tmp_path / "y.csv", outputs, ("cat", "a, b", "ö"), 0.5)
    expected = 'index,prediction,cat,"a, b",ö\n0,"a, b",0.25,0.5,0.125\n1,cat,1,0,0.33333334\n'
    assert (tmp_path / "y.csv").read_bytes().decode() == expected


def test_one_output_is_compared_with_the_threshold(capsys: pytest.CaptureFixture[str]) -> None:
    write_answers(None, np.array([[0.5], [0.75]], np.float32), ("no", "yes"), 0.5)
    assert capsys.readouterr().out == "index,prediction,yes\n0,no,0.5\n1,yes,0.75\n"
