"""A small MNIST and a local server that offers it, well or badly."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from slugstudio.engine.data.fetch import DataFile
from slugstudio.engine.data.idx import encode_idx

_rng = np.random.default_rng(0)
ARRAYS = {
    "train-images-idx3-ubyte": _rng.integers(0, 256, (6, 28, 28), dtype=np.uint8),
    "train-labels-idx1-ubyte": np.array([5, 0, 4, 1, 9, 2], np.uint8),
    "t10k-images-idx3-ubyte": _rng.integers(0, 256, (2, 28, 28), dtype=np.uint8),
    "t10k-labels-idx1-ubyte": np.array([7, 2], np.uint8),
}
PLAIN = {name: encode_idx(array) for name, array in ARRAYS.items()}
PACKED = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in PLAIN.items()}


def sha256(content: bytes) -> str:
    """Return the SHA-256 as the tables of files have it."""
    return hashlib.sha256(content).hexdigest()


FILES = tuple(
    DataFile(
        f"mnist/{name}",
        len(content),
        sha256(content),
        len(PACKED[f"{name}.gz"]),
        sha256(PACKED[f"{name}.gz"]),
    )
    for name, content in PLAIN.items()
)

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
"""What a server does when asked for a file that has the given content."""


def good(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """Send the file."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def status(code: int) -> Answer:
    """Answer with an error."""
    return lambda handler, _content: handler.send_error(code)


def wrong_bytes(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """Send as many other bytes."""
    good(handler, bytes(len(content)))


def too_long(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """Send more than the file has."""
    good(handler, content + bytes(1000))


def drops(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """Promise the whole file and end the connection halfway."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])
    handler.close_connection = True


def says_nothing(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """End the connection without an answer."""
    del content
    handler.close_connection = True


class Mirror:
    """A running server: its URL, and the files asked of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[str] = []


@contextmanager
def serving(answer: Answer = good) -> Iterator[Mirror]:
    """Run a server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            mirror.asked.append(name)
            answer(self, PACKED[name])

        def log_message(self, *args: object) -> None:
            """Say nothing: stderr is under test."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mirror = Mirror(f"http://127.0.0.1:{server.server_port}/mnist/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield mirror
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
