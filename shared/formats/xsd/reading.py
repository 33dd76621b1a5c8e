"""Payload bytes -> XML tree, within limits, or why there is none."""

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.formats.xsd.identity_constraints import Constraints
from sluicegate.shared.formats.xsd.refusals import XsdSchemaCode, plain
from sluicegate.shared.model import Violation

FAILURES: Final = (etree.LxmlError, ValueError)
"""Errors of reading and checking payloads."""

_SOURCE = re.compile(r"(, line \d+)?(?P<column>, line \d+, column \d+)? \(<string>, line \d+\)$")


@dataclass(frozen=True, slots=True)
class PayloadLimits:
    """Limits of a payload: bytes, signs `<` and `=` (which bound the tree), and constraints."""

    largest: int
    markup: int
    constraints: Constraints | None = None


def read_payload(payload: bytes, parser: etree.XMLParser, limits: PayloadLimits) -> etree._Element | Rejection:
    """The root of a payload, or why there is none."""
    if len(payload) > limits.largest:
        return _too_large(f"{limits.largest} bytes")
    if len(payload) > limits.markup and payload.count(b"<") + payload.count(b"=") > limits.markup:
        return _too_large(f"{limits.markup} tags and attributes")
    try:
        root = etree.fromstring(payload, parser)
    except FAILURES as error:
        return _malformed(error)
    if root.getroottree().docinfo.internalDTD is not None:
        return _doctype()
    if limits.constraints is not None and limits.constraints.count and limits.constraints.too_nested(root):
        return too_complex("elements with keys lie inside each other, with too many elements in them")
    return root


def too_complex(reason: str) -> Rejection:
    """Return the rejection of a payload that cannot be checked."""
    return rejection(Fault.INVALID, XsdSchemaCode.TOO_COMPLEX, f"The payload cannot be checked: {plain(reason)}")


def rejection(fault: Fault, code: str, message: str) -> Rejection:
    """A rejection for one reason that has no place of its own."""
    return Rejection(fault, (Violation("", code, message),))


def _too_large(most: str) -> Rejection:
    return rejection(Fault.INVALID, XsdSchemaCode.TOO_LARGE, f"The payload has more than {most}")


def _doctype() -> Rejection:
    """A document type declaration brings entities and defaults of its own."""
    return rejection(Fault.MALFORMED, XsdSchemaCode.DOCTYPE, "The payload has a document type declaration (<!DOCTYPE>)")


def _malformed(error: Exception) -> Rejection:
    message = plain(_SOURCE.sub(lambda found: found["column"] or "", str(error)))
    return rejection(Fault.MALFORMED, XsdSchemaCode.XML_MALFORMED, f"The payload is not well-formed XML: {message}")
