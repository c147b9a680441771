from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from slugstudio.datasets import Circles
from slugstudio.engine.activation import ReLU, Sigmoid
from slugstudio.engine.layers import Dense
from slugstudio.engine.loss import BinaryCrossEntropy
from slugstudio.project import Project, load, save
from slugstudio.project.design import DataChoice
from slugstudio.project.session import Session
from tests.commands.conftest import Run
from tests.project.made import points_design, stack, trained


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_a_table_gives_a_row_a_sample(run: Run, points: Path) -> None:
    session = Session(load(points))
    x = session.dataset.x[:5]
    Path("new.csv").write_text("\n".join(f"{a},{b}" for a, b in x.tolist()))
    assert run("predict", "points.slug", "--data", "new.csv", "-o", "answers.csv").lines == []
    answers = rows(Path("answers.csv").read_text())
    outputs = session.network.predict(session.fitted.apply(x))
    names = session.classes
    assert list(answers[0]) == ["index", "prediction", *names]
    assert [answer["index"] for answer in answers] == list("01234")
    assert [answer["prediction"] for answer in answers] == [names[best] for best in outputs.argmax(1)]
    np.testing.assert_allclose([[float(answer[name]) for name in names] for answer in answers], outputs, atol=1e-6)


def test_stdout_and_json(run: Run, points: Path) -> None:
    del points
    Path("new.csv").write_text("0,0\n1,1\n")
    assert len(rows(run("predict", "points.slug", "--data", "new.csv").out)) == 2
    first, second = map(json.loads, run("predict", "points.slug", "--data", "new.csv", "--json").lines)
    assert (first["index"], second["index"]) == (0, 1)
    assert first["prediction"] == max(first["outputs"], key=first["outputs"].get)
    assert sum(first["outputs"].values()) == pytest.approx(1, abs=1e-6)


def test_images_are_brought_to_the_values_of_the_data(run: Run, digits: Path) -> None:
    session = Session(load(digits))
    x = session.dataset.x[:2]
    for number, sample in enumerate(x):
        Image.fromarray((sample[0] * 255 / 16).round().astype(np.uint8)).save(f"{number}.png")
    np.savez("same.npz", X=x)
    of_images = rows(run("predict", "digits.slug", "--data", "0.png", "1.png").out)
    of_arrays = rows(run("predict", "digits.slug", "--data", "same.npz").out)
    for a, b in zip(of_images, of_arrays, strict=True):
        assert a["prediction"] == b["prediction"]
        np.testing.assert_allclose(float(a[a["prediction"]]), float(b[b["prediction"]]), atol=0.02)


def one_output() -> Project:
    layers = [Dense(6, activation=ReLU()), Dense(1, activation=Sigmoid())]
    return trained(stack(layers, DataChoice(Circles(60)), loss=BinaryCrossEntropy(), epochs=3))


def test_one_output_gives_the_probabilities_of_both_classes(run: Run) -> None:
    save(one_output(), "p.slug")
    Path("new.csv").write_text("0,0\n1,1\n0.2,0.9\n")
    session = Session(load("p.slug"))
    outputs = session.network.predict(session.fitted.apply(np.array([[0, 0], [1, 1], [0.2, 0.9]], np.float32)))[:, 0]
    for answer, p in zip(rows(run("predict", "p.slug", "--data", "new.csv").out), outputs, strict=True):
        no, yes = session.classes
        assert (float(answer[no]), float(answer[yes])) == pytest.approx((1 - p, p), abs=1e-6)
        assert answer["prediction"] == (yes if p >= 0.5 else no)


def test_first_weights_guess_and_say_so(run: Run) -> None:
    save(Project(points_design()), "p.slug")
    Path("new.csv").write_text("0,0\n")
    said = run("predict", "p.slug", "--data", "new.csv")
    assert (said.code, len(rows(said.out))) == (0, 1)
    assert said.err == "p.slug is not trained yet: these are guesses of its first weights.\n"


def test_answers_that_are_no_numbers_are_not_written(run: Run) -> None:
    project = trained(points_design())
    assert project.trained is not None
    weights = {key: np.full_like(array, np.nan) for key, array in project.trained.weights.items()}
    from dataclasses import replace

    save(replace(project, trained=replace(project.trained, weights=weights)), "p.slug")
    Path("new.csv").write_text("0,0\n")
    assert "p.slug has diverged" in run("predict", "p.slug", "--data", "new.csv").complaint


def test_a_place_that_cannot_be_written_is_told(run: Run, points: Path) -> None:
    del points
    Path("new.csv").write_text("0,0\n")
    said = run("predict", "points.slug", "--data", "new.csv", "-o", "nowhere/answers.csv")
    assert said.complaint.startswith("nowhere/answers.csv: cannot be written: there is no such file or folder")


@pytest.mark.parametrize("arguments", [[], ["--data"]])
def test_the_samples_have_to_be_named(run: Run, arguments: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit):
        run("predict", "points.slug", *arguments)
    assert "--data" in capsys.readouterr().err
