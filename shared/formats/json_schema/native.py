"""jsonschema-rs: the library that checks payloads unless another one is asked for."""

import jsonschema_rs

from shared.formats.json_schema import drafts
from shared.formats.json_schema.drafts import DRAFTS
from shared.formats.json_schema.references import References, Unresolved
from shared.formats.json_schema.schema import JsonSchema, known
from shared.formats.json_schema.values import Schema


def native_validator(schema: JsonSchema) -> jsonschema_rs.Validator:
    """Build the validator of a schema, once; nothing is fetched. Raises what the library raises: `ValueError` or `ReferencingError`."""
    return schema.remembered("native_validator", lambda: _build(schema))


def _build(schema: JsonSchema) -> jsonschema_rs.Validator:
    root = known(schema.root)
    resources: dict[str, Schema] = {uri: known(document) for uri, document in schema.references.resources()}
    if _leaves(schema.references):
        resources |= {draft.uri: drafts.contents_of(draft) for draft in DRAFTS}
    if not resources:
        return schema.draft.native(root, offline=True)
    registry = jsonschema_rs.Registry(resources.items(), draft=schema.draft.native_number)
    return schema.draft.native(root, offline=True, registry=registry)


def _leaves(references: References) -> bool:
    """Whether a reference leads to a metaschema; the library finds that of another draft only when it is handed over."""
    try:
        return any(not references.is_own(to) for node in references.referring for to in references.targets(node))
    except Unresolved:
        return False
