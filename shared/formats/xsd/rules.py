"""Rules of XML Schema itself (validity FULL), and limits on the cost of payload checks."""

import re
from collections.abc import Iterator

from lxml import etree

from sluicegate.shared.formats.xsd import processor
from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.compiled import compiled
from sluicegate.shared.formats.xsd.complexity import too_complex
from sluicegate.shared.formats.xsd.consistency import inconsistent
from sluicegate.shared.formats.xsd.expressions import unbounded
from sluicegate.shared.formats.xsd.fixed_values import contradicting
from sluicegate.shared.formats.xsd.names import XS
from sluicegate.shared.formats.xsd.patterns import LinearPattern, simple
from sluicegate.shared.formats.xsd.refusals import MAX_NAMED, XsdSchemaCode, at, cut, plain
from sluicegate.shared.formats.xsd.schema import XsdSchema
from sluicegate.shared.formats.xsd.single_facets import misspelt
from sluicegate.shared.formats.xsd.versions import XsdVersion, version
from sluicegate.shared.model import Violation

MAX_PATTERNS = 1_000
MAX_CLASSES = 2_000
"""Classes of characters in all patterns together; one of Unicode's own counts for several, as it
takes as much longer to compile.
"""

_CLASSES = re.compile(r"\\([pPicwWIC])|\\.|\[")

_COMPONENT = re.compile(r"^Element '\{[^}]*\}(\w+)'(?:, attribute '(\w+)')?: ")


def violations(schema: XsdSchema) -> tuple[Violation, ...]:
    """Everything that is wrong with a schema. Empty exactly when payloads can be checked with it."""
    return schema.remembered("violations", lambda: _violations(schema))


def _violations(schema: XsdSchema) -> tuple[Violation, ...]:
    found = schema.unresolved or tuple(dict.fromkeys(_bounds(schema)))
    if not found:
        found = tuple(dict.fromkeys(_built(schema) if needs_processor(schema) else _checked(schema)))
    return found[:MAX_NAMED]


def needs_processor(schema: XsdSchema) -> bool:
    """Whether a schema is of version 1.1, or has a pattern that libxml2 cannot be trusted with."""
    return version_of(schema) is XsdVersion.V1_1 or any(simple(pattern) is None for _, pattern in _patterns(schema))


def spell(root: etree._Element) -> None:
    """Write the patterns of a document as libxml2 is given them."""
    for facet in root.iter(f"{{{XS}}}pattern"):
        pattern = facet.get("value", "")
        facet.set("value", simple(pattern) or pattern)


def version_of(schema: XsdSchema) -> XsdVersion:
    """The version that a schema and all its parts need."""
    return version(part.root for part in schema.parts)


def _patterns(schema: XsdSchema) -> Iterator[tuple[etree._Element, str]]:
    for part in schema.parts:
        for node in part.root.iter(f"{{{XS}}}pattern"):
            yield node, node.get("value") or ""


def _bounds(schema: XsdSchema) -> Iterator[Violation]:
    """Yield the violations that are found before a library reads the schema."""
    distinct = {pattern for _, pattern in _patterns(schema)}
    classes = sum(5 if each[1] else 1 for pattern in distinct for each in _CLASSES.finditer(pattern))
    if len(distinct) > MAX_PATTERNS or classes > MAX_CLASSES:
        message = "The schema has too many patterns, or too many classes of characters in them. Use fewer"
        yield Violation("", XsdSchemaCode.TOO_COMPLEX, message)
        return
    for node, pattern in _patterns(schema):
        try:
            LinearPattern(pattern, version_of(schema))
        except ValueError as error:
            message = f"The pattern {cut(pattern, 100)!r} cannot be used: {cut(str(error), 200)}"
            yield at(node, XsdSchemaCode.PATTERN, message)
    yield from unbounded(schema)
    try:
        components = Components(schema)
        yield from too_complex(schema, components)
    except RecursionError:
        yield Violation(
            "", XsdSchemaCode.TOO_COMPLEX, "The definitions of the schema lead to each other in too long chains"
        )


def _checked(schema: XsdSchema) -> tuple[Violation, ...]:
    """Return libxml2's violations, or else those that it does not check."""
    return tuple(_compiled(schema)) or (*misspelt(schema), *inconsistent(schema), *contradicting(schema))


def _compiled(schema: XsdSchema) -> Iterator[Violation]:
    try:
        compiled(schema.documents(spell))
    except etree.XMLSchemaParseError as error:
        entries = list(error.error_log)
        for entry in entries:
            yield _violation(entry.message, entry.line)
        if not entries:
            yield _violation(str(error), 0)


def _violation(message: str, line: int) -> Violation:
    where = f" (line {line})" if line else ""
    found = _COMPONENT.match(message)
    path = "" if found is None else found[1] + (f"/@{found[2]}" if found[2] else "")
    text = message if found is None else message[found.end() :]
    return Violation(path, XsdSchemaCode.SCHEMA_INVALID, plain(text) + where)


def _built(schema: XsdSchema) -> Iterator[Violation]:
    try:
        processor.built(schema.documents(), version_of(schema))
    except processor.FAILURES as error:
        elem = getattr(error, "elem", None)
        message = cut(str(getattr(error, "message", None) or error).strip())
        if isinstance(elem, etree._Element):
            yield at(elem, XsdSchemaCode.SCHEMA_INVALID, message)
        else:
            yield Violation("", XsdSchemaCode.SCHEMA_INVALID, message)
