"""What every target of an export declares, and how one is chosen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Literal, get_args

from slugstudio.engine.declaration import Declared
from slugstudio.export.errors import ExportError
from slugstudio.export.proof import Proof, Watch
from slugstudio.export.source import Source

Group = Literal["network", "weights", "about"]


class Target(Declared, family=True):
    """Base of the targets.

    Attributes
    ----------
    name : str
        What ``--to`` calls it.
    endings : tuple of str
        Names of files that choose it, the first one is proposed; several targets may share one.
    description : str
        What comes out, in a sentence.
    packages : tuple of str
        What must be installed besides to write it, and as which ``extra`` of ours it is installed.
    """

    name: ClassVar[str]
    endings: ClassVar[tuple[str, ...]]
    description: ClassVar[str]
    packages: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str] = ""
    group: ClassVar[Group] = "network"
    """Whether the whole network comes out, its weights, or something about it."""

    @property
    def computes(self) -> bool:
        """Whether one can compute with what comes out: only then can there be test vectors."""
        return self.group != "about"

    @abstractmethod
    def files(self, source: Source, path: Path) -> Mapping[str, bytes]:
        """Return the content of each file by its name: first the one at ``path``, then those that lie beside it."""

    @abstractmethod
    def prove(self, source: Source, path: Path, watch: Watch) -> Proof:
        """Let somebody else compute with the written files, and compare.

        Parameters
        ----------
        source : Source
            What was written.
        path : Path
            The file to prove, in a folder with those beside it; they are not in their place yet.
        watch : callable
            Is called now and then in what takes long, and may raise to end it.

        Returns
        -------
        Proof
            Also where nothing could be proven; it then tells why.

        Raises
        ------
        ProofError
            If other numbers come out, or none: the export is refused.
        """

    @classmethod
    def lacks(cls) -> str:
        """Say which packages are missing, with the command that installs them; empty if none is."""
        missing = [package for package in cls.packages if find_spec(package) is None]
        command = f'install it: pip install "slugstudio[{cls.extra}]"'
        return f"needs the package {' and '.join(missing)}, which is not installed; {command}" if missing else ""


def target_for(path: Path, to: str = "") -> Target:
    """Return the target that the ending of ``path`` chooses, or of several with this ending the one called ``to``.

    Raises
    ------
    ExportError
        If there is none; the message names those that there are.
    """
    known = targets()
    found = [cls for cls in known if path.suffix.lower() in cls.endings]
    if to:
        named = next((cls for cls in known if cls.name == to), None)
        if named is None:
            raise ExportError(f"expected one of {', '.join(sorted(names()))} as the target, received {to!r}.")
        if named not in found:
            raise ExportError(f"{path.name}: {to} expected a name that ends with {' or '.join(named.endings)}.")
        found = [named]
    if not found:
        endings = dict.fromkeys(ending for cls in known for ending in cls.endings)
        ending = repr(path.suffix) if path.suffix else "no ending"
        raise ExportError(f"{path.name}: expected a name that ends with {' or '.join(endings)}, received {ending}.")
    if len(found) > 1:
        choices = " or ".join(f"--to {cls.name}" for cls in found)
        raise ExportError(f"{path.name}: several targets end with {path.suffix}; say which one: {choices}.")
    target: Target = found[0]()
    return target


def targets() -> list[type[Target]]:
    """Return the targets in the order in which they are shown: by group, then by label."""
    kinds: Iterable[type[Target]] = Target.kinds.values()
    return sorted(kinds, key=lambda cls: (get_args(Group).index(cls.group), cls.label))


def names() -> tuple[str, ...]:
    """Return what the targets are called."""
    return tuple(cls.name for cls in targets())
