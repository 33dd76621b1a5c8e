"""The drafts of JSON Schema that we know, and how a schema names the one that it is written for."""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import cast

import jsonschema  # type: ignore[import-untyped]  # ships no types
import jsonschema_rs
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # ships no types
from referencing import Specification
from referencing.jsonschema import DRAFT4, DRAFT6, DRAFT7, DRAFT201909, DRAFT202012, SchemaRegistry
from referencing.jsonschema import Schema as Resolvable

from sluicegate.shared.formats.json_schema.values import JsonObject, Schema, values
from sluicegate.shared.formats.options import JsonDraft

metaschemas: SchemaRegistry = REGISTRY
"""The metaschemas of all drafts. Their vocabularies are in it too."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One draft: its names, and the names in the two libraries.

    `asserts_format` and `asserts_content` follow jsonschema-rs, which follows each draft's
    specification: `format` is an assertion up to draft 7 and an annotation from 2019-09 on;
    `contentEncoding` and `contentMediaType` are assertions in drafts 6 and 7.
    """

    version: JsonDraft
    uri: str
    specification: Specification[Resolvable]
    native: type[jsonschema_rs.Validator]
    pure: type[jsonschema.protocols.Validator]
    asserts_format: bool
    asserts_content: bool

    @property
    def name(self) -> str:
        """The name in messages."""
        return f"draft {self.version.removeprefix('draft-0')}"

    @property
    def siblings_of_ref(self) -> bool:
        """Whether keywords beside `$ref` count; up to draft 7 they are ignored."""
        return self.specification is DRAFT201909 or self.specification is DRAFT202012

    @property
    def identifier(self) -> str:
        """The keyword that gives a schema its own URI."""
        return "id" if self.specification is DRAFT4 else "$id"

    @property
    def whole_doubles_are_integers(self) -> bool:
        """Whether `1.0` is an integer; in draft 4 it is not."""
        return self.specification is not DRAFT4

    @property
    def unknown(self) -> frozenset[str]:
        """Keywords of other drafts that mean nothing in this one."""
        return _UNKNOWN[self.version]


_HTTP = "http://json-schema.org"
_HTTPS = "https://json-schema.org/draft"

DRAFT_4 = Draft(
    JsonDraft.DRAFT_4, f"{_HTTP}/draft-04/schema#", DRAFT4, jsonschema_rs.Draft4Validator,
    jsonschema.Draft4Validator, asserts_format=True, asserts_content=False,
)  # fmt: skip
DRAFT_6 = Draft(
    JsonDraft.DRAFT_6, f"{_HTTP}/draft-06/schema#", DRAFT6, jsonschema_rs.Draft6Validator,
    jsonschema.Draft6Validator, asserts_format=True, asserts_content=True,
)  # fmt: skip
DRAFT_7 = Draft(
    JsonDraft.DRAFT_7, f"{_HTTP}/draft-07/schema#", DRAFT7, jsonschema_rs.Draft7Validator,
    jsonschema.Draft7Validator, asserts_format=True, asserts_content=True,
)  # fmt: skip
DRAFT_2019 = Draft(
    JsonDraft.DRAFT_2019, f"{_HTTPS}/2019-09/schema", DRAFT201909, jsonschema_rs.Draft201909Validator,
     jsonschema.Draft201909Validator, asserts_format=False, asserts_content=False,
)  # fmt: skip
DRAFT_2020 = Draft(
    JsonDraft.DRAFT_2020, f"{_HTTPS}/2020-12/schema", DRAFT202012, jsonschema_rs.Draft202012Validator,
     jsonschema.Draft202012Validator, asserts_format=False, asserts_content=False,
)  # fmt: skip

DRAFTS = (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019, DRAFT_2020)

_KNOWN_TO = MappingProxyType({
    **dict.fromkeys(("const", "contains", "propertyNames"), (DRAFT_6, DRAFT_7, DRAFT_2019, DRAFT_2020)),
    **dict.fromkeys(("if", "then", "else"), (DRAFT_7, DRAFT_2019, DRAFT_2020)),
    **dict.fromkeys(
        (
            "dependentRequired", "dependentSchemas", "maxContains", "minContains", "unevaluatedItems",
            "unevaluatedProperties",
        ),
        (DRAFT_2019, DRAFT_2020),
    ),
    "$recursiveRef": (DRAFT_2019,),
    "$dynamicRef": (DRAFT_2020,),
    "prefixItems": (DRAFT_2020,),
    "additionalItems": (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019),
    "dependencies": (DRAFT_4, DRAFT_6, DRAFT_7),
    "contentEncoding": (DRAFT_6, DRAFT_7),
    "contentMediaType": (DRAFT_6, DRAFT_7),
})  # fmt: skip
"""Keywords that only some drafts know as assertions; every other one is known to all five. A
keyword that a draft does not know is ignored (draft 4 core 5.6 to 2020-12 core 4.3.1).
"""

_UNKNOWN = MappingProxyType(
    {
        draft.version: frozenset(keyword for keyword, drafts in _KNOWN_TO.items() if draft not in drafts)
        for draft in DRAFTS
    }
)
DEFAULT = DRAFT_7

BY_VERSION = MappingProxyType({draft.version: draft for draft in DRAFTS})
BY_MARK = MappingProxyType({draft.version.encode(): draft for draft in DRAFTS})
"""The drafts by the mark that is stored for texts without `$schema`."""


def _key(uri: str) -> str:
    """Normalize `http` and `https`, and the empty fragment.

    Authors mix them up, and no two drafts differ in them.
    """
    return uri.removesuffix("#").removeprefix("http://").removeprefix("https://")


_BY_KEY = {_key(draft.uri): draft for draft in DRAFTS}


def named(uri: str) -> Draft | None:
    """The draft with this `$schema`, or None when it is not one of ours."""
    return _BY_KEY.get(_key(uri))


def declared(schema: Schema) -> Draft | None:
    """Return the draft in a schema's `$schema`, or None for a missing or unknown one."""
    uri = schema.get("$schema") if isinstance(schema, dict) else None
    return named(uri) if isinstance(uri, str) else None


@cache
def metaschema(draft: Draft) -> jsonschema_rs.Validator:
    """The validator of schemas of a draft; patterns and URIs among their values are checked too."""
    contents = contents_of(draft)
    return draft.native(contents, offline=True, validate_formats=True)


def contents_of(draft: Draft) -> JsonObject:
    """The metaschema of a draft."""
    return cast("JsonObject", metaschemas.contents(draft.uri))


def of_metaschema(schema: JsonObject) -> Draft | None:
    """Return the draft of an object inside a metaschema or vocabulary; None for other objects."""
    return _metaschema_objects().get(id(schema))


@cache
def _metaschema_objects() -> dict[int, Draft]:
    found: dict[int, Draft] = {}
    for uri in metaschemas:
        contents = cast("Schema", metaschemas.contents(uri))
        draft = declared(contents)
        if draft is not None:
            found |= {id(value): draft for value in values(contents) if isinstance(value, dict)}
    return found
