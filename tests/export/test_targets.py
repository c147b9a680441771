"""Every target of the registry goes through the same checks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from slugstudio.datasets import Digits
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.layers import Dense, Flatten
from slugstudio.export import Source, Target, export, target_for, targets
from slugstudio.project import Project
from slugstudio.project.design import DataChoice
from tests.export.code.designs import Untold
from tests.export.made import project_of, trained

DOCS = Path(__file__).parents[2] / "docs" / "export.md"
TARGETS = pytest.mark.parametrize("cls", targets(), ids=lambda cls: cls.name)


@pytest.fixture(scope="module")
def project() -> Project:
    return trained("digits-cnn")


def test_names_and_labels_are_unique() -> None:
    assert len({cls.name for cls in targets()}) == len({cls.label for cls in targets()}) == len(targets())


@TARGETS
def test_it_says_what_it_is(cls: type[Target]) -> None:
    assert re.fullmatch(r"[a-z]+", cls.name)
    assert all(re.fullmatch(r"\.[a-z]+", ending) for ending in cls.endings)
    assert re.fullmatch(r"[A-Z].*\.", cls.description)
    assert bool(cls.packages) == bool(cls.extra)
    assert target_for(Path(f"a{cls.endings[0].upper()}"), cls.name) == cls()


@TARGETS
def test_the_documentation_has_it_in_its_table(cls: type[Target]) -> None:
    endings = ", ".join(f"`{ending}`" for ending in cls.endings)
    assert f"\n| `{cls.name}` | {endings} | " in DOCS.read_text(encoding="utf-8")


@TARGETS
def test_it_is_proven_or_says_why_not(cls: type[Target], project: Project, tmp_path: Path) -> None:
    done = export(project, tmp_path / f"a{cls.endings[0]}", cls.name, vectors=cls().computes)
    assert sorted(tmp_path.iterdir()) == sorted([done.path, *done.beside])
    assert done.notes == ()
    if cls.group != "about":
        assert bool(done.proof.by) != bool(done.proof.reason)


@TARGETS
def test_equal_projects_give_equal_bytes(cls: type[Target], project: Project, tmp_path: Path) -> None:
    path = tmp_path / f"a{cls.endings[0]}"
    assert cls().files(Source(project, "a"), path) == cls().files(Source(project, "a"), path)


@TARGETS
def test_a_network_that_diverged_is_told_or_refused_in_words(
    cls: type[Target], project: Project, tmp_path: Path
) -> None:
    assert project.trained is not None
    weights = {key: np.full_like(array, np.nan) for key, array in project.trained.weights.items()}
    diverged = replace(project, trained=replace(project.trained, weights=weights))
    done = export(diverged, tmp_path / f"a{cls.endings[0]}", cls.name)
    assert ("The training diverged: some of its numbers are not finite." in done.notes) == (cls.group != "about")


@pytest.mark.parametrize("cls", [cls for cls in targets() if cls.group == "network"], ids=lambda cls: cls.name)
def test_a_layer_that_tells_no_operations_is_refused_where_others_must_compute_it(
    cls: type[Target], tmp_path: Path
) -> None:
    path = tmp_path / f"a{cls.endings[0]}"
    with pytest.raises(ConfigError, match=r"Untold\.operations: expected operations .* it cannot be exported"):
        export(project_of([Flatten(), Dense(3), Untold()], DataChoice(Digits())), path, cls.name)
    assert list(tmp_path.iterdir()) == []
