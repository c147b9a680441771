"""Project files taken apart and put together again."""

from __future__ import annotations

import zipfile
from pathlib import Path

from slugstudio.project.archive import MIMETYPE

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
FIRST = ("mimetype", MIMETYPE, STORED)


def zipped(path: Path, *parts: tuple[str, bytes, int]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content, kind in parts:
            archive.writestr(zipfile.ZipInfo(name), content, kind)


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
