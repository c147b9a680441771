"""The data folder and verified fetching, against servers that behave well and badly."""

from __future__ import annotations

import gzip
import io
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from slugstudio.engine.data.fetch import (
    DataFile,
    Status,
    data_folder,
    fetch,
    missing,
    read_verified,
    terminal_progress,
)
from slugstudio.engine.errors import DataError
from tests.engine.data import mirror
from tests.engine.data.mirror import FILES, PACKED, PLAIN, Answer, serving

NOBODY = "http://127.0.0.1:9/"
"""The discard port, on which no server runs."""


def silent(_status: Status) -> None:
    """Take no notice."""


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


ALL = {f"mnist/{name}": content for name, content in PACKED.items()}


def test_fetched_files_are_placed_packed(data: Path) -> None:
    with serving() as server:
        fetch(FILES, [server.url], data, silent)
    assert everything_in(data) == ALL
    assert server.asked == list(PACKED)
    assert [read_verified(file, data) for file in FILES] == list(PLAIN.values())


def test_only_what_is_missing_is_fetched(data: Path) -> None:
    (data / "mnist").mkdir(parents=True)
    (data / FILES[0].path).write_bytes(PLAIN[FILES[0].name])
    (data / f"{FILES[1].path}.gz").write_bytes(PACKED[f"{FILES[1].name}.gz"])
    with serving() as server:
        fetch(FILES, [server.url], data, silent)
        assert server.asked == [f"{file.name}.gz" for file in FILES[2:]]
        fetch(FILES, [server.url], data, silent)
        assert len(server.asked) == 2
    assert missing(FILES, data) == []


@pytest.mark.parametrize(
    "bad",
    [
        mirror.status(404),
        mirror.status(500),
        mirror.wrong_bytes,
        mirror.too_long,
        mirror.drops,
        mirror.says_nothing,
    ],
)
def test_after_a_bad_mirror_the_next_is_tried_and_then_preferred(data: Path, bad: Answer) -> None:
    with serving(bad) as first, serving() as second:
        fetch(FILES, [NOBODY, first.url, second.url], data, silent)
    assert everything_in(data) == ALL
    assert first.asked == [f"{FILES[0].name}.gz"]
    assert second.asked == list(PACKED)


def test_a_mirror_that_keeps_silent_is_given_up(data: Path) -> None:
    done = threading.Event()
    with ExitStack() as stack:
        first = stack.enter_context(serving(lambda _handler, _content: done.wait(30) and None))
        second = stack.enter_context(serving())
        stack.callback(done.set)
        fetch(FILES[:1], [first.url, second.url], data, silent, timeout=0.2)
    assert everything_in(data) == {f"{FILES[0].path}.gz": PACKED[f"{FILES[0].name}.gz"]}


def test_a_packed_file_that_unpacks_to_another_content_is_refused(data: Path) -> None:
    good = FILES[0]
    claims = DataFile(good.path, good.size, "0" * 64, good.gz_size, good.gz_sha256)
    with serving() as server, pytest.raises(DataError, match="unpacks to another content"):
        fetch([claims], [server.url], data, silent)
    assert everything_in(data) == {}


def test_when_all_mirrors_fail_the_error_says_why_and_which_files_to_put_where(data: Path) -> None:
    bad = [mirror.status(404), mirror.wrong_bytes, mirror.drops, mirror.too_long, mirror.says_nothing]
    with ExitStack() as stack:
        urls = [stack.enter_context(serving(answer)).url for answer in bad]
        with pytest.raises(DataError) as caught:
            fetch(FILES, [*urls, NOBODY], data, silent)
    message = str(caught.value)
    reasons = ["answered 404 Not Found", "SHA-256 differs", "sent more than", "closed connection", "refused"]
    assert all(reason in message for reason in reasons)
    size = FILES[0].gz_size
    assert f"sent {size // 2} of {size} bytes" in message
    names = ", ".join(PLAIN)
    assert f"Put {names} (plain or .gz) into {data / 'mnist'}; SLUGSTUDIO_DATA" in message
    assert not data.exists()


def test_what_a_failing_download_fetched_before_stays(data: Path) -> None:
    def only_labels(handler: mirror.BaseHTTPRequestHandler, content: bytes) -> None:
        (mirror.good if "labels" in handler.path else mirror.status(404))(handler, content)

    labels, images = FILES[1], FILES[2]
    with serving(only_labels) as server, pytest.raises(DataError, match=f"Put {images.name} ") as caught:
        fetch([labels, images], [server.url], data, silent)
    assert labels.name not in str(caught.value)
    assert everything_in(data) == {f"{labels.path}.gz": PACKED[f"{labels.name}.gz"]}


def test_a_download_that_is_cancelled_leaves_nothing(data: Path) -> None:
    class CancelledError(Exception):
        pass

    def cancel(status: Status) -> None:
        if status.done:
            raise CancelledError

    with serving() as server, pytest.raises(CancelledError):
        fetch(FILES, [server.url], data, cancel)
    assert not data.exists()


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_half_written(data: Path, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
    def full(*_arguments: object) -> None:
        assert list(data.rglob("*.part")), "a file beside the final place is written first"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, function, full)
    expected = r"cannot be written \(No space left.*SLUGSTUDIO_DATA"
    with serving() as server, pytest.raises(DataError, match=expected):
        fetch(FILES, [server.url], data, silent)
    assert everything_in(data) == {}


