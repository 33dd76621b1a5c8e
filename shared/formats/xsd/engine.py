"""XML Schema 1.0, and 1.1 for the schemas that need it."""

from functools import partial

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.engine import FormatEngine, PayloadValidator, SchemaSource
from sluicegate.shared.formats.options import XmlEngine
from sluicegate.shared.formats.xsd import effort, processor
from sluicegate.shared.formats.xsd.attributes import attributes
from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.canonical import canonical
from sluicegate.shared.formats.xsd.compatibility.comparison import compare
from sluicegate.shared.formats.xsd.identity_constraints import constraints
from sluicegate.shared.formats.xsd.instance_rules import InstanceRules, are_needed, fixed_as_defaults
from sluicegate.shared.formats.xsd.payload import XsdPayloadValidator
from sluicegate.shared.formats.xsd.places import declared_names
from sluicegate.shared.formats.xsd.processed_payload import ProcessedPayloadValidator
from sluicegate.shared.formats.xsd.refusals import cut
from sluicegate.shared.formats.xsd.rules import needs_processor, spell, version_of, violations
from sluicegate.shared.formats.xsd.schema import XsdSchema, parse
from sluicegate.shared.model import Finding, SchemaFormat, Violation


class XsdEngine(FormatEngine):
    """The engine of the format `xml`."""

    def __init__(self, xml_engine: str = XmlEngine.LXML) -> None:
        """Choose the library that checks payloads (`lxml` or `xmlschema`)."""
        self._library = XmlEngine(xml_engine)

    @property
    def format(self) -> SchemaFormat:
        """The format that this engine serves."""
        return SchemaFormat.XML

    def parse(self, source: SchemaSource) -> XsdSchema:
        """Read a text and those that it refers to as XML with `xs:schema` as its root.

        Raises `SchemaSyntaxError`.
        """
        return parse(source)

    def violations(self, schema: XsdSchema) -> tuple[Violation, ...]:
        """Return the violations of XML Schema's rules, or of this engine's limits.

        Empty exactly if `compile` can use the schema.
        """
        return violations(schema)

    def canonical(self, schema: XsdSchema) -> str:
        """Return the significant parts of the schema, as C14N."""
        return canonical(schema.root)

    def compare(self, reader: XsdSchema, writer: XsdSchema) -> tuple[Finding, ...]:
        """Why documents that fit `writer` do not all fit `reader`. Empty: compatible."""
        return compare(reader, writer)

    def attributes(self, schema: XsdSchema) -> tuple[str, ...]:
        """The paths of elements and attributes, sorted."""
        return attributes(Components(schema))

    def compile(self, schema: XsdSchema) -> PayloadValidator:
        """A validator of payloads.

        Raises `SchemaUnusable` with the schema's violations when it has any.
        """
        found = violations(schema)
        if found:
            where = f" (at {found[0].path})" if found[0].path else ""
            raise SchemaUnusable(f"The schema cannot be used: {found[0].message}{where}", found)
        names = partial(declared_names, (schema.root, *schema.named.values()))
        if self._library is XmlEngine.XMLSCHEMA or needs_processor(schema):
            try:
                built = processor.built(schema.documents(), version_of(schema))
            except processor.FAILURES as error:
                message = cut(str(error))
                raise SchemaUnusable(
                    f"The xml engine 'xmlschema' cannot use the schema: {message}", (Violation("", "schema", message),)
                ) from error
            return ProcessedPayloadValidator(built, constraints(schema), partial(effort.processed, schema), names)
        documents, takes = schema.documents(spell, fixed_as_defaults), partial(effort.compiled, schema)
        rules = partial(InstanceRules, schema)
        return XsdPayloadValidator(documents, constraints(schema), takes, names, rules, ruled=are_needed(schema))
