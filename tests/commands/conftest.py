"""What the tests of the commands share: a folder to work in, a way to run them, a project that is trained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from slugstudio import cli
from slugstudio.project import save
from tests.project.made import digits_design, points_design, trained


class Said:
    """What a command said, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def lines(self) -> list[str]:
        assert (self.code, self.err) == (0, "")
        return self.out.splitlines()

    @property
    def complaint(self) -> str:
        """The one line of a command that failed for a reason that the user can mend."""
        assert self.code == 1
        assert self.err.startswith("slugstudio: ")
        assert self.err.count("\n") == 1
        return self.err.removeprefix("slugstudio: ").rstrip("\n")


Run = Callable[..., Said]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def running(*arguments: str) -> Said:
        code = cli.main(arguments)
        return Said(code, *capsys.readouterr())

    return running


@pytest.fixture
def points() -> Path:
    """Return a project that tells two circles apart, trained."""
    save(trained(points_design(epochs=3)), "points.slug")
    return Path("points.slug")


@pytest.fixture
def digits() -> Path:
    """Return a project that reads digits of 8 by 8, trained a little."""
    save(trained(digits_design()), "digits.slug")
    return Path("digits.slug")
