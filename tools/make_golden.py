"""Make ``tests/golden/format-N.slug``: a project in the version of the format that is written now, kept for ever.

Run once for each version, from the top of the repository: ``python -m tools.make_golden``. Beside the project lies
what is in it, as JSON, so that a test can tell whether a later program still reads the same.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from slugstudio.datasets import Digits, Standardise
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.augmentation import Shift
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.events import EpochDone
from slugstudio.engine.layers import BatchNormalization, Convolution, Dense, Dropout, Flatten, MaxPooling, Residual
from slugstudio.engine.metrics import F1, Accuracy
from slugstudio.engine.optimizers import Adam
from slugstudio.engine.train import TrainSettings
from slugstudio.project import Project, save
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.edits import insert_layer
from slugstudio.project.records import SCHEMA_VERSION
from slugstudio.project.session import Session

LAYERS = [
    Convolution(4, (3, 3), activation=ReLU()),
    Residual((Convolution(4, (3, 3), padding="same"), BatchNormalization())),
    MaxPooling((2, 2)),
    Flatten(),
    Dropout(0.25),
    Dense(10, activation=Softmax()),
]


def golden_project() -> Project:
    """Return a project with all that a file can hold, stopped in its second epoch."""
    settings = TrainSettings(
        epochs=3,
        batch_size=128,
        optimizer=Adam(lr=0.01),
        early_stopping=EarlyStopping(patience=2),
        metrics=(Accuracy(), F1()),
        augmentation=(Shift(1),),
        seed=7,
    )
    design = Design((), DataChoice(Digits(), Standardise(), validation_split=0.5, seed=3), settings)
    for index, layer in enumerate(LAYERS):
        design, _ = insert_layer(design, index, layer)
    session = Session(Project(design))
    events = session.run()
    while not isinstance(next(events), EpochDone):
        pass
    for _ in range(2):
        next(events)
    return session.capture()


def told(project: Project) -> dict[str, Any]:
    """Return what a project is, in a form that no change of its classes changes."""
    trained, history = project.trained, project.history
    if trained is None:
        raise ValueError("expected a trained project")
    arrays = {f"weights/{layer}/{name}": array for (layer, name), array in trained.weights.items()}
    arrays |= {f"best/{layer}/{name}": array for (layer, name), array in (trained.best or {}).items()}
    for number, slot in enumerate(trained.slots):
        arrays |= {f"optimizer/{number}/{layer}/{name}": array for (layer, name), array in slot.items()}
    arrays |= {f"metrics/{name}": array for name, array in trained.state.metric_sums.items()}
    if trained.preprocessing is not None:
        arrays |= {f"preprocessing/{name}": array for name, array in trained.preprocessing.arrays.items()}
    row = history.epochs[-1]
    return {
        "layers": [[entry.id, entry.name, entry.layer.kind] for entry in project.design.layers],
        "data": [project.design.data.source.kind, project.design.data.validation_split, project.design.data.seed],
        "optimizer": [project.design.training.optimizer.kind, project.design.training.optimizer.lr],
        "state": [trained.state.epoch, trained.state.position, trained.state.step, trained.state.loss_sum],
        "epoch": [row.epoch, row.step, row.loss, row.accuracy, row.val_loss, row.val_accuracy, dict(row.metrics)],
        "losses": history.losses.tolist(),
        "arrays": {
            name: [str(array.dtype), list(array.shape), sha256(array.tobytes()).hexdigest()]
            for name, array in sorted(arrays.items())
        },
    }


def main(folder: Path) -> None:
    """Write the files of this version of the format, unless they are there."""
    path = folder / f"format-{SCHEMA_VERSION}.slug"
    if path.exists():
        sys.exit(f"{path} is there, and stays as it is")
    project = golden_project()
    save(project, path)
    path.with_suffix(".json").write_text(json.dumps(told(project), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(__file__).parents[1] / "tests" / "golden")
