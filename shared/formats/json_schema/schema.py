"""A parsed JSON schema: the result of `parse`, for all other parts of the engine. Immutable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar, cast

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.json_schema import drafts
from sluicegate.shared.formats.json_schema.dialect import Dialect, dialect
from sluicegate.shared.formats.json_schema.drafts import Draft
from sluicegate.shared.formats.json_schema.parser import parse
from sluicegate.shared.formats.json_schema.references import ReferenceIndex
from sluicegate.shared.formats.json_schema.resources import EmbeddedResource, for_library, split
from sluicegate.shared.formats.json_schema.values import Schema
from sluicegate.shared.formats.options import AssertFormat, UnknownDraft
from sluicegate.shared.model import Violation

T = TypeVar("T")

REFERENCE_LIMIT = 1000
"""Referenced schemas of one schema, those of the referenced ones included."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How schemas are read where their texts leave it open.

    `default` is the draft of those that name none, or one that is not known.
    """

    default: Draft = drafts.DEFAULT
    unknown: UnknownDraft = UnknownDraft.DEFAULT
    assert_format: AssertFormat = AssertFormat.NEVER

    def marked(self, mark: bytes) -> "Reading":
        """Return the reading by the mark of the registration; ignores an unknown mark."""
        kept = drafts.BY_MARK.get(mark)
        return self if kept is None else replace(self, default=kept, unknown=UnknownDraft.DEFAULT)

    def asserts_format(self, draft: Draft) -> bool:
        """Whether `format` is an assertion in a draft."""
        return draft.asserts_format or self.assert_format is not AssertFormat.NEVER


@dataclass(frozen=True, eq=False)
class JsonSchema:
    """A schema's value, its draft, and the named schemas with their references.

    `reading` is that of the schema itself. `defaults` has the drafts of named schemas without one:
    a registered schema keeps its own draft in every referring schema.
    """

    root: Schema
    named: dict[str, Schema]
    reading: Reading = Reading()
    defaults: Mapping[str, Draft] = field(default_factory=dict)

    def under(self, default: Draft) -> "JsonSchema":
        """The same schema with another default draft."""
        if default is self.reading.default:
            return self
        return replace(self, reading=replace(self.reading, default=default))

    def metaschema(self, own: Schema) -> "JsonSchema":
        """A metaschema of the schema's own, as a schema."""
        return replace(self, root=own)

    @property
    def names_draft(self) -> bool:
        """Whether the schema's own `$schema` leads to a draft."""
        return dialect(self.root, self.named) is not None

    @property
    def declared(self) -> str | None:
        """Return the value of `$schema`, also an unknown one."""
        uri = self.root.get("$schema") if isinstance(self.root, dict) else None
        return uri if isinstance(uri, str) else None

    @cached_property
    def draft(self) -> Draft:
        """The draft that the schema names, else the default."""
        return self.dialect(self.root).draft

    def dialect(self, document: Schema) -> Dialect:
        """Return the dialect of the schema or a named one; without a known one, the default draft."""
        return dialect(document, self.named) or Dialect(self._defaults.get(id(document), self.reading.default))

    @cached_property
    def _defaults(self) -> dict[int, Draft]:
        """The default drafts of the named schemas, by the identity of the schemas."""
        held = {id(self.named[name]): draft for name, draft in self.defaults.items()}
        return {key: draft for key, draft in held.items() if key != id(self.root)}

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """The dialects of the schema, of the named ones, and of those embedded in them."""
        return tuple(resource.dialect for resource in self.resources)

    @cached_property
    def resources(self) -> tuple[EmbeddedResource, ...]:
        """Return the schema, the named ones, and embedded ones of other dialects.

        The path of a named one begins with `name#`.
        """
        found = list(split(self.root, self.dialect(self.root), self.named))
        for name, document in self.named.items():
            inner = split(document, self.dialect(document), self.named)
            found += [each._replace(path=f"{name}#{each.path}") for each in inner]
        return tuple(found)

    def for_library(self, document: Schema) -> Schema:
        """The schema or a named one as libraries must be handed it."""
        return for_library(document, self.dialect(document).draft, self.named)

    def remembered(self, what: str, make: Callable[[], T]) -> T:
        """Return a cached result about the schema."""
        if what not in self._remembered:
            self._remembered[what] = make()
        return cast("T", self._remembered[what])

    @cached_property
    def _remembered(self) -> dict[str, object]:
        return {}

    @cached_property
    def references(self) -> ReferenceIndex:
        """Where the schema's references lead."""
        return ReferenceIndex(self.root, self.named, self._draft_of, assert_format=self.reading.asserts_format)

    def _draft_of(self, document: Schema) -> Draft:
        return self.dialect(document).draft


def read(source: SchemaSource, reading: Reading) -> JsonSchema:
    """Parse a source with all that it refers to, each by its own mark.

    Raises `SchemaSyntaxError`, naming the reference when one of them is at fault.

    All are in one space of names, because that is how `$ref` sees them: one name cannot stand for
    two texts.
    """
    root = parse(source.text)
    named: dict[str, Schema] = {}
    texts: dict[str, str] = {}
    defaults: dict[str, Draft] = {}
    pending = list(source.references)
    while pending and len(named) < REFERENCE_LIMIT:
        reference = pending.pop(0)
        if reference.name not in named:
            named[reference.name] = _reference(reference)
            texts[reference.name] = reference.source.text
            defaults[reference.name] = _marked(reference.source, reading).default
            pending.extend(reference.source.references)
        elif texts[reference.name] != reference.source.text:
            message = f"Two different schemas are referred to by the name {reference.name!r}. Refer to one version of it everywhere"
            raise SchemaSyntaxError(message, [Violation("", "$ref", message)])
    return JsonSchema(root, named, _marked(source, reading), defaults)


def _marked(source: SchemaSource, reading: Reading) -> Reading:
    return reading if source.artifact is None else reading.marked(source.artifact)


def _reference(reference: NamedSource) -> Schema:
    try:
        return parse(reference.source.text)
    except SchemaSyntaxError as error:
        raise SchemaSyntaxError(
            f"In the referenced schema {reference.name!r}: {error.message}", error.violations
        ) from error
