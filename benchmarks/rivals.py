"""The same training step in other libraries, each of which is left out where it is not installed."""

from __future__ import annotations

import importlib
import importlib.util
import time
import warnings
from collections.abc import Callable
from typing import Any

from threadpoolctl import ThreadpoolController

from slugstudio.engine.declaration import Array
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Layer, MaxPooling
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, Optimizer
from slugstudio.engine.train import TrainSettings

THREADS = (1, 2)


def has(module: str) -> bool:
    """Tell whether a library is installed."""
    return importlib.util.find_spec(module) is not None


def sklearn_seconds(x: Array, labels: Array, hidden: int, batch: int) -> float:
    """Return the seconds of one epoch of scikit-learn's MLPClassifier at its better number of threads."""
    network = importlib.import_module("sklearn.neural_network").MLPClassifier(
        (hidden,), solver="sgd", momentum=0, alpha=0, batch_size=batch, learning_rate_init=0.01, max_iter=1
    )

    def epoch() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that one epoch is few
            network.fit(x, labels)

    controller = ThreadpoolController()
    seconds = []
    for threads in THREADS:
        with controller.limit(limits=threads, user_api="blas"):
            seconds.append(timed(epoch))
    return min(seconds)


def torch_seconds(network: Network, x: Array, labels: Array, settings: TrainSettings) -> float:
    """Return the seconds of one epoch of PyTorch in eager mode at its better number of threads.

    As our own training does, it shuffles, and adds up the loss and the right answers of each batch.
    """
    torch: Any = importlib.import_module("torch")
    seconds = []
    for threads in THREADS:
        torch.set_num_threads(threads)
        seconds.append(timed(_torch_epoch(torch, network, torch.tensor(x), torch.tensor(labels), settings)))
    return min(seconds)


def timed(work: Callable[[], None]) -> float:
    """Return the seconds that ``work`` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _torch_epoch(torch: Any, network: Network, x: Any, labels: Any, settings: TrainSettings) -> Callable[[], None]:
    parts = [part for row in network.summary() for part in _torch_parts(torch.nn, network, row.name, row.input_shape)]
    model = torch.nn.Sequential(*parts)
    optimizer = _torch_optimizer(torch.optim, model.parameters(), settings.optimizer)
    criterion = torch.nn.CrossEntropyLoss()

    def epoch() -> None:
        loss_sum = n_correct = 0.0
        for rows in torch.randperm(len(x)).split(settings.batch_size):
            batch, targets = x[rows], labels[rows]
            optimizer.zero_grad()
            outputs = model(batch)
            loss = criterion(outputs, targets)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(rows)
            n_correct += (outputs.argmax(1) == targets).sum().item()

    return epoch


def _torch_parts(nn: Any, network: Network, name: str, input_shape: tuple[int, ...]) -> list[Any]:
    """Return the modules that do what a layer does; the last softmax is part of PyTorch's loss."""
    layer: Layer = network.layers[network.names.index(name)]
    activations = {"ReLU": [nn.ReLU()], "Tanh": [nn.Tanh()], "Noop": [], "Softmax": []}
    match layer:
        case Dense():
            module = nn.Linear(input_shape[0], layer.outshape)
        case Convolution():
            module = nn.Conv2d(input_shape[0], layer.nb_kernel, layer.kernel_size, layer.stride)
        case MaxPooling():
            module = nn.MaxPool2d(layer.pool_size)
        case Dropout():
            module = nn.Dropout(layer.p)
        case Flatten():
            module = nn.Flatten()
        case _:
            raise NotImplementedError(f"{layer.kind} has no translation here yet")
    return [module, *activations[layer.after.kind]]


def _torch_optimizer(optim: Any, parameters: Any, optimizer: Optimizer) -> Any:
    if isinstance(optimizer, SGD):
        return optim.SGD(parameters, lr=optimizer.lr)
    return optim.RMSprop(parameters, lr=optimizer.lr, alpha=0.9)
