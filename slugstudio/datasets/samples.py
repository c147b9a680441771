"""Samples in files of other programs: CSV, NPZ, IDX and images, brought to the shape and values of a data source."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from math import isfinite, prod
from pathlib import Path

import numpy as np

from slugstudio.engine.data.idx import read_idx
from slugstudio.engine.declaration import Array, Shape
from slugstudio.engine.errors import DataError
from slugstudio.engine.layers.base import times

TABLES = (".csv", ".tsv", ".txt")
IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
LABEL = "label"
"""What the column of a table is called that holds the answers."""
MOST_PIXELS = 2**26


def read_samples(paths: Sequence[Path], shape: Shape, white: float) -> Array:
    """Return the samples in files, raw, as an array of shape (n, *shape).

    Parameters
    ----------
    paths : files of any kind; an image is one sample, the others hold many
    shape : of one sample
    white : float
        What the brightest pixel of an image is in the data.

    Raises
    ------
    DataError
        If a file cannot be read, or its samples have another shape or are not finite; the message names file and place.
    """
    found = [_read(path, shape, white)[0] for path in paths]
    return _finite(np.concatenate(found), paths[0])


def read_labelled(path: Path, shape: Shape, classes: Sequence[str], white: float) -> tuple[Array, Array]:
    """Return the samples in a file, as `read_samples` does, and their labels: NPZ with X and y, or a table.

    Labels are names of classes, or their numbers from 0.

    Raises
    ------
    DataError
        Also if the file has no labels, or one that is no class.
    """
    x, told = _read(path, shape, white)
    if told is None:
        raise DataError(f"{path}: expected labels too: an array y in an NPZ, or a column {LABEL} in a CSV.")
    if len(told) != len(x):
        raise DataError(f"{path}: expected one label a sample, received {len(x)} samples and {len(told)} labels.")
    known = {str(name): number for number, name in enumerate(classes)}
    known |= {str(number): number for number in range(len(classes)) if str(number) not in known}
    labels = np.empty(len(told), np.int64)
    for row, label in enumerate(told):
        if label not in known:
            raise DataError(f"{path}: sample {row}: expected a class ({', '.join(classes)}), received {label!r}.")
        labels[row] = known[label]
    return _finite(x, path), labels


def _read(path: Path, shape: Shape, white: float) -> tuple[Array, list[str] | None]:
    """Return samples of one file and their labels as they are written, if there are any."""
    ending = path.suffix.lower()
    try:
        if ending in TABLES:
            return _of_table(path, shape)
        if ending == ".npz":
            return _of_npz(path, shape)
        if ending in IMAGES:
            return _of_image(path, shape, white), None
        return _shaped(read_idx(path), shape, path), None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}.") from error


def _finite(x: Array, path: Path) -> Array:
    bad = np.flatnonzero(~np.isfinite(x.reshape(len(x), prod(x.shape[1:]))).all(axis=1))
    if len(bad):
        raise DataError(f"{path}: sample {bad[0]}: expected finite values, found NaN or infinity.")
    return x


def _shaped(found: Array, shape: Shape, path: Path) -> Array:
    """Return an array of samples of any shape with as many values, (n, *shape) itself or as rows."""
    if found.dtype.kind not in "biuf":
        raise DataError(f"{path}: expected numbers, received values of type {found.dtype}.")
    if found.ndim < 2 or prod(found.shape[1:]) != prod(shape) or not _alike(found.shape[1:], shape):
        raise DataError(
            f"{path}: expected samples of {times(shape)}, {prod(shape):,} values each, received an array of the shape "
            f"{found.shape}."
        )
    return found.reshape(len(found), *shape).astype(np.float32)


def _alike(found: Shape, shape: Shape) -> bool:
    """Tell whether both shapes are the same but for axes of one, or one of them is a row of values."""
    return len(found) == 1 or len(shape) == 1 or [n for n in found if n > 1] == [n for n in shape if n > 1]


def _of_npz(path: Path, shape: Shape) -> tuple[Array, list[str] | None]:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            if "X" not in arrays:
                raise DataError(f"{path}: expected an array X, received {', '.join(arrays) or 'no array'}.")
            labels = [str(label) for label in arrays["y"].tolist()] if "y" in arrays and arrays["y"].ndim == 1 else None
            return _shaped(arrays["X"], shape, path), labels
    except DataError:
        raise
    except (ValueError, zipfile.BadZipFile, EOFError, TypeError) as error:
        raise DataError(f"{path}: it is no sound NPZ file of plain arrays ({error}).") from error


def _of_image(path: Path, shape: Shape, white: float) -> Array:
    from PIL import Image, UnidentifiedImageError  # takes 18 ms, which nobody needs who has no images

    if len(shape) != 3 or shape[0] not in (1, 3):
        raise DataError(f"{path}: expected samples of {times(shape)}, received an image; give them as CSV or NPZ.")
    channels, height, width = shape
    try:
        with path.open("rb") as stream, Image.open(stream) as image:
            if image.width * image.height > MOST_PIXELS or (image.height, image.width) != (height, width):
                raise DataError(
                    f"{path}: expected an image of {width} by {height} pixels, received one of {image.width} by "
                    f"{image.height}; bring it to that size."
                )
            pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"), np.float32)
    except DataError:
        raise
    except (UnidentifiedImageError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise DataError(f"{path}: it is no image that can be read, or damaged.") from error
    ordered = pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
    return np.ascontiguousarray(ordered[None] * (white / 255), np.float32)


def _of_table(path: Path, shape: Shape) -> tuple[Array, list[str] | None]:
    """Read rows of numbers; the first row may be a heading, and a column may be called `LABEL`."""
    width, rows = prod(shape), _rows(path)
    first = next(rows, None)
    if first is None:
        raise DataError(f"{path}: expected a row of {width:,} numbers for each sample, received an empty file.")
    column, heading = None, any(_number(cell) is None for cell in first[1])
    if heading:
        names = [cell.strip().lower() for cell in first[1]]
        column = names.index(LABEL) if LABEL in names else None
        first = next(rows, None)
    values, labels = [], []
    while first is not None:
        line, cells = first
        if column is not None and column < len(cells):
            labels.append(cells.pop(column).strip())
        values.append(_numbers(path, line, cells, width))
        first = next(rows, None)
    x = np.array(values, np.float32).reshape(len(values), *shape)
    return x, None if column is None else labels


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of a table that are not empty."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            start = stream.read(4096)
            stream.seek(0)
            line = start.partition("\n")[0]
            delimiter = max(",;\t", key=line.count)
            reader = csv.reader(stream, delimiter=delimiter)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: expected a table in UTF-8; save it as CSV in UTF-8.") from error
    except csv.Error as error:
        raise DataError(f"{path}: it is no sound CSV file ({error}).") from error


def _numbers(path: Path, line: int, cells: list[str], width: int) -> list[float]:
    if len(cells) != width:
        raise DataError(f"{path}, line {line}: expected {width:,} numbers, received {len(cells):,} values.")
    found = []
    for column, cell in enumerate(cells, 1):
        number = _number(cell)
        if number is None or not isfinite(number):
            raise DataError(f"{path}, line {line}, column {column}: expected a finite number, received {cell!r}.")
        found.append(number)
    return found


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
