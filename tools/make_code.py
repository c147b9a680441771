"""Make ``tests/golden/code``: the code of two templates in every language, as it is shown and exported.

Run when that code is meant to change: ``python -m tools.make_code``; the tests compare, and a reviewer reads it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from slugstudio.export.code import LANGUAGES, code, text_of
from slugstudio.project.templates import template

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "code"
SUBJECTS = ("digits-cnn", "fashion-resnet")


def golden() -> dict[str, str]:
    """Return the content of each file by its name."""
    return {
        f"{name}.{language}.txt": text_of(code(template(name).design, language))
        for name in SUBJECTS
        for language in LANGUAGES
    }


def main() -> int:
    """Write all files."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name, text in golden().items():
        (GOLDEN / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
