"""Make ``resources/data/fashion-small-*``: 6,000 images of Fashion-MNIST, 600 of each class, as IDX files.

Run from the top of the repository: ``python -m tools.make_fashion_small [FULL [OUT]]``. FULL is the folder
with the four files of the full set, plain or ``.gz``; by default that of Debian's package
dataset-fashion-mnist.

From each class 600 of the 7,000 images (training part, then test part) are drawn without replacement by a
fixed seed; they keep the order they have in the full set, so the classes come mixed as they do there.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np

from slugstudio.engine.data.idx import decode_idx, write_idx
from slugstudio.engine.data.resources import resource
from slugstudio.engine.declaration import Array
from slugstudio.engine.errors import DataError

DEBIAN = Path("/usr/share/datasets/fashion-mnist")
SHA256 = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
"""Of the unpacked files."""

SEED = 20170825
PER_CLASS = 600


def choose(labels: Array, per_class: int = PER_CLASS, seed: int = SEED) -> Array:
    """Return the ascending indices of ``per_class`` samples of each class."""
    rng = np.random.default_rng(seed)
    drawn = [rng.choice(np.flatnonzero(labels == c), per_class, replace=False) for c in np.unique(labels)]
    return np.sort(np.concatenate(drawn))


def read_full(folder: Path) -> tuple[Array, Array]:
    """Return images (70000, 28, 28) and labels (70000,) of the full set, the training part first."""
    parts = {name: decode_idx(_verified(folder, name, digest), name) for name, digest in SHA256.items()}
    images = np.concatenate([parts["train-images-idx3-ubyte"], parts["t10k-images-idx3-ubyte"]])
    return images, np.concatenate([parts["train-labels-idx1-ubyte"], parts["t10k-labels-idx1-ubyte"]])


def _verified(folder: Path, name: str, digest: str) -> bytes:
    plain = folder / name
    content = plain.read_bytes() if plain.exists() else gzip.decompress((folder / f"{name}.gz").read_bytes())
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise DataError(f"{plain}: expected the SHA-256 {digest} of the unpacked file, found {found}.")
    return content


def main(full: Path, out: Path) -> None:
    """Write the subset of the set in the folder ``full`` into the folder ``out``."""
    images, labels = read_full(full)
    chosen = choose(labels)
    write_idx(out / "fashion-small-images-idx3-ubyte.gz", images[chosen])
    write_idx(out / "fashion-small-labels-idx1-ubyte.gz", labels[chosen])


if __name__ == "__main__":
    main(
        Path(sys.argv[1]) if len(sys.argv) > 1 else DEBIAN,
        Path(sys.argv[2]) if len(sys.argv) > 2 else resource("data"),
    )
