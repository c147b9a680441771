from __future__ import annotations

from pathlib import Path

import pytest

from slugstudio.project import ProjectFileError, load, save
from slugstudio.project.records import entries_of
from tests.project.made import points_design, trained
from tests.torture.containers import built, parts_of
from tests.torture.hostile import hostile

ENTRIES = entries_of(trained(points_design()))
CASES = hostile(ENTRIES)


def test_a_file_put_together_byte_by_byte_is_the_one_that_is_saved(tmp_path: Path) -> None:
    project = trained(points_design())
    save(project, tmp_path / "a.slug")
    assert (tmp_path / "a.slug").read_bytes() == built(parts_of(entries_of(project)))


def test_each_case_has_a_name_of_its_own() -> None:
    assert len({what for what, _, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(("content", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_hostile_file_is_refused_for_what_it_does(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.slug"
    path.write_bytes(content)
    with pytest.raises(ProjectFileError) as caught:
        load(path)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000
