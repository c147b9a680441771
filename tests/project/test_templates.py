from __future__ import annotations

import pytest

from slugstudio.engine.layers import Convolution, Dense, Dropout, Flatten, MaxPooling
from slugstudio.project import DesignError, Project, edits
from slugstudio.project.analysis import analyse
from slugstudio.project.session import Session
from slugstudio.project.templates import STARTER, TEMPLATES, template


def test_there_are_those_that_the_manual_names() -> None:
    digits, clothes = ["digits-mlp", "digits-cnn", "digits-batchnorm"], ["lenet5", "cnn", "resnet"]
    assert list(TEMPLATES) == [*digits, *(f"fashion-{each}" for each in clothes), "spiral", "circles", "xor"]
    assert STARTER in TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_is_ready_to_train_and_says_what_it_is(name: str) -> None:
    project = template(name)
    analysis = analyse(project.design)
    assert analysis.playable
    assert analysis.problems == ()
    assert "\n" not in TEMPLATES[name].description
    assert TEMPLATES[name].name == name
    assert template(name) == project


def test_the_starter_is_the_network_of_the_pictures() -> None:
    kinds = [type(entry.layer) for entry in template(STARTER).design.layers]
    assert kinds == [Convolution, MaxPooling, Flatten, Dropout, Dense, Dense]


def test_an_unknown_one_is_told_with_those_there_are() -> None:
    with pytest.raises(DesignError, match="no template 'cats'; choose one of digits-mlp, digits-cnn"):
        template("cats")


def accuracy(project: Project) -> float:
    """Train a project to its end and return its validation accuracy."""
    session = Session(project)
    for _ in session.run():
        pass
    return session.evaluate()["accuracy"]


LEAST = {"digits-mlp": 0.95, "digits-cnn": 0.97, "digits-batchnorm": 0.97, "spiral": 0.95, "circles": 0.97, "xor": 0.97}


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_it_learns_its_data_well(name: str, least: float) -> None:
    assert accuracy(template(name)) >= least


@pytest.mark.parametrize("name", ["fashion-lenet5", "fashion-cnn", "fashion-resnet"])
def test_one_with_clothes_is_on_its_way_after_two_epochs(name: str) -> None:
    design = template(name).design
    design = edits.set_training(design, design.training.replace(epochs=2))
    assert accuracy(Project(design)) >= 0.65
