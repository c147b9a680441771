"""What can happen to a file: on a disk, on its way through a network, or in an editor; always the same for a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.torture.containers import built, parts_of, rehashed

MOST = 300
"""How many bytes one piece of damage covers at most."""


def truncations(content: bytes) -> Iterator[bytes]:
    """Yield every file that ends too early."""
    for size in range(len(content)):
        yield content[:size]


def flipped(content: bytes, bit: int) -> bytes:
    damaged = bytearray(content)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


def flips(content: bytes) -> Iterator[bytes]:
    """Yield every file of which one bit is another."""
    for bit in range(8 * len(content)):
        yield flipped(content, bit)


def corruptions(content: bytes, n: int, seed: int) -> Iterator[bytes]:
    """Yield ``n`` files that were damaged in one to three ways."""
    rng = random.Random(seed)
    for _ in range(n):
        damaged = content
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            damaged = rng.choice(_WAYS)(damaged, rng)
        yield damaged


def _place(content: bytes, rng: random.Random) -> tuple[int, int]:
    begin = rng.randrange(len(content))
    return begin, begin + rng.choice([1, 2, 4, 8, 30, rng.randrange(1, MOST)])


def _overwrite(content: bytes, rng: random.Random) -> bytes:
    begin, end = _place(content, rng)
    return content[:begin] + rng.randbytes(end - begin) + content[end:]


def _fill(content: bytes, rng: random.Random) -> bytes:
    begin, end = _place(content, rng)
    return content[:begin] + rng.choice([b"\0", b"\xff"]) * (end - begin) + content[end:]


def _insert(content: bytes, rng: random.Random) -> bytes:
    begin, end = _place(content, rng)
    return content[:begin] + rng.randbytes(end - begin) + content[begin:]


def _lose(content: bytes, rng: random.Random) -> bytes:
    begin, end = _place(content, rng)
    return content[:begin] + content[end:]


def _repeat(content: bytes, rng: random.Random) -> bytes:
    begin, end = _place(content, rng)
    return content[:end] + content[begin:]


def _copy_elsewhere(content: bytes, rng: random.Random) -> bytes:
    begin, end = _place(content, rng)
    to = rng.randrange(len(content))
    return content[:to] + content[begin:end] + content[to + end - begin :]


def _flip_some(content: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randrange(2, 20)):
        content = flipped(content, rng.randrange(8 * len(content)))
    return content


_WAYS: list[Callable[[bytes, random.Random], bytes]] = [
    _overwrite,
    _fill,
    _insert,
    _lose,
    _repeat,
    _copy_elsewhere,
    _flip_some,
]


def wrong_values(entries: Mapping[str, bytes], n: int, seed: int) -> Iterator[bytes]:
    """Yield ``n`` files, sound as containers and with right hashes, in which a value of the JSON is another.

    They tell whether all that is made of the JSON is checked; the headers of tensors are JSON too.
    """
    rng = random.Random(seed)
    names = sorted(name for name in entries if name not in ("manifest.json", "thumbnail.png"))
    for _ in range(n):
        name = rng.choice(names)
        content = entries[name]
        if name.endswith(".json"):
            changed = json.dumps(_changed(json.loads(content), rng)).encode()
        else:
            end = 8 + int.from_bytes(content[:8], "little")
            header = json.dumps(_changed(json.loads(content[8:end]), rng)).encode()
            changed = len(header).to_bytes(8, "little") + header + content[end:]
        yield built(parts_of(rehashed({**entries, name: changed})))


_VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 7, 255, 65536, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, -(2**64) + 1),
    *(
        0.0,
        -0.0,
        0.5,
        1.0,
        -1.0,
        1e-320,
        1e308,
        -1e308,
        "",
        "a",
        "inf",
        "-inf",
        "nan",
        "a" * 100_000,
        "\0",
        "\n",
        "é",
        "../a",
    ),
    *([], {}, [[]], [1, 2], [0, 0], [-1, 1], [[1, 2], [3]], [2**40, 2**40], {"a": 1}, {"kind": "ReLU"}),
    {"kind": "ReLU", "version": 1, "params": {}},
    {"kind": "Dense", "version": 1, "params": {"units": 2**31}},
    {"kind": "Flatten", "version": 2, "params": {}},
]


def _changed(value: Any, rng: random.Random) -> Any:
    """Return JSON in which one value, somewhere, is another, is missing, or is there once more."""
    places = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    if not places or rng.random() < 0.1:
        return rng.choice(_VALUES)
    key, inner = rng.choice(places)
    copied = value.copy()
    match rng.random():
        case chance if chance < 0.08:
            del copied[key]
        case chance if chance < 0.16 and isinstance(value, list):
            copied.insert(key, inner)
        case chance if chance < 0.16:
            copied[rng.choice(["a", "", "kind", "__class__", "layer-1/weight"])] = inner
        case _:
            copied[key] = _changed(inner, rng)
    return copied
