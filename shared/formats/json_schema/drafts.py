"""The drafts of JSON Schema that we know, and how a schema names the one that it is written for."""

from dataclasses import dataclass
from functools import cache
from typing import cast

import jsonschema  # type: ignore[import-untyped]  # ships no types
import jsonschema_rs
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # ships no types
from referencing import Specification
from referencing.jsonschema import DRAFT4, DRAFT6, DRAFT7, DRAFT201909, DRAFT202012, SchemaRegistry
from referencing.jsonschema import Schema as Resolvable

from shared.formats.json_schema.values import JsonObject, Schema

metaschemas: SchemaRegistry = REGISTRY
"""The metaschemas of all drafts. Their vocabularies are in it too."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One draft: its names, and what the two libraries call it.

    `asserts_format` and `asserts_content` follow jsonschema-rs, which keeps to each draft's specification: `format` is an assertion
    up to draft 7 and an annotation from 2019-09 on; `contentEncoding` and `contentMediaType` are assertions in drafts 6 and 7.
    """

    name: str
    uri: str
    specification: Specification[Resolvable]
    native: type[jsonschema_rs.Validator]
    native_number: int
    pure: type[jsonschema.protocols.Validator]
    asserts_format: bool
    asserts_content: bool

    @property
    def siblings_of_ref(self) -> bool:
        """Whether keywords beside `$ref` count; up to draft 7 they are ignored."""
        return self.specification in (DRAFT201909, DRAFT202012)


_HTTP = "http://json-schema.org"
_HTTPS = "https://json-schema.org/draft"

DRAFT_4 = Draft(
    "draft 4", f"{_HTTP}/draft-04/schema#", DRAFT4, jsonschema_rs.Draft4Validator, jsonschema_rs.Draft4,
    jsonschema.Draft4Validator, asserts_format=True, asserts_content=False,
)  # fmt: skip
DRAFT_6 = Draft(
    "draft 6", f"{_HTTP}/draft-06/schema#", DRAFT6, jsonschema_rs.Draft6Validator, jsonschema_rs.Draft6,
    jsonschema.Draft6Validator, asserts_format=True, asserts_content=True,
)  # fmt: skip
DRAFT_7 = Draft(
    "draft 7", f"{_HTTP}/draft-07/schema#", DRAFT7, jsonschema_rs.Draft7Validator, jsonschema_rs.Draft7,
    jsonschema.Draft7Validator, asserts_format=True, asserts_content=True,
)  # fmt: skip
DRAFT_2019 = Draft(
    "draft 2019-09", f"{_HTTPS}/2019-09/schema", DRAFT201909, jsonschema_rs.Draft201909Validator,
    jsonschema_rs.Draft201909, jsonschema.Draft201909Validator, asserts_format=False, asserts_content=False,
)  # fmt: skip
DRAFT_2020 = Draft(
    "draft 2020-12", f"{_HTTPS}/2020-12/schema", DRAFT202012, jsonschema_rs.Draft202012Validator,
    jsonschema_rs.Draft202012, jsonschema.Draft202012Validator, asserts_format=False, asserts_content=False,
)  # fmt: skip

DRAFTS = (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019, DRAFT_2020)
DEFAULT = DRAFT_2020


def _key(uri: str) -> str:
    """`http` or `https`, with or without the empty fragment: writers mix them up, and no draft is told apart by them."""
    return uri.removesuffix("#").removeprefix("http://").removeprefix("https://")


_BY_KEY = {_key(draft.uri): draft for draft in DRAFTS}


def named(uri: str) -> Draft | None:
    """The draft with this `$schema`, or None when it is not one of ours."""
    return _BY_KEY.get(_key(uri))


def declared(schema: Schema) -> Draft | None:
    """The draft that a schema names in `$schema`, or None when it names none, or one that we do not know."""
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
