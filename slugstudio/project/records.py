"""A project as the entries of its file, and back; `docs/slug-format.md` describes each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

from slugstudio import __version__
from slugstudio.engine.declaration import Declared
from slugstudio.engine.errors import RecordError
from slugstudio.engine.layers import Layer
from slugstudio.engine.records import from_record, to_record
from slugstudio.engine.train import TrainSettings
from slugstudio.project import strict_json
from slugstudio.project.design import NAME, DataChoice, Design, LayerEntry
from slugstudio.project.errors import FormatError, in_entry
from slugstudio.project.history_records import HISTORY_ENTRIES, history_entries, history_of
from slugstudio.project.newer import Newer, UnknownLayer, known_parameters, unknown_layer
from slugstudio.project.project import Project
from slugstudio.project.thumbnail import require_png, thumbnail
from slugstudio.project.trained_records import STATE, TRAINED_ENTRIES, state_names, trained_entries, trained_of

SCHEMA_VERSION = 1
OLDEST_READER = 1
"""The oldest version of the format whose readers may open what is written here."""
MANIFEST, NETWORK, DATA, TRAINING = "manifest.json", "network.json", "data.json", "training.json"
THUMBNAIL = "thumbnail.png"
_ALWAYS = {NETWORK, DATA, TRAINING, *HISTORY_ENTRIES}

_FLAGS = {"enabled": True, "frozen": False}
"""What a layer's record may leave out, with the value that it then has."""

_LAYER: type[Any] = Layer  # mypy wants a class that can be instantiated, from_record a family

D = TypeVar("D", bound=Declared)


def entries_of(project: Project) -> dict[str, bytes]:
    """Return what a project file holds, by name: a project whose trained state is settled on its design."""
    design, newer = project.design, project.design.newer or Newer(SCHEMA_VERSION, OLDEST_READER, "")
    network = {"layers": [layer_record(entry, newer) for entry in design.layers], "next_id": design.next_id}
    entries = {
        NETWORK: strict_json.dump(newer.put_back((NETWORK,), network)),
        DATA: strict_json.dump(_record(design.data, DATA, newer)),
        TRAINING: strict_json.dump(_record(design.training, TRAINING, newer)),
        **history_entries(project.history),
        THUMBNAIL: thumbnail(project),
        **newer.entries,
    }
    if project.trained is not None:
        entries |= trained_entries(project.trained)
        entries[STATE] = strict_json.dump(newer.put_back((STATE,), strict_json.load(entries[STATE])))
    manifest = {
        "schema_version": newer.version,
        "oldest_reader": newer.oldest_reader,
        "producer": newer.producer or f"Slugstudio {__version__}",
        "sha256": {name: sha256(content).hexdigest() for name, content in entries.items()},
    }
    return {MANIFEST: strict_json.dump(newer.put_back((MANIFEST,), manifest)), **entries}


def layer_record(entry: LayerEntry, newer: Newer | None = None) -> dict[str, Any]:
    """Return a layer as ``network.json`` has it, with what ``newer`` knows of it."""
    record = entry.layer.record if isinstance(entry.layer, UnknownLayer) else to_record(entry.layer)
    flags = {name: value for name, usual in _FLAGS.items() if (value := getattr(entry, name)) != usual}
    told = {"id": entry.id, "name": entry.name, "layer": record, **flags}
    return told if newer is None else newer.put_back((NETWORK, entry.id), told)


def _record(declared: Declared, entry: str, newer: Newer) -> dict[str, Any]:
    record = to_record(declared)
    record["params"] = newer.put_back((entry, "params"), record["params"])
    return newer.put_back((entry,), record)


def project_of(entries: Mapping[str, bytes]) -> Project:
    """Return the project that the entries of a file describe.

    Of a newer version that allows it, what is not known here is kept in ``design.newer``.

    Raises
    ------
    FormatError
        If an entry is missing, unknown, or not what the format and the design say.
    """
    with in_entry(MANIFEST):
        hashes, newer = _manifest_of(entries.get(MANIFEST))
    unknown = sorted(set(entries) - {MANIFEST, THUMBNAIL} - _ALWAYS - TRAINED_ENTRIES)
    if unknown and newer is None:
        raise FormatError("it is not an entry of this format.", unknown[0])
    if missing := sorted((_ALWAYS | set(hashes)) - set(entries)):
        raise FormatError("it is missing.", missing[0])
    for name in sorted(set(entries) - {MANIFEST}):
        if hashes.get(name) != sha256(entries[name]).hexdigest():
            raise FormatError("it is damaged: its SHA-256 is not the one in the manifest.", name)
    if THUMBNAIL in entries:
        with in_entry(THUMBNAIL):
            require_png(entries[THUMBNAIL])
    if newer is not None:
        newer = replace(newer, entries={name: entries[name] for name in unknown})
        entries, newer = _known_part(entries, newer)
    design = _design_of(entries, newer)
    return Project(design, trained_of(entries, design), history_of(entries))


