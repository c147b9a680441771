"""Project files taken apart and put together again."""

from __future__ import annotations

import zipfile
from pathlib import Path

from slugstudio.project import Project
from slugstudio.project.archive import MIMETYPE, write_archive
from slugstudio.project.records import entries_of

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
FIRST = ("mimetype", MIMETYPE, STORED)


def zipped(path: Path, *parts: tuple[str, bytes, int]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content, kind in parts:
            archive.writestr(zipfile.ZipInfo(name), content, kind)


def unverified(project: Project, path: Path) -> None:
    """Write a project that `save` would not, as it does not open again."""
    with open(path, "wb") as stream:
        write_archive(stream, entries_of(project))


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
