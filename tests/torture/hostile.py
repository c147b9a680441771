"""Files that want to harm whoever opens them: one for each thing that reading must not trust."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from tests.torture.containers import DEFLATED, STORED, Part, built, deflated, parts_of, rehashed

Case = tuple[str, bytes, str]
"""What the file does, the file, and what is said of it."""

_BETWEEN = "nothing before, between or after"
_WAY = "compressed in another way"


def hostile(entries: Mapping[str, bytes]) -> list[Case]:
    """Return a file for each case, made from the entries of a trained project."""
    return [*_containers(parts_of(entries)), *_headers(parts_of(entries)), *_contents(entries)]


def _containers(parts: list[Part]) -> Iterator[Case]:
    mimetype, *others = parts
    whole = built(parts)
    broken = b"\xff" * 40
    yield "empty", b"", "not a Slugstudio project"
    yield "no zip", b"MZ" + bytes(200), "not a Slugstudio project"
    yield "only the end of a zip", built([]), "not a Slugstudio project"
    yield "only a mimetype", built([mimetype]), "manifest.json: expected"
    yield "without a mimetype", built(others), "not a Slugstudio project"
    yield "mimetype last", built([*others, mimetype]), "not a Slugstudio project"
    yield "another mimetype", built([Part.of("mimetype", b"application/zip"), *others]), "not a Slugstudio project"
    extra = mimetype.replace(extra=b"\0\0\0\0")
    yield "mimetype with an extra field", built([extra, *others]), "not a Slugstudio project"
    packed = mimetype.replace(method=DEFLATED, packed=deflated(mimetype.packed))
    yield "deflated mimetype", built([packed, *others]), "not a Slugstudio project"
    yield "mimetype said to be deflated", built([mimetype.replace(method=DEFLATED), *others]), _WAY
    yield "mimetype not in the directory", built([mimetype.replace(hidden=True), *others]), "does not begin where"
    yield "leading bytes", built(parts, leading=b"#!/bin/sh\n"), "not a Slugstudio project"
    yield "trailing bytes", built(parts, trailing=b"\0"), _BETWEEN
    yield "a second end behind the first", whole + whole[-22:], _BETWEEN
    yield "a comment of the file", built(parts, comment=b"hello"), _BETWEEN
    yield "a comment that is not there", whole[:-2] + b"\1\0", _BETWEEN
    yield (
        "bytes before an entry",
        built([mimetype, others[0].replace(before=b"\0"), *others[1:]]),
        "does not begin where",
    )
    yield "bytes before the directory", built(parts, before_directory=b"\0"), _BETWEEN
    yield "bytes before the end", built(parts, before_end=b"\0"), _BETWEEN
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, 0, 1)
    yield "a zip64 directory", built(parts, before_end=locator), _BETWEEN
    yield "more disks", built(parts, end={"disk": 1}), _BETWEEN
    yield "a directory on another disk", built(parts, end={"first": 1}), _BETWEEN
    yield "two counts of entries", built(parts, end={"here": 1}), _BETWEEN
    yield "more entries than there are", built(parts, end={"here": len(parts) + 1, "n": len(parts) + 1}), _BETWEEN
    yield "fewer entries than there are", built(parts, end={"here": len(parts) - 1, "n": len(parts) - 1}), _BETWEEN
    yield "no entry in the directory", built(parts, end={"here": 0, "n": 0}), _BETWEEN
    yield "65535 entries", built(parts, end={"here": 0xFFFF, "n": 0xFFFF}), "at most 64 entries, found 65535"
    many = [Part.of(f"{'a' * (n % 8 + 1)}{'b' * (n // 8)}.png", b"") for n in range(64)]
    yield "65 entries", built([mimetype, *many]), "at most 64 entries, found 65"
    yield "a directory beyond the file", built(parts, end={"begin": 0xFFFFFFFF}), _BETWEEN
    yield "a directory that is longer", built(parts, end={"length": 0xFFFFFFFF}), _BETWEEN
    yield "a directory of noise", built([mimetype], before_directory=broken, end={"length": 46}), _BETWEEN
    length, _ = struct.unpack("<2I", whole[-10:-2])
    yield "bytes inside the directory", built(parts, before_end=b"\0", end={"length": length + 1}), _BETWEEN
    yield "an end that is none", whole[:-22] + b"PK\5\7" + whole[-18:], _BETWEEN
    yield "no directory", built([mimetype.replace(hidden=True)]), _BETWEEN
    more = Part.of("mimetype", mimetype.packed + b"x")
    yield "a longer mimetype", built([more, *others]), "a zip file, but not a Slugstudio project"
    yield "a wrong check sum of the mimetype", built([mimetype.replace(crc=0), *others]), "its check sum is another"
    yield "an entry twice", built([*parts, parts[-1]]), "an entry is there twice"
    twin = others[-1].replace(name=b"thumbnail.png", moved=-len(others[-1].packed) - len(others[-1].name) - 30)
    yield "two entries over the same bytes", built([*parts, twin]), "does not begin where"
    yield "an entry that begins beyond the file", built([*parts[:-1], parts[-1].replace(moved=2**31)]), "does not begin"
    huge = Part(b"thumbnail.png", b"", STORED, 0, 2**31)
    yield "2 GiB declared, not there", built([*parts, huge.replace(packed_size=2**31)]), _BETWEEN
    yield "2 GiB declared of nothing", built([*parts, huge]), "it is stored, but declares another size"


def _headers(parts: list[Part]) -> Iterator[Case]:
    """Yield what can be wrong with one entry: JSON first, then a stored one."""
    place = next(i for i, part in enumerate(parts) if part.name == b"data.json")
    json_part, stored_part = parts[place], parts[-1]

    def with_json(**changes: Any) -> bytes:
        return built([*parts[:place], json_part.replace(**changes), *parts[place + 1 :]])

    def with_stored(**changes: Any) -> bytes:
        return built([*parts[:-1], stored_part.replace(**changes)])

    for name in (
        *(
            "run.py",
            "../data.json",
            "/data.json",
            "C:data.json",
            "a\\data.json",
            "DATA.JSON",
            "data.json\0",
            "data.json/",
        ),
        *("", "a" * 5000 + ".json", "data.json ", "\u0434ata.json", "d\nata.json"),
    ):
        yield f"an entry called {name[:20]!r}", with_json(name=name.encode()), "not an entry of this format"
    yield "a name that is no text", with_json(name=b"\xff\xfe.json"), "not an entry of this format"
    yield "an unknown entry", with_json(name=b"more.json"), "not an entry of this format"
    yield "encrypted", with_json(flags=1), "data.json: it is encrypted"
    yield "sizes behind the content", with_json(flags=8), "data.json: it has a flag"
    yield "a name said to be UTF-8", with_json(flags=0x800), "data.json: it has a flag"
    yield "an extra field", with_json(extra=b"\1\0\0\0"), "data.json: it has a flag, an extra field"
    yield "an extra field of its own header", with_json(local={"extra": b"\1\0\0\0"}), "does not begin where"
    yield "a comment of an entry", with_json(comment=b"hello"), "data.json: it has a flag, an extra field or a comment"
    yield "an entry on another disk", with_json(disk=1), "data.json: it has a flag"
    content = zlib.decompress(json_part.packed, -zlib.MAX_WBITS)
    yield "stored JSON", with_json(method=STORED, packed=content), _WAY
    for method in (1, 6, 9, 12, 14, 93, 95, 98, 99, 0xFFFF):
        yield f"JSON compressed by method {method}", with_json(method=method), _WAY
    yield "deflated tensors", with_stored(method=DEFLATED, packed=deflated(stored_part.packed)), _WAY
    for fact, value in (
        ("name", b"date.json"),
        *(("flags", 1), ("method", STORED), ("crc", 0), ("size", 1), ("packed_size", 1)),
    ):
        yield f"another {fact} in its own header", with_json(local={fact: value}), "its header is not what"
    yield "a wrong check sum", with_json(crc=json_part.crc ^ 1), "its check sum is another"
    yield "a wrong check sum of tensors", with_stored(crc=stored_part.crc ^ 1), "its check sum is another"
    yield "more content than declared", with_json(size=json_part.size - 1), "another size than it declares"
    yield "less content than declared", with_json(size=json_part.size + 1), "another size than it declares"
    yield "JSON of size 0", with_json(size=0), "another size than it declares"
    yield "9 MiB of JSON declared", with_json(size=9 * 2**20), "larger than 8 MiB"
    yield "4 GiB of JSON declared", with_json(size=2**32 - 1), "larger than 8 MiB"
    yield "a bomb of 8 MiB", with_json(packed=deflated(bytes(2**23)), size=2**23), "256 times its packed size"
    yield "a bomb declared small", with_json(packed=deflated(bytes(2**27))), "another size than it declares"
    empty_blocks = b"\0\0\0\xff\xff" * (2**21) + deflated(content)
    yield "10 MiB that inflate to nothing", with_json(packed=empty_blocks), "larger than 8 MiB"
    yield "bytes behind the deflated ones", with_json(packed=json_part.packed + b"\0"), "another size than it declares"
    yield "deflated without an end", with_json(packed=json_part.packed[:-2]), "another size than it declares"
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    endless = deflater.compress(content) + deflater.flush(zlib.Z_SYNC_FLUSH)
    yield "deflated without a last block", with_json(packed=endless), "another size than it declares"
    yield "a broken deflate stream", with_json(packed=b"\xff" * 20), "data.json: it is damaged (Error"
    yield "stored with another size", with_stored(size=stored_part.size + 1), "it is stored, but declares another size"


def _contents(entries: Mapping[str, bytes]) -> Iterator[Case]:
    """Yield what can be wrong inside an entry, with right hashes."""

    def having(entry: str, content: bytes) -> bytes:
        return built(parts_of(rehashed({**entries, entry: content})))

    yield "too many values", having("data.json", _values(2**19 + 1, b"%d")), "it has more than 524,288 values"
    yield "as many objects as there can be", having("data.json", _values(2**18 - 1, b'{"%x":1}')), "expected a record"
    for what, text, words in _BAD_JSON:
        yield what, having("data.json", text), words
    for what, header, numbers, words in _BAD_TENSORS:
        yield what, having("optimizer.safetensors", len(header).to_bytes(8, "little") + header + bytes(numbers)), words
    yield "tensors without a header", having("optimizer.safetensors", b""), "optimizer.safetensors: expected"
    huge = (2**63).to_bytes(8, "little")
    wide = b"{" + b" " * 2**23 + b"}"
    long = len(wide).to_bytes(8, "little") + wide
    yield "a tensor header of more than 8 MiB", having("optimizer.safetensors", long), "header that is too long"
    yield "a tensor header of 8 EiB", having("optimizer.safetensors", huge + b"{}"), "header that is too long"
    for name in ("manifest.json", "network.json", "weights.safetensors", "history.json"):
        rest = {entry: content for entry, content in entries.items() if entry != name}
        yield f"{name} missing", built(parts_of(rest)), name
    yield (
        "an entry exchanged",
        built(parts_of({**entries, "data.json": b"{}"})),
        "data.json: it is damaged: its SHA-256",
    )
    manifest = json.loads(entries["manifest.json"])
    for changes in (
        {"schema_version": 2, "oldest_reader": 2},
        {"schema_version": True},
        {"oldest_reader": 0},
        {"more": 1},
    ):
        changed = json.dumps({**manifest, **changes}).encode()
        words = (
            "a newer Slugstudio wrote it"
            if "schema_version" in changes and changes["schema_version"] == 2
            else "expected"
        )
        yield f"a manifest with {changes}", built(parts_of({**entries, "manifest.json": changed})), words
    layer = {"kind": "Residual", "version": 1, "params": {"layers": []}}
    for _ in range(14):
        layer = {"kind": "Residual", "version": 1, "params": {"layers": [layer]}}
    network = {"layers": [{"id": "layer-1", "name": "residual_1", "layer": layer}], "next_id": 2}
    yield (
        "blocks in blocks in blocks",
        having("network.json", json.dumps(network).encode()),
        "records inside one another",
    )
    code = entries["network.json"].replace(b'"Dense"', b'"os.system"')
    yield "a layer that is a program", having("network.json", code), "'os.system' is not known"


def _values(n: int, form: bytes) -> bytes:
    """Return a list of values that are hard to pack, so that they are no bomb."""
    return b"[" + b",".join(form % (number * 2654435761 % 2**32) for number in range(n)) + b"]"


_BAD_JSON = [
    ("no JSON", b"data", "expected JSON"),
    ("empty JSON", b"", "expected JSON"),
    ("JSON and more", b"{} {}", "expected JSON"),
    ("NaN", b"[NaN]", "NaN is not allowed"),
    ("infinity", b"[Infinity]", "Infinity is not allowed"),
    ("minus infinity", b"[-Infinity]", "-Infinity is not allowed"),
    ("a number beyond all floats", b"[1e999]", "1e999 is not allowed"),
    ("a name given twice", b'{"kind": 1, "kind": 2}', "a name is given twice"),
    ("a number of 65 bits", b"[18446744073709551616]", "more than 64 bits"),
    ("a number of 4,000 digits", b"[" + b"1234567890" * 400 + b"]", "more than 64 bits"),
    ("65 levels", b"[" * 66 + b"]" * 66, "more than 64 levels deep"),
    (
        "20,000 levels",
        b"".join(b"[" + b" \n\t\r"[n * 2654435761 % 2**32 >> 30 :] for n in range(20_000)),
        "expected JSON",
    ),
    ("no UTF-8", b'"\xff"', "expected JSON"),
    ("UTF-16", '"a"'.encode("utf-16"), "expected JSON"),
    ("a byte order mark", b"\xef\xbb\xbf{}", "expected JSON"),
    ("half a character", b'{"kind": "\\ud800"}', "surrogates not allowed"),
    ("half a character in a name", b'{"\\ud800": 1}', "surrogates not allowed"),
    ("another record", b'{"kind": "Dense", "version": 1, "params": {}}', "data.json: DataChoice 'Dense' is not known"),
    ("a list in place of a record", b"[]", "expected a record"),
]

_F4 = b'{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
_BAD_TENSORS = [
    ("a tensor header that is no JSON", b"{", 0, "expected JSON"),
    ("a tensor header that is a list", b"[]", 0, "a header that names no arrays"),
    ("a tensor twice", b'{"a":%b,"a":%b}' % (_F4, _F4), 4, "a name is given twice"),
    ("a tensor called by nothing known", b'{"a":%b}' % _F4, 4, "a: the optimizer remembers at most"),
    ("a tensor with a line break in its name", b'{"a\\n":%b}' % _F4, 4, "expected names of up to 1024 characters"),
    ("a tensor with an endless name", b'{"%b":%b}' % (b"a" * 1025, _F4), 4, "expected names of up to 1024 characters"),
    ("tensors with more than their facts", b'{"a":%b}' % _F4.replace(b"}", b',"x":1}'), 4, "a: expected its dtype"),
    ("tensors with metadata", b'{"__metadata__":{"a":"b"}}', 0, "__metadata__: expected its dtype"),
    ("numbers that lie on one another", b'{"a":%b,"b":%b}' % (_F4, _F4), 4, "one behind the other"),
    ("a gap between tensors", b'{"a":%b,"b":%b}' % (_F4, _F4.replace(b"[0,4]", b"[8,12]")), 12, "one behind the other"),
    ("a gap before tensors", b'{"a":%b}' % _F4.replace(b"[0,4]", b"[4,8]"), 8, "one behind the other"),
    ("bytes behind tensors", b'{"a":%b}' % _F4, 5, "one behind the other"),
    ("fewer numbers than declared", b'{"a":%b}' % _F4, 3, "one behind the other"),
    ("a tensor of half a number", b'{"a":%b}' % _F4.replace(b"[0,4]", b"[0,2]"), 2, "a: expected its dtype"),
    ("a tensor that ends before it begins", b'{"a":%b}' % _F4.replace(b"[0,4]", b"[4,0]"), 4, "a: expected its dtype"),
    *(
        (f"a tensor of type {code}", b'{"a":%b}' % _F4.replace(b"F32", code.encode()), 4, "a: expected its dtype")
        for code in ("F16", "BF16", "F8_E4M3", "I8", "U8", "I32", "U64", "BOOL", "C64", "O", "")
    ),
    *(
        (f"a tensor of shape {shape}", b'{"a":%b}' % _F4.replace(b"[1]", shape.encode()), 4, "a: expected its dtype")
        for shape in ("[-1]", "[-1,-1]", "[1.0]", "[true]", "[2]", "1", "[[1]]", "[1,1,1,1,1,1,1,1,1]", '["1"]')
    ),
    *(
        (
            f"no numbers of shape {shape}",
            b'{"a":{"dtype":"F32","shape":%b,"data_offsets":[0,0]}}' % shape,
            0,
            "a: expected",
        )
        for shape in (b"[0,4294967296,4294967296]", b"[0,1152921504606846976]", b"[18446744073709551615,0]")
    ),
    (
        "a tensor beyond the file",
        b'{"a":{"dtype":"F32","shape":[1073741824],"data_offsets":[0,4294967296]}}',
        4,
        "behind",
    ),
]
