"""The pages about the engine say what it does: those made from declarations, and the Python in docs/engine.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from slugstudio.engine.activation import Activation
from slugstudio.engine.augmentation import Augmentation
from slugstudio.engine.declaration import Declared, fields
from slugstudio.engine.initializations import Initializer
from slugstudio.engine.layers import Convolution, Dense, Layer
from slugstudio.engine.loss import Loss
from slugstudio.engine.optimizers import Optimizer
from slugstudio.engine.schedules import Schedule, StepDecay, Warmup
from tools import make_pages

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "docs" / "engine.md"
FAMILIES = {
    "activations.md": Activation,
    "losses.md": Loss,
    "optimizers.md": Optimizer,
    "initialisations.md": Initializer,
    "schedules.md": Schedule,
    "augmentations.md": Augmentation,
}


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return make_pages.pages()


def test_the_pages_are_what_make_pages_writes(made: dict[str, str]) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in make_pages.FOLDER.iterdir()}
    assert sorted(kept) == sorted(made)
    stale = [name for name, text in made.items() if kept[name] != text]
    assert not stale, f"run `make pages` and commit docs/layers: {stale}"


def test_writing_replaces_and_removes(made: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "layers"
    monkeypatch.setattr(make_pages, "FOLDER", folder)
    monkeypatch.setattr(make_pages, "pages", lambda: made)
    folder.mkdir()
    (folder / "of_a_layer_that_is_no_more.md").touch()
    (folder / "dense.md").write_text("old", encoding="utf-8")
    make_pages.main()
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == made


def _kinds() -> list[tuple[str, type[Declared]]]:
    """Return every kind with the page that tells of it."""
    layers = [(make_pages.page_name(kind), kind) for kind in Layer.kinds.values()]
    return layers + [(name, kind) for name, family in FAMILIES.items() for kind in family.kinds.values()]


@pytest.mark.parametrize(("name", "kind"), _kinds(), ids=lambda value: getattr(value, "__name__", value))
def test_every_kind_has_its_place_with_formula_hyper_parameters_and_example(
    made: dict[str, str], name: str, kind: type[Declared]
) -> None:
    parts = made[name].split("\n## ") if name in FAMILIES else [made[name].removeprefix("# ")]
    (told,) = [part for part in parts if part.startswith(f"{kind.label}\n")]
    assert make_pages.markdown(kind.summary()) in told
    assert "```math\n" in told
    assert re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE) == [field.name for field in fields(kind)]
    assert "```text\n" in told


def test_the_index_leads_to_every_page(made: dict[str, str]) -> None:
    led = set(re.findall(r"\]\((\w+\.md)\)", made["README.md"]))
    assert led == set(made) - {"README.md"}


@pytest.mark.parametrize("path", [ENGINE, *sorted(make_pages.FOLDER.iterdir())], ids=lambda path: path.name)
def test_what_a_page_links_to_is_there(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_no_markup_of_docstrings_is_left(made: dict[str, str]) -> None:
    assert [name for name, text in made.items() if ":math:" in text or ".. math" in text or "````" in text] == []


def test_markdown_keeps_formulas_apart_from_code() -> None:
    assert make_pages.markdown(r"a ``b`` of :math:`x\,y`, and `c`") == r"a `b` of $`x\,y`$, and `c`"


def test_a_declaration_is_written_as_one_would_write_it() -> None:
    assert make_pages.written(Dense(3)) == "Dense(3)"
    assert make_pages.written(Convolution(2, 3, padding=1)) == "Convolution(2, (3, 3), padding=(1, 1))"
    assert make_pages.written(Warmup(9, StepDecay(0.1))) == "Warmup(steps=9, then=StepDecay(gamma=0.1))"
    assert make_pages.written((np.inf, (4,), -np.inf)) == "(math.inf, (4,), -math.inf)"


def test_a_layer_that_takes_no_usual_shape_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_pages, "USUAL_SHAPES", ((4,),))
    with pytest.raises(ValueError, match=r"None of the shapes .* fits Convolution"):
        make_pages.pages()


def test_the_python_of_the_engines_page_runs_and_prints_what_it_shows(tmp_path: Path) -> None:
    """In a copy of the engine, into which the layer that the page adds is dropped as the one file that it is."""
    text = ENGINE.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (layer,) = [block for block in blocks if block.startswith("# slugstudio/")]
    blocks.remove(layer)
    shown = "".join(re.findall(r"```text\n(.*?)```", text, re.DOTALL))

    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "slugstudio" / "engine", tmp_path / "slugstudio" / "engine", ignore=ignored)
    shutil.copy(ROOT / "slugstudio" / "__init__.py", tmp_path / "slugstudio")
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    added = tmp_path / layer.splitlines()[0].removeprefix("# ")
    assert not added.exists()
    added.write_text(layer, encoding="utf-8")
    (tmp_path / "page.py").write_text("".join(blocks), encoding="utf-8")

    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "page.py"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == shown
    assert len(shown.splitlines()) > 10
