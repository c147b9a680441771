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
from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, Layer, MaxPooling, MeanPooling
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, Adam, Optimizer, RMSProp
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
    """Return the seconds of one epoch of PyTorch in eager mode at its better number of threads."""
    epoch = torch_training(network, x, labels, settings)
    return min(torch_timed(epoch, threads) for threads in THREADS)


def torch_timed(work: Callable[[], object], threads: int) -> float:
    """Return the seconds that ``work`` takes of PyTorch on so many threads."""
    importlib.import_module("torch").set_num_threads(threads)
    return timed(work)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def torch_training(network: Network, x: Array, labels: Array, settings: TrainSettings) -> Callable[[], None]:
    """Return what trains PyTorch's network of the same layers for the settings' epochs, in eager mode.

    As our own training does, it shuffles and adds up the loss of each batch; ours also counts the right answers.
    """
    torch: Any = importlib.import_module("torch")
    model = _torch_model(torch, network)
    optimizer = _torch_optimizer(torch.optim, model.parameters(), settings.optimizer)
    criterion = torch.nn.CrossEntropyLoss()
    samples, answers = torch.tensor(x), torch.tensor(labels)

    def work() -> None:
        model.train()
        loss_sum = 0.0
        for _ in range(settings.epochs):
            for rows in torch.randperm(len(samples)).split(settings.batch_size):
                optimizer.zero_grad()
                loss = criterion(model(samples[rows]), answers[rows])
                loss.backward()
                optimizer.step()
                loss_sum += loss.item() * len(rows)

    return work


def torch_inference(network: Network, x: Array, chunk: int) -> Callable[[], None]:
    """Return what computes the outputs of PyTorch's network of the same layers, ``chunk`` samples at a time."""
    torch: Any = importlib.import_module("torch")
    model = _torch_model(torch, network)
    samples = torch.tensor(x)

    def work() -> None:
        model.eval()
        with torch.inference_mode():
            torch.cat([torch.softmax(model(part), 1) for part in samples.split(chunk)])

    return work


def _torch_model(torch: Any, network: Network) -> Any:
    parts = [part for row in network.summary() for part in _torch_parts(torch.nn, network, row.name, row.input_shape)]
    return torch.nn.Sequential(*parts)


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
        case MeanPooling():
            module = nn.AvgPool2d(layer.pool_size)
        case Dropout():
            module = nn.Dropout(layer.p)
        case Flatten():
            module = nn.Flatten()
        case _:
            raise NotImplementedError(f"{layer.kind} has no translation here yet")
    return [module, *activations[layer.after.kind]]


def _torch_optimizer(optim: Any, parameters: Any, optimizer: Optimizer) -> Any:
    match optimizer:
        case SGD():
            return optim.SGD(parameters, lr=optimizer.lr)
        case RMSProp():
            return optim.RMSprop(parameters, lr=optimizer.lr, alpha=optimizer.rho)
        case Adam():
            return optim.Adam(parameters, lr=optimizer.lr)
    raise NotImplementedError(f"{optimizer.kind} has no translation here yet")
