"""Time the networks that people build against PyTorch in eager mode, and write ``docs/performance.md``.

``make bench`` runs it in the environment that ``make parity`` makes. Each round times each row of ours and of PyTorch
on one and on two threads, one after the other, so that what else the machine does meets all alike. Ours goes through
`train` and `Network.predict`; PyTorch's is the usual loop.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks import rivals
from benchmarks.layers import layer_times
from slugstudio.engine.activation import ReLU, Softmax, Tanh
from slugstudio.engine.blas import one_thread
from slugstudio.engine.declaration import Shape
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Layer, MaxPooling, MeanPooling
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, Adam, RMSProp
from slugstudio.engine.train import TrainData, TrainSettings, train

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
REST = 0.05
"""Seconds before each measurement: PyTorch's second thread goes on turning for a while after its work."""

N_INFERRED = 10_000

MLP = (Dense(200, activation=ReLU()), Dense(10, activation=Softmax()))
DROPPED = (MLP[0], Dropout(0.5), MLP[1])
SMALL_CNN = (
    Convolution(1, (3, 3)),
    MeanPooling((2, 2)),
    Convolution(2, (4, 4)),
    MeanPooling((2, 2)),
    Flatten(),
    Dense(10, activation=Softmax()),
)
LARGE_CNN = (
    Convolution(32, (3, 3)),
    MaxPooling((2, 2)),
    Convolution(64, (3, 3)),
    MaxPooling((2, 2)),
    Flatten(),
    Dense(128, activation=ReLU()),
    Dropout(0.5),
    Dense(10, activation=Softmax()),
)
PLAYGROUND = (Dense(16, activation=Tanh()), Dense(16, activation=Tanh()), Dense(2, activation=Softmax()))


@dataclass
class Row:
    """One line of the table: what is done, by whom, and in how many seconds a unit.

    ``theirs`` has PyTorch's by its number of threads; ``n_units`` is how many steps, or runs, one call does, and
    ``flops`` are the floating point operations of the matrix products of one unit.
    """

    name: str
    work: str
    least: float
    n_units: int
    flops: int
    our_work: Callable[[], object]
    their_work: Callable[[], object]
    ours: list[float] = field(default_factory=list)
    theirs: dict[int, list[float]] = field(default_factory=lambda: {threads: [] for threads in rivals.THREADS})

    def measure(self) -> None:
        """Do one round."""
        time.sleep(REST)
        self.ours.append(rivals.timed(self.our_work) / self.n_units)
        for threads, seconds in self.theirs.items():
            time.sleep(REST)
            seconds.append(rivals.torch_timed(self.their_work, threads) / self.n_units)

    @property
    def threads(self) -> int:
        """PyTorch's better number of threads."""
        return min(self.theirs, key=lambda threads: median(self.theirs[threads]))

    @property
    def ratios(self) -> list[float]:
        """How many times as fast as PyTorch the engine was in each round."""
        return [their / our for our, their in zip(self.ours, self.theirs[self.threads], strict=True)]


def training(name: str, work: str, least: float, network: Network, settings: TrainSettings, n_steps: int) -> Row:
    """Return the row of training steps: two epochs of ``n_steps`` each."""
    settings = settings.replace(epochs=2)
    rng = np.random.default_rng(0)
    n = n_steps * settings.batch_size
    x = rng.random((n, *network.input_shape), dtype=np.float32)
    labels = rng.integers(0, network.output_shape[0], n)
    data = TrainData(x, labels, x[:0], labels[:0])

    def ours() -> None:
        for _ in train(network, data, settings):
            pass

    costs = [row.multiply_adds for row in network.summary()]
    products = 3 * sum(costs) - costs[0]  # nobody needs the gradient to the samples
    flops = 2 * products * settings.batch_size
    return Row(name, work, least, 2 * n_steps, flops, ours, rivals.torch_training(network, x, labels, settings))


def inference(name: str, work: str, least: float, network: Network, chunk: int, n_runs: int) -> Row:
    """Return the row of the outputs for 10,000 samples, ``n_runs`` times in a round.

    PyTorch takes ``chunk`` at a time: the number, of 32 to 10,000, with which it was quickest here.
    """
    x = np.random.default_rng(0).random((N_INFERRED, *network.input_shape), dtype=np.float32)
    flops = 2 * N_INFERRED * sum(row.multiply_adds for row in network.summary())
    theirs = rivals.torch_inference(network, x, chunk)

    def ours() -> None:
        network.predict(x)

    return Row(name, work, least, n_runs, flops, repeated(ours, n_runs), repeated(theirs, n_runs))


def repeated(work: Callable[[], None], times: int) -> Callable[[], None]:
    """Return what does the work so many times."""

    def all_of_it() -> None:
        for _ in range(times):
            work()

    return all_of_it


def w1() -> Row:
    """Return the seed's multilayer perceptron."""
    return training("W1", "MLP 784-200-10, RMSProp, batch 32", 1.75, _network(MLP, (784,)), _rmsprop(32), 200)


def w1b() -> Row:
    """Return the same with a larger batch."""
    return training("W1b", "the same, batch 128", 1.5, _network(MLP, (784,)), _rmsprop(128), 100)


def w2() -> Row:
    """Return the same with dropout."""
    return training("W2", "W1 with Dropout(0.5)", 2.0, _network(DROPPED, (784,)), _rmsprop(32), 200)


def w3() -> Row:
    """Return the seed's convolutional network."""
    settings = TrainSettings(batch_size=3, optimizer=SGD(lr=0.01))
    return training("W3", "the seed's CNN, SGD, batch 3", 4.3, _network(SMALL_CNN, (1, 28, 28)), settings, 300)


