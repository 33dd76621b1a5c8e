"""JSON Schema, drafts 4, 6, 7, 2019-09 and 2020-12.

The engine's default draft holds for schemas that name none.
"""

from copy import copy
from functools import partial

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.division import Division
from sluicegate.shared.formats.engine import (
    Capabilities,
    FormatEngine,
    PayloadValidator,
    SchemaSource,
    Spellings,
    TagChange,
    Tags,
)
from sluicegate.shared.formats.json_schema import division, drafts, plainness, tags
from sluicegate.shared.formats.json_schema.attributes import attributes
from sluicegate.shared.formats.json_schema.canonical import canonical, compact
from sluicegate.shared.formats.json_schema.compatibility.comparison import compare
from sluicegate.shared.formats.json_schema.libraries import checker, effort
from sluicegate.shared.formats.json_schema.payload import JsonPayloadValidator, loads_for, property_names
from sluicegate.shared.formats.json_schema.schema import JsonSchema, Reading, read
from sluicegate.shared.formats.json_schema.validity import violations, warnings
from sluicegate.shared.formats.options import AssertFormat, JsonDraft, JsonEngine, Policy, UnknownDraft
from sluicegate.shared.model import Finding, SchemaFormat, Violation


class JsonSchemaEngine(FormatEngine):
    """The engine of the format `json`."""

    def __init__(
        self,
        json_engine: str = JsonEngine.NATIVE,
        policy: Policy = Policy.STRICT,
        *,
        strict_json: bool = False,
        default_draft: JsonDraft = drafts.DEFAULT.version,
        unknown_draft: UnknownDraft = UnknownDraft.DEFAULT,
        assert_format: AssertFormat = AssertFormat.NEVER,
    ) -> None:
        """Choose the library of payload checks, and the options (see `FormatOptions`)."""
        self._library = JsonEngine(json_engine)
        self._policy = policy
        self._strict_json = strict_json
        self._reading = Reading(drafts.BY_VERSION[default_draft], unknown_draft, assert_format)

    def under(self, policy: Policy) -> "JsonSchemaEngine":
        """The same engine, comparing by a policy."""
        other = copy(self)
        other._policy = policy
        return other

    @property
    def format(self) -> SchemaFormat:
        """The format that this engine serves."""
        return SchemaFormat.JSON

    def is_plain(self, source: SchemaSource) -> bool:
        """Return whether a check takes milliseconds: a short text without references and patterns."""
        return plainness.is_plain(source)

    @property
    def capabilities(self) -> Capabilities:
        """The optional parts that this engine has."""
        return Capabilities(strict=self, foreseeing=self, spelled=self, taggable=self, marking=self, cautious=self)

    def divided(self, source: SchemaSource) -> Division | None:
        """See `Divisible`."""
        return division.divided(source)

    def joined(self, frame: str, member: str | None) -> SchemaSource:
        """See `Divisible`."""
        return division.joined(frame, member)

    def parse(self, source: SchemaSource) -> JsonSchema:
        """Read a text and those that it refers to as strict JSON. Raises `SchemaSyntaxError`."""
        return read(source, self._reading)

    def mark(self, schema: JsonSchema) -> bytes | None:
        """The draft by which a schema was read that names none, or one that is not known."""
        return None if schema.names_draft else schema.draft.version.encode()

    def violations(self, schema: JsonSchema) -> tuple[Violation, ...]:
        """Return the violations of the draft's rules.

        Empty exactly if `compile` can use the schema.
        """
        return violations(schema)

    def warnings(self, schema: JsonSchema) -> tuple[Violation, ...]:
        """Return the parts with a surprising meaning: an unknown `$schema`."""
        return warnings(schema)

    def canonical(self, schema: JsonSchema) -> str:
        """The schema by RFC 8785, with exact integers, fractions as doubles, and `required` sorted."""
        return canonical(schema.root)

    def spellings(self, schema: JsonSchema, canonical: str) -> Spellings:
        """Return the text without spaces in its own order, like Jackson.

        Normalized: the canonical text.
        """
        return Spellings(compact(schema.root), canonical)

    def tags(self, text: str) -> Tags:
        """Return the tags in a text (`confluent:tags`)."""
        return tags.tags(text)

    def retagged(self, text: str, change: TagChange) -> str:
        """A text with other tags. Raises `EntityUnknown`."""
        return tags.retagged(text, change)

    def compare(self, reader: JsonSchema, writer: JsonSchema) -> tuple[Finding, ...]:
        """Why values that fit `writer` do not all fit `reader`. Empty: compatible."""
        return compare(reader, writer, self._policy)

    def attributes(self, schema: JsonSchema) -> tuple[str, ...]:
        """The property paths of the schema, sorted."""
        return attributes(schema.references)

    def compile(self, schema: JsonSchema) -> PayloadValidator:
        """A validator of payloads.

        Raises `SchemaUnusable` with the schema's violations when it has any.
        """
        found = violations(schema)
        if found:
            raise SchemaUnusable(
                f"The schema cannot be used: {found[0].message} (at {found[0].path or 'the root'})", found
            )
        documents = (schema.root, *schema.named.values())
        loads = loads_for([each.draft for each in schema.dialects], documents, strict=self._strict_json)
        takes, names = partial(effort, self._library, schema), partial(property_names, documents)
        return JsonPayloadValidator(checker(self._library, schema), loads, takes, names)
