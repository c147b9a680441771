"""Projects to export, and a target that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from slugstudio.datasets import DataSource
from slugstudio.engine.layers import Layer
from slugstudio.engine.loss import Loss
from slugstudio.export import Proof, Source, Target
from slugstudio.export.proof import Watch
from slugstudio.project import Project, edits
from slugstudio.project.design import DataChoice, Design
from slugstudio.project.session import Session
from slugstudio.project.templates import template


def trained(name: str, epochs: int = 1) -> Project:
    """Return a template after some epochs."""
    design = template(name).design
    return learned(Project(edits.set_training(design, design.training.replace(epochs=epochs))))


def learned(project: Project) -> Project:
    """Return a project at the end of its training."""
    session = Session(project)
    list(session.run())
    return session.capture()


def project_of(layers: Sequence[Layer], data: DataChoice, loss: Loss | None = None) -> Project:
    """Return an untrained project of layers."""
    training = Design().training
    design = Design((), data, training if loss is None else training.replace(loss=loss))
    for index, layer in enumerate(layers):
        design, _ = edits.insert_layer(design, index, layer)
    return Project(design)


@contextmanager
def unregistered() -> Iterator[None]:
    """Let kinds that are declared meanwhile be known no longer afterwards."""
    known = [(family, dict(family.kinds)) for family in (Target, DataSource, Layer)]
    try:
        yield
    finally:
        for family, kinds in known:
            family.kinds.clear()
            family.kinds.update(kinds)


def a_target() -> type[Target]:
    """Return a target of two files for ``.odd``, whose proof is `proof`."""

    @dataclass(frozen=True)
    class Odd(Target):
        """Writes two files."""

        name: ClassVar[str] = "odd"
        endings: ClassVar[tuple[str, ...]] = (".odd",)
        description: ClassVar[str] = "Two files."
        proof: ClassVar[Proof | Exception] = Proof("nobody")

        def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
            return {path.name: b"main", f"{path.stem}.beside": b"beside"}

        def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
            assert path.read_bytes() == b"main"
            assert path.with_suffix(".beside").read_bytes() == b"beside"
            watch("Looking")
            if isinstance(self.proof, Exception):
                raise self.proof
            return self.proof

    return Odd
