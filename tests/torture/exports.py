"""Export random networks of all layers, and let others compute with them: the last part of ``make torture``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from slugstudio.export import ProofError, Target
from slugstudio.export.numpy_program import NumPy
from slugstudio.export.onnx_model import ONNX
from tests.export.random_networks import proven, random_source

TARGETS: tuple[Target, ...] = (ONNX(), NumPy())


def main(arguments: list[str] | None = None) -> int:
    """Return 0 if all agree with the engine, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.exports", description=__doc__)
    parser.add_argument("--networks", type=int, default=200, help="how many; by default %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="the first one's; by default %(default)s")
    options = parser.parse_args(arguments)
    seeds = range(options.seed, options.seed + options.networks)
    failed = [target for target in TARGETS if not _agrees(target, seeds)]
    return 1 if failed else 0


def _agrees(target: Target, seeds: range) -> bool:
    """Tell how far the outputs of a target are off at most."""
    largest, failed, by = 0.0, [], ""
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            try:
                proof = proven(target, random_source(seed), Path(folder))
            except ProofError as error:
                failed.append(f"  seed {seed}: {error}")
                continue
        if proof.difference is None:
            failed.append(f"  seed {seed}: {proof}")
        else:
            largest, by = max(largest, proof.difference), proof.by
    agree = f"{len(seeds) - len(failed)} of {len(seeds)} random networks agree"
    print(f"{target.label}: {agree} by {by}, largest difference {largest:.1g}", *failed, sep="\n")
    return not failed


if __name__ == "__main__":
    raise SystemExit(main())
