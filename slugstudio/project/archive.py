"""The container of a project: a zip whose first entry says what it is.

Nothing is taken for granted when one is read: JSON is deflated and everything else stored, each entry is
there once, of bounded size and with a right check sum. Nothing is ever extracted to the disk.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from slugstudio.project import strict_json
from slugstudio.project.errors import FormatError

MIMETYPE = b"application/vnd.slugstudio.project+zip"
MAX_ENTRIES = 64
MAX_TOTAL_BYTES = 2 * 2**30

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
"""What `zipfile` raises over damaged content."""


def write_archive(stream: BinaryIO, entries: Mapping[str, bytes]) -> None:
    """Write a container; the same entries always give the same bytes."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in {"mimetype": MIMETYPE, **entries}.items():
            info = zipfile.ZipInfo(name)  # its time is 1980, the beginning of zip's time
            info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)


def read_archive(path: Path) -> dict[str, bytes]:
    """Return the entries of a container by name, without the mimetype.

    Raises
    ------
    OSError
        If the file cannot be read.
    FormatError
        If it is not such a container or damaged.
    """
    with open(path, "rb") as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                return _read(archive)
        except _DAMAGE as error:
            raise FormatError(f"it is damaged or not a Slugstudio project ({error}).") from error


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise FormatError(f"expected at most {MAX_ENTRIES} entries, found {len(infos)}.")
    names = [info.filename for info in infos]
    if names[:1] != ["mimetype"] or archive.read(_checked(infos[0])) != MIMETYPE:
        raise FormatError("it is a zip file, but not a Slugstudio project.")
    if len(set(names)) < len(names):
        raise FormatError("an entry is there twice.")
    if sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
        raise FormatError(f"its entries are larger than {MAX_TOTAL_BYTES / 2**30:g} GiB in all.")
    return {info.filename: archive.read(_checked(info)) for info in infos[1:]}


def _checked(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Make sure that reading an entry cannot take more memory than it may."""
    json = info.filename.endswith(".json")
    if info.compress_type != (zipfile.ZIP_DEFLATED if json else zipfile.ZIP_STORED):
        raise FormatError("it is compressed in another way than the format says.", info.filename)
    if json and info.file_size > strict_json.MAX_BYTES:
        raise FormatError(f"it is larger than {strict_json.MAX_BYTES // 2**20} MiB.", info.filename)
    return info
