"""The container of a project: a zip whose first entry says what it is.

Of all that a zip may be, this is the plainest: entries one behind the other from the first byte on, then their
directory, then its end, and nothing else (PKWARE's APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16). So each byte
has one meaning, and no two programs can read two different files out of it. What the directory declares is checked
before anything of that size is read or inflated, and nothing is ever extracted to the disk.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from struct import Struct
from typing import BinaryIO, NamedTuple

from slugstudio.project import strict_json
from slugstudio.project.errors import FormatError

MIMETYPE = b"application/vnd.slugstudio.project+zip"
MAX_ENTRIES = 64
MAX_TOTAL_BYTES = 2 * 2**30
MAX_RATIO = 256
"""How many times its packed size JSON may be that is longer than `SMALL`; deflate can do a thousand times."""
SMALL = 2**20
"""JSON of up to so many bytes may repeat itself as it likes, as a stack of many like layers does."""

_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 1
_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_FACTS = Struct("<5H3I2H")
"""What both headers of an entry tell alike: the version that it needs, flags, method, time, date, CRC-32, packed size,
size, and the lengths of its name and of its extra field."""
_ONLY_CENTRAL = Struct("<3H2I")
"""What only the directory tells after that: the length of a comment, the disk, attributes (2) and where it begins."""
_OF_THE_END = Struct("<4s4H2IH")
_CENTRAL_SIZE = 6 + _FACTS.size + _ONLY_CENTRAL.size
_NAME = re.compile(rb"mimetype|[a-z_]{1,40}\.(json|safetensors|png)")
_LONGEST_NAME = 52
_NOTHING_ELSE = "it is damaged: expected its entries, their directory, and nothing before, between or after them."


class _Entry(NamedTuple):
    """What the directory tells of an entry; ``header`` is what has to stand at ``begin``, before the content."""

    name: str
    header: bytes
    begin: int
    crc: int
    packed: int
    size: int

    @property
    def content_begin(self) -> int:
        return self.begin + len(self.header)

    @property
    def end(self) -> int:
        return self.content_begin + self.packed


def write_archive(stream: BinaryIO, entries: Mapping[str, bytes]) -> None:
    """Write a container; the same entries always give the same bytes.

    Raises
    ------
    FormatError
        If they are larger than a container may be.
    """
    _require_total(sum(map(len, entries.values())))
    directory, begin = bytearray(), 0
    for name, content in {"mimetype": MIMETYPE, **entries}.items():
        packed = _deflated(content) if _is_json(name) else content
        method = _DEFLATED if _is_json(name) else _STORED
        # its date is 1980-01-01, the beginning of zip's time
        facts = _FACTS.pack(20, 0, method, 0, 0x21, zlib.crc32(content), len(packed), len(content), len(name), 0)
        stream.write(_LOCAL + facts + name.encode())
        stream.write(packed)
        mode = 0o644 << 16  # of a file under Unix (3), for those who unpack it
        directory += _CENTRAL + bytes([20, 3]) + facts + _ONLY_CENTRAL.pack(0, 0, 0, mode, begin) + name.encode()
        begin += len(_LOCAL + facts) + len(name) + len(packed)
    n = 1 + len(entries)
    stream.write(directory + _OF_THE_END.pack(_END, 0, 0, n, n, len(directory), begin, 0))


def _is_json(name: str) -> bool:
    return name.endswith(".json")


def _deflated(content: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(content) + deflater.flush()


def read_archive(path: Path) -> dict[str, bytes]:
    """Return the entries of a container by name, without the mimetype.

    Raises
    ------
    OSError
        If the file cannot be read.
    FormatError
        If it is not such a container, damaged, or larger than the memory.
    """
    with open(path, "rb") as stream:
        _require_mimetype(stream)
        entries = _entries_of(stream, os.fstat(stream.fileno()).st_size)
        try:
            return {entry.name: _content_of(stream, entry) for entry in entries}
        except MemoryError as error:
            raise FormatError("it is larger than what is free of this computer's memory.") from error


def read_entry(path: Path, name: str) -> bytes:
    """Return one entry of a container without reading the others; errors as those of `read_archive`."""
    with open(path, "rb") as stream:
        _require_mimetype(stream)
        for entry in _entries_of(stream, os.fstat(stream.fileno()).st_size):
            if entry.name == name:
                return _content_of(stream, entry)
    raise FormatError("it is missing.", name)


def _require_mimetype(stream: BinaryIO) -> None:
    """Make sure that the name of the first entry and its content stand where the first bytes of a project are."""
    head = stream.read(len(_LOCAL) + _FACTS.size + len(b"mimetype" + MIMETYPE))
    if not head.startswith(_LOCAL):
        raise FormatError("it is damaged or not a Slugstudio project.")
    if head[len(_LOCAL) + _FACTS.size :] != b"mimetype" + MIMETYPE:
        raise FormatError("it is a zip file, but not a Slugstudio project.")


def _entries_of(stream: BinaryIO, size: int) -> list[_Entry]:
    """Return all entries but the mimetype, once it is clear that they and their directory are all of the file."""
    end = _read(stream, size - _OF_THE_END.size, _OF_THE_END.size)
    signature, disk, first_disk, n_here, n, length, begin, comment = _OF_THE_END.unpack(end)
    if signature != _END or disk or first_disk or n_here != n or comment or begin + length + len(end) != size:
        raise FormatError(_NOTHING_ELSE)
    if n > MAX_ENTRIES:
        raise FormatError(f"expected at most {MAX_ENTRIES} entries, found {n}.")
    directory = _read(stream, begin, min(length, MAX_ENTRIES * (_CENTRAL_SIZE + _LONGEST_NAME)))
    entries: list[_Entry] = []
    place = 0
    for _ in range(n):
        entries.append(_entry_of(directory[place:], entries[-1].end if entries else 0))
        place += _CENTRAL_SIZE + len(entries[-1].name)
    names = [entry.name for entry in entries]
    if names[:1] != ["mimetype"] or place != length or entries[-1].end != begin:
        raise FormatError(_NOTHING_ELSE)
    if len(set(names)) < len(names):
        raise FormatError("an entry is there twice.")
    _require_total(sum(entry.size for entry in entries))
    for entry in entries:
        if _read(stream, entry.begin, len(entry.header)) != entry.header:
            raise FormatError("it is damaged: its header is not what the directory says.", entry.name)
    if _content_of(stream, entries[0]) != MIMETYPE:
        raise FormatError("it is a zip file, but not a Slugstudio project.")
    return entries[1:]


def _entry_of(directory: bytes, begin: int) -> _Entry:
    """Return the entry with which what is left of the directory begins; it has to lie at ``begin`` in the file."""
    fixed = directory[:_CENTRAL_SIZE]
    if len(fixed) < _CENTRAL_SIZE or not fixed.startswith(_CENTRAL):
        raise FormatError(_NOTHING_ELSE)
    facts, only_central = fixed[6 : 6 + _FACTS.size], fixed[6 + _FACTS.size :]
    _, flags, method, _, _, crc, packed, size, name_length, extra = _FACTS.unpack(facts)
    comment, disk, _, _, found = _ONLY_CENTRAL.unpack(only_central)
    name = directory[_CENTRAL_SIZE : _CENTRAL_SIZE + name_length]
    if not _NAME.fullmatch(name):
        raise FormatError("it is not an entry of this format.", repr(name[:_LONGEST_NAME])[2:-1])
    entry = _Entry(name.decode(), _LOCAL + facts + name, begin, crc, packed, size)
    if flags & _ENCRYPTED:
        raise FormatError("it is encrypted.", entry.name)
    if method != (_DEFLATED if _is_json(entry.name) else _STORED):
        raise FormatError("it is compressed in another way than the format says.", entry.name)
    if flags or extra or comment or disk:
        raise FormatError("it has a flag, an extra field or a comment, which the format does not have.", entry.name)
    if found != begin:
        raise FormatError("it is damaged: it does not begin where the entry before it ends.", entry.name)
    _require_size(entry)
    return entry


def _require_size(entry: _Entry) -> None:
    """Make sure that what an entry declares cannot take more memory than it may."""
    name, packed, size = entry.name, entry.packed, entry.size
    if not _is_json(name):
        if packed != size:
            raise FormatError("it is damaged: it is stored, but declares another size.", name)
    elif max(packed, size) > strict_json.MAX_BYTES:
        raise FormatError(f"it is larger than {strict_json.MAX_BYTES // 2**20} MiB.", name)
    elif size > max(SMALL, MAX_RATIO * packed):
        raise FormatError(f"it would grow to more than {MAX_RATIO} times its packed size.", name)


def _require_total(size: int) -> None:
    if size > MAX_TOTAL_BYTES:
        raise FormatError(f"its entries are larger than {MAX_TOTAL_BYTES / 2**30:g} GiB in all.")


def _content_of(stream: BinaryIO, entry: _Entry) -> bytes:
    """Return the content of an entry, never more of it than is declared."""
    content = _read(stream, entry.content_begin, entry.packed)
    if _is_json(entry.name):
        content = _inflated(content, entry)
    if zlib.crc32(content) != entry.crc:
        raise FormatError("it is damaged: its check sum is another.", entry.name)
    return content


def _inflated(packed: bytes, entry: _Entry) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(packed, entry.size + 1)  # one byte more than it may have shows that it has more
    except zlib.error as error:
        raise FormatError(f"it is damaged ({error}).", entry.name) from error
    if not inflater.eof or inflater.unused_data or len(content) != entry.size:
        raise FormatError("it is damaged: it has another size than it declares.", entry.name)
    return content


def _read(stream: BinaryIO, begin: int, size: int) -> bytes:
    """Return ``size`` bytes; the file has them, unless it is too short to be one, or shrinks while it is read."""
    stream.seek(begin)
    found = stream.read(size)
    if len(found) < size:
        raise FormatError("it is damaged: it ends too early.")
    return found
