"""Random histories of edits over a trained project, and what must hold of each: for the tests and ``make torture``."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from slugstudio.datasets import Circles, Spirals
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Layer
from slugstudio.project import Project, clipboard, edits
from slugstudio.project.analysis import analyse
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.history import History
from slugstudio.project.undo import Edit, Learned, UndoHistory
from tests.project.made import digits_design, trained

LONGEST = 40
_NOTHING = Learned(None, History())


@cache
def start() -> Project:
    """Return the project that every history begins with: trained, so that there are weights to lose."""
    design = digits_design()
    return trained(dataclasses.replace(design, training=design.training.replace(epochs=1)))


def _some(rng: random.Random, design: Design) -> Sequence[str]:
    return rng.sample(design.ids, rng.randint(1, len(design.ids))) if design.ids else ()


def _insert(rng: random.Random, design: Design) -> Design:
    kind = rng.choice(sorted(Layer.kinds))
    return edits.insert_layer(design, rng.randint(0, len(design.layers)), Layer.kinds[kind].example())[0]


def _paste(rng: random.Random, design: Design) -> Design:
    chosen = _some(rng, design)
    text = clipboard.text_of(entry for entry in design.layers if entry.id in chosen)
    return (
        edits.insert_copies(design, rng.randint(0, len(design.layers)), clipboard.layers_of(text)) if chosen else design
    )


def _cut(rng: random.Random, design: Design) -> Design:
    return edits.remove_layers(design, _some(rng, design))


def _field(rng: random.Random, design: Design) -> Design:
    chosen = _some(rng, design)[:1]
    numbers = {"outshape": (1, 40), "nb_kernel": (1, 12), "p": (0, 0), "kernel_size": (1, 4), "pool_size": (1, 3)}
    for entry in (entry for entry in design.layers if entry.id in chosen):
        for name, (low, high) in numbers.items():
            if hasattr(entry.layer, name):
                return edits.set_field(design, chosen, name, rng.randint(low, high) if high else rng.random() / 2)
    return design


def _rename(rng: random.Random, design: Design) -> Design:
    for layer_id in _some(rng, design)[:1]:
        try:
            return edits.rename_layer(design, layer_id, f"mine_{rng.randint(0, 3)}")
        except ConfigError:
            return design  # another has the name, and it says so
    return design


def _data(rng: random.Random, design: Design) -> Design:
    return edits.set_data(design, DataChoice(rng.choice((Circles(60), Spirals(60), design.data.source))))


EDITS: dict[str, Callable[[random.Random, Design], Design]] = {
    "insert": _insert,
    "cut": _cut,
    "paste": _paste,
    "field": _field,
    "rename": _rename,
    "data": _data,
    "move": lambda rng, design: edits.move_layers(design, _some(rng, design), rng.randint(0, len(design.layers))),
    "duplicate": lambda rng, design: edits.duplicate_layers(design, _some(rng, design)[:3]),
    "disable": lambda rng, design: edits.enable_layers(design, _some(rng, design), rng.random() < 0.5),
    "freeze": lambda rng, design: edits.freeze_layers(design, _some(rng, design), rng.random() < 0.5),
    "epochs": lambda rng, design: edits.set_training(design, design.training.replace(epochs=rng.randint(1, 9))),
}


def require_undone_and_done_again(seed: int) -> None:
    """Make a random history; undone it must be the same project, done again the last, and never lose a weight."""
    rng, project = random.Random(seed), start()
    design, history = project.design, UndoHistory()
    known = set(design.ids)
    for _ in range(rng.randint(1, LONGEST)):
        what = rng.choice((*EDITS, "undo", "redo", "travel"))
        if what not in EDITS:
            place = {"undo": history.place - 1, "redo": history.place + 1}.get(what, rng.randint(0, len(history.texts)))
            found = history.travel(min(max(place, 0), len(history.texts)), _NOTHING)
            design = design if found is None else found[0]
        else:
            after = EDITS[what](rng, design)
            new = set(after.ids) - set(design.ids)
            assert not new & known, f"seed {seed}: an id was given twice"
            known |= new
            history.push(Edit(design, after, what, "epochs" if what == "epochs" else None))
            design = after
        analyse(design)
        _require_weights(dataclasses.replace(project, design=design), seed)
    end = len(history.texts)
    last = _travelled(history, end, design)
    first = _travelled(history, 0, last)
    assert first == project.design, f"seed {seed}: undone, it is another"
    assert _travelled(history, end, first) == last, f"seed {seed}: done again, it is another"


def _travelled(history: UndoHistory, place: int, design: Design) -> Design:
    found = history.travel(place, _NOTHING)
    return design if found is None else found[0]


def _require_weights(project: Project, seed: int) -> None:
    """Make sure that of what was learned everything whose shape is the same has the same bits."""
    settled, learned = project.settled().trained, project.trained
    assert settled is not None
    assert learned is not None
    for key, array in settled.weights.items():
        before = learned.weights.get(key)
        if before is not None and before.shape == array.shape:
            assert np.array_equal(before, array), f"seed {seed}: {key} has other numbers"