def test_a_data_folder_that_cannot_be_made_is_named(data: Path) -> None:
    data.write_text("a file")
    with serving() as server, pytest.raises(DataError, match=f"{data}.*cannot be written"):
        fetch(FILES, [server.url], data, silent)


def test_two_processes_at_once_do_not_disturb_each_other(data: Path) -> None:
    both = threading.Barrier(2, timeout=30)

    def start_together(status: Status) -> None:
        if status.done == 0:
            both.wait()

    with serving() as server, ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(fetch, FILES, [server.url], data, start_together) for _ in range(2)]
        for run in runs:
            run.result()
    assert everything_in(data) == ALL
    assert len(server.asked) == 8


def test_progress_goes_from_nothing_to_all(data: Path) -> None:
    seen: list[Status] = []
    with serving() as server:
        fetch(FILES, [server.url], data, seen.append)
    total = sum(len(content) for content in PACKED.values())
    assert seen[0] == Status(FILES[0].name, server.url, data, 0, total)
    assert (seen[-1].name, seen[-1].done, seen[-1].total) == (FILES[-1].name, total, total)
    assert [s.done for s in seen] == sorted(s.done for s in seen)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _shown(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stderr", stderr)
    for done in (0, 2_500_000, 10_000_000):
        terminal_progress(Status("images", "https://a.org/mnist/", Path("here"), done, 10_000_000))
    return stderr.getvalue()


def test_a_download_is_announced_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _shown(monkeypatch, io.StringIO()) == "Downloading 10.0 MB from a.org into here\n"


def test_on_a_terminal_the_progress_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _shown(monkeypatch, _Terminal())
    announcement, counts = shown.split("\n", 1)
    assert announcement == "Downloading 10.0 MB from a.org into here"
    assert [count.split("%")[0].strip() for count in counts.split("\r")[1:]] == ["0", "25", "100"]
    assert counts.endswith("\n")


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_of_another_content_is_named_with_what_to_do(data: Path, packed: bool) -> None:
    file = FILES[1]
    changed = bytearray(PLAIN[file.name])
    changed[-1] ^= 1
    path = _put(data, file, bytes(changed), packed)
    with pytest.raises(DataError, match=r"damaged, expected the SHA-256 .* delete it to have it") as caught:
        read_verified(file, data)
    assert str(path) in str(caught.value)
    assert path.exists()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("change", "found"),
    [(lambda content: content[:-1], "found 4719"), (lambda content: content + b"\0", "found more than 4720")],
)
def test_a_file_of_another_size_is_named(
    data: Path, change: Callable[[bytes], bytes], found: str, packed: bool
) -> None:
    file = FILES[0]
    path = _put(data, file, change(PLAIN[file.name]), packed)
    with pytest.raises(DataError, match=found) as caught:
        read_verified(file, data)
    assert str(path) in str(caught.value)


def test_a_truncated_packed_file_is_named(data: Path) -> None:
    file = FILES[0]
    path = _put(data, file, PLAIN[file.name], packed=True)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz: damaged, cannot be unpacked"):
        read_verified(file, data)


def test_a_folder_in_place_of_a_file_is_named(data: Path) -> None:
    (data / FILES[0].path).mkdir(parents=True)
    with pytest.raises(DataError, match=f"{FILES[0].path}: cannot be read"):
        read_verified(FILES[0], data)


def test_packed_again_by_another_program_it_is_the_same_file(data: Path) -> None:
    file = FILES[0]
    (data / "mnist").mkdir(parents=True)
    (data / f"{file.path}.gz").write_bytes(gzip.compress(PLAIN[file.name], compresslevel=1, mtime=12345))
    assert read_verified(file, data) == PLAIN[file.name]


def test_an_absent_file_is_none(data: Path) -> None:
    assert read_verified(FILES[0], data) is None


def _put(data: Path, file: DataFile, content: bytes, packed: bool) -> Path:
    path = data / (f"{file.path}.gz" if packed else file.path)
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(content) if packed else content)
    return path


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"SLUGSTUDIO_DATA": "/data", "XDG_CACHE_HOME": "/cache"}, "/data"),
        ("win32", {"SLUGSTUDIO_DATA": "~/data"}, "/home/ada/data"),
        ("linux", {}, "/home/ada/.cache/slugstudio"),
        ("linux", {"SLUGSTUDIO_DATA": "", "XDG_CACHE_HOME": "/cache"}, "/cache/slugstudio"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/ada/.cache/slugstudio"),
        ("darwin", {"XDG_CACHE_HOME": "/cache"}, "/home/ada/Library/Caches/slugstudio"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/slugstudio"),
        ("win32", {}, "/home/ada/AppData/Local/slugstudio"),
    ],
)
def test_the_data_folder_follows_the_variable_else_the_platform(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], expected: str
) -> None:
    for name in ("SLUGSTUDIO_DATA", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/ada", **environment}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert data_folder() == Path(expected)


@pytest.mark.parametrize("chosen", ["", "~nobody-of-this-name/data"])
def test_without_a_home_the_variable_is_asked_for(monkeypatch: pytest.MonkeyPatch, chosen: str) -> None:
    def homeless(_path: str) -> str:
        return "~"

    monkeypatch.setenv("SLUGSTUDIO_DATA", chosen)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", homeless)
    with pytest.raises(DataError, match="set SLUGSTUDIO_DATA"):
        data_folder()
