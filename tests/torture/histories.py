"""1,000 random histories of edits, undone and done again: a part of ``make torture``."""

from __future__ import annotations

import argparse
import time

from tests.project.histories import require_undone_and_done_again


def main(arguments: list[str] | None = None) -> int:
    """Return 0 if all hold; else the first that does not ends it with its seed."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.histories", description=__doc__)
    parser.add_argument("--histories", type=int, default=1000, help="how many; by default %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="the first one's; by default %(default)s")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    for seed in range(options.seed, options.seed + options.histories):
        require_undone_and_done_again(seed)
    seconds = time.perf_counter() - began
    print(f"{options.histories} histories of edits undone and done again in {seconds:.0f} s: all the same")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
