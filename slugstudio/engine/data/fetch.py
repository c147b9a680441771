"""The data folder, and files fetched into it: verified, placed whole or not at all, never in silence.

Files are known by the SHA-256 of their content. One that is found in the folder, plain or ``.gz``, is taken if its unpacked
content is right; one that is fetched must be right packed as well, before it is unpacked.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from slugstudio.engine.errors import DataError

TIMEOUT = 20.0
"""Seconds without a byte after which a mirror is given up."""

_CHUNK = 1 << 16


@dataclass(frozen=True)
class DataFile:
    """One file of a data set.

    ``path`` is its place in the data folder, without ``.gz``; ``size`` and ``sha256`` are those of the unpacked content,
    ``gz_size`` and ``gz_sha256`` those of the ``.gz`` that mirrors offer under its name.
    """

    path: str
    size: int
    sha256: str
    gz_size: int
    gz_sha256: str

    @property
    def name(self) -> str:
        """The name without its folder."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Status:
    """How far a download is: ``done`` of ``total`` bytes over all files, at present ``name`` from ``mirror`` into ``folder``."""

    name: str
    mirror: str
    folder: Path
    done: int
    total: int


Progress = Callable[[Status], None]
"""Is told about a download as it goes, from its beginning (0 bytes done); an exception that it raises cancels it."""


def data_folder() -> Path:
    """Return the folder of fetched data: ``SLUGSTUDIO_DATA``, by default ``slugstudio`` in the platform's cache folder.

    Raises
    ------
    DataError
        If the user has no home folder and the variable is not set.
    """
    if chosen := os.environ.get("SLUGSTUDIO_DATA"):
        return Path(chosen).expanduser()
    try:
        return _cache_folder() / "slugstudio"
    except RuntimeError as error:
        raise DataError("No home folder was found; set SLUGSTUDIO_DATA to the folder in which data is to be kept.") from error


def _cache_folder() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return chosen if chosen.is_absolute() else Path.home() / ".cache"


def read_verified(file: DataFile, folder: Path) -> bytes | None:
    """Return the unpacked content of a file of the data folder, plain or ``.gz``; None if it is not there.

    Raises
    ------
    DataError
        If it is there but cannot be read, or is not what it should be; the message names it.
    """
    path = _place_of(file, folder)
    if path is None:
        return None
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            content = stream.read(file.size + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, f"it cannot be unpacked ({error})") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if len(content) != file.size:
        found = f"more than {file.size}" if len(content) > file.size else str(len(content))
        raise _damaged(path, f"expected {file.size} bytes of unpacked content, found {found}")
    if (digest := hashlib.sha256(content).hexdigest()) != file.sha256:
        raise _damaged(path, f"expected the SHA-256 {file.sha256} of its unpacked content, found {digest}")
    return content


def missing(files: Sequence[DataFile], folder: Path) -> list[DataFile]:
    """Return those of ``files`` that the data folder has neither plain nor as ``.gz``."""
    return [file for file in files if _place_of(file, folder) is None]


def how_to_supply(files: Sequence[DataFile], folder: Path) -> str:
    """Say which of ``files`` to put where, those that are missing."""
    lacking = missing(files, folder)
    where = sorted({str((folder / file.path).parent) for file in lacking})
    return (
        f"Put {', '.join(file.name for file in lacking)} (plain or .gz) into {', '.join(where)}; "
        f"SLUGSTUDIO_DATA sets another folder than {folder}."
    )


def fetch(
    files: Sequence[DataFile],
    mirrors: Sequence[str],
    folder: Path,
    progress: Progress | None = None,
    timeout: float = TIMEOUT,
) -> None:
    """Download those of ``files`` that the folder lacks and place them there as ``.gz``.

    Each mirror, a URL that file names are appended to, is tried in turn, the one that served last first. A file is placed
    whole and verified or not at all, also when processes fetch at the same time or are ended on the way.

    Raises
    ------
    DataError
        If no mirror gives a file, or it cannot be written; the message says what can be put where instead.
    """
    tell = progress or terminal_progress
    lacking = missing(files, folder)
    total = sum(file.gz_size for file in lacking)
    done = 0
    for file in lacking:
        start = done
        for mirror, content in _attempts(file, mirrors, folder, timeout, lambda m, n, f=file, s=start: tell(Status(f.name, m, folder, s + n, total))):
            pass
