"""Payload bytes -> verdict, with lxml.

Small payloads are read into a tree and checked there. For each mistake the library counts all elements that stand before it, so that
mistakes in long lists take it quadratic time; large payloads are therefore checked while they are read, a piece at a time, and the
first piece with a mistake ends it.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from lxml import etree

from shared.formats.engine import Fault, Rejection
from shared.formats.xsd.compiled import compiled
from shared.formats.xsd.document import hardened
from shared.formats.xsd.refusals import Code, plain
from shared.model import Violation

LARGEST: Final = 8_000_000
"""Bytes of one payload: some 300 MB as a tree."""

SMALL: Final = 16_384
_PIECE: Final = 16_384
_FEW: Final = 20
"""Mistakes for which a large payload is read again as a tree, to say where they are."""

_SOURCE = re.compile(r"(, line \d+)?(?P<column>, line \d+, column \d+)? \(<string>, line \d+\)$")

FAILURES: Final = (etree.LxmlError, ValueError)
"""What reading and checking raise on payloads."""


class _PerThread(threading.local):
    """A schema and a parser of each thread: a schema keeps the log of its last check, a parser is locked while it reads."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        super().__init__()
        self.schema = compiled(documents)
        self.validate = self.schema.validate
        self.parser = hardened()


class XsdPayloadValidator:
    """An XML schema of version 1.0 compiled for checking payloads."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        """Compile the schema of some documents. Raises `etree.XMLSchemaParseError`."""
        self._here = _PerThread(documents)

    def accepts(self, payload: bytes) -> bool:
        """Whether the payload fits."""
        if len(payload) > SMALL:
            return self._rejected_while_read(payload) is None
        here = self._here
        try:
            root = etree.fromstring(payload, here.parser)
            return here.validate(root) and root.getroottree().docinfo.internalDTD is None
        except FAILURES:
            return False

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Why the payload does not fit, or None when it does."""
        if len(payload) <= SMALL:
            return self._rejected_tree(payload, limit)
        found = self._rejected_while_read(payload, _FEW)
        if found is None or found.fault is Fault.MALFORMED or len(found.violations) >= _FEW:
            return found and Rejection(found.fault, found.violations[: max(limit, 1)])
        return self._rejected_tree(payload, limit) or found

    def _rejected_tree(self, payload: bytes, limit: int) -> Rejection | None:
        root = read_payload(payload, self._here.parser)
        if isinstance(root, Rejection):
            return root
        try:
            if self._here.validate(root):
                return None
        except etree.LxmlError as error:
            return _too_complex(str(error))
        entries = islice(self._here.schema.error_log, max(limit, 1))  # type: ignore[type-var]  # a log is iterable
        return Rejection(Fault.INVALID, tuple(_violation(root, entry) for entry in entries))

    def _rejected_while_read(self, payload: bytes, enough: int = 1) -> Rejection | None:
        """Why a large payload does not fit: up to the end of the piece with the mistake that is enough."""
        if len(payload) > LARGEST:
            return too_large(LARGEST)
        parser = hardened(self._here.schema)
        try:
            for start in range(0, len(payload), _PIECE):
                parser.feed(payload[start : start + _PIECE])
                if len(parser.feed_error_log) >= enough:
                    break
            else:
                root = parser.close()
                return None if root.getroottree().docinfo.internalDTD is None else doctype()
        except FAILURES as error:
            return _first_mistakes(parser.feed_error_log, enough) or malformed(error)
        return _first_mistakes(parser.feed_error_log, enough) or _too_complex("the library gives no reason")


def read_payload(payload: bytes, parser: etree.XMLParser, largest: int = LARGEST) -> etree._Element | Rejection:
    """The root of a payload, or why there is none."""
    if len(payload) > largest:
        return too_large(largest)
    try:
        root = etree.fromstring(payload, parser)
    except FAILURES as error:
        return malformed(error)
    return root if root.getroottree().docinfo.internalDTD is None else doctype()


def rejection(fault: Fault, code: str, message: str) -> Rejection:
    """A rejection for one reason that has no place of its own."""
    return Rejection(fault, (Violation("", code, message),))


def too_large(largest: int) -> Rejection:
    """The rejection of a payload that is not even read."""
    return rejection(Fault.MALFORMED, Code.TOO_LARGE, f"The payload is larger than {largest} bytes")


def doctype() -> Rejection:
    """The rejection of a payload with a document type declaration: entities and defaults of its own."""
    return rejection(Fault.MALFORMED, Code.DOCTYPE, "The payload has a document type declaration (<!DOCTYPE>)")


def malformed(error: Exception) -> Rejection:
    """The rejection of a payload that is not well-formed."""
    message = plain(_SOURCE.sub(lambda found: found["column"] or "", str(error)))
    return rejection(Fault.MALFORMED, Code.XML_MALFORMED, f"The payload is not well-formed XML: {message}")


def _too_complex(reason: str) -> Rejection:
    return rejection(Fault.INVALID, Code.TOO_COMPLEX, f"The payload cannot be checked: {plain(reason)}")


def _first_mistakes(log: "Iterable[etree._LogEntry]", enough: int) -> Rejection | None:
    """The rejection for what stands in a parser's log; None when that is about well-formedness."""
    entries = list(islice(log, enough))
    if not entries or any(entry.domain_name != "SCHEMASV" for entry in entries[:1]):
        return None
    return Rejection(Fault.INVALID, tuple(Violation("", entry.type_name, plain(entry.message)) for entry in entries))


def _violation(root: etree._Element, entry: "etree._LogEntry") -> Violation:
    where = f" (line {entry.line})" if entry.line else ""
    return Violation(_path(root, entry), entry.type_name, plain(entry.message) + where)


def _path(root: etree._Element, entry: "etree._LogEntry") -> str:
    """The way to the element, by local names: `/order/item[2]/price`. The library's own says `*` for names in a namespace."""
    path = getattr(entry, "path", None)
    found = root.getroottree().xpath(path) if path else []
    if not isinstance(found, list) or not found or not isinstance(found[0], etree._Element):
        return str(path or "")
    return element_path(found[0])


def element_path(node: etree._Element) -> str:
    """The way to an element, by local names, with its number among those of its name where there are several."""
    return "".join(f"/{step}" for step in reversed(list(_steps(node))))


def _steps(node: etree._Element) -> Iterator[str]:
    here: etree._Element | None = node
    while here is not None:
        name = etree.QName(here).localname
        before = sum(1 for _ in here.itersiblings(here.tag, preceding=True))
        after = before or next(here.itersiblings(here.tag), None) is not None
        yield f"{name}[{before + 1}]" if after else name
        here = here.getparent()
