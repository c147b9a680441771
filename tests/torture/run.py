"""Damage a small project in every way, and open what comes of it: ``make torture`` (a few minutes).

The hostile files stay in the folder that is given, to be opened with other programs too.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from slugstudio.project import load, save
from slugstudio.project.archive import read_archive
from tests.project.made import points_design, trained
from tests.torture import damage
from tests.torture.hostile import hostile
from tests.torture.killing import kill_while_saving
from tests.torture.opening import Tally, tally

Source = Callable[[Path], Iterator[bytes]]
"""Makes damaged files of the whole one in a folder."""


def _whole(folder: Path) -> Path:
    return folder / "whole.slug"


def _truncations(folder: Path) -> Iterator[bytes]:
    return damage.truncations(_whole(folder).read_bytes())


def _flips(folder: Path) -> Iterator[bytes]:
    return damage.flips(_whole(folder).read_bytes())


def _corruptions(folder: Path, seed: int) -> Iterator[bytes]:
    return damage.corruptions(_whole(folder).read_bytes(), 20_000, seed)


def _wrong_values(folder: Path, seed: int) -> Iterator[bytes]:
    return damage.wrong_values(read_archive(_whole(folder)), 10_000, seed)


def _hostile(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in sorted((folder / "hostile").iterdir()))


def _open_all(source: Source, folder: Path, same: bool) -> Tally:
    project = load(_whole(folder))
    return tally(folder / "damaged.slug", source(folder), project if same else None)


def _write(folder: Path) -> None:
    """Write the whole project and the hostile files."""
    save(trained(points_design(n_samples=30)), _whole(folder))
    (folder / "hostile").mkdir(exist_ok=True)
    for number, (what, content, _) in enumerate(hostile(read_archive(_whole(folder)))):
        name = re.sub("[^a-z0-9]+", "-", what.lower())[:60]
        (folder / "hostile" / f"{number:03}-{name}.slug").write_bytes(content)


def main() -> None:
    """Open all of them, each kind in a fresh process, whose memory is then its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.run", description=__doc__)
    parser.add_argument("--folder", type=Path, help="where to leave the files (default: nowhere)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn at random (default: 1)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder)
        print(f"a project of {_whole(folder).stat().st_size:,} bytes", flush=True)
        kinds: list[tuple[str, Source, bool]] = [
            ("hostile files", _hostile, True),
            ("truncations", _truncations, True),
            ("single flipped bits", _flips, True),
            ("random corruptions", partial(_corruptions, seed=given.seed), True),
            ("wrong values, right hashes", partial(_wrong_values, seed=given.seed), False),
        ]
        with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
            for name, source, same in kinds:
                told = processes.submit(_open_all, source, folder, same).result()
                print(
                    f"{name:28}{told.n:7,} files, {told.n - told.opened:7,} refused, {told.opened:6,} open"
                    f"{' as they were' if same else ''}; slowest {told.slowest:.3f} s, {told.memory:.0f} MB more",
                    flush=True,
                )
                told.require()
        n = kill_while_saving(folder, 200, given.seed)
        print(f"killed 200 times, {n} of them in the middle of saving: the file was always one of both, whole")


if __name__ == "__main__":
    main()
