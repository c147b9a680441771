"""Proofs: somebody else computes what was exported, and the numbers are compared."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from slugstudio.engine.declaration import Array
from slugstudio.export.errors import ProofError
from slugstudio.export.source import Source

TOLERANCE = 1e-4
"""How far an output may be off: so much, and so much of its own size besides."""

Watch = Callable[[str], object]
"""Is told now and then what is being done, and may raise to end it."""

_PATIENCE, _PULSE = 300.0, 0.1
"""How many seconds another program may take, and how often is looked whether it is to be ended."""


@dataclass(frozen=True)
class Proof:
    """What was proven, and by whom.

    Attributes
    ----------
    by : str
        Who computed it, such as ``onnxruntime 1.20.0``; empty if nobody did.
    difference : float or None
        The largest difference of an output.
    n_samples : int
    of : str
        Which samples they were.
    reason : str
        Why nothing was proven; empty if it was, and where there is nothing to prove.
    """

    by: str = ""
    difference: float | None = None
    n_samples: int = 0
    of: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Say it in a sentence; empty where there is nothing to prove."""
        if self.difference is not None:
            told = f"largest difference {self.difference:.1g}" if self.difference else "no difference"
            return f"Proven by {self.by}: {told} on {self.n_samples} {self.of}."
        if self.by:
            return f"Proven by {self.by}."
        return f"Not proven: {self.reason}." if self.reason else ""


def compare(source: Source, outputs: Array, by: str) -> Proof:
    """Compare outputs with those of the engine for the same samples.

    Parameters
    ----------
    source : Source
    outputs : array of shape (n, *output_shape)
        What somebody else makes of ``source.samples.inputs``.
    by : str
        Who.

    Raises
    ------
    ProofError
        If they differ by more than `TOLERANCE`.
    """
    samples = source.samples
    expected = samples.outputs
    if not np.isfinite(expected).all():
        return Proof(reason="the network's own outputs are not finite")
    if outputs.shape != expected.shape:
        raise ProofError(f"refused: {by} gives outputs of shape {outputs.shape} instead of {expected.shape}.{_ASK}")
    difference = np.abs(outputs.astype(np.float64) - expected)
    if not (difference <= TOLERANCE * (1 + np.abs(expected))).all():
        raise ProofError(
            f"refused: {by} computes outputs that differ by up to {difference.max():.2g}; "
            f"at most {TOLERANCE:g} was expected, absolute and relative.{_ASK}"
        )
    return Proof(by, float(difference.max()), len(expected), samples.of)


_ASK = " Nothing was written. This is a fault of Slugstudio: please report it with the project."


def run_python(arguments: Sequence[str | Path], folder: Path, watch: Watch, doing: str) -> str:
    """Run another Python, as `try_python` does, to prove something, and return what it says on stdout.

    Raises
    ------
    ProofError
        If it ends with an error, or takes longer than five minutes; the message tells the last line that it said.
    """
    said, problem = try_python(arguments, folder, watch, doing)
    if problem:
        raise ProofError(f"refused: {doing} failed: {problem}.{_ASK}")
    return said


def try_python(
    arguments: Sequence[str | Path],
    folder: Path,
    watch: Watch,
    doing: str,
    environment: Mapping[str, str] | None = None,
) -> tuple[str, str]:
    """Run another Python in ``folder``; return what it says on stdout, and if it fails the last line of its errors.

    Parameters
    ----------
    arguments : sequence of str or Path
        After ``python``.
    folder : Path
    watch : callable
        Is called ten times a second with ``doing``; if it raises, the other Python is ended.
    doing : str
        What is being done.
    environment : mapping of str to str, optional
        By default that of this process.
    """
    command = [sys.executable, *arguments]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        with subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, env=environment) as process:
            try:
                _wait(process, watch, doing)
            finally:
                process.kill()
        out.seek(0)
        err.seek(0)
        problem = ""
        if process.returncode:
            problem = (err.read().strip().splitlines() or [f"it ended with {process.returncode}"])[-1]
        return out.read(), problem


def _wait(process: subprocess.Popen[bytes], watch: Watch, doing: str) -> None:
    for _ in range(round(_PATIENCE / _PULSE)):
        watch(doing)
        try:
            process.wait(_PULSE)
        except subprocess.TimeoutExpired:
            continue
        return
