"""Find out how well networks learn, beside PyTorch, and write ``docs/learning.md``.

``make learning`` runs it in the environment that ``make parity`` makes; it takes some minutes. MNIST is read from the
data folder (``SLUGSTUDIO_DATA``) and left out where it is not there.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any, NamedTuple

import numpy as np

from benchmarks.libraries.pytorch import PyTorch
from benchmarks.page import processor
from benchmarks.works import MLP
from slugstudio.datasets import MNIST
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.augmentation import Augmentation, Rotate, Shift, Zoom
from slugstudio.engine.declaration import Array
from slugstudio.engine.events import EpochDone
from slugstudio.engine.layers import Convolution, Dense, Flatten, Layer, MaxPooling
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import Adam, RMSProp
from slugstudio.engine.schedules import CosineDecay
from slugstudio.engine.train import TrainData, TrainSettings, train
from slugstudio.project import Project
from slugstudio.project.design import Design
from slugstudio.project.edits import set_data, set_training
from slugstudio.project.session import Session
from slugstudio.project.templates import TEMPLATES, Template

PAGE = Path(__file__).parents[1] / "docs" / "learning.md"
N_TRAIN = 60_000
N_STEPS = -(-N_TRAIN // 64)
MOST_BEHIND = 0.5
"""How many points of accuracy less than PyTorch are still as good, which the order of the samples alone can make."""

LENET = (
    Convolution(6, 5, padding="same", activation=ReLU()),
    MaxPooling(2),
    Convolution(16, 5, activation=ReLU()),
    MaxPooling(2),
    Flatten(),
    Dense(120, activation=ReLU()),
    Dense(84, activation=ReLU()),
    Dense(10, activation=Softmax()),
)


class Figure(NamedTuple):
    """What is trained on the full MNIST, and the test accuracy that it has to reach."""

    name: str
    layers: Sequence[Layer]
    settings: TrainSettings
    least: float


def figures() -> Iterator[Figure]:
    """Yield the networks for MNIST; their settings were chosen without a look at the test samples."""
    lowered = CosineDecay(20 * N_STEPS)
    mlp = TrainSettings(epochs=20, batch_size=64, optimizer=RMSProp(schedule=lowered))
    lenet = TrainSettings(epochs=20, batch_size=64, optimizer=Adam(schedule=lowered))
    moved: tuple[Augmentation, ...] = (Shift(1), Rotate(10), Zoom(0.1))
    yield Figure("the seed's MLP 784-200-10, RMSProp", [Flatten(), *MLP], mlp, 0.98)
    yield Figure("LeNet, Adam", LENET, lenet, 0.99)
    yield Figure("LeNet, Adam, shifted, rotated and zoomed", LENET, lenet.replace(augmentation=moved), 0.99)


def mnist_row(figure: Figure, data: TrainData) -> str:
    """Train once on the 60,000 and return the row of the table about the 10,000."""
    network = Network(figure.layers, data.x.shape[1:], figure.settings.seed)
    *_, last, _ = train(network, data, figure.settings)
    if not isinstance(last, EpochDone) or last.val_accuracy is None:
        raise RuntimeError(f"{figure.name} did not reach its last epoch: {last}")
    cells = [
        figure.name,
        f"{network.n_parameters:,}",
        f"{figure.settings.epochs}",
        f"**{last.val_accuracy:.4f}**",
        f"{figure.least:.2f}",
        "yes" if last.val_accuracy >= figure.least else "no",
    ]
    return f"| {' | '.join(cells)} |"


def mnist() -> list[str]:
    """Return the section about MNIST."""
    lines = ["## The full MNIST", ""]
    if not MNIST().at_hand:
        return [*lines, "It was not at hand when this page was written.", ""]
    dataset = MNIST().load()
    x = dataset.x / np.float32(255)
    data = TrainData(x[:N_TRAIN], dataset.y[:N_TRAIN], x[N_TRAIN:], dataset.y[N_TRAIN:])
    lines += [
        "Trained on the 60,000 training samples, pixels from 0 to 1, batches of 64, the learning rate lowered from",
        "0.001 to 0 along a cosine. Accuracy on the 10,000 test samples after the last epoch; one seed, 0.",
        "",
        "| network | parameters | epochs | accuracy | at least | reached |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for figure in figures():
        lines.append(mnist_row(figure, data))
        say(lines[-1])
    return [*lines, ""]


def seeded(template: Template, seed: int) -> Project:
    """Return a template's project with a seed for all that is drawn, the division of the data too."""
    design: Design = template.project().design
    design = set_data(design, design.data.replace(seed=seed))
    return Project(set_training(design, design.training.replace(seed=seed)))


