"""Writing a file whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_PREFIX, _SUFFIX = ".slugstudio-", ".tmp"
LEFT_AFTER = 60.0
"""After so many seconds without a change, a temporary file that nobody holds belongs to a program that was killed."""


def replace_file(
    path: Path,
    write: Callable[[BinaryIO], object],
    verify: Callable[[Path], object] = lambda path: None,
    before: Callable[[Path], object] = lambda path: None,
) -> None:
    """Write a new file beside ``path`` and put it in its place once it is whole on the disk.

    Whatever goes wrong before that, what was at ``path`` stays as it was. A symbolic link is followed, and
    the mode of a file that was there is kept. What killed programs left beside it is cleared away.

    Parameters
    ----------
    path : Path
    write : callable
        Is given the stream to write to.
    verify : callable
        Is given the path of the written file, and raises if it is not right.
    before : callable
        Is given the path that is about to be replaced, at the last moment, and raises if it must not be.

    Raises
    ------
    OSError
        If the system refuses; and whatever ``write``, ``verify`` and ``before`` raise.
    """
    target = Path(os.path.realpath(path))
    _clear_left(target.parent)
    temporary = _temporary(target)
    try:
        with open(temporary, "xb") as stream, held(stream):
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        verify(temporary)
        with suppress(FileNotFoundError):
            os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
        before(target)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


def keep_as(target: Path, backup: Path) -> None:
    """Give the file at ``target`` a second name in the same folder, in place of what has it; ``target`` stays.

    Where the disk knows no second names, it is copied.

    Raises
    ------
    OSError
        If the system refuses; what was at ``backup`` is then as it was.
    """
    temporary = _temporary(target)
    try:
        try:
            os.link(target, temporary)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                raise
            shutil.copy2(target, temporary)
            with open(temporary, "rb+") as stream:
                os.fsync(stream.fileno())
        os.replace(temporary, backup)
    finally:
        with suppress(OSError):
            temporary.unlink()  # also where both names were of one file already: then nothing was renamed


@contextmanager
def held(stream: BinaryIO) -> Iterator[None]:
    """Hold the lock of an open file, if nobody else does, as long as this lasts or the process lives."""
    taken = try_to_hold(stream.fileno())
    try:
        yield
    finally:
        if taken:
            _let_go(stream.fileno())


if sys.platform == "win32":  # pragma: no cover - not what the tests run on
    import msvcrt

    _FAR = 2**30  # beyond the content, which others may read

    def try_to_hold(descriptor: int) -> bool:
        """Take the lock of an open file unless somebody else holds it; tell whether it was taken."""
        return _at_far(descriptor, msvcrt.LK_NBLCK)

    def _let_go(descriptor: int) -> None:
        _at_far(descriptor, msvcrt.LK_UNLCK)

    def _at_far(descriptor: int, what: int) -> bool:
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, what, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, place, os.SEEK_SET)
        return True

else:
    import fcntl

    def try_to_hold(descriptor: int) -> bool:
        """Take the lock of an open file unless somebody else holds it; tell whether it was taken."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _let_go(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _temporary(target: Path) -> Path:
    return target.with_name(f"{_PREFIX}{secrets.token_hex(6)}{_SUFFIX}")


def _clear_left(folder: Path) -> None:
    """Remove what a program that was killed in the middle of writing has left, and nobody holds."""
    with suppress(OSError):
        for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > LEFT_AFTER:
                    with open(path, "rb") as stream:
                        left = try_to_hold(stream.fileno())
                    if left:
                        path.unlink()


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk; systems that cannot do that with a folder do it by themselves."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
