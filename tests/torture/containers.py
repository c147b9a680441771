"""Zip files put together byte by byte, so that they can be wrong in every way."""

from __future__ import annotations

import dataclasses
import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from slugstudio.project.archive import MIMETYPE

STORED, DEFLATED = 0, 8


def deflated(content: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(content) + deflater.flush()


@dataclass(frozen=True)
class Part:
    """An entry: what the headers say of it, and the bytes that are there."""

    name: bytes
    packed: bytes
    method: int
    crc: int
    size: int
    flags: int = 0
    packed_size: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    disk: int = 0
    before: bytes = b""  # between the entry before and this one
    moved: int = 0  # how far off the directory says that it begins
    local: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # what its own header says otherwise
    hidden: bool = False  # the directory does not tell of it

    @classmethod
    def of(cls, name: str, content: bytes) -> Part:
        json = name.endswith(".json")
        packed = deflated(content) if json else content
        return cls(name.encode(), packed, DEFLATED if json else STORED, zlib.crc32(content), len(content))

    def facts(self) -> bytes:
        packed_size = len(self.packed) if self.packed_size is None else self.packed_size
        sizes = (self.crc, packed_size, self.size, len(self.name), len(self.extra))
        return struct.pack("<5H3I2H", 20, self.flags, self.method, 0, 0x21, *sizes)

    def replace(self, **changes: Any) -> Part:
        return dataclasses.replace(self, **changes)


def built(
    parts: Sequence[Part],
    *,
    leading: bytes = b"",
    before_directory: bytes = b"",
    before_end: bytes = b"",
    comment: bytes = b"",
    trailing: bytes = b"",
    end: Mapping[str, int] | None = None,
) -> bytes:
    """Return a zip file of these parts; ``end`` changes what its last record says."""
    content, directory, n = bytearray(leading), bytearray(), 0
    for part in parts:
        content += part.before
        begin = len(content) + part.moved
        own = part.replace(**part.local)
        content += b"PK\3\4" + own.facts() + own.name + own.extra + own.packed
        if not part.hidden:
            n += 1
            more = struct.pack("<3H2I", len(part.comment), part.disk, 0, 0o644 << 16, begin)
            directory += b"PK\1\2" + bytes([20, 3]) + part.facts() + more + part.name + part.extra + part.comment
    content += before_directory
    told = {"disk": 0, "first": 0, "here": n, "n": n, "length": len(directory), "begin": len(content)} | dict(end or {})
    content += directory + before_end
    return bytes(content + struct.pack("<4s4H2IH", b"PK\5\6", *told.values(), len(comment)) + comment + trailing)


def parts_of(entries: Mapping[str, bytes]) -> list[Part]:
    return [Part.of("mimetype", MIMETYPE), *(Part.of(name, content) for name, content in entries.items())]


def rehashed(entries: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return entries whose manifest has their hashes."""
    others = {name: content for name, content in entries.items() if name != "manifest.json"}
    manifest = json.loads(entries["manifest.json"])
    manifest["sha256"] = {name: sha256(content).hexdigest() for name, content in others.items()}
    return {"manifest.json": json.dumps(manifest).encode(), **others}
