"""Functions that are written into generated files as they stand here: how samples are read and answers written.

So they use numpy and the standard library only, and everything they need is passed to them.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from pathlib import Path

import numpy as np


def read_samples(path: Path, shape: tuple[int, ...]) -> np.typing.NDArray[np.float32]:
    """Return raw samples of shape (n, *shape): the array X of an NPZ file, or the rows of a CSV file."""
    try:
        samples = np.asarray(read_npz(path) if path.suffix.lower() == ".npz" else read_csv(path), np.float32)
    except (OSError, TypeError, ValueError, csv.Error, zipfile.BadZipFile) as error:
        sys.exit(f"{path}: expected samples that are numbers, all of one size: {error}.")
    size = int(np.prod(shape))
    if not samples.size or samples[0].size != size:
        found = f"the shape {samples.shape}" if samples.size else "none"
        sys.exit(f"{path}: expected samples of {size} values each, {shape}, found {found}.")
    return samples.reshape(-1, *shape)


def read_npz(path: Path) -> np.typing.NDArray[np.float32]:
    """Return the array X."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        if "X" not in arrays:
            raise ValueError(f"an array X is missing, there are: {', '.join(arrays) or 'none'}")
        return np.asarray(arrays["X"])


def read_csv(path: Path) -> list[list[str]]:
    """Return the rows, without a first one of names."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row]
    has_names = bool(rows) and not any(map(is_number, rows[0]))
    return rows[1:] if has_names else rows


def is_number(text: str) -> bool:
    """Tell whether a text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_answers(
    path: Path | None, outputs: np.typing.NDArray[np.float32], classes: tuple[str, ...], threshold: float
) -> None:
    """Write ``index,prediction`` and the outputs of each sample as CSV, to the terminal without a path.

    Of one output, what is above the threshold is the second class.
    """
    one = outputs.shape[1] == 1
    chosen = (outputs[:, 0] > threshold).astype(int) if one else outputs.argmax(axis=1)
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(["index", "prediction", *(classes[1:] if one else classes)])
    for index, (number, values) in enumerate(zip(chosen, outputs, strict=True)):
        writer.writerow([index, classes[number], *(f"{value:.8g}" for value in values)])
    if path is None:
        sys.stdout.write(content.getvalue())
    else:
        path.write_text(content.getvalue(), encoding="utf-8", newline="")


WRITTEN = (read_samples, read_npz, read_csv, is_number, write_answers)
"""The functions, in their order."""
