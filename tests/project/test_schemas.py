"""The JSON of saved projects against docs/schema, by a validator that nobody here wrote."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from slugstudio.project import Project, load
from slugstudio.project.records import entries_of
from slugstudio.project.session import Session
from slugstudio.project.templates import TEMPLATES, template
from tests.project.made import digits_design, points_design, trained

jsonschema = pytest.importorskip("jsonschema", reason="make ready installs it: tools/setup.sh tools")
referencing = pytest.importorskip("referencing")

DOCS = Path(__file__).parents[2] / "docs" / "schema"
GOLDEN = Path(__file__).parents[1] / "golden"
SCHEMAS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(DOCS.glob("*.json"))}
PARTS = sorted(set(SCHEMAS) - {"record", "epoch"})


@cache
def validator(part: str) -> Any:
    resources = [(f"{name}.json", referencing.Resource.from_contents(schema)) for name, schema in SCHEMAS.items()]
    return jsonschema.Draft202012Validator(SCHEMAS[part], registry=referencing.Registry().with_resources(resources))


def parts_of(project: Project) -> dict[str, Any]:
    return {
        name.removesuffix(".json"): json.loads(content)
        for name, content in entries_of(project).items()
        if name.endswith(".json")
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize(
    "project",
    [
        *map(template, TEMPLATES),
        Session(Project(points_design())).capture(),
        trained(points_design()),
        trained(digits_design()),
        *map(load, sorted(GOLDEN.glob("format-*.slug"))),
    ],
)
def test_what_is_saved_is_as_the_schemas_say(project: Project) -> None:
    parts = parts_of(project)
    assert set(parts) | {"state"} == set(PARTS)
    for name, content in parts.items():
        validator(name).validate(content)


#: What a later version of the same schema added; a file of an earlier one lacks it.
MAY_BE_LEFT_OUT = {"computed_by"}


@pytest.mark.parametrize("part", PARTS)
def test_what_is_missing_or_more_is_not(part: str) -> None:
    content = parts_of(load(GOLDEN / "format-1.slug"))[part]
    assert not validator(part).is_valid({**content, "more": 1})
    for name in content:
        without = {key: value for key, value in content.items() if key != name}
        assert validator(part).is_valid(without) == (name in MAY_BE_LEFT_OUT)
        assert not validator(part).is_valid({**content, name: [{"a": -1}]})
