"""Kill a program while it saves, again and again: the file is always one of both versions, whole."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import suppress
from itertools import cycle
from pathlib import Path

from slugstudio.project import Project, load, save
from tests.project.made import points_design, trained

ROOT = Path(__file__).parents[2]
LONGEST = 0.05
"""Seconds after a first save until the program is killed, at most: time for some more."""


def save_for_ever(path: Path, versions: list[Project]) -> None:
    """Save one version after the other, and tell when the first is there."""
    save(versions[0], path)
    print("saved", flush=True)
    for project in cycle(versions):
        save(project, path)


def kill_while_saving(folder: Path, times: int, seed: int) -> int:
    """Kill it so many times; return how many of them left a temporary file, which is being in the middle of saving.

    Raises
    ------
    AssertionError, ProjectFileError
        If a file is not whole afterwards.
    """
    rng, path, in_the_middle = random.Random(seed), folder / "a.slug", 0
    known = [trained(points_design(epochs=epochs)) for epochs in (1, 2)]
    kept = [folder / "one" / "a.slug", folder / "two" / "a.slug"]
    for project, place in zip(known, kept, strict=True):
        place.parent.mkdir()
        save(project, place)
    command = [sys.executable, "-m", "tests.torture.killing", *map(str, (path, *kept))]
    for _ in range(times):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"saved\n"
            with suppress(subprocess.TimeoutExpired):
                process.wait(rng.uniform(0, LONGEST))
            process.kill()
        assert load(path) in known
        assert load(f"{path}~") in known if Path(f"{path}~").exists() else True
        left = list(folder.glob(".slugstudio-*"))
        in_the_middle += bool(left)
        for each in left:
            each.unlink()
    return in_the_middle


if __name__ == "__main__":
    save_for_ever(Path(sys.argv[1]), [load(each) for each in sys.argv[2:]])
