"""IDX files: what is written is read, and a damaged file is told apart and named."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from slugstudio.engine.data.idx import decode_idx, encode_idx, read_idx, write_idx
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError

TYPES = ["u1", "i1", "<i2", ">i2", "<i4", "<f4", ">f4", "<f8"]

arrays = st.sampled_from(TYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5))
)
IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


@given(arrays)
def test_what_is_encoded_is_decoded(array: Array) -> None:
    found = decode_idx(encode_idx(array))
    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype.newbyteorder("=")
    assert found.flags.writeable


def test_the_bytes_are_those_of_the_format() -> None:
    assert encode_idx(np.array([[1, 2]], np.int16)) == bytes.fromhex("00000b02 00000001 00000002 0001 0002")
    assert decode_idx(bytes.fromhex("00000d01 00000001 3f800000")).tolist() == [1.0]


@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_files_plain_and_packed(tmp_path: Path, name: str) -> None:
    write_idx(tmp_path / name, IMAGES)
    np.testing.assert_array_equal(read_idx(tmp_path / name), IMAGES)
    assert (tmp_path / name).read_bytes()[:2] == (b"\x1f\x8b" if name.endswith(".gz") else b"\0\0")


def test_packed_files_do_not_depend_on_time_or_name(tmp_path: Path) -> None:
    write_idx(tmp_path / "a.gz", IMAGES)
    write_idx(tmp_path / "b.gz", IMAGES)
    packed = (tmp_path / "a.gz").read_bytes()
    assert packed == (tmp_path / "b.gz").read_bytes()
    assert packed[4:8] == b"\0\0\0\0"


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.array(["a"]), "received <U1"),
        (np.zeros(2, np.int64), "received int64"),
        (np.float32(1).reshape(()), "1 to 32 dimensions"),
        (np.broadcast_to(np.uint8(0), (2**32,)), "below 2\\*\\*32"),
    ],
)
def test_an_array_that_idx_cannot_hold_is_refused(array: Array, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        encode_idx(array)


@given(st.integers(0, len(encode_idx(IMAGES)) - 1))
def test_every_truncation_is_found(length: int) -> None:
    with pytest.raises(DataError, match=r"^a file: (truncated|not an IDX file)"):
        decode_idx(encode_idx(IMAGES)[:length], "a file")


def test_bytes_after_the_end_are_found() -> None:
    with pytest.raises(DataError, match="bytes after the 24"):
        decode_idx(encode_idx(IMAGES) + b"\0")


@pytest.mark.parametrize("head", ["01000803", "00010803", "00000703", "00000800", "00000821"])
def test_a_wrong_magic_number_is_shown(head: str) -> None:
    magic = bytes.fromhex(head)
    with pytest.raises(DataError, match=f"not an IDX file.*received {magic.hex(' ')}"):
        decode_idx(magic + encode_idx(IMAGES)[4:])


@given(st.binary(max_size=64))
def test_any_bytes_give_an_array_or_a_data_error(content: bytes) -> None:
    try:
        found = decode_idx(content)
    except DataError:
        return
    assert encode_idx(found) == content


@given(st.integers(0, 200), st.integers(0, 7))
def test_a_flipped_bit_in_a_packed_file_does_no_harm_or_is_found(place: int, bit: int) -> None:
    packed = bytearray(gzip.compress(encode_idx(IMAGES), mtime=0))
    packed[place % len(packed)] ^= 1 << bit
    with TemporaryDirectory() as folder:
        path = Path(folder) / "flipped.gz"
        path.write_bytes(packed)
        try:
            found = read_idx(path)
        except DataError:
            return
        np.testing.assert_array_equal(found, IMAGES)


def test_a_truncated_packed_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(encode_idx(IMAGES))[:-9])
    with pytest.raises(DataError, match=r"images\.gz: damaged, cannot be unpacked .*good copy"):
        read_idx(path)


@pytest.mark.parametrize("name", ["huge", "huge.gz"])
def test_a_header_that_promises_too_much_takes_no_memory(tmp_path: Path, name: str) -> None:
    content = struct.pack(">HBBII", 0, 8, 2, 2**32 - 1, 2**32 - 1) + bytes(100)
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    with pytest.raises(DataError, match="more than it can hold"):
        read_idx(tmp_path / name)


def test_a_packed_file_may_unpack_to_much_more_than_its_size(tmp_path: Path) -> None:
    zeros = np.zeros(1_000_000, np.uint8)
    write_idx(tmp_path / "zeros.gz", zeros)
    assert (tmp_path / "zeros.gz").stat().st_size < 2000
    np.testing.assert_array_equal(read_idx(tmp_path / "zeros.gz"), zeros)


@pytest.mark.parametrize("name", ["absent", "absent.gz"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=f"{name}: cannot be read .*No such file"):
        read_idx(tmp_path / name)
