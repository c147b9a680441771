"""One lock per open project file, so that two programs do not save over each other's work.

The lock is a file in the state folder which the system holds for the process: it ends with the process, however that
ends. It guards against this user's programs on this computer; what others do to a file is found when saving.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from slugstudio.engine.atomic import try_to_hold
from slugstudio.project.errors import ProjectFileError
from slugstudio.project.state_folder import state_folder


class LockedError(ProjectFileError):
    """A project that is open in another program, which alone may save it."""


class Lock:
    """The right to save to one file; taken by making it, and given back by `release` or at the end of a ``with``.

    Where the state folder cannot be written there is no lock, and ``held`` is False.

    Parameters
    ----------
    path : Path
        The project file, which need not exist. Symbolic links are followed.
    purpose : str
        Who holds it, for whoever else asks: ``a window``, ``a training``.

    Raises
    ------
    LockedError
        If another holds it; the message says who.
    """

    def __init__(self, path: str | os.PathLike[str], purpose: str) -> None:
        self.path = Path(os.path.realpath(path))
        self._descriptor: int | None = None
        try:
            folder = state_folder() / "locks"
            folder.mkdir(parents=True, exist_ok=True)
            self._file = folder / f"{sha256(os.fsencode(os.path.normcase(self.path))).hexdigest()[:32]}.lock"
            self._descriptor = _take(self._file)
        except (OSError, RuntimeError):
            return
        if self._descriptor is None:
            raise LockedError(self.path.name, f"it is open in {_holder(self._file)}, which alone may save it.")
        told = {"path": str(self.path), "purpose": purpose, "process": os.getpid(), "since": time.time()}
        with suppress(OSError):  # nobody can be told, but it is held
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, json.dumps(told).encode())

    @property
    def held(self) -> bool:
        """Whether this holds the lock."""
        return self._descriptor is not None

    def release(self) -> None:
        """Give the lock back; a second time does nothing."""
        if self._descriptor is not None:
            with suppress(OSError):
                self._file.unlink()  # while it is held: whoever has opened it meanwhile finds that, and looks again
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        self.release()


def _take(file: Path) -> int | None:
    """Return a descriptor of the file that holds its lock, None if another holds it."""
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        if not try_to_hold(descriptor):
            os.close(descriptor)
            return None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.stat(file)):
                return descriptor
        os.close(descriptor)  # whoever held it has removed it meanwhile


def _holder(file: Path) -> str:
    """Say who holds a lock, as far as it is told."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        since = time.strftime("%H:%M", time.localtime(told["since"]))
        return f"{told['purpose']} of Slugstudio since {since} (process {int(told['process'])})"
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return "another Slugstudio"
