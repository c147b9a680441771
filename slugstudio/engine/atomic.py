"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


def replace_file(
    path: Path, write: Callable[[BinaryIO], object], verify: Callable[[Path], object] = lambda path: None
) -> None:
    """Write a new file beside ``path`` and put it in its place once it is whole on the disk.

    Whatever goes wrong before that, what was at ``path`` stays as it was. A symbolic link is followed, and
    the mode of a file that was there is kept.

    Parameters
    ----------
    path : Path
    write : callable
        Is given the stream to write to.
    verify : callable
        Is given the path of the written file, and raises if it is not right.

    Raises
    ------
    OSError
        If the system refuses; and whatever ``write`` and ``verify`` raise.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".slugstudio-{secrets.token_hex(6)}.tmp")
    try:
        with open(temporary, "xb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        verify(temporary)
        with suppress(FileNotFoundError):
            os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk; systems that cannot do that with a folder do it by themselves."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
