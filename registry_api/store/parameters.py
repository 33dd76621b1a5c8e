"""Values of the core -> the parameters of statements, by the names in `sql/queries`."""

import json
from collections.abc import Iterable, Mapping, Sequence

from sluicegate.registry_api.core.commands import Query
from sluicegate.registry_api.core.errors import ReferenceGone
from sluicegate.registry_api.core.metadata import CONFLUENT_VERSION
from sluicegate.registry_api.core.model import Caller, NewSchema, NewVersion, Reference
from sluicegate.registry_api.store.documents import metadata_json, rules_json
from sluicegate.registry_api.store.terms import indexed, terms_of

LARGEST_ID = 2**63 - 1
LARGEST_NUMBER = 2**31 - 1

Parameter = str | bytes | int | bool | list[str] | None
Parameters = dict[str, Parameter]


def of_schema(new: NewSchema | None) -> Mapping[str, str | None]:
    """Return the facts about a new schema without its first version; nulls without a schema."""
    if new is None:
        return dict.fromkeys(("publisher_id", "compatibility", "validity", "policy"))
    return {
        "publisher_id": new.publisher_id,
        "compatibility": new.compatibility and new.compatibility.value,
        "validity": new.validity and new.validity.value,
        "policy": new.policy and new.policy.value,
    }


def of_version(new: NewVersion) -> Mapping[str, str | bytes | None]:
    """A version with its content, the terms that searches match, and its references.

    No terms mean that they are the attributes, as they are where nothing is nested.
    """
    content, metadata = new.content, new.metadata
    terms = terms_of(content.attributes)
    regular = not new.references and not (metadata and CONFLUENT_VERSION in metadata.properties)
    return {
        "number": str(new.number),
        "global_id": None if new.global_id is None else str(new.global_id),
        "by_fingerprint": boolean(new.by_fingerprint),
        "description": new.description,
        "format": content.format.value,
        "text": content.text,
        "fingerprint": content.fingerprint,
        "guid": new.guid,
        "identity": new.identity,
        "artifact": content.artifact,
        "metadata": metadata_json(metadata),
        "rules": rules_json(new.rules),
        "regular": boolean(regular),
        "attributes": array(content.attributes),
        "terms": None if terms == frozenset(content.attributes) else array(sorted(terms)),
        **of_references(new.references),
    }


def boolean(value: bool) -> str:  # the value itself
    """A boolean as Postgres writes it."""
    return "t" if value else "f"


def of_references(references: Sequence[Reference]) -> Mapping[str, str]:
    """Return the references in three arrays of one length.

    Raises `ReferenceGone` for values that no column can hold.
    """
    for reference in references:
        if not (is_id(reference.address.schema_id) and is_number(reference.address.number)):
            raise ReferenceGone(reference.address)
    return {
        "names": array(reference.name for reference in references),
        "referenced": array(str(reference.address.schema_id) for reference in references),
        "numbers": array(str(reference.address.number) for reference in references),
    }


def of_caller(caller: Caller) -> Mapping[str, str]:
    """The caller, as the audit keeps it."""
    origin = caller.origin
    return {
        "actor": caller.actor,
        "request_id": caller.request_id,
        "origin": json.dumps(
            {
                "credential": origin.credential or None,
                "key": origin.key_id or None,
                "source": origin.source or None,
                "api": origin.api or None,
                "operation": origin.operation or None,
            }
        ),
    }


def of_query(query: Query) -> Parameters:
    """Return the parameters of a search."""
    return {
        "schema_id": query.schema_id,
        "number": query.number,
        "format": query.format and query.format.value,
        "pattern": None if query.name is None else _containing(query.name),
        "terms": sorted({indexed(term) for term in query.attributes}) or None,
        "deactivated": query.deactivated,
        "limit": min(query.limit, LARGEST_NUMBER),
        "offset": query.offset,
        "max_bytes": LARGEST_ID if query.max_bytes is None else query.max_bytes,
        "after_schema": query.after and query.after.schema_id,
        "after_number": query.after and query.after.number,
    }


def array(texts: Iterable[str]) -> str:
    """Return an array in Postgres' text form, with quoted elements.

    It is many times faster than psycopg's adaption of a list.
    """
    quoted = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts]
    return f"{{{','.join(quoted)}}}"


def may_match(query: Query) -> bool:
    """Return whether a match is possible.

    The database would refuse values that no column can hold.
    """
    return (
        (query.schema_id is None or is_id(query.schema_id))
        and (query.number is None or is_number(query.number))
        and all(is_text(text) for text in (query.name or "", *query.attributes))
        and (query.after is None or (is_id(query.after.schema_id) and is_number(query.after.number)))
        and query.limit > 0
        and query.offset <= LARGEST_NUMBER
    )


def is_id(value: int) -> bool:
    """Whether a column can hold it as an id."""
    return 0 < value <= LARGEST_ID


def is_number(value: int) -> bool:
    """Whether a column can hold it as the number of a version."""
    return 0 < value <= LARGEST_NUMBER


def _containing(part: str) -> str:
    """Return a pattern for LIKE that matches the part verbatim."""
    escaped = part.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def is_text(value: str) -> bool:
    """Neither NUL nor half a surrogate pair, which no text in Postgres can hold."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