def our_accuracy(session: Session) -> float:
    """Train to the last epoch and return the accuracy on the validation samples."""
    for _ in session.run():
        pass
    measured = session.evaluate()
    if measured is None:
        raise RuntimeError("expected validation samples to judge by.")
    return measured["accuracy"]


def torch_accuracy(network: Network, data: TrainData, settings: TrainSettings) -> float:
    """Train PyTorch's network from the first weights of ours by the same rule; return its accuracy in validation."""
    torch: Any = importlib.import_module("torch")
    torch.manual_seed(settings.seed)
    library = PyTorch(threads=1)
    model = library.model(network)
    put_weights(torch, model, network, data.x[:16])
    optimizer = library.optimizer(model.parameters(), settings.optimizer)
    criterion = torch.nn.CrossEntropyLoss()
    x, y = torch.tensor(data.x), torch.tensor(data.y)
    step = 0
    model.train()
    for _ in range(settings.epochs):
        for rows in torch.randperm(len(x)).split(settings.batch_size):
            for group in optimizer.param_groups:
                group["lr"] = settings.optimizer.rate(step)
            optimizer.zero_grad()
            criterion(model(x[rows]), y[rows]).backward()
            optimizer.step()
            step += 1
    model.eval()
    with torch.inference_mode():
        answers = model(torch.tensor(data.x_val)).argmax(1).numpy()
    return float(np.mean(answers == data.y_val))


def put_weights(torch: Any, model: Any, network: Network, x: Array) -> None:
    """Give PyTorch's network the weights of ours, and make sure that both then say the same about samples."""
    with torch.no_grad():
        for theirs, ours in zip(model.parameters(), network.parameters.values(), strict=True):
            theirs.copy_(torch.tensor(ours.T if ours.ndim == 2 else ours))
        model.eval()
        outputs = torch.softmax(model(torch.tensor(x)), 1).numpy()
    np.testing.assert_allclose(outputs, network.predict(x), atol=1e-5)


def template_row(template: Template, n_seeds: int) -> str:
    """Train a template by both with each seed and return the row of the table."""
    ours, theirs = [], []
    for seed in range(n_seeds):
        session = Session(seeded(template, seed))
        theirs.append(torch_accuracy(session.network, session.data, session.design.training))
        ours.append(our_accuracy(session))
    difference = 100 * (mean(ours) - mean(theirs))
    cells = [
        template.name,
        spread(ours),
        spread(theirs),
        f"{difference:+.2f}",
        "yes" if difference >= -MOST_BEHIND else "no",
    ]
    return f"| {' | '.join(cells)} |"


def spread(shares: Sequence[float]) -> str:
    """Write the mean and the standard deviation of accuracies in percent."""
    return f"{100 * mean(shares):.2f} ± {100 * stdev(shares):.2f}"


def templates(n_seeds: int) -> list[str]:
    """Return the section about the templates."""
    lines = [
        "## The templates, beside PyTorch",
        "",
        f"Each template as it is, trained to its last epoch by the engine and by PyTorch, with {n_seeds} seeds.",
        "Both have the same data and division, first weights, batch size, optimizer and learning rate of each step;",
        "PyTorch draws its own order of the samples and its own dropout. Accuracy on the validation samples in",
        f"percent, mean and standard deviation; as good means at most {MOST_BEHIND} points less.",
        "",
        "| template | ours | PyTorch | difference | as good |",
        "|---|--:|--:|--:|---|",
    ]
    for template in TEMPLATES.values():
        lines.append(template_row(template, n_seeds))
        say(lines[-1])
    return [*lines, ""]


def introduction() -> list[str]:
    """Return the head of the page."""
    torch = importlib.import_module("torch")
    return [
        "# Learning",
        "",
        "`make learning` measures and writes this page: how well networks learn in this engine.",
        "",
        f"- processor: {processor()}; {platform.system()} {platform.machine()}",
        f"- Python {platform.python_version()}, numpy {np.__version__}, PyTorch {torch.__version__}",
        "",
    ]


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many, from 2")
    options = parser.parse_args()
    if importlib.util.find_spec("torch") is None:
        sys.exit("PyTorch is not installed here; run `make learning`, which makes an environment with it.")
    page = [*introduction(), *mnist(), *templates(options.seeds)]
    PAGE.write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
