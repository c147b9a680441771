"""A project as the entries of its file, and back; `docs/slug-format.md` describes each of them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypeVar

from slugstudio import __version__
from slugstudio.engine.declaration import Declared
from slugstudio.engine.layers import Layer
from slugstudio.engine.records import from_record, to_record
from slugstudio.engine.train import TrainSettings
from slugstudio.project import strict_json
from slugstudio.project.design import DataChoice, Design, LayerEntry
from slugstudio.project.errors import FormatError, in_entry
from slugstudio.project.history_records import HISTORY_ENTRIES, history_entries, history_of
from slugstudio.project.project import Project
from slugstudio.project.thumbnail import require_png, thumbnail
from slugstudio.project.trained_records import TRAINED_ENTRIES, trained_entries, trained_of

SCHEMA_VERSION = 1
OLDEST_READER = 1
"""The oldest version of the format whose readers may open what is written here."""
MANIFEST, NETWORK, DATA, TRAINING = "manifest.json", "network.json", "data.json", "training.json"
THUMBNAIL = "thumbnail.png"
_ALWAYS = {NETWORK, DATA, TRAINING, *HISTORY_ENTRIES}

_LAYER: type[Any] = Layer  # mypy wants a class that can be instantiated, from_record a family

D = TypeVar("D", bound=Declared)


def entries_of(project: Project) -> dict[str, bytes]:
    """Return what a project file holds, by name: a project whose trained state is settled on its design."""
    design = project.design
    layers = [{"id": e.id, "name": e.name, "layer": to_record(e.layer)} for e in design.layers]
    entries = {
        NETWORK: strict_json.dump({"layers": layers, "next_id": design.next_id}),
        DATA: strict_json.dump(to_record(design.data)),
        TRAINING: strict_json.dump(to_record(design.training)),
        **history_entries(project.history),
        THUMBNAIL: thumbnail(project),
    }
    if project.trained is not None:
        entries |= trained_entries(project.trained)
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "oldest_reader": OLDEST_READER,
        "producer": f"Slugstudio {__version__}",
        "sha256": {name: sha256(content).hexdigest() for name, content in entries.items()},
    }
    return {MANIFEST: strict_json.dump(manifest), **entries}


def project_of(entries: Mapping[str, bytes]) -> Project:
    """Return the project that the entries of a file describe.

    Raises
    ------
    FormatError
        If an entry is missing, unknown, or not what the format and the design say.
    """
    with in_entry(MANIFEST):
        hashes = _hashes_of(entries.get(MANIFEST))
    if unknown := sorted(set(entries) - {MANIFEST, THUMBNAIL} - _ALWAYS - TRAINED_ENTRIES):
        raise FormatError("it is not an entry of this format.", unknown[0])
    if missing := sorted((_ALWAYS | set(hashes)) - set(entries)):
        raise FormatError("it is missing.", missing[0])
    for name in sorted(set(entries) - {MANIFEST}):
        if hashes.get(name) != sha256(entries[name]).hexdigest():
            raise FormatError("it is damaged: its SHA-256 is not the one in the manifest.", name)
    if THUMBNAIL in entries:
        with in_entry(THUMBNAIL):
            require_png(entries[THUMBNAIL])
    design = _design_of(entries)
    return Project(design, trained_of(entries, design), history_of(entries))


def _hashes_of(manifest: bytes | None) -> dict[str, object]:
    """Return the SHA-256 of each other entry, once it is clear that this program can read the file."""
    match None if manifest is None else strict_json.load(manifest):
        case {"schema_version": int(version), "oldest_reader": int(oldest)} if oldest > SCHEMA_VERSION:
            raise FormatError(
                f"a newer Slugstudio wrote it (format {version}, to be read from format {oldest} on; this one reads "
                f"format {SCHEMA_VERSION}); update Slugstudio to open it."
            )
        case {
            "schema_version": int(version),
            "oldest_reader": int(oldest),
            "producer": str(),
            "sha256": dict(hashes),
            **rest,
        } if not rest and type(version) is type(oldest) is int and 1 <= oldest <= version:
            return hashes
    raise FormatError("expected schema_version, oldest_reader, producer and the sha256 of each entry.")


def _design_of(entries: Mapping[str, bytes]) -> Design:
    with in_entry(DATA):
        data = _declared(DataChoice, entries[DATA])
    with in_entry(TRAINING):
        training = _declared(TrainSettings, entries[TRAINING])
    with in_entry(NETWORK):
        match strict_json.load(entries[NETWORK]):
            case {"layers": list(layers), "next_id": int(next_id), **rest} if (
                not rest and type(next_id) is int and next_id > 0
            ):
                return Design(tuple(_layer_of(layer) for layer in layers), data, training, next_id)
        raise FormatError("expected layers and next_id, the number of the next layer.")


def _layer_of(record: object) -> LayerEntry:
    match record:
        case {"id": str(layer_id), "name": str(name), "layer": layer, **rest} if not rest:
            return LayerEntry(layer_id, name, from_record(_LAYER, layer))
    raise FormatError("expected each layer as id, name and layer.")


def _declared(cls: type[D], content: bytes) -> D:
    found: object = from_record(cls, strict_json.load(content))
    if not isinstance(found, cls):
        raise FormatError(f"expected {cls.kind}, found {type(found).__name__}.")
    return found
