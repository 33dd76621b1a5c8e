"""Registrations straight through a store, by the native API's rules but without an engine."""

from collections.abc import Callable, Sequence

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.errors import SchemaNotFound
from sluicegate.registry_api.core.identity import guid, identity
from sluicegate.registry_api.core.model import (
    Caller,
    Content,
    Lookup,
    NewSchema,
    NewVersion,
    Outcome,
    Reference,
    Registration,
    Version,
)
from sluicegate.registry_api.core.ports import State, Store, View
from sluicegate.registry_api.core.references import in_order
from sluicegate.shared.model import SchemaId, VersionNumber

Check = Callable[[Sequence[Version], Lookup], None]
"""Looks at the active versions of a schema, highest number first."""


def create(
    store: Store,
    new: NewSchema,
    content: Content,
    caller: Caller,
    references: Sequence[Reference] = (),
    readable: Readable = EVERYTHING,
) -> Registration:
    """Register a new schema, or find the publisher's content."""
    first = _version(VersionNumber(1), content, references, new.description)
    done = store.register(new, lambda _, __: first, caller, readable)
    assert done is not None
    return done


def add(
    store: Store,
    schema_id: SchemaId,
    content: Content,
    caller: Caller,
    check: Check = lambda history, lookup: None,
    references: Sequence[Reference] = (),
    description: str = "",
) -> Registration:
    """Add a version, or find the active one with the same fingerprint."""
    found: list[Registration] = []

    def decide(state: State, view: View) -> NewVersion | None:
        found.clear()
        if state.latest is None or state.schema_id is None:
            raise SchemaNotFound(schema_id)
        older = view.versions([entry.address for entry in view.history(state.schema_id)[1:]])
        history = [state.latest, *sorted(older, key=lambda version: -version.number)]
        for version in history:
            if version.fingerprint == content.fingerprint:
                found.append(Registration.of(version, Outcome.EXISTS))
                return None
        check(history, view.versions)
        return _version(state.next_number, content, references, description)

    return store.register(schema_id, decide, caller) or found[0]


def _version(number: VersionNumber, content: Content, references: Sequence[Reference], description: str) -> NewVersion:
    text, ordered = content.standard_text, in_order(references)
    return NewVersion(
        number,
        content,
        guid(f"{content.fingerprint} {text}"),
        identity(content.format, f"{content.fingerprint} {text}", ordered),
        references=ordered,
        description=description,
        by_fingerprint=True,
    )
