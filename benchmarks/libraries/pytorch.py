"""PyTorch in eager mode."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import partial
from typing import Any

from benchmarks.libraries.base import CHUNKS, Run
from benchmarks.works import N_INFERRED, Inference, Training
from slugstudio.engine.layers import (
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMeanPooling,
    MaxPooling,
    MeanPooling,
    Residual,
)
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import SGD, Adam, Optimizer, RMSProp
from slugstudio.engine.passes import Node
from tools.parity.functional import apply


class PyTorch:
    """PyTorch on so many threads."""

    def __init__(self, threads: int) -> None:
        self._torch: Any = importlib.import_module("torch")
        self._torch.set_num_threads(threads)
        self.version: str = self._torch.__version__

    def training(self, work: Training) -> Run:
        """Return the usual loop."""
        torch, data, batch_size = self._torch, work.data(), work.settings.batch_size
        model = self.model(work.network())
        optimizer = self.optimizer(model.parameters(), work.settings.optimizer)
        criterion = torch.nn.CrossEntropyLoss()
        samples, answers = torch.tensor(data.x), torch.tensor(data.y)

        def epoch() -> None:
            model.train()
            loss_sum = 0.0
            for rows in torch.randperm(len(samples)).split(batch_size):
                optimizer.zero_grad()
                loss = criterion(model(samples[rows]), answers[rows])
                loss.backward()
                optimizer.step()
                loss_sum += loss.item() * len(rows)

        return epoch

    def inference(self, work: Inference) -> Sequence[Run]:
        """Return the outputs without gradients, in chunks."""
        torch, model, samples = self._torch, self.model(work.network()), self._torch.tensor(work.samples(N_INFERRED))

        def outputs(chunk: int) -> None:
            model.eval()
            with torch.inference_mode():
                torch.cat([torch.softmax(model(part), 1) for part in samples.split(chunk)])

        return [partial(outputs, chunk) for chunk in CHUNKS]

    def model(self, network: Network) -> Any:
        """Return the network of the same layers, without the last softmax, which is part of PyTorch's loss."""
        parts = [part for node in network.nodes for part in self._parts(node)]
        return self._torch.nn.Sequential(*parts)

    def _parts(self, node: Node) -> list[Any]:
        """Return the modules that do what a layer does."""
        nn, layer, input_shape = self._torch.nn, node.layer, node.input_shape
        activations = {"ReLU": [nn.ReLU()], "Tanh": [nn.Tanh()], "Noop": [], "Softmax": []}
        match layer:
            case Dense():
                module = nn.Linear(input_shape[0], layer.outshape)
            case Convolution():
                padding = "same" if layer.padding == "same" else 0
                module = nn.Conv2d(input_shape[0], layer.nb_kernel, layer.kernel_size, layer.stride, padding)
            case MaxPooling():
                module = nn.MaxPool2d(layer.pool_size)
            case MeanPooling():
                module = nn.AvgPool2d(layer.pool_size)
            case Dropout():
                module = nn.Dropout(layer.p)
            case Flatten():
                module = nn.Flatten()
            case GlobalMeanPooling():
                return [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
            case Residual():
                return [self._block(node)]
            case _:
                raise NotImplementedError(f"{layer.kind} has no translation to PyTorch here")
        return [module, *activations[layer.after.kind]]

    def _block(self, node: Node) -> Any:
        """Return a module that does what a block of layers does, in which nothing is drawn."""
        torch = self._torch
        turned = [name for name, array in node.params.items() if array.ndim == 2]

        class Block(torch.nn.Module):  # type: ignore[misc, name-defined]
            def __init__(self) -> None:
                super().__init__()
                learned = [array.T if name in turned else array for name, array in node.params.items()]
                self.learned = torch.nn.ParameterList(torch.tensor(array) for array in learned)
                self.kept = {name: torch.tensor(array) for name, array in node.buffers.items()}

            def forward(self, x: Any) -> Any:
                learned = {n: p.T if n in turned else p for n, p in zip(node.params, self.learned, strict=True)}
                return apply(node.layer, x, learned, self.kept, self.training)

        return Block()

    def optimizer(self, parameters: Any, optimizer: Optimizer) -> Any:
        """Return the optimizer of the same kind and first rate."""
        optim = self._torch.optim
        match optimizer:
            case SGD():
                return optim.SGD(parameters, lr=optimizer.lr)
            case RMSProp():
                # ours has epsilon inside the root
                return optim.RMSprop(parameters, lr=optimizer.lr, alpha=optimizer.rho, eps=optimizer.epsilon**0.5)
            case Adam():
                return optim.Adam(parameters, lr=optimizer.lr)
        raise NotImplementedError(f"{optimizer.kind} has no translation to PyTorch here")
