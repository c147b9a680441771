"""The seed's programs and our own examples run to the end, and learn as promised where real MNIST is at hand."""

from __future__ import annotations

import importlib
import re
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from slugstudio.engine.data import embedded, mnist
from slugstudio.engine.data.fetch import data_folder, missing
from slugstudio.engine.errors import DataError
from slugstudio.engine.examples import command_line

SEED = Path(__file__).parent / "seed_programs"


def last_validation_accuracy(printed: str) -> float:
    return float(re.findall(r"val(?:idation)? accuracy ([0-9.]+)", printed)[-1])


@pytest.fixture
def small_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let get_mnist give 600 images that need no download, in its layout."""
    X, y = embedded.get_fashion_small()
    monkeypatch.setattr(mnist, "get_mnist", lambda: (X[:600], y[:600]))
    monkeypatch.setitem(command_line.SOURCES, "mnist", lambda: (X[:600], y[:600]))


@pytest.mark.parametrize(("program", "epochs"), [("mnist", 3), ("mnist_dropout", 3), ("mnist_conv", 100)])
def test_seeds_program_runs_to_the_end(
    program: str, epochs: int, small_mnist: None, capsys: pytest.CaptureFixture[str]
) -> None:
    del small_mnist
    runpy.run_path(str(SEED / f"{program}.py"))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == epochs
    assert lines[-1].startswith(f"epoch {epochs}: train loss")


@pytest.mark.parametrize("example", ["mnist", "mnist_dropout", "mnist_conv"])
def test_example_runs_offline(
    example: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [example, "--data", "fashion-small", "--epochs", "2"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(f"slugstudio.engine.examples.{example}", run_name="__main__")
    assert ended.value.code == 0
    floor = 0.05 if example == "mnist_conv" else 0.7
    assert last_validation_accuracy(capsys.readouterr().out) > floor


def test_xor_is_solved(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["xor"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("slugstudio.engine.examples.xor", run_name="__main__")
    assert ended.value.code == 0
    answers = [float(line.split("=")[1]) for line in capsys.readouterr().out.splitlines() if " xor " in line]
    assert np.round(answers).tolist() == [0, 1, 1, 0]


def test_without_mnist_the_example_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent() -> None:
        raise DataError("MNIST is not here.")

    monkeypatch.setitem(command_line.SOURCES, "mnist", absent)
    code = command_line.run("Example.", lambda X, y, epochs: {}, 1, [])
    assert code == 1
    assert capsys.readouterr().err == (
        "MNIST is not here. Or run on images that need no download: --data fashion-small.\n"
    )


def test_mistake_on_other_data_gets_no_hint(capsys: pytest.CaptureFixture[str]) -> None:
    def diverges(*_arguments: object) -> None:
        raise DataError("It diverged.")

    assert command_line.run("Example.", diverges, 1, ["--data", "fashion-small"]) == 1
    assert capsys.readouterr().err == "It diverged.\n"


HAS_MNIST = not missing(mnist.FILES, data_folder())


@pytest.mark.skipif(not HAS_MNIST, reason="MNIST is not in the data folder")
@pytest.mark.parametrize(("program", "least"), [("mnist", 0.93), ("mnist_dropout", 0.88)])
def test_seeds_program_on_mnist(program: str, least: float, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(SEED / f"{program}.py"))
    assert last_validation_accuracy(capsys.readouterr().out) >= least


@pytest.mark.skipif(not HAS_MNIST, reason="MNIST is not in the data folder")
@pytest.mark.parametrize(("example", "least"), [("mnist", 0.97), ("mnist_dropout", 0.96), ("mnist_conv", 0.8)])
def test_example_on_mnist(
    example: str, least: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [example])
    with pytest.raises(SystemExit):
        runpy.run_module(f"slugstudio.engine.examples.{example}", run_name="__main__")
    assert last_validation_accuracy(capsys.readouterr().out) >= least


@pytest.mark.parametrize("example", ["mnist", "mnist_dropout", "mnist_conv", "xor"])
def test_importing_an_example_runs_nothing(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    importlib.reload(importlib.import_module(f"slugstudio.engine.examples.{example}"))
    assert capsys.readouterr().out == ""
