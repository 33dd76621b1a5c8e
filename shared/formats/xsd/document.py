"""Schema text -> XML tree.

Nothing is fetched, no entity is expanded, nothing but `SchemaSyntaxError` is raised.
"""

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.xsd.names import XS
from sluicegate.shared.formats.xsd.refusals import MAX_NAMED, XsdSchemaCode, plain, refused
from sluicegate.shared.model import Violation

MAX_CHARACTERS: Final = 4_000_000
"""Characters of one schema document."""

MAX_NODES: Final = 40_000
"""Elements of one schema document, without those in annotations: these make no work for libraries."""

MAX_ANNOTATION_NODES: Final = 200_000
"""Elements in the annotations of one schema document."""

MAX_SIBLINGS: Final = 10_000
"""Elements beside each other: the library looks at all that stand before one to say where a mistake
is.
"""

MAX_ATTRIBUTES: Final = 500
"""Attributes of one element; setting one looks at all others."""

MAX_DEPTH: Final = 100
"""Elements inside each other. Schemas of people reach 20."""

_ANNOTATION: Final = f"{{{XS}}}annotation"
_ENCODING = re.compile(r"\A\ufeff?<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_NOT_XML = re.compile("[\ud800-\udfff]")


def hardened(schema: etree.XMLSchema | None = None) -> etree.XMLParser:
    """Return a parser that reads only its input, and validates it if there is a schema."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, schema=schema
    )


def read(text: str) -> etree._Element:
    """Return the root of a schema document. Raises `SchemaSyntaxError` with place and reason."""
    _check_text(text)
    root = _parsed(text.encode())
    if root.getroottree().docinfo.internalDTD is not None:
        raise refused(XsdSchemaCode.DOCTYPE, "The schema has a document type declaration (<!DOCTYPE>). Remove it")
    if root.tag != f"{{{XS}}}schema":
        message = f"The root of an XML schema is <schema> in the namespace {XS}, not <{root.tag}>"
        raise refused(XsdSchemaCode.NOT_A_SCHEMA, plain(message) if root.prefix else message)
    _check_shape(root)
    return root


def _check_text(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        message = (
            f"The schema has {len(text)} characters; at most {MAX_CHARACTERS} are allowed. Split it, and use references"
        )
        raise refused(XsdSchemaCode.TOO_LARGE, message)
    if _NOT_XML.search(text):
        raise refused(
            XsdSchemaCode.XML_MALFORMED, "The schema holds half of a surrogate pair, which is not a character"
        )
    declared = _ENCODING.match(text)
    if declared and declared[1].lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        message = (
            f"The XML declaration says encoding {declared[1]!r}, but schemas are kept and served as UTF-8. "
            'Write encoding="UTF-8", or leave it out'
        )
        raise refused(XsdSchemaCode.ENCODING, message)


def _parsed(data: bytes) -> etree._Element:
    parser = hardened()
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        entries = list(parser.error_log) if isinstance(error, etree.XMLSyntaxError) else []
        found = tuple(dict.fromkeys(_malformed(each.message, each.line, each.column) for each in entries))
        found = found or (_malformed(str(error), 1, 1),)
        raise SchemaSyntaxError(found[0].message, found[:MAX_NAMED]) from error
    return root


def _malformed(message: str, line: int, column: int) -> Violation:
    where = f"(line {line}, column {column})"
    if message.startswith("Excessive depth"):
        return Violation("", XsdSchemaCode.NESTED_TOO_DEEPLY, f"{_TOO_DEEP} {where}")
    return Violation("", XsdSchemaCode.XML_MALFORMED, f"The schema is not well-formed XML: {plain(message)} {where}")


_TOO_DEEP = f"The schema is nested more than {MAX_DEPTH} levels deep. Give inner types a name at the top of the schema"


def _check_shape(root: etree._Element) -> None:
    depth = annotated = 0
    counts = {False: 0, True: 0}
    for event, node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if annotated > depth:
            annotated = 0
        if event == "start":
            annotated = annotated or (depth if node.tag == _ANNOTATION else 0)
            counts[annotated > 0] += 1
            _check_size(node, counts)
        if depth > MAX_DEPTH:
            raise refused(XsdSchemaCode.NESTED_TOO_DEEPLY, f"{_TOO_DEEP} (line {node.sourceline})")


def _check_size(node: etree._Element, counts: Mapping[bool, int]) -> None:
    """`counts` are those of the elements outside of annotations (False) and in them (True)."""
    for number, most, what in (
        (counts[False], MAX_NODES, "elements"),
        (counts[True], MAX_ANNOTATION_NODES, "elements in annotations"),
        (len(node), MAX_SIBLINGS, "elements under one element"),
        (len(node.attrib), MAX_ATTRIBUTES, "attributes on one element"),
    ):
        if number > most:
            where = f" (line {node.sourceline})"
            raise refused(
                XsdSchemaCode.TOO_LARGE, f"The schema has more than {most} {what}{where}. Split it, and use references"
            )