def _manifest_of(manifest: bytes | None) -> tuple[dict[str, object], Newer | None]:
    """Return the SHA-256 of each other entry, once it is clear that this program can read the file.

    And, of a newer version, what that is.
    """
    match None if manifest is None else strict_json.load(manifest):
        case {"schema_version": int(version), "oldest_reader": int(oldest)} if oldest > SCHEMA_VERSION:
            raise FormatError(
                f"a newer Slugstudio wrote it (format {version}, to be read from format {oldest} on; this one reads "
                f"format {SCHEMA_VERSION}); update Slugstudio to open it."
            )
        case {
            "schema_version": int(version),
            "oldest_reader": int(oldest),
            "producer": str(producer),
            "sha256": dict(hashes),
            **rest,
        } if type(version) is type(oldest) is int and 1 <= oldest <= version and (not rest or version > SCHEMA_VERSION):
            newer = Newer(version, oldest, producer) if version > SCHEMA_VERSION else None
            if newer is not None:
                _, newer = newer.taken_from((MANIFEST,), rest, set())
            return hashes, newer
    raise FormatError("expected schema_version, oldest_reader, producer and the sha256 of each entry.")


def _known_part(entries: Mapping[str, bytes], newer: Newer) -> tuple[dict[str, bytes], Newer]:
    """Return the entries without the names that only a newer version knows, and those apart."""
    known = dict(entries)
    for name, cls in ((DATA, DataChoice), (TRAINING, TrainSettings)):
        with in_entry(name):
            record, newer = newer.taken_from((name,), strict_json.load(entries[name]), {"kind", "version", "params"})
            if isinstance(record, dict) and "params" in record:
                parameters = known_parameters(cls)
                record["params"], newer = newer.taken_from((name, "params"), record["params"], parameters)
            known[name] = strict_json.dump(record)
    with in_entry(NETWORK):
        record, newer = newer.taken_from((NETWORK,), strict_json.load(entries[NETWORK]), {"layers", "next_id"})
        found = record.get("layers") if isinstance(record, dict) else None
        layers: list[Any] = found if isinstance(found, list) else []
        for place, layer in enumerate(layers):
            if isinstance(layer, dict) and isinstance(layer.get("id"), str):
                layers[place], newer = newer.taken_from((NETWORK, layer["id"]), layer, {"id", "name", "layer", *_FLAGS})
        known[NETWORK] = strict_json.dump(record)
    if STATE in entries:
        with in_entry(STATE):
            record, newer = newer.taken_from((STATE,), strict_json.load(entries[STATE]), state_names())
            known[STATE] = strict_json.dump(record)
    return known, newer


def _design_of(entries: Mapping[str, bytes], newer: Newer | None) -> Design:
    with in_entry(DATA):
        data = _declared(DataChoice, entries[DATA])
    with in_entry(TRAINING):
        training = _declared(TrainSettings, entries[TRAINING])
    with in_entry(NETWORK):
        match strict_json.load(entries[NETWORK]):
            case {"layers": list(layers), "next_id": int(next_id), **rest} if (
                not rest and type(next_id) is int and next_id > 0
            ):
                found = tuple(layer_of(layer, newer) for layer in layers)
                return Design(found, data, training, next_id, newer)
        raise FormatError("expected layers and next_id, the number of the next layer.")


def layer_of(record: object, newer: Newer | None) -> LayerEntry:
    """Return the layer of a record such as ``network.json`` has; raises `SlugError` if it cannot be one."""
    match record:
        case {"id": str(layer_id), "name": str(name), "layer": layer, **rest}:
            flags = {key: value for key, value in rest.items() if key in _FLAGS and isinstance(value, bool)}
            if len(flags) == len(rest):
                return LayerEntry(layer_id, name, _known_layer(layer, newer), **flags)
    raise FormatError("expected each layer as id, name and layer, perhaps with enabled and frozen as true or false.")


def _known_layer(record: Any, newer: Newer | None) -> Layer:
    """Return the layer of a record; of a newer version, one that keeps what is not known."""
    try:
        layer: Layer = from_record(_LAYER, record)
    except RecordError:
        match record:
            case {"kind": str(kind), "version": int(), "params": dict()} if newer is not None and NAME.fullmatch(kind):
                return unknown_layer(record)
        raise
    return layer


def _declared(cls: type[D], content: bytes) -> D:
    found: object = from_record(cls, strict_json.load(content))
    if not isinstance(found, cls):
        raise FormatError(f"expected {cls.kind}, found {type(found).__name__}.")
    return found
