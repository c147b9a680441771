"""Code in every language: whole, well formed, and told line by line which layer it stands for."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from slugstudio.engine.augmentation import Flip, Shift
from slugstudio.engine.early_stopping import EarlyStopping
from slugstudio.engine.layers import Convolution, Dense, Flatten, Residual
from slugstudio.engine.operations import AddShortcut, Operation, ScaleAndShift
from slugstudio.export.code import LANGUAGES, code, keras_network, pytorch_module, text_of
from slugstudio.export.code.lines import WIDTH, Block, quoted
from slugstudio.export.code.plan import safe_names
from slugstudio.project import edits
from slugstudio.project.design import Design
from slugstudio.project.templates import TEMPLATES, template
from tests.export.code import kinds
from tests.export.code.designs import designs
from tools.make_code import GOLDEN, golden
from tools.parity.designs import design

DESIGNS = designs()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_compiles_and_is_as_ruff_formats_it(language: str, tmp_path: Path) -> None:
    for name, each in DESIGNS.items():
        text = text_of(code(each, language, name))
        compile(text, name, "exec")
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--isolated", "--no-cache", "--line-length", str(WIDTH), str(tmp_path)]
    for asked in (["format", "--diff"], ["check", "--select", "E,F,I"]):
        done = subprocess.run([*ruff, *asked, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", golden(), ids=str)
def test_the_code_of_templates_is_what_it_was(path: str) -> None:
    """If it is meant to be another one: ``python -m tools.make_code``."""
    assert (GOLDEN / path).read_text(encoding="utf-8") == golden()[path]


@pytest.mark.parametrize("language", kinds.LANGUAGES)
def test_what_is_written_for_each_kind_is_what_it_was(language: str) -> None:
    """If it is meant to be another one: see `tests.export.code.kinds`."""
    assert (GOLDEN / f"kinds.{language}.txt").read_text(encoding="utf-8") == kinds.kinds(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_the_lines_of_a_layer_name_it(name: str, language: str) -> None:
    subject = template(name).design
    lines = code(subject, language)
    for entry in subject.layers:
        own = [line.text for line in lines if line.layer == entry.id]
        assert own
        assert any(entry.name in text for text in own) or entry.layer.group in ("shape", "activate")
    assert {line.layer for line in lines} == {None, *subject.ids}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_layer_that_cannot_be_is_told_in_a_comment_of_its_own(language: str) -> None:
    lines = code(DESIGNS["wrong"], language)
    (first,) = [line.text.strip() for line in lines if line.layer == "dense_1"]
    (second,) = [line.text.strip() for line in lines if line.layer == "flatten_1"]
    assert first.startswith("# dense_1 is left out: Dense needs a vector, received 1 × 8 × 8")
    assert second == "# flatten_1 is left out: what arrives at it is not known."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_layer_that_tells_no_operations_is_told_so(language: str) -> None:
    lines = code(DESIGNS["told by nobody"], language)
    told = [line.text.strip() for line in lines if line.layer is not None]
    assert told[0].startswith("# untold_1 is left out: Untold.operations: expected operations")


@pytest.mark.parametrize("language", LANGUAGES)
def test_layers_may_have_the_longest_names_and_those_of_something_else(language: str) -> None:
    layers = [Convolution(4096, (1000, 1001), (999, 998), padding=(1000, 1024), dilation=(1, 1), bias=False)] * 2
    block = Residual((Dense(3), Dense(3)), projection=True)
    subject = design([*layers, Flatten(), block, Dense(3)], (4096, 1_000_000, 2_000_000))
    for layer_id, name in zip(subject.ids, ("x" * 64, "train", "lambda", "T", "offset"), strict=True):
        subject = edits.rename_layer(subject, layer_id, name)
    text = text_of(code(subject, language))
    assert "left out" not in text
    compile(text, "net", "exec")
    assert max(map(len, text.splitlines())) <= WIDTH


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["f", "none", "net", "path"])
def test_a_block_may_be_called_as_something_that_the_program_needs(name: str, language: str) -> None:
    subject = design([Residual((Dense(3),))], (3,))
    text = text_of(code(edits.rename_layer(subject, "residual_1", name), language))
    compile(text, "net", "exec")
    assert f"class {name.capitalize()}(" not in text or name == "net"


def test_every_operation_is_known_to_pytorch_and_to_keras() -> None:
    every = set(Operation.__subclasses__())
    assert set(pytorch_module.WRITTEN) == every - {AddShortcut}
    assert set(keras_network.HOW) == every - {ScaleAndShift}


def test_a_layer_of_keras_is_not_called_as_one_that_keras_names_itself() -> None:
    subject = design([Dense(3), Dense(3), Dense(3), Flatten()], (3,))
    for layer_id, name in zip(subject.ids, ("permute", "add_12", "adder"), strict=False):
        subject = edits.rename_layer(subject, layer_id, name)
    text = text_of(code(subject, "keras"))
    assert all(f'name="{name}"' in text for name in ("permute_", "add_12_", "adder", "flatten_1"))


def test_what_of_the_training_is_not_in_it_is_told() -> None:
    training = template("digits-cnn").design.training
    subject = edits.set_training(
        template("digits-cnn").design,
        training.replace(augmentation=(Shift(1), Flip()), class_balance=True, early_stopping=EarlyStopping()),
    )
    told = "not in it: augmentation (shift, flip); the balance of the classes; early stopping."
    assert told in text_of(code(subject, "pytorch"))
    assert "not in it" not in text_of(code(template("digits-cnn").design, "pytorch"))


def test_names_are_made_safe_with_as_few_underscores_as_can_be() -> None:
    assert safe_names(["a", "class", "train", "train_"], {"train"}.__contains__) == {
        "a": "a",
        "class": "class_",
        "train": "train__",
        "train_": "train_",
    }


@pytest.mark.parametrize("text", ["a", "it's", 'say "a"', "both ' and \"", "ö\n\\"])
def test_texts_are_quoted_so_that_they_are_read_back(text: str) -> None:
    assert eval(quoted(text)) == text


def test_a_comment_stands_behind_a_statement_or_before_it() -> None:
    block = Block("a")
    block.statement("x = 1", 1, "one")
    block.statement(f"y = {'1' * 100}", 1, "a comment for which no room is left")
    assert [line.text for line in block.lines] == [
        "    x = 1  # one",
        "    # a comment for which no room is left",
        f"    y = {'1' * 100}",
    ]
    assert {line.layer for line in block.lines} == {"a"}


def test_code_follows_from_the_design_alone() -> None:
    first: Design = template("digits-cnn").design
    assert code(first, "pytorch") == code(replace(first), "pytorch")
