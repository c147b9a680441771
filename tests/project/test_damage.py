"""Damage of every kind gives `ProjectFileError` or the very same project: a sample; `make torture` tries all of it."""

from __future__ import annotations

import random
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
    harmless = {bit for bit in random.Random(1).sample(range(8 * len(content)), 1500) if harmless_bit(content, bit)}
    for bit in random.Random(1).sample(range(8 * len(content)), 1500):
        assert survives(path, damage.flipped(content, bit), project) == (bit in harmless)
    assert harmless


def harmless_bit(content: bytes, bit: int) -> bool:
    """Return whether a bit is of what only the directory tells: by what an entry was made, and its attributes."""
    place = bit // 8
    begin = content.rfind(b"PK\1\2", 0, place + 1)
    return begin >= 0 and place - begin in {4, 5, *range(36, 42)}


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
