"""JSON text -> model, with the checks of Java's parser without names and defaults.

Rules are those of `org.apache.avro.Schema.Parser` 1.12: a type may be used before its definition, a
definition may be repeated, and attributes of a wrong JSON type are ignored as in Java. Violations
raise `SchemaSyntaxError`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.avro import document
from sluicegate.shared.formats.avro.canonical import definition
from sluicegate.shared.formats.avro.definitions import MAX_DEPTH, DefinitionParser
from sluicegate.shared.formats.avro.depth import check_depth
from sluicegate.shared.formats.avro.model import Named, Schema
from sluicegate.shared.formats.avro.refusals import AvroSchemaCode, quoted, refusal, refused
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import Violation

MAX_REFERENCES: Final = 1000
"""Maximum of referenced schemas, counted along all paths, which limits nested references."""


def parse(source: SchemaSource) -> Schema:
    """Read a text together with the named types of the schemas that it refers to.

    Raises `SchemaSyntaxError`.
    """
    return _SourceParser().parse(source)


class _SourceParser:
    """One call of `parse`: counts the sources it has read."""

    def __init__(self) -> None:
        self._read = 0

    def parse(self, source: SchemaSource, level: int = 0) -> Schema:
        self._read += 1
        if level > MAX_DEPTH or self._read > MAX_REFERENCES:
            raise refused("", AvroSchemaCode.NESTED_TOO_DEEPLY, "The schema refers to too many other schemas")
        known = self._referenced(source.references, level)
        parser = DefinitionParser(known)
        schema = Schema(parser.parse(document.read(source.text)), MappingProxyType(parser.types))
        _check_names(parser)
        _check_redefinitions(parser)
        check_depth(schema)
        return schema

    def _reference(self, reference: NamedSource, level: int) -> Schema:
        try:
            return self.parse(reference.source, level + 1)
        except SchemaSyntaxError as error:
            where = f"In the referenced schema {quoted(reference.name)}: "
            raise refusal(*(replace(each, message=where + each.message) for each in error.violations)) from error

    def _referenced(self, references: Iterable[NamedSource], level: int) -> Mapping[str, Named]:
        """The named types of all referenced schemas.

        Two of them may bring the same type, not two types of one name.
        """
        known: dict[str, Named] = {}
        for reference in references:
            for full, named in self._reference(reference, level).types.items():
                if not _same(known.setdefault(full, named), named):
                    message = f"The referenced schemas define {quoted(full)} in two ways"
                    raise refused("", AvroSchemaCode.NAME_REDEFINED, message)
        return known


def _check_names(parser: DefinitionParser) -> None:
    undefined = [
        Violation(path, AvroSchemaCode.NAME_UNDEFINED, f"The type {quoted(name.full)} is not defined")
        for path, name in parser.forward
        if name.full not in parser.types
    ]
    if undefined:
        raise refusal(*undefined)


def _check_redefinitions(parser: DefinitionParser) -> None:
    for path, named in parser.repeated:
        if not _same(parser.types[named.name.full], named):
            message = f"The type {quoted(named.name.full)} is defined twice, in two ways"
            raise refused(path, AvroSchemaCode.NAME_REDEFINED, message)


def _same(one: Named, other: Named) -> bool:
    return one is other or definition(one) == definition(other)
