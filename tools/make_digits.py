"""Make ``resources/data/digits-*``: the UCI optical digits as scikit-learn ships them, written as IDX files.

Run from the top of the repository: ``python -m tools.make_digits`` (needs scikit-learn).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from slugstudio.engine.data.idx import write_idx
from slugstudio.engine.data.resources import resource


def main(folder: Path) -> None:
    """Write images uint8 of shape (1797, 8, 8), values 0-16, and labels uint8 of shape (1797,)."""
    digits = load_digits()
    write_idx(folder / "digits-images-idx3-ubyte.gz", digits.images.astype(np.uint8))
    write_idx(folder / "digits-labels-idx1-ubyte.gz", digits.target.astype(np.uint8))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else resource("data"))
