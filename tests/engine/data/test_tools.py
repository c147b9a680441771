"""The scripts that made the embedded files make the same files again."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from slugstudio.engine.data.embedded import digits, fashion_small
from slugstudio.engine.data.idx import encode_idx, read_idx
from slugstudio.engine.data.resources import resource
from slugstudio.engine.errors import DataError
from tools import make_digits, make_fashion_small
from tools.make_fashion_small import DEBIAN, SHA256, choose

LABELS = np.random.default_rng(0).permutation(np.repeat(np.arange(10, dtype=np.uint8), 7))


def unpacked(folder: Path, pattern: str) -> dict[str, bytes]:
    return {path.name: gzip.decompress(path.read_bytes()) for path in folder.glob(pattern)}


def test_the_digits_are_made_again(tmp_path: Path) -> None:
    make_digits.main(tmp_path)
    assert unpacked(tmp_path, "*") == unpacked(resource("data"), "digits-*")
    assert len(digits()[0]) == 1797


def test_as_many_of_each_class_are_drawn_and_keep_their_order() -> None:
    chosen = choose(LABELS, per_class=3, seed=1)
    assert np.bincount(LABELS[chosen]).tolist() == [3] * 10
    assert (np.diff(chosen) > 0).all()
    np.testing.assert_array_equal(chosen, choose(LABELS, per_class=3, seed=1))
    assert not np.array_equal(chosen, choose(LABELS, per_class=3, seed=2))


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="Debian's dataset-fashion-mnist is not installed")
def test_fashion_is_made_again_from_the_full_set(tmp_path: Path) -> None:
    make_fashion_small.main(DEBIAN, tmp_path)
    assert unpacked(tmp_path, "*") == unpacked(resource("data"), "fashion-small-*")


@pytest.mark.parametrize("packed", [False, True])
def test_another_full_set_is_refused(tmp_path: Path, packed: bool) -> None:
    for name in SHA256:
        content = encode_idx(LABELS)
        path = tmp_path / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(DataError, match="train-images-idx3-ubyte: expected the SHA-256"):
        make_fashion_small.read_full(tmp_path)


def test_the_committed_files_are_packed_without_time_or_name() -> None:
    for path in resource("data").glob("*.gz"):
        assert path.read_bytes()[3:8] == bytes(5)
        assert len(read_idx(path)) in (len(digits()[0]), len(fashion_small()[0]))