def w4() -> Row:
    """Return a convolutional network as one would build it for the full MNIST."""
    settings = TrainSettings(batch_size=64, optimizer=Adam())
    work = "CNN 32-64, dense 128, dropout, Adam, batch 64"
    return training("W4", work, 1.35, _network(LARGE_CNN, (1, 28, 28)), settings, 8)


def w5() -> Row:
    """Return the playground's network."""
    settings = TrainSettings(batch_size=10, optimizer=SGD(lr=0.01))
    return training("W5", "2-16-16-2 tanh, SGD, batch 10", 14.0, _network(PLAYGROUND, (2,)), settings, 500)


def w6a() -> Row:
    """Return the perceptron's inference."""
    return inference("W6a", "inference of the MLP, 10,000 images", 0.95, _network(MLP, (784,)), 2500, 10)


def w6b() -> Row:
    """Return the large network's inference."""
    return inference("W6b", "inference of W4's network, 10,000 images", 2.3, _network(LARGE_CNN, (1, 28, 28)), 256, 3)


ROWS = (w1, w1b, w2, w3, w4, w5, w6a, w6b)


def _network(layers: tuple[Layer, ...], shape: Shape) -> Network:
    return Network(layers, shape)


def _rmsprop(batch_size: int) -> TrainSettings:
    return TrainSettings(batch_size=batch_size, optimizer=RMSProp())


def peak() -> float:
    """Return the most floating point operations a second that a matrix product reaches on one thread."""
    a = np.random.default_rng(0).random((1536, 1536), dtype=np.float32)
    out = np.empty_like(a)
    with one_thread():
        seconds = min(rivals.timed(lambda: np.matmul(a, a, out=out)) for _ in range(5))
    return 2 * len(a) ** 3 / seconds


def page(rows: list[Row], rounds: int) -> str:
    """Return ``docs/performance.md``."""
    fastest = peak()
    return "\n".join([*_introduction(rounds), *_table(rows, fastest), *_layers(), ""])


def _introduction(rounds: int) -> list[str]:
    torch = importlib.import_module("torch")
    return [
        "# Performance",
        "",
        "`make bench` measures and writes this page: how many times as fast as PyTorch in eager mode the engine is,",
        f"as the median of {rounds} rounds with the least and the most of them. A round times every row, ours and",
        "PyTorch's one after the other. Layers, batch, optimizer and float32 are the same. A step is one of",
        "`train(...)`, with the order of the samples, loss and accuracy; PyTorch's is the usual loop with the loss, at",
        "the better of one or two threads. *At least* is what the project set itself.",
        "",
        f"- processor: {_processor()}, {os.cpu_count()} cores; {platform.system()} {platform.machine()}",
        f"- Python {platform.python_version()}, numpy {np.__version__}, PyTorch {torch.__version__}",
        "- the engine runs on one thread; convolutions of more than 16 samples, and inference of many, on two",
        "",
    ]


def _table(rows: list[Row], fastest: float) -> list[str]:
    lines = [
        "| | work | ours | PyTorch (threads) | times as fast | least - most | at least | reached | of the peak |",
        "|---|---|--:|--:|--:|--:|--:|---|--:|",
    ]
    for row in rows:
        ours, theirs, ratio = median(row.ours), median(row.theirs[row.threads]), median(row.ratios)
        cells = [
            row.name,
            row.work,
            _duration(ours),
            f"{_duration(theirs)} ({row.threads})",
            f"**{ratio:.2f}**",
            f"{min(row.ratios):.2f} - {max(row.ratios):.2f}",
            f"{row.least:g}",
            "yes" if ratio >= row.least else "no",
            f"{row.flops / ours / fastest:.0%}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return [
        *lines,
        "",
        f"The peak is that of a float32 matrix product on one thread here, {fastest / 1e9:.0f} GFLOP/s, so that two",
        "threads can pass it. Its share counts the operations of a network's matrix products alone. PyTorch infers in",
        "chunks of the size that suits it best.",
        "",
    ]


def _layers() -> list[str]:
    lines = [
        "## Each layer alone",
        "",
        "Microseconds of the formula and the activation, forward and backward, in training on one thread.",
        "",
        "| network | layer | forward | activation | backward | of activation |",
        "|---|---|--:|--:|--:|--:|",
    ]
    networks = (
        ("W2", _network(DROPPED, (784,)), 32),
        ("W3", _network(SMALL_CNN, (1, 28, 28)), 3),
        ("W4", _network(LARGE_CNN, (1, 28, 28)), 64),
        ("W5", _network(PLAYGROUND, (2,)), 10),
    )
    for name, network, batch in networks:
        for layer, *times in layer_times(network, batch):
            lines.append(f"| {name} | {layer} | " + " | ".join(f"{time:,.1f}" for time in times) + " |")
    return lines


def _duration(seconds: float) -> str:
    return f"{1e6 * seconds:,.0f} µs" if seconds < 1e-3 else f"{1e3 * seconds:,.2f} ms"


def _processor() -> str:
    """Return the processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(": ")[2]
    return platform.processor() or "unknown"


def main() -> None:
    """Measure, print the table and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.table", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", nargs="*", help="only these, such as W1 W5; the page is left alone")
    options = parser.parse_args()
    if not rivals.has("torch"):
        sys.exit("PyTorch is not installed here; run `make bench`, which makes an environment with it.")
    rows = [row() for row in ROWS if not options.rows or row.__name__ in [name.lower() for name in options.rows]]
    for row in rows:
        row.measure()  # the first round warms up: it fetches memory and fills caches
        row.ours.clear()
        for seconds in row.theirs.values():
            seconds.clear()
    for _ in range(options.rounds):
        for row in rows:
            row.measure()
    if options.rows:
        sys.stdout.write("\n".join(_table(rows, peak())))
        return
    text = page(rows, options.rounds)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
