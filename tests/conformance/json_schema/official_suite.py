"""The official JSON-Schema-Test-Suite, as schemas and payloads for our engine.

A remote schema that names no draft is of the draft that its tests are in, as if it had been
registered by a registry with that default.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.json_schema.drafts import named

Json = object

_FOLDER = Path(__file__).parent / "suite"
DRAFTS: Mapping[str, str] = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}
"""The drafts of the suite, and how a schema names them."""


@dataclass(frozen=True, slots=True)
class Group:
    """A schema and the tests that share it."""

    name: str
    schema: SchemaSource
    tests: tuple["Test", ...]


@dataclass(frozen=True, slots=True)
class Test:
    """A payload, and whether it fits."""

    __test__ = False

    name: str
    payload: bytes
    valid: bool


def groups(draft: str) -> Iterator[Group]:
    """All required tests of a draft.

    A schema that names no draft is given the one whose tests it is in, as the suite asks.
    """
    files = json.loads((_FOLDER / f"{draft}.json").read_text(encoding="utf-8"))
    for file, members in files.items():
        for each in members:
            yield Group(f"{file}: {each['description']}", _source(each["schema"], DRAFTS[draft]), _tests(each["tests"]))


def _tests(tests: list[dict[str, Json]]) -> tuple[Test, ...]:
    return tuple(
        Test(str(each["description"]), json.dumps(each["data"]).encode(), each["valid"] is True) for each in tests
    )


def _source(schema: Json, draft: str) -> SchemaSource:
    mark = None if (found := named(draft)) is None else found.version.encode()
    if isinstance(schema, dict):
        schema = {"$schema": draft, **schema}
    references = [
        NamedSource(uri, SchemaSource(json.dumps(_remotes()[uri]), artifact=mark)) for uri in sorted(_reached(schema))
    ]
    return SchemaSource(json.dumps(schema), tuple(references))


def _reached(schema: Json) -> set[str]:
    """Return the URIs of remote schemas that a schema reaches: they become its references."""
    found: set[str] = set()
    pending = list(_references(schema, ("",)))
    while pending:
        uri = pending.pop()
        if uri in _remotes() and uri not in found:
            found.add(uri)
            pending.extend(_references(_remotes()[uri], (uri,)))
    return found


def _references(value: Json, bases: tuple[str, ...]) -> Iterator[str]:
    """Every `$ref` and `$schema`, resolved against each of the identifiers around it."""
    if isinstance(value, list):
        for each in value:
            yield from _references(each, bases)
    if isinstance(value, dict):
        identifier = value.get("$id", value.get("id"))
        if isinstance(identifier, str):
            bases = (*bases, urljoin(bases[-1], identifier))
        for reference in (value.get("$ref"), value.get("$schema")):
            if isinstance(reference, str):
                yield from (urljoin(base, reference).partition("#")[0] for base in bases)
        for each in value.values():
            yield from _references(each, bases)


@cache
def _remotes() -> Mapping[str, Json]:
    remotes: dict[str, Json] = json.loads((_FOLDER / "remotes.json").read_text(encoding="utf-8"))
    return remotes
