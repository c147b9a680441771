"""The data folder, and files fetched into it: verified, placed whole or not at all, never in silence.

Files are known by the SHA-256 of their content. One that is found in the folder, plain or ``.gz``, is taken
if its unpacked content is right; one that is fetched must be right packed as well, before it is unpacked.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import secrets
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from slugstudio.engine.data.idx import open_plain_or_gz
from slugstudio.engine.errors import DataError

TIMEOUT = 20.0
"""Seconds without a byte after which a mirror is given up."""

_CHUNK = 1 << 16


@dataclass(frozen=True)
class DataFile:
    """One file of a data set.

    ``path`` is its place in the data folder, without ``.gz``; ``size`` and ``sha256`` are those of the
    unpacked content, ``gz_size`` and ``gz_sha256`` those of the ``.gz`` that mirrors offer under its name.
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
    """How far a download is: ``done`` of ``total`` bytes of all files; now ``name`` comes from ``mirror``."""

    name: str
    mirror: str
    folder: Path
    done: int
    total: int


Progress = Callable[[Status], None]
"""Is told how a download goes on, first with 0 bytes done; an exception that it raises cancels it."""


def data_folder() -> Path:
    """Return the folder of fetched data: ``SLUGSTUDIO_DATA``, else one in the platform's cache folder.

    Raises
    ------
    DataError
        If that needs the user's home folder and there is none.
    """
    try:
        if chosen := os.environ.get("SLUGSTUDIO_DATA"):
            return Path(chosen).expanduser()
        return _cache_folder() / "slugstudio"
    except RuntimeError as error:
        raise DataError(
            "No home folder was found; set SLUGSTUDIO_DATA to the full path of a folder for data."
        ) from error


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
    with open_plain_or_gz(path) as stream:
        content = stream.read(file.size + 1)
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
    progress: Progress,
    timeout: float = TIMEOUT,
) -> None:
    """Download those of ``files`` that the folder lacks and place them there as ``.gz``.

    Each mirror, a URL that file names are appended to, is tried in turn, the one that served last first. A
    file is placed whole and verified or not at all, also when processes fetch at the same time or are ended
    on the way.

    Raises
    ------
    DataError
        If no mirror gives a file, or it cannot be written; the message says what can be put where instead.
    """
    lacking = missing(files, folder)
    download = _Download(lacking, folder, progress, timeout)
    for file in lacking:
        served = download.run(file, mirrors)
        mirrors = [served, *(mirror for mirror in mirrors if mirror != served)]


def terminal_progress(status: Status) -> None:
    """Announce a download on stderr in one line, and there, if it is a terminal, count what has arrived."""
    if status.done == 0:
        host = urlsplit(status.mirror).netloc
        print(
            f"Downloading {status.total / 1e6:.1f} MB from {host} into {status.folder}",
            file=sys.stderr,
            flush=True,
        )
    if sys.stderr.isatty():
        end = "\n" if status.done == status.total else ""
        percent = 100 * status.done // status.total
        print(f"\r{percent:3d} %  {status.name:<24}", end=end, file=sys.stderr, flush=True)


class _MirrorError(Exception):
    """Why a mirror did not give a file."""


@dataclass
class _Download:
    """The state of one call of `fetch`."""

    files: Sequence[DataFile]
    folder: Path
    progress: Progress
    timeout: float
    done: int = 0

    def run(self, file: DataFile, mirrors: Sequence[str]) -> str:
        """Place a file from the first mirror that gives it, and return that mirror."""
        failures = []
        for mirror in mirrors:
            try:
                packed = self._receive(file, mirror)
                _check(file, packed)
            except _MirrorError as error:
                failures.append(f"{urlsplit(mirror).netloc or mirror}: {error}")
                continue
            _place(self.folder / f"{file.path}.gz", packed)
            self.done += file.gz_size
            return mirror
        raise DataError(
            f"{file.name}.gz could not be downloaded ({'; '.join(failures)}). Try again when you are online, "
            f"or get it by other means. {how_to_supply(self.files, self.folder)}"
        )

    def _receive(self, file: DataFile, mirror: str) -> bytes:
        packed = bytearray()
        self._tell(file, mirror, 0)
        with closing(_chunks(f"{mirror.rstrip('/')}/{file.name}.gz", self.timeout)) as chunks:
            for chunk in chunks:
                packed += chunk
                if len(packed) > file.gz_size:
                    raise _MirrorError(f"sent more than the {file.gz_size} bytes expected")
                self._tell(file, mirror, len(packed))
        return bytes(packed)

    def _tell(self, file: DataFile, mirror: str, received: int) -> None:
        total = sum(each.gz_size for each in self.files)
        self.progress(Status(file.name, mirror, self.folder, self.done + received, total))


def _chunks(url: str, timeout: float) -> Generator[bytes, None, None]:
    """Yield what a server sends, as it arrives."""
    try:
        with urlopen(url, timeout=timeout) as response:
            while chunk := response.read1(_CHUNK):
                yield chunk
    except HTTPError as error:
        error.close()
        raise _MirrorError(f"answered {error.code} {error.reason}") from error
    except URLError as error:
        raise _MirrorError(str(error.reason)) from error
    except (OSError, HTTPException) as error:
        raise _MirrorError(str(error) or type(error).__name__) from error


def _check(file: DataFile, packed: bytes) -> None:
    if len(packed) != file.gz_size:
        raise _MirrorError(f"sent {len(packed)} of {file.gz_size} bytes")
    if hashlib.sha256(packed).hexdigest() != file.gz_sha256:
        raise _MirrorError("sent another content than expected (its SHA-256 differs)")
    if hashlib.sha256(gzip.decompress(packed)).hexdigest() != file.sha256:
        raise _MirrorError("sent a file that unpacks to another content than expected (its SHA-256 differs)")


def _place(path: Path, content: bytes) -> None:
    """Write a file beside its place under a name of its own, then move it there in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(
            f"{path}: cannot be written ({error.strerror or error}); set SLUGSTUDIO_DATA to a folder "
            f"with enough room in which you may write."
        ) from error


def _place_of(file: DataFile, folder: Path) -> Path | None:
    plain = folder / file.path
    packed = plain.with_name(f"{plain.name}.gz")
    return next((path for path in (plain, packed) if os.path.exists(path)), None)


def _damaged(path: Path, what: str) -> DataError:
    return DataError(
        f"{path}: damaged, {what}. Put a good copy in its place, or delete it to have it downloaded again."
    )
