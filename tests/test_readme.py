"""The README shows what works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_its_python_runs_and_learns(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(code, {})
    assert float(capsys.readouterr().out.splitlines()[-1]) > 0.93


def test_the_files_that_it_names_are_there() -> None:
    named = [name for name in re.findall(r"\]\((\S+?)\)", README) if "://" not in name]
    assert named
    assert [name for name in named if not (Path(__file__).parents[1] / name).exists()] == []
