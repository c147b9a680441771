"""The wheel: what it holds, and that the program runs from it, away from the repository."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from slugstudio import __version__, cli

ROOT = Path(cli.__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")))))


def test_it_holds_the_program_and_its_resources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    program = {path for path in (ROOT / "slugstudio").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    resources = {path for path in (ROOT / "resources").rglob("*") if path.is_file()}
    expected = {path.relative_to(ROOT).as_posix() for path in program}
    expected |= {f"slugstudio/{path.relative_to(ROOT).as_posix()}" for path in resources}
    assert held == expected
    assert "slugstudio/resources/data/digits-images-idx3-ubyte.gz" in held


def test_it_names_its_version_its_command_and_its_licences(wheel: Path) -> None:
    info = f"slugstudio-{__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        assert "slugstudio = slugstudio.cli:main" in archive.read(f"{info}/entry_points.txt").decode()
        metadata = archive.read(f"{info}/METADATA").decode()
        assert f"\nVersion: {__version__}\n" in metadata
        assert "\nLicense-Expression: MIT\n" in metadata
        assert f"{info}/licenses/LICENSE" in archive.namelist()
        assert f"{info}/licenses/resources/data/README.md" in archive.namelist()


def test_the_installed_program_makes_trains_tells_and_exports(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")  # all that installing does, but for the command itself
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from slugstudio import cli\n"
        "assert cli.__file__.startswith(sys.argv[1])\n"
        "for line in sys.argv[2:]: assert cli.main(line.split()) == 0, line"
    )
    commands = ["new digits-cnn d.slug", "train d.slug --epochs 1", "export d.slug w.npz", "info d.slug"]
    subprocess.run([sys.executable, "-P", "-c", script, str(tmp_path / "site"), *commands], cwd=tmp_path, check=True)
    assert (tmp_path / "w.npz").exists()
