"""Damage of every kind gives `ProjectFileError` or the very same project: a sample; `make torture` tries all of it."""

from __future__ import annotations

import random
import zipfile
import zlib
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest

from slugstudio.project import Project, save
from slugstudio.project.archive import read_archive
from tests.project.made import points_design, trained
from tests.torture import damage
from tests.torture.opening import survives, tally


@pytest.fixture(scope="module")
def project() -> Project:
    return trained(points_design(n_samples=30))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.slug"


@pytest.fixture
def content(project: Project, path: Path) -> bytes:
    save(project, path)
    return path.read_bytes()


def test_no_truncated_file_opens(path: Path, content: bytes, project: Project) -> None:
    ends = list(damage.truncations(content))
    told = tally(path, ends[::17] + ends[-64:], project)
    told.require()
    assert (told.n, told.opened) == (len(ends[::17]) + 64, 0)


def test_only_bits_that_mean_nothing_can_be_others(path: Path, content: bytes, project: Project) -> None:
    bits = random.Random(1).sample(range(8 * len(content)), 1500)
    unread = {bit for bit in bits if is_unread(content, bit // 8)}
    opened = {bit for bit in bits if survives(path, damage.flipped(content, bit), project)}
    assert unread
    assert unread <= opened
    for bit in opened - unread:  # what is deflated can be written in more than one way, and must say the same
        assert is_deflated(content, bit // 8)
        assert inflated(damage.flipped(content, bit)) == inflated(content)


def is_unread(content: bytes, place: int) -> bool:
    """Return whether a byte is of what only the directory tells: by what an entry was made, and its attributes."""
    begin = content.rfind(b"PK\1\2", 0, place + 1)
    return begin >= 0 and place - begin in {4, 5, *range(36, 42)}


def is_deflated(content: bytes, place: int) -> bool:
    """Return whether a byte lies in the data of a deflated entry."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        deflated = [info for info in archive.infolist() if info.compress_type == zipfile.ZIP_DEFLATED]
    begins = {info.header_offset + 30 + len(info.filename): info.compress_size for info in deflated}
    return any(begin <= place < begin + size for begin, size in begins.items())


def inflated(content: bytes) -> list[bytes] | None:
    """Return what Python's own reader finds; None if it finds a fault."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return [archive.read(info) for info in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error):
        return None


def test_corrupted_files_are_refused_or_the_same(path: Path, content: bytes, project: Project) -> None:
    told = tally(path, damage.corruptions(content, 1000, seed=2), project)
    told.require()
    assert told.opened < told.n == 1000


def test_wrong_values_are_refused_or_can_be_saved(path: Path, content: bytes) -> None:
    told = tally(path, damage.wrong_values(read_archive(path), 500, seed=3), None)
    told.require()
    assert 0 < told.opened < told.n == 500


def test_what_the_same_seed_damages_is_the_same(content: bytes) -> None:
    assert list(islice(damage.corruptions(content, 9, seed=4), 9)) == list(damage.corruptions(content, 9, seed=4))
