"""Exporting: written to a folder of its own, proven there, and only then put in its place."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slugstudio.engine.atomic import replace_file
from slugstudio.engine.weights import write_arrays
from slugstudio.export.errors import ExportError
from slugstudio.export.proof import Proof, Watch
from slugstudio.export.source import Source
from slugstudio.export.target import Target, target_for
from slugstudio.project.errors import in_words
from slugstudio.project.project import Project

_MODULES = ("jax", "keras", "numpy", "onnx", "safetensors", "slugstudio", "tensorflow", "torch")
"""What exported programs may import, beside the standard library."""


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes
    ----------
    path : Path
    beside : tuple of Path
        What was written besides.
    target : Target
    proof : Proof
    notes : tuple of str
        What one should know of the network that left, such as that it is not trained; sentences.
    """

    path: Path
    beside: tuple[Path, ...]
    target: Target
    proof: Proof
    notes: tuple[str, ...]

    def told(self) -> str:
        """Say in sentences what was written and proven, without the notes."""
        written = f"{self.target.label} written to {self.path}."
        beside = f"Beside it: {', '.join(path.name for path in self.beside)}." if self.beside else ""
        return " ".join(filter(None, [written, beside, str(self.proof)]))

    def as_record(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "path": str(self.path),
            "beside": [str(path) for path in self.beside],
            "target": self.target.name,
            "proven_by": self.proof.by,
            "difference": self.proof.difference,
            "n_samples": self.proof.n_samples,
            "not_proven": self.proof.reason,
            "notes": list(self.notes),
        }


def export(
    project: Project,
    path: Path,
    to: str = "",
    *,
    vectors: bool = False,
    name: str = "",
    watch: Watch = lambda doing: None,
) -> Exported:
    """Write a project for others, prove what was written, and put it in its place; a file that was there is replaced.

    Parameters
    ----------
    project : Project
    path : Path
        Its ending says what is written.
    to : str
        The target's name, where several have this ending.
    vectors : bool
        Whether test vectors are written beside it, as ``NAME.vectors.npz``: ``inputs``, raw samples of shape
        (n, *sample shape), and ``outputs``, what the network makes of them.
    name : str
        What the project is called; by default as the file.
    watch : callable
        Is told what is being done, now and then, and may raise to end it; then nothing is written.

    Raises
    ------
    ExportError
        If no target has this ending, a package is missing, or the file cannot be written.
    ProofError
        If what was written computes something else than the engine.
    ConfigError, ShapeError
        If the layers of the project do not fit each other, or cannot be told to others.
    DataError
        If the preprocessing was not measured yet and the data are not at hand.
    """
    target = target_for(path, to)
    _require_name(path)
    if lack := target.lacks():
        raise ExportError(f"{target.label} {lack}")
    source = Source(project, name or path.stem)
    watch(f"Writing {path.name}")
    if target.group == "network":
        source.require_operations()
    files = dict(target.files(source, path))
    if vectors:
        files[f"{path.stem}.vectors.npz"] = _vectors(target, source)
    _require_free(path, files)
    with tempfile.TemporaryDirectory(prefix="slugstudio-") as folder:
        for file, content in files.items():
            (Path(folder) / file).write_bytes(content)
        watch(f"Proving {path.name}")
        proof = target.prove(source, Path(folder) / path.name, watch)
    watch(f"Writing {path.name}")
    try:
        _place(path.parent, files)
    except OSError as error:
        raise ExportError(f"{path}: cannot be written: {in_words(error)}; choose another place.") from error
    beside = tuple(path.parent / file for file in files if file != path.name)
    return Exported(path, beside, target, proof, _notes(source) if target.computes else ())


def _require_name(path: Path) -> None:
    """Refuse a program whose name would hide a module from it."""
    if path.suffix.lower() == ".py" and path.stem in (*sys.stdlib_module_names, *_MODULES):
        raise ExportError(f"{path}: a program of this name would hide the module {path.stem}; choose another name.")


def _vectors(target: Target, source: Source) -> bytes:
    if not target.computes:
        raise ExportError(f"{target.label}: there is nothing in it to test; leave the test vectors out.")
    stream = io.BytesIO()
    write_arrays({"inputs": source.samples.inputs, "outputs": source.samples.outputs}, stream)
    return stream.getvalue()


def _require_free(path: Path, files: Mapping[str, bytes]) -> None:
    """Refuse to replace folders, and files beside a new one: whoever chose its name did not know of them."""
    for folder in (path.parent / file for file in files if (path.parent / file).is_dir()):
        raise ExportError(f"{folder} is a folder; choose another name than {path.name}.")
    if path.exists():
        return
    for file in files:
        if (path.parent / file).exists():
            raise ExportError(
                f"{path.parent / file} exists and would be replaced; choose another name than {path.name}."
            )


def _place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files in their places, none of them before all are whole on the disk, the first one last."""
    (file, content), *rest = files.items()

    def verify(written: Path) -> None:
        if written.read_bytes() != content:
            raise OSError("what was read back is not what was written")
        if rest:
            _place(folder, dict(rest))

    replace_file(folder / file, lambda stream: stream.write(content), verify)


def _notes(source: Source) -> tuple[str, ...]:
    project, notes = source.project, []
    if project.trained is None:
        notes.append("The network is not trained yet: these are its first weights.")
    if project.diverged:
        notes.append("The training diverged: some of its numbers are not finite.")
    if source.reshaped:
        notes.append("Layers or data were changed after the training.")
    return tuple(notes)
