"""Damage of every kind gives `ProjectFileError` or the very same project: a sample with fixed seeds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from slugstudio.project import Project, ProjectFileError, load, save
from tests.project.made import points_design, trained


@pytest.fixture(scope="module")
def project() -> Project:
    return trained(points_design())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.slug"


@pytest.fixture
def content(project: Project, path: Path) -> bytes:
    save(project, path)
    return path.read_bytes()


def survives(path: Path, damaged: bytes, project: Project) -> bool:
    """Return whether the damaged file still opens, and then as the very same project."""
    path.write_bytes(damaged)
    try:
        opened = load(path)
    except ProjectFileError:
        return False
    assert opened == project
    return True


def test_no_truncated_file_opens(path: Path, content: bytes, project: Project) -> None:
    for size in {*range(0, len(content), 37), *range(len(content) - 64, len(content))}:
        assert not survives(path, content[:size], project)


def test_flipped_bits_are_found_or_do_no_harm(path: Path, content: bytes, project: Project) -> None:
    rng = random.Random(1)
    harmless = 0
    for _ in range(1500):
        damaged = bytearray(content)
        damaged[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        harmless += survives(path, bytes(damaged), project)
    assert 0 < harmless < 750  # times and such may differ; the rest is found


def test_overwritten_stretches_are_found_or_do_no_harm(path: Path, content: bytes, project: Project) -> None:
    rng = random.Random(2)
    for _ in range(500):
        damaged = bytearray(content)
        start, size = rng.randrange(len(content)), rng.choice([1, 2, 4, 8, 64])
        damaged[start : start + size] = rng.randbytes(size)
        survives(path, bytes(damaged), project)


def test_inserted_and_lost_bytes_are_found_or_do_no_harm(path: Path, content: bytes, project: Project) -> None:
    rng = random.Random(3)
    for _ in range(300):
        start, size = rng.randrange(len(content)), rng.choice([1, 4, 30])
        survives(path, content[:start] + rng.randbytes(size) + content[start:], project)
        survives(path, content[:start] + content[start + size :], project)
