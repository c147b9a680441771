from __future__ import annotations

import numpy as np
import pytest

from slugstudio.datasets import Standardise
from slugstudio.engine.cross_validation import FoldDone, cross_validate, folds
from slugstudio.project import DesignError, edits
from slugstudio.project.folds import cross_validate_design
from tests.project.made import points_design


def test_all_samples_take_part_preprocessed_by_what_is_learned_from_alone() -> None:
    design = points_design()
    design = edits.set_data(design, design.data.replace(preprocessing=Standardise()))
    found = [event for event in cross_validate_design(design, 4) if isinstance(event, FoldDone)]
    assert [each.n_judged for each in found] == [15] * 4
    dataset = design.data.source.load()
    layers, names = [entry.layer for entry in design.layers], [entry.name for entry in design.layers]
    for each, (learned, judged) in zip(found, folds(dataset.y, 4, design.training.seed), strict=True):
        x = Standardise().fit(dataset.x[learned]).apply(dataset.x)
        assert not np.allclose(x[judged].mean(axis=0), 0, atol=1e-3)
        alone = [
            event
            for event in cross_validate(layers, (2,), x, dataset.y, design.training, 4, names)
            if isinstance(event, FoldDone)
        ]
        assert alone[each.fold - 1] == each


def test_a_design_that_cannot_be_trained_is_told() -> None:
    design = points_design()
    with pytest.raises(DesignError, match="dropout_1: The last layer gives 6 values"):
        next(cross_validate_design(edits.remove_layers(design, ["layer-3"]), 3))
