"""Functions that are written into generated files as they stand here: how samples are read and answers written.

So they use numpy and the standard library only, and everything they need is passed to them.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np


def read_samples(path: Path, shape: tuple[int, ...]) -> np.typing.NDArray[np.float32]:
    """Return raw samples of shape (n, *shape): the array X of an NPZ file, or the rows of a CSV file."""
    if path.suffix.lower() == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            if "X" not in arrays:
                sys.exit(f"{path}: expected an array X, found {', '.join(arrays) or 'none'}.")
            samples = arrays["X"]
    else:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
        try:
            has_names = bool(rows) and not any(map(is_number, rows[0]))
            samples = np.array(rows[1:] if has_names else rows, np.float32)
        except ValueError as error:
            sys.exit(f"{path}: expected rows of numbers, all of them as long: {error}.")
    size = int(np.prod(shape))
    if not samples.size or samples[0].size != size:
        found = f"the shape {samples.shape}" if samples.size else "none"
        sys.exit(f"{path}: expected samples of {size} values each, {shape}, found {found}.")
    return np.asarray(samples, np.float32).reshape(-1, *shape)


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


WRITTEN = (read_samples, is_number, write_answers)
"""The functions, in their order."""
