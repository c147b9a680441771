from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from slugstudio.engine.layers import Dense
from slugstudio.project import Project, ProjectFileError, load, save
from slugstudio.project.archive import read_archive
from slugstudio.project.design import DataChoice
from slugstudio.project.history import EpochRow, History
from slugstudio.project.templates import TEMPLATES, template
from slugstudio.project.thumbnail import HEIGHT, WIDTH, thumbnail
from tests.project.made import points_design, stack, trained
from tests.torture.containers import built, parts_of, rehashed


def pixels(png: bytes) -> np.ndarray:
    """Return the colours of a picture, read by the format's own rules."""
    stream, data = io.BytesIO(png[8:]), b""
    while length := stream.read(4):
        (size,) = struct.unpack(">I", length)
        kind, content = stream.read(4), stream.read(size)
        assert struct.unpack(">I", stream.read(4)) == (zlib.crc32(kind + content),)
        data += content if kind == b"IDAT" else b""
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(HEIGHT, 1 + 3 * WIDTH)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(HEIGHT, WIDTH, 3)


def colours(png: bytes) -> set[str]:
    return {f"{r:02x}{g:02x}{b:02x}" for r, g, b in pixels(png).reshape(-1, 3).tolist()}


def test_layers_are_bars_in_the_colours_of_their_groups() -> None:
    seen = colours(thumbnail(template("digits-cnn")))
    assert {"3f6fd8", "8a6fc9", "c2587e"} <= seen  # convolution and dense, pooling and flatten, dropout
    assert not {"2457c5", "b4530a"} & seen  # nothing is learned yet


@pytest.mark.parametrize("name", TEMPLATES)
def test_equal_projects_have_equal_pictures(name: str) -> None:
    assert thumbnail(template(name)) == thumbnail(template(name))


def with_losses(*losses: tuple[float, float | None]) -> Project:
    rows = [EpochRow(n, n, loss, 0.5, val, None, 1.0) for n, (loss, val) in enumerate(losses, 1)]
    return Project(points_design(), None, History.of([], [], [], rows, []))


def test_losses_are_curves() -> None:
    falling = pixels(thumbnail(with_losses((2.0, 1.8), (1.0, 1.2), (0.1, 0.9))))
    rows = [np.flatnonzero((falling[:, x] == (0x24, 0x57, 0xC5)).all(axis=1)).mean() for x in (162, 230, 302)]
    assert rows == sorted(rows)
    assert rows[0] < 30 < 160 < rows[2]
    assert "b4530a" in colours(thumbnail(with_losses((2.0, 1.8))))


def test_losses_that_are_no_numbers_are_left_out() -> None:
    nan = float("nan")
    assert "2457c5" not in colours(thumbnail(with_losses((nan, None))))
    seen = colours(thumbnail(with_losses((nan, 1.0), (nan, 2.0))))
    assert "b4530a" in seen
    assert "2457c5" not in seen


def test_a_tall_stack_fits() -> None:
    many = stack([Dense(4) for _ in range(60)], DataChoice(points_design().data.source))
    assert (pixels(thumbnail(Project(many)))[:, 16] != 255).any(axis=1).sum() > 100


def test_it_lies_in_the_file_and_may_be_missing(tmp_path: Path) -> None:
    project, path = trained(points_design()), tmp_path / "a.slug"
    save(project, path)
    entries = read_archive(path)
    assert entries["thumbnail.png"] == thumbnail(project)
    del entries["thumbnail.png"]
    path.write_bytes(built(parts_of(rehashed(entries))))
    assert load(path) == project


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s2I", 13, b"IHDR", 60_000, 60_000),
        thumbnail(template("digits-cnn")) + bytes(2**20),
    ],
)
def test_what_is_no_small_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.slug"
    save(Project(points_design()), path)
    path.write_bytes(built(parts_of(rehashed({**read_archive(path), "thumbnail.png": content}))))
    with pytest.raises(ProjectFileError, match=r"thumbnail\.png: expected a PNG of 320 by 200 pixels"):
        load(path)
