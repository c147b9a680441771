"""Runs all comparisons with PyTorch and prints the largest relative difference of each subject."""

from __future__ import annotations

import argparse
import sys

import numpy as np

from tools.parity import check_modules
from tools.parity.case import TOLERANCE, Case, difference, record


def main(arguments: list[str] | None = None) -> int:
    """Return 0 if all values agree, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tools.parity", description=__doc__)
    parser.add_argument("checks", nargs="*", help="which modules check_*.py to run, such as losses; by default all")
    parser.add_argument("--record", action="store_true", help="also write PyTorch's values to tests/golden")
    options = parser.parse_args(arguments)
    modules = check_modules()
    if unknown := set(options.checks) - set(modules):
        parser.error(f"there is no check {min(unknown)!r}; there are: {', '.join(modules)}")
    failed = 0
    for name in options.checks or modules:
        print(f"{name:60} {'float64':>9} {'float32':>9}")
        failed += sum(not _agrees(case) for case in modules[name])
        if options.record and any(case.recorded for case in modules[name]):
            print(f"  recorded in {record(name, modules[name])}")
    print(f"{failed} of the subjects differ too much" if failed else "all agree")
    return 1 if failed else 0


def _agrees(case: Case) -> bool:
    found = {dtype: difference(case.ours(dtype), case.theirs(dtype)) for dtype in case.tolerance}
    right = all(found[dtype] <= case.tolerance[dtype] for dtype in found)
    numbers = " ".join(f"{found[dtype]:9.1e}" if dtype in found else " " * 9 for dtype in TOLERANCE)
    print(f"  {case.subject[:57]:58} {numbers}{'' if right else '  differs too much'}")
    return right


if __name__ == "__main__":
    with np.errstate(under="ignore"):
        sys.exit(main())
