"""Ten small convolutional networks as people write them in PyTorch: what `slugstudio import` has to open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from slugstudio.engine.declaration import Shape
from tools.parity.case import torch


class TorchModel(NamedTuple):
    """How a network is made, with random weights, and the shape of a sample."""

    make: Callable[[], Any]
    input_shape: Shape


def trained(name: str, seed: int = 0) -> Any:
    """Return a network as it could be after a training: its running statistics are not those of the beginning."""
    t = torch()
    t.manual_seed(seed)
    model = TORCH_MODELS[name].make()
    model.train()
    with t.no_grad():
        for _ in range(3):
            model(t.randn(16, *TORCH_MODELS[name].input_shape))
        for parameter in model.parameters():
            parameter.add_(0.05 * t.randn_like(parameter))
    return model.eval()


def _written(parts: Mapping[str, Any], forward: Callable[[Any, Any], Any]) -> Any:
    """Return a module with these submodules and this ``forward(self, x)``."""

    class Net(torch().nn.Module):  # type: ignore[misc] # PyTorch has no types here
        def __init__(self) -> None:
            super().__init__()
            for name, part in parts.items():
                self.add_module(name, part)

        def forward(self, x: Any) -> Any:
            return forward(self, x)

    return Net()


def _lenet() -> Any:
    nn, f = torch().nn, torch().nn.functional
    parts = {
        "conv1": nn.Conv2d(1, 4, 5, padding=2),
        "conv2": nn.Conv2d(4, 6, 5),
        "fc1": nn.Linear(6, 12),
        "fc2": nn.Linear(12, 10),
    }

    def forward(net: Any, x: Any) -> Any:
        x = f.avg_pool2d(torch().tanh(net.conv1(x)), 2)
        x = f.avg_pool2d(torch().tanh(net.conv2(x)), 2)
        x = torch().tanh(net.fc1(torch().flatten(x, 1)))
        return f.softmax(net.fc2(x), dim=1)

    return _written(parts, forward)


def _vgg() -> Any:
    nn = torch().nn
    parts = {
        "features": nn.Sequential(
            *(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(4, 4, 3, padding=1), nn.ReLU()),
            nn.MaxPool2d(2, 2),
            *(nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2, 2)),
        ),
        "classifier": nn.Sequential(nn.Linear(6 * 3 * 3, 12), nn.ReLU(), nn.Dropout(), nn.Linear(12, 5)),
    }

    def forward(net: Any, x: Any) -> Any:
        x = net.features(x)
        return net.classifier(x.view(x.size(0), -1))

    return _written(parts, forward)


def _batch_norm() -> Any:
    nn = torch().nn
    return nn.Sequential(
        *(nn.BatchNorm2d(2), nn.Conv2d(2, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU()),
        nn.MaxPool2d(2),
        *(nn.Conv2d(4, 6, 3, bias=False), nn.ReLU(), nn.BatchNorm2d(6)),
        *(nn.Flatten(), nn.Linear(6 * 4 * 4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 4)),
    )


def _network_in_network() -> Any:
    nn = torch().nn
    return nn.Sequential(
        *(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Conv2d(6, 6, 1), nn.ReLU(), nn.MaxPool2d(3, stride=2)),
        *(nn.Dropout2d(0.2), nn.Conv2d(6, 5, 1), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Softmax(dim=1)),
    )


def _mean() -> Any:
    nn = torch().nn
    parts = {"conv1": nn.Conv2d(1, 6, 3), "conv2": nn.Conv2d(6, 8, 3), "head": nn.Linear(8, 3)}

    def forward(net: Any, x: Any) -> Any:
        x = torch().relu(net.conv1(x))
        x = torch().relu(net.conv2(x))
        return net.head(x.mean(dim=(2, 3)))

    return _written(parts, forward)


def _depthwise() -> Any:
    nn = torch().nn
    return nn.Sequential(
        *(nn.Conv2d(3, 6, 3, stride=2, padding=1), nn.ReLU()),
        *(nn.Conv2d(6, 6, 3, padding=1, groups=6, bias=False), nn.BatchNorm2d(6), nn.ReLU()),
        *(nn.Conv2d(6, 8, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU()),
        *(nn.Conv2d(8, 8, 3, padding=1, groups=2), nn.ReLU(), nn.AvgPool2d(2)),
        *(nn.Flatten(), nn.Linear(8 * 3 * 3, 4)),
    )


def _strided() -> Any:
    nn = torch().nn
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.LeakyReLU(0.1)),
        *(nn.Conv2d(4, 6, (3, 5), stride=(2, 1), padding=(1, 2)), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(6, 6, 3), nn.Flatten(), nn.Linear(6 * 2, 1), nn.Sigmoid()),
    )


def _dilated() -> Any:
    nn = torch().nn
    return nn.Sequential(
        *(nn.Conv2d(2, 4, 3, padding=2, dilation=2), nn.ELU()),
        *(nn.Conv2d(4, 4, 3, padding=(1, 3), dilation=(1, 3)), nn.ELU(0.5)),
        *(nn.Conv2d(4, 4, 3, dilation=2), nn.Tanh()),
        *(nn.Flatten(), nn.Linear(4 * 5 * 6, 3)),
    )


def _padded_pools() -> Any:
    nn = torch().nn
    return nn.Sequential(
        *(nn.Conv2d(3, 5, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1)),
        *(nn.Conv2d(5, 6, 3, padding=1), nn.ReLU(), nn.AvgPool2d(3, 2, padding=1, count_include_pad=False)),
        *(nn.Identity(), nn.Flatten(1), nn.Dropout(0.3), nn.Linear(6 * 4 * 4, 6)),
    )


def _decoder() -> Any:
    nn = torch().nn
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.Tanh()),
        *(nn.ConvTranspose2d(4, 3, 2, stride=2), nn.Tanh(), nn.Conv2d(3, 4, 3), nn.Sigmoid()),
        *(nn.Flatten(), nn.Linear(4 * 6 * 6, 6), nn.ReLU(), nn.Linear(6, 4)),
    )


TORCH_MODELS: dict[str, TorchModel] = {
    "lenet": TorchModel(_lenet, (1, 14, 14)),
    "vgg": TorchModel(_vgg, (3, 12, 12)),
    "batch-norm": TorchModel(_batch_norm, (2, 12, 12)),
    "network-in-network": TorchModel(_network_in_network, (3, 11, 11)),
    "mean": TorchModel(_mean, (1, 9, 7)),
    "depthwise": TorchModel(_depthwise, (3, 12, 12)),
    "strided": TorchModel(_strided, (1, 15, 6)),
    "dilated": TorchModel(_dilated, (2, 9, 10)),
    "padded-pools": TorchModel(_padded_pools, (3, 13, 13)),
    "decoder": TorchModel(_decoder, (1, 8, 8)),
}
"""The networks by name; each output has one axis besides that of the samples."""
