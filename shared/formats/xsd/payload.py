"""Payload bytes -> verdict, with lxml.

Payloads are read into a tree and checked there. For each mistake the library counts all elements that stand before it, so that
mistakes in long lists take it quadratic time. Large payloads are therefore checked while they are read first, a piece at a time, and the
piece with one mistake too many ends it.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from shared.formats.engine import Fault, Rejection
from shared.formats.xsd.compiled import compiled
from shared.formats.xsd.document import hardened
from shared.formats.xsd.refusals import Code, plain
from shared.model import Violation

LARGEST: Final = 10_000_000
"""Bytes of one payload: what the library reads."""

MOST_MARKUP: Final = 500_000
"""Signs `<` and `=` of one payload, which bound its tree: 100 MB, and a second or two with keys."""

SMALL: Final = 65_536
_PIECE: Final = 16_384
_MANY: Final = 20
"""Mistakes with which a large payload is not looked at any more."""

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
            return self._large(payload, 1) is None
        here = self._here
        try:
            root = etree.fromstring(payload, here.parser)
            return here.validate(root) and root.getroottree().docinfo.internalDTD is None
        except FAILURES:
            return False

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Why the payload does not fit, or None when it does."""
        return self._large(payload, limit) if len(payload) > SMALL else self._tree(payload, limit)

    def _large(self, payload: bytes, limit: int) -> Rejection | None:
        """Count the mistakes first; only a payload with few of them is checked as a tree."""
        unread = _unreadable(payload, self._here.parser)
        if unread is not None:
            return unread
        many = _many_mistakes(payload, self._here.schema)
        return Rejection(Fault.INVALID, many[: max(limit, 1)]) if many else self._tree(payload, limit)

    def _tree(self, payload: bytes, limit: int) -> Rejection | None:
        root = read_payload(payload, self._here.parser)
        if isinstance(root, Rejection):
            return root
        try:
            if self._here.validate(root):
                return None
        except etree.LxmlError as error:
            return _too_complex(str(error))
        entries = list(self._here.schema.error_log)[: max(limit, 1)]  # type: ignore[call-overload]  # the stubs do not iterate logs
        found = tuple(_violation(root, entry) for entry in entries)
        return Rejection(Fault.INVALID, found) if found else _too_complex("the library gives no reason")


def _unreadable(payload: bytes, parser: etree.XMLParser) -> Rejection | None:
    """Why a payload is no document, if it is none; the tree is given back at once."""
    root = read_payload(payload, parser)
    return root if isinstance(root, Rejection) else None


def _many_mistakes(payload: bytes, schema: etree.XMLSchema) -> tuple[Violation, ...]:
    """The first mistakes of a payload with at least `_MANY` of them, without their places; else nothing.

    The parser checks as it goes. It is not asked for the verdict: at the end of a payload it forgets what is not well-formed.
    """
    parser = hardened(schema)
    try:
        for start in range(0, len(payload), _PIECE):
            parser.feed(payload[start : start + _PIECE])
            if len(parser.feed_error_log) >= _MANY:
                break
    except FAILURES:
        return ()
    entries = list(parser.feed_error_log)[:_MANY]
    return tuple(_placeless(entry) for entry in entries) if len(entries) == _MANY else ()


def _placeless(entry: "etree._LogEntry") -> Violation:
    return Violation("", entry.type_name, plain(entry.message))


def read_payload(payload: bytes, parser: etree.XMLParser, largest: int = LARGEST) -> etree._Element | Rejection:
    """The root of a payload, or why there is none."""
    if len(payload) > largest:
        return _too_large(f"{largest} bytes")
    if len(payload) > MOST_MARKUP and payload.count(b"<") + payload.count(b"=") > MOST_MARKUP:
        return _too_large(f"{MOST_MARKUP} tags and attributes")
    try:
        root = etree.fromstring(payload, parser)
    except FAILURES as error:
        return _malformed(error)
    return root if root.getroottree().docinfo.internalDTD is None else _doctype()


def rejection(fault: Fault, code: str, message: str) -> Rejection:
    """A rejection for one reason that has no place of its own."""
    return Rejection(fault, (Violation("", code, message),))


def _too_large(most: str) -> Rejection:
    return rejection(Fault.INVALID, Code.TOO_LARGE, f"The payload has more than {most}")


def _doctype() -> Rejection:
    """A document type declaration brings entities and defaults of its own."""
    return rejection(Fault.MALFORMED, Code.DOCTYPE, "The payload has a document type declaration (<!DOCTYPE>)")


def _malformed(error: Exception) -> Rejection:
    message = plain(_SOURCE.sub(lambda found: found["column"] or "", str(error)))
    return rejection(Fault.MALFORMED, Code.XML_MALFORMED, f"The payload is not well-formed XML: {message}")


def _too_complex(reason: str) -> Rejection:
    return rejection(Fault.INVALID, Code.TOO_COMPLEX, f"The payload cannot be checked: {plain(reason)}")


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
