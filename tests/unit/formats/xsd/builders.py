"""Short ways to write schemas, and to ask the engine."""

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.xsd.engine import XsdEngine
from sluicegate.shared.formats.xsd.schema import XsdSchema
from sluicegate.shared.model import Violation

ENGINE = XsdEngine()


def text(body: str, attributes: str = "") -> str:
    """A schema document."""
    return f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {attributes}>{body}</xs:schema>'


def root(content: str) -> str:
    """A schema with one element `r`, of a complex type."""
    return text(f'<xs:element name="r"><xs:complexType>{content}</xs:complexType></xs:element>')


def sequence(*members: str, more: str = "") -> str:
    """A schema with one element `r` that holds a sequence."""
    return root(f"<xs:sequence>{''.join(members)}</xs:sequence>{more}")


def element(name: str, type_: str = "xs:string", more: str = "") -> str:
    """An element."""
    return f'<xs:element name="{name}" type="{type_}" {more}/>'


def restricted(base: str, facets: str) -> str:
    """A schema with one element `r`, of a simple type with facets."""
    return text(
        f'<xs:element name="r"><xs:simpleType><xs:restriction base="{base}">{facets}</xs:restriction></xs:simpleType></xs:element>'
    )


def facet(name: str, *values: object) -> str:
    """A facet, or several of one kind."""
    return "".join(f'<xs:{name} value="{value}"/>' for value in values)


def parsed(schema: str, **references: str) -> XsdSchema:
    """A parsed schema; `a_xsd` is the reference `a.xsd`."""
    named = tuple(NamedSource(name.replace("_", "."), SchemaSource(each)) for name, each in references.items())
    return ENGINE.parse(SchemaSource(schema, named))


def refusal(schema: str) -> tuple[Violation, ...]:
    """Return the violations of a text that does not parse."""
    try:
        ENGINE.parse(SchemaSource(schema))
    except SchemaSyntaxError as error:
        return error.violations
    raise AssertionError("the text parses")


def violations(schema: str, **references: str) -> tuple[Violation, ...]:
    """Return the violations of a schema that parses."""
    return ENGINE.violations(parsed(schema, **references))


def accepts(schema: str, payload: str | bytes, engine: XsdEngine = ENGINE) -> bool:
    """Whether a payload fits a schema; `explain` agrees."""
    validator = engine.compile(engine.parse(SchemaSource(schema)))
    data = payload if isinstance(payload, bytes) else payload.encode()
    accepted = validator.accepts(data)
    assert accepted == (validator.explain(data) is None)
    return accepted


def codes(reader: str, writer: str) -> list[tuple[str, str]]:
    """Return codes and paths of the incompatibilities of `reader` with documents of `writer`."""
    return [(each.code, each.path) for each in ENGINE.compare(parsed(reader), parsed(writer))]
