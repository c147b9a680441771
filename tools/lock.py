"""Write requirements/run.txt and requirements/dev.txt: the newest versions that pyproject.toml allows, exactly.

Run it by ``make lock``. pip resolves without installing anything; the tools of development are resolved beside the
packages of the program, never instead of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "requirements"


def resolve(*arguments: str) -> set[str]:
    """Return ``name==version`` of everything that pip would install, but for this project itself."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"]
    done = subprocess.run([*command, *arguments], cwd=FOLDER.parent, check=True, stdout=subprocess.PIPE)
    found = [entry["metadata"] for entry in json.loads(done.stdout)["install"]]
    return {f"{each['name']}=={each['version']}" for each in found if each["name"] != "slugstudio"}


def write(name: str, about: str, pins: Sequence[str]) -> Path:
    """Write one lock file, sorted, and return its path."""
    path = FOLDER / f"{name}.txt"
    path.write_text("\n".join([f"# {about} Made by `make lock` from pyproject.toml.", *pins, ""]), encoding="utf-8")
    return path


def main() -> None:
    """Resolve both files; the second is bound by the first."""
    FOLDER.mkdir(exist_ok=True)
    run = resolve(".")
    path = write("run", "What the program needs to run.", sorted(run, key=str.lower))
    dev = resolve(".[dev]", "--constraint", str(path)) - run
    write("dev", "What its development needs beside run.txt.", sorted(dev, key=str.lower))


if __name__ == "__main__":
    main()
