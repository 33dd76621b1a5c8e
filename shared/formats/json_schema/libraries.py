"""The two libraries that can check payloads, behind one shape. Neither fetches anything."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import jsonschema_rs

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.effort import ENDLESS, Effort
from sluicegate.shared.formats.json_schema.effort import effort as growing
from sluicegate.shared.formats.json_schema.native import native_errors, native_validator
from sluicegate.shared.formats.json_schema.payload import Checker, violation
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from sluicegate.shared.formats.json_schema.values import mapping, pointer, text
from sluicegate.shared.formats.options import JsonEngine
from sluicegate.shared.model import Violation


def checker(engine: JsonEngine, schema: JsonSchema) -> Checker:
    """Return the validator of a schema without violations.

    Raises `SchemaUnusable` if the library refuses it.
    """
    return _CHECKERS[engine](schema)


def effort(engine: JsonEngine, schema: JsonSchema) -> Effort:
    """How long a library may take with payloads of a schema without violations."""
    if engine is JsonEngine.NATIVE:
        return growing(schema.references)
    keywords = {keyword for node in schema.references.everything for keyword in node.keywords}
    return ENDLESS if keywords & _UNBOUNDED else growing(schema.references, factor=_SLOWER)


def _native(schema: JsonSchema) -> Checker:
    errors = native_errors(schema)

    def violations(value: object, most: int) -> Iterator[Violation]:
        return map(_told, errors(value, most))

    return Checker(native_validator(schema).is_valid, violations)


def _told(error: jsonschema_rs.ValidationError) -> Violation:
    return violation(pointer(*error.instance_path), error.kind.name, error.message)


def _pure(schema: JsonSchema) -> Checker:
    """jsonschema, with `format` checked in the drafts in which the other library checks it."""
    _refuse_vocabularies(schema)
    for node in schema.references.everything:
        _compile_patterns(node)
    draft = schema.draft
    formats = draft.pure.FORMAT_CHECKER if schema.reading.asserts_format(draft) else None
    registry = schema.references.registry_of(schema.for_library)
    validator = draft.pure(schema.for_library(schema.root), registry=registry, format_checker=formats)

    def violations(value: object, _: int) -> Iterator[Violation]:
        for error in validator.iter_errors(value):
            yield violation(pointer(*error.absolute_path), str(error.validator or "falseSchema"), error.message)

    return Checker(validator.is_valid, violations)


def _refuse_vocabularies(schema: JsonSchema) -> None:
    """Refuse `$vocabulary`: jsonschema supports neither it nor a named schema's own metaschema."""
    for found in schema.dialects:
        if found.metaschema is not None and (found.own_vocabulary or found.draft is not schema.draft):
            message = "The json engine 'jsonschema' does not heed the $vocabulary of a schema's own metaschema. Use 'jsonschema-rs'"
            raise SchemaUnusable(message, (Violation("/$schema", "$schema", message),))


def _compile_patterns(node: Node) -> None:
    r"""Refuse patterns that Python's `re` does not read, such as `\p{L}`.

    They would fail at the first message.
    """
    pattern = text(node.keywords, "pattern")
    for tail, each in [("/pattern", pattern)] + [
        ("/patternProperties", each) for each in mapping(node.keywords, "patternProperties")
    ]:
        try:
            re.compile(each or "")
        except (re.error, RecursionError, OverflowError) as error:
            message = f"The json engine 'jsonschema' cannot compile the pattern {each!r}: {error}. Use 'jsonschema-rs'"
            raise SchemaUnusable(message, (Violation(node.path + tail, "pattern", message),)) from error


_UNBOUNDED = frozenset({"pattern", "patternProperties", "uniqueItems", "format"})
"""Keywords for which jsonschema uses Python's `re`, or compares all with all."""

_SLOWER = 60.0

_CHECKERS: Mapping[JsonEngine, Callable[[JsonSchema], Checker]] = MappingProxyType(
    {JsonEngine.NATIVE: _native, JsonEngine.PURE: _pure}
)
