"""The two libraries that can check payloads, behind one shape. Neither fetches anything."""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.errors import SchemaUnusable
from shared.formats.json_schema.native import native_validator
from shared.formats.json_schema.payload import Checker, violation
from shared.formats.json_schema.references import Node
from shared.formats.json_schema.schema import JsonSchema, known
from shared.formats.json_schema.values import mapping, pointer, text
from shared.model import Violation


class JsonEngine(StrEnum):
    """Which library checks payloads."""

    NATIVE = "jsonschema-rs"
    PURE = "jsonschema"


def checker(engine: JsonEngine, schema: JsonSchema) -> Checker:
    """The validator of a schema without violations. Raises `SchemaUnusable` when the library cannot take it."""
    return _CHECKERS[engine](schema)


def _native(schema: JsonSchema) -> Checker:
    validator = native_validator(schema)

    def violations(value: object) -> Iterator[Violation]:
        for error in validator.iter_errors(value):
            yield violation(pointer(*error.instance_path), error.kind.name, error.message)

    return Checker(validator.is_valid, violations)


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
