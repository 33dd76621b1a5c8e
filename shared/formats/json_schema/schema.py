"""A parsed JSON schema: what `parse` returns and every other part of the engine reads. Never changed once made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from shared.errors import SchemaSyntaxError
from shared.formats.engine import NamedSource, SchemaSource
from shared.formats.json_schema import drafts
from shared.formats.json_schema.dialect import Dialect, dialect
from shared.formats.json_schema.drafts import Draft
from shared.formats.json_schema.parser import parse
from shared.formats.json_schema.references import References
from shared.formats.json_schema.values import JsonObject, Schema
from shared.model import Violation

T = TypeVar("T")

_DEFAULT = Dialect(drafts.DEFAULT)

REFERENCE_LIMIT = 1000
"""Referenced schemas of one schema, those of the referenced ones included."""


@dataclass(frozen=True, eq=False)
class JsonSchema:
    """A schema's value, the draft it is written for, and the schemas it may refer to, by name, the references' own included."""

    root: Schema
    named: dict[str, Schema]

    @property
    def declared(self) -> str | None:
        """What the schema says in `$schema`, whether we know it or not."""
        uri = self.root.get("$schema") if isinstance(self.root, dict) else None
        return uri if isinstance(uri, str) else None

    @cached_property
    def draft(self) -> Draft:
        """The draft that the schema names; 2020-12 when it names none, or one that we do not know."""
        return self.dialect(self.root).draft

    def dialect(self, document: Schema) -> Dialect:
        """The dialect of the schema or of a named one; one that names none that we know is of the schema's draft."""
        return dialect(document, self.named) or Dialect((dialect(self.root, self.named) or _DEFAULT).draft)

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """The dialects of the schema and of the named ones."""
        return tuple(self.dialect(document) for document in (self.root, *self.named.values()))

    def remembered(self, what: str, make: Callable[[], T]) -> T:
        """Something that follows from the schema alone, worked out once."""
        if what not in self._remembered:
            self._remembered[what] = make()
        return cast("T", self._remembered[what])

    @cached_property
    def _remembered(self) -> dict[str, object]:
        return {}

    @cached_property
    def references(self) -> References:
        """Where the schema's references lead."""
        return References(self.root, self.named, self.draft)


def known(schema: Schema, named: Mapping[str, Schema]) -> Schema:
    """The schema without a `$schema` that no library knows (or would go and fetch), and with the usual spelling of the others.

    A metaschema of its own is named only when its vocabulary matters; else its draft is, which says the same.
    """
    if not isinstance(schema, dict) or not isinstance(schema.get("$schema"), str):
        return schema
    rest: JsonObject = {key: value for key, value in schema.items() if key != "$schema"}
    found = dialect(schema, named)
    if found is None:
        return rest
    return schema if found.own_vocabulary else {"$schema": found.draft.uri, **rest}


def read(source: SchemaSource) -> JsonSchema:
    """Parse a source with all that it refers to. Raises `SchemaSyntaxError`, naming the reference when one of them is at fault.

    All are in one space of names, because that is how `$ref` sees them: one name cannot stand for two texts.
    """
    root = parse(source.text)
    named: dict[str, Schema] = {}
    texts: dict[str, str] = {}
    pending = list(source.references)
    while pending and len(named) < REFERENCE_LIMIT:
        reference = pending.pop(0)
        if reference.name not in named:
            named[reference.name] = _reference(reference)
            texts[reference.name] = reference.source.text
            pending.extend(reference.source.references)
        elif texts[reference.name] != reference.source.text:
            message = f"Two different schemas are referred to by the name {reference.name!r}. Refer to one version of it everywhere"
            raise SchemaSyntaxError(message, [Violation("", "$ref", message)])
    return JsonSchema(root, named)


def _reference(reference: NamedSource) -> Schema:
    try:
        return parse(reference.source.text)
    except SchemaSyntaxError as error:
        raise SchemaSyntaxError(
            f"In the referenced schema {reference.name!r}: {error.message}", error.violations
        ) from error
