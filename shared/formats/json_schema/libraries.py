"""The two libraries that can check payloads, behind one shape. Neither fetches anything."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType

import jsonschema_rs

from shared.errors import SchemaUnusable
from shared.formats.json_schema.native import native_validator
from shared.formats.json_schema.payload import Checker, violation
from shared.formats.json_schema.references import Node
from shared.formats.json_schema.schema import JsonSchema, known
from shared.formats.json_schema.values import mapping, pointer, text, values
from shared.formats.options import JsonEngine
from shared.model import Violation

ERRORS_LIMIT = 200_000
"""Values of a payload times schemas: past it, only the first error is asked for. jsonschema-rs makes all of them before it gives one."""


def checker(engine: JsonEngine, schema: JsonSchema) -> Checker:
    """The validator of a schema without violations. Raises `SchemaUnusable` when the library cannot take it."""
    return _CHECKERS[engine](schema)


def _native(schema: JsonSchema) -> Checker:
    validator = native_validator(schema)
    values_for_all = ERRORS_LIMIT // max(len(schema.references.everything), 1)

    def violations(value: object) -> Iterator[Violation]:
        few = sum(1 for _ in islice(values(value), values_for_all + 1)) <= values_for_all
        for error in validator.iter_errors(value) if few else _first_error(validator, value):
            yield violation(pointer(*error.instance_path), error.kind.name, error.message)

    return Checker(validator.is_valid, violations)


def _first_error(validator: jsonschema_rs.Validator, value: object) -> Iterator[jsonschema_rs.ValidationError]:
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        yield error


def _pure(schema: JsonSchema) -> Checker:
    """jsonschema, with `format` checked in the drafts in which the other library checks it."""
    for node in schema.references.everything:
        _compile_patterns(node)
    draft = schema.draft
    formats = draft.pure.FORMAT_CHECKER if draft.asserts_format else None
    validator = draft.pure(known(schema.root), registry=schema.references.registry, format_checker=formats)

    def violations(value: object) -> Iterator[Violation]:
        for error in validator.iter_errors(value):
            yield violation(pointer(*error.absolute_path), str(error.validator or "falseSchema"), error.message)

    return Checker(validator.is_valid, violations)


def _compile_patterns(node: Node) -> None:
    r"""Refuse what Python's `re` does not read, such as `\p{L}`: it would fail at the first message."""
    pattern = text(node.keywords, "pattern")
    for tail, each in [("/pattern", pattern)] + [
        ("/patternProperties", each) for each in mapping(node.keywords, "patternProperties")
    ]:
        try:
            re.compile(each or "")
        except (re.error, RecursionError, OverflowError) as error:
            message = f"The json engine 'jsonschema' cannot compile the pattern {each!r}: {error}. Use 'jsonschema-rs'"
            raise SchemaUnusable(message, (Violation(node.path + tail, "pattern", message),)) from error


_CHECKERS: Mapping[JsonEngine, Callable[[JsonSchema], Checker]] = MappingProxyType(
    {JsonEngine.NATIVE: _native, JsonEngine.PURE: _pure}
)
