"""How quickly a stack of 200 layers answers an edit: ``python -m benchmarks.editing [EDITS]``.

The real window, with its cards, forms, code and problems showing; an edit has answered when all that it brought about
in the window, painting included, is done. The code and the preview follow from threads of their own.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QApplication

from slugstudio.datasets import Digits
from slugstudio.engine.activation import ReLU, Softmax
from slugstudio.engine.layers import Dense, Dropout, Flatten
from slugstudio.project import Project, edits
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.edits import insert_layer
from slugstudio.ui import theme
from slugstudio.ui.main_window import MainWindow

N_LAYERS, BUDGET_MS = 200, 50.0


def long_stack() -> Design:
    """Return a stack of 200 layers that works."""
    design = Design((), DataChoice(Digits()))
    layers = [Flatten(), *(each for _ in range(99) for each in (Dense(16, activation=ReLU()), Dropout(0.1)))]
    for place, layer in enumerate([*layers, Dense(10, activation=Softmax())]):
        design, _ = insert_layer(design, place, layer)
    return design


def edit(window: MainWindow, rng: random.Random) -> str:
    """Make one of the usual edits and return what it was."""
    document, editor = window.document, window.stack.editor
    ids = document.design.ids
    place = rng.randrange(1, len(ids) - 2)
    document.select([ids[place]])
    what = rng.choice(["add", "delete", "move", "duplicate", "set", "rename", "disable", "undo", "redo"])
    match what:
        case "add":
            editor.add("Dropout")
        case "delete" if len(ids) > N_LAYERS - 10:
            editor.delete()
        case "move":
            editor.move([ids[place]], rng.randrange(1, len(ids) - 1))
        case "duplicate" if len(ids) < N_LAYERS + 10:
            editor.duplicate()
        case "rename":
            document.edit(edits.rename_layer(document.design, ids[place], f"mine_{rng.randrange(10**6)}"), "rename")
        case "disable":
            editor.toggle_enabled()
        case "undo" if document.can_undo:
            document.undo()
        case "redo" if document.can_redo:
            document.redo()
        case _:
            dense = next(e for e in document.design.layers if isinstance(e.layer, Dense))
            after = edits.set_field(document.design, [dense.id], "outshape", rng.randrange(8, 40))
            document.edit(after, "set units")
            what = "set"
    return what


def main() -> int:
    """Print how long edits take; return 0 if 95 % of them are within the bound."""
    n_edits = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SLUGSTUDIO_STATE"] = folder
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        theme.start(app, settings)
        window = MainWindow(Project(long_stack()), None, "long", settings)
        window.resize(1440, 900)
        window.show()
        window.set_layout("build")
        _settle(2.0)
        rng, taken = random.Random(0), dict[str, list[float]]()
        for _ in range(n_edits):
            begun = time.perf_counter()
            what = edit(window, rng)
            QCoreApplication.processEvents()
            taken.setdefault(what, []).append(1000 * (time.perf_counter() - begun))
            _settle(0.02)
        window._closing = True
        window.close()
    for what, times in sorted(taken.items()):
        print(f"{what:10} {len(times):4} edits, median {_percentile(times, 50):5.1f} ms, worst {max(times):5.1f}")
    every = [each for times in taken.values() for each in times]
    told = ", ".join(f"p{share} {_percentile(every, share):.1f}" for share in (50, 95, 99))
    print(f"{len(every)} edits of {N_LAYERS} layers: {told} ms, worst {max(every):.1f} (bound: p95 {BUDGET_MS:.0f} ms)")
    return 0 if _percentile(every, 95) <= BUDGET_MS else 1


def _settle(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QCoreApplication.processEvents()
        time.sleep(0.002)


def _percentile(times: list[float], share: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * share // 100)]


if __name__ == "__main__":
    raise SystemExit(main())
