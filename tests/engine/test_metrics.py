from __future__ import annotations

import numpy as np

from slugstudio.engine.metrics import n_correct


def test_one_output_means_yes_from_one_half_on() -> None:
    outputs = np.array([[0.5], [0.55], [0.49], [0.1]])
    assert n_correct(outputs, np.array([[1.0], [1.0], [0.0], [1.0]])) == 3


def test_one_logit_means_yes_from_zero_on() -> None:
    outputs = np.array([[0.0], [0.4], [-0.1], [2.0]])
    assert n_correct(outputs, np.array([[1.0], [1.0], [1.0], [1.0]]), threshold=0.0) == 3


def test_of_several_outputs_the_largest_is_the_answer() -> None:
    outputs = np.array([[0.2, 0.3, 0.5], [0.4, 0.35, 0.25], [0.1, 0.6, 0.3]])
    assert n_correct(outputs, np.eye(3)[[2, 0, 0]]) == 2
