"""Open damaged files and see to it that they are refused, or are what they were; quickly, and in little memory."""

from __future__ import annotations

import faulthandler
import resource
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from slugstudio.project import Project, ProjectFileError, load, save
from slugstudio.project.archive import read_archive
from slugstudio.project.records import entries_of

LONGEST = 2.0
"""How many seconds opening a small file may take."""
MOST_MEMORY = 200.0
"""How many MB it may take above what the file declares."""


def survives(path: Path, damaged: bytes, project: Project) -> bool:
    """Return whether the damaged file still opens; it is then the very same project."""
    path.write_bytes(damaged)
    try:
        opened = load(path)
    except ProjectFileError:
        return False
    if opened != project or read_archive(path) != entries_of(project):
        raise AssertionError("it opens as another project")
    return True


def opens_whole(path: Path, content: bytes) -> bool:
    """Return whether the file opens; what opens can then be saved, and comes back."""
    path.write_bytes(content)
    try:
        opened = load(path)
    except ProjectFileError:
        return False
    save(opened, path)
    if load(path) != opened:
        raise AssertionError("it opens, but does not come back when it is saved")
    return True


@dataclass
class Tally:
    """How many files there were, how many opened, how long the slowest took, and how much memory was added."""

    n: int = 0
    opened: int = 0
    slowest: float = 0.0
    memory: float = 0.0

    def require(self) -> None:
        """Raise if a file took too long or too much memory."""
        if self.slowest > LONGEST or self.memory > MOST_MEMORY:
            raise AssertionError(f"a file took {self.slowest:.2f} s, or {self.memory:.0f} MB more than before")


def peak() -> float:
    """Return the most memory in MB that this process has had so far."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux, where getrusage tells of the process that started this one if that was larger
        return (
            next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:")) / 1000
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def tally(path: Path, contents: Iterable[bytes], project: Project | None) -> Tally:
    """Open all these files: each the ``project`` or refused; None if it may be another one."""
    told = Tally()
    before = peak()
    for content in contents:
        faulthandler.dump_traceback_later(30, exit=True)  # a hang tells where
        begin = time.perf_counter()
        told.opened += opens_whole(path, content) if project is None else survives(path, content, project)
        told.slowest = max(told.slowest, time.perf_counter() - begin)
        told.n += 1
    faulthandler.cancel_dump_traceback_later()
    told.memory = peak() - before
    return told
