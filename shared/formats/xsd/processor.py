"""xmlschema: the library for version 1.1, and for patterns that libxml2 gets wrong or slow."""

import io
import re
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import Final
from urllib.error import URLError
from urllib.response import addinfourl

import xmlschema
from xmlschema.validators import XsdAtomicBuiltin, XsdPatternFacets
from xmlschema.validators.builders import XsdBuilders

from sluicegate.shared.formats.xsd.patterns import LinearPattern, TooMuchWork, limited
from sluicegate.shared.formats.xsd.versions import XsdVersion

Processor = xmlschema.XMLSchemaBase
ValidationError = xmlschema.XMLSchemaValidationError

FAILURES: Final = (
    xmlschema.XMLSchemaException, ValueError, TypeError, KeyError, ArithmeticError, RecursionError, OSError, TooMuchWork,
)  # fmt: skip
"""Errors of the library that are not its own exceptions, for schemas and payloads."""


_INTEGER: Final = re.compile(r"[ \t\r\n]*[+-]?[0-9]+[ \t\r\n]*")


class LinearPatterns(XsdPatternFacets):
    """Pattern facets matched by RE2: Python's `re` may never end."""

    def _parse_value(self, elem):  # type: ignore[no-untyped-def]  # its annotations name private types
        try:
            return LinearPattern(elem.get("value", ""), self.xsd_version)
        except ValueError as error:
            self.parse_error(str(error), elem)
            return LinearPattern(".*")


class _Schema10(xmlschema.XMLSchema10):
    builders = XsdBuilders("1.0", LinearPatterns)


class _Schema11(xmlschema.XMLSchema11):
    builders = XsdBuilders("1.1", LinearPatterns)


class _Memory(urllib.request.BaseHandler):
    """Serves the documents of one schema; without another handler, nothing else can be opened."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        self._documents = documents

    def sluicegate_open(self, request: urllib.request.Request) -> addinfourl:
        found = self._documents.get(request.full_url)
        if found is None:
            raise URLError(f"{request.full_url} is none of the schema's references")
        return addinfourl(io.BytesIO(found), Message(), request.full_url, 200)


def built(documents: Mapping[str, bytes], version: XsdVersion) -> Processor:
    """The schema of a document, under "", and of those that it names. Raises one of `FAILURES`."""
    kind = _Schema11 if version is XsdVersion.V1_1 else _Schema10
    source = documents[""].decode()
    opener = urllib.request.OpenerDirector()
    opener.add_handler(_Memory(documents))
    with limited():
        if b"sluicegate:" not in documents[""]:
            found = kind(source, allow="none", defuse="always")
        else:
            found = kind(source, allow="all", defuse="always", opener=opener)
    for component in found.maps.iter_components(XsdAtomicBuiltin):
        if isinstance(component, XsdAtomicBuiltin) and component.to_python is int:
            component.to_python = _integer
    return found


def _integer(text: str | bytes) -> int:
    """A whole number. Python's `int` also takes `1_000`, and digits of other scripts."""
    if not isinstance(text, str) or not _INTEGER.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not a whole number")
    return int(text)
