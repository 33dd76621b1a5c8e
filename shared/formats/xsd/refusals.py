"""How the engine says that a schema is at fault: codes, places and errors."""

import re
from enum import StrEnum
from typing import Final

from lxml import etree

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.model import Violation


class XsdSchemaCode(StrEnum):
    """The closed set of codes of schema violations."""

    XML_MALFORMED = "xml_malformed"
    ENCODING = "encoding"
    DOCTYPE = "doctype"
    TOO_LARGE = "too_large"
    NESTED_TOO_DEEPLY = "nested_too_deeply"
    NOT_A_SCHEMA = "not_a_schema"
    LOCATION = "location"
    SCHEMA_INVALID = "schema_invalid"
    TOO_COMPLEX = "too_complex"
    PATTERN = "pattern"


MAX_MESSAGE_LENGTH: Final = 400
MAX_NAMED: Final = 100
"""Violations named of one schema."""

_TAG = re.compile(r"\{[^{}]*\}")


def refused(code: XsdSchemaCode, message: str, path: str = "") -> SchemaSyntaxError:
    """The error for a text with one thing wrong."""
    return SchemaSyntaxError(message, (Violation(path, code, message),))


def cut(message: str, limit: int = MAX_MESSAGE_LENGTH) -> str:
    """A message that fits: libraries quote whole values."""
    return message if len(message) <= limit else f"{message[:limit]}..."


def plain(message: str) -> str:
    """A library's message with `{namespace}name` as `name`, and without the full stop at its end."""
    return cut(_TAG.sub("", message).strip().removesuffix("."))


def place(node: etree._Element) -> str:
    """Return the path of a schema node, as `element order/complexType/sequence/element city`."""
    steps = []
    here: etree._Element | None = node
    while here is not None and here.getparent() is not None:
        steps.append(_step(here))
        here = here.getparent()
    return "/".join(reversed(steps))


def _step(node: etree._Element) -> str:
    name = node.get("name") or node.get("ref")
    local = etree.QName(node).localname
    return f"{local} {cut(name, 60)}" if name else local


def at(node: etree._Element, code: XsdSchemaCode, message: str) -> Violation:
    """A violation at a schema node: its place, and its line in the message."""
    line = node.sourceline
    where = f" (line {line})" if line else ""
    return Violation(place(node), code, message + where)
