"""jsonschema-rs: the library that checks payloads unless another one is asked for."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias

import jsonschema_rs

from sluicegate.shared.formats.json_schema import drafts
from sluicegate.shared.formats.json_schema.drafts import DRAFTS
from sluicegate.shared.formats.json_schema.references import ReferenceIndex, UnresolvedReference
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from sluicegate.shared.formats.json_schema.single_document import Documents, single_document
from sluicegate.shared.formats.json_schema.values import values
from sluicegate.shared.formats.options import AssertFormat

NativeErrors: TypeAlias = Callable[[object, int | None], Iterator[jsonschema_rs.ValidationError]]

ERRORS_LIMIT = 200_000
"""Values of a document times schemas: past it, only the first error is asked for. jsonschema-rs
makes all of them before it gives one.
"""


def native_validator(schema: JsonSchema) -> jsonschema_rs.Validator:
    """Build the validator of a schema once, without fetching.

    Raises the library's `ValueError` or `ReferencingError`.
    """
    return schema.remembered("native_validator", lambda: _build(schema))


def native_errors(schema: JsonSchema) -> NativeErrors:
    """Return the function that explains invalid values. Raises the errors of building.

    Its argument is the maximum of values, if known without counting: for very many, it returns only
    the first reason. It raises the errors of checking.
    """
    validator = native_validator(schema)
    values_for_all = ERRORS_LIMIT // max(len(schema.references.everything), 1)

    def errors(value: object, most: int | None) -> Iterator[jsonschema_rs.ValidationError]:
        few = (most is not None and most <= values_for_all) or _has_at_most(values_for_all, value)
        return validator.iter_errors(value) if few else _first_error(validator, value)

    return errors


def _has_at_most(count: int, value: object) -> bool:
    return sum(1 for _ in islice(values(value), count + 1)) <= count


def _first_error(validator: jsonschema_rs.Validator, value: object) -> Iterator[jsonschema_rs.ValidationError]:
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        yield error


def _build(schema: JsonSchema) -> jsonschema_rs.Validator:
    single = _single(schema)
    root = schema.for_library(schema.root if single is None else single.root)
    documents = schema.references.resources() if single is None else single.others.items()
    resources = {uri: schema.for_library(document) for uri, document in documents}
    if _leaves(schema.references):
        resources |= {draft.uri: drafts.contents_of(draft) for draft in DRAFTS}
    validated, ignored = _formats(schema)
    registry = (
        jsonschema_rs.Registry(resources.items()) if resources else None
    )  # without a draft: each is read by its own
    return schema.draft.native(
        root, offline=True, registry=registry, validate_formats=validated, ignore_unknown_formats=ignored
    )


def _single(schema: JsonSchema) -> Documents | None:
    """The schema with a document for each draft; None where it stays as it is."""
    try:
        return single_document(schema)
    except UnresolvedReference:
        return None  # the library reports it


def _formats(schema: JsonSchema) -> tuple[bool | None, bool]:
    """Return whether `format` is an assertion, and whether unknown formats are ignored.

    None instead of the former: as each draft rules.
    """
    asserted = schema.reading.assert_format
    if asserted is AssertFormat.NEVER:
        return None, True
    return True, asserted is AssertFormat.KNOWN or schema.draft.asserts_format


def _leaves(references: ReferenceIndex) -> bool:
    """Return whether a reference leads to a metaschema.

    The library needs the metaschema of another draft as an argument.
    """
    try:
        return any(not references.is_own(to) for node in references.referring for to in references.targets(node))
    except UnresolvedReference:
        return False
