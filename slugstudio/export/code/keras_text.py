"""The parts of a program for Keras that are the same for every network, but for what stands between @ signs."""

HEAD = '''
"""A network made with Slugstudio, for Keras 3.

    python @FILE@.py predict samples.csv -o answers.csv

It needs numpy, and keras with one of its backends: KERAS_BACKEND=torch, jax or tensorflow says which. The weights lie
beside this file, under its name with the ending .weights.npz. Samples are raw: what is done to them before a network
sees them is a part of this one. A CSV file has one sample a row, an NPZ file the array X, of the shape
@SAMPLES@.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
@LAYERS@
WEIGHTS = Path(__file__).with_suffix(".weights.npz")
'''

MEAN_POOL = '''
def mean_pool(
    x: keras.KerasTensor,
    size: tuple[int, int],
    strides: tuple[int, int],
    edges: tuple[tuple[int, int], tuple[int, int]],
) -> keras.KerasTensor:
    """Return the mean of each block, of its values that lie in the image; Keras's own does not on every backend."""
    means, there = (
        layers.AveragePooling2D(size, strides)(layers.ZeroPadding2D(edges)(each))
        for each in (x, keras.ops.ones_like(x))
    )
    return means / there
'''

USE = '''
def load(path: Path = WEIGHTS) -> keras.Model:
    """Return the network with its weights."""
    if not path.is_file():
        sys.exit(f"{path}: expected the weights here, under the name of the program; there is no such file.")
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    model = network(@GIVEN@)
    for layer in model.layers:
        for variable in layer.weights:
            variable.assign(arrays[f"{layer.name}/{variable.name}"])
    return model
@TRAIN@

def predict(data: Path, output: Path | None) -> None:
    """Write what the network makes of each sample."""
    outputs = load().predict(read_samples(data, INPUT_SHAPE), batch_size=256, verbose=0)
    write_answers(output, @OUTPUTS@, CLASSES, threshold=@THRESHOLD@)


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description="A network made with Slugstudio.")
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("predict", help="write what the network makes of samples")
    sub.add_argument("data", type=Path, help="a CSV or NPZ file of raw samples")
    sub.add_argument("-o", "--output", type=Path, help="the CSV file to write; by default the terminal")
    options = parser.parse_args()
    if not options.data.is_file():
        sys.exit(f"{options.data}: there is no such file.")
    if options.output and not options.output.absolute().parent.is_dir():
        sys.exit(f"{options.output}: there is no such folder.")
    predict(options.data, options.output)


if __name__ == "__main__":
    main()
'''
