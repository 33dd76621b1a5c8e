"""Payload bytes -> verdict, with lxml.

Payloads are read into a tree and checked there. For each mistake the library counts all elements
that stand before it, so that mistakes in long lists take it quadratic time. Large payloads are
therefore checked while they are read first, a piece at a time, and the piece with one mistake too
many ends it.
"""

import re
import threading
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from itertools import islice
from typing import Final, TypeAlias

from lxml import etree

from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.formats.public_paths import public_steps
from sluicegate.shared.formats.xsd import places
from sluicegate.shared.formats.xsd.compiled import compiled
from sluicegate.shared.formats.xsd.document import hardened
from sluicegate.shared.formats.xsd.identity_constraints import Constraints
from sluicegate.shared.formats.xsd.instance_rules import InstanceRules, named_types_are_ruled
from sluicegate.shared.formats.xsd.places import Names
from sluicegate.shared.formats.xsd.reading import FAILURES, PayloadLimits, read_payload, too_complex
from sluicegate.shared.formats.xsd.refusals import plain
from sluicegate.shared.model import Violation

MAX_BYTES: Final = 10_000_000
"""Maximum of bytes of one payload in the library."""

MAX_MARKUP: Final = 500_000
"""Tags and attributes of one payload: 100 MB as a tree."""

MAX_KEYED_MARKUP: Final = 1_000_000
"""The same, times the identity constraints: a second or two, and 100 MB more."""

SMALL: Final = 65_536
"""Bytes up to which nothing need be counted first; with identity constraints `SMALL_KEYED`."""

SMALL_KEYED: Final = 4_096
_PIECE: Final = 16_384
_MANY: Final = 20
"""Mistakes with which a large payload is not looked at any more."""


_PLAIN: Final = re.compile(rb"\s*<(?!\?xml)|<\?xml[^>]*?encoding\s*=\s*.(?i:utf-8|us-ascii)|<\?xml(?![^>]*encoding)")
"""Payloads in which a namespace stands as it is, if no character of it is written as a reference."""

Rules: TypeAlias = Callable[[], InstanceRules]


class _PerThread(threading.local):
    """Schema, parser and rules of each thread.

    A schema keeps the log of its last check, and a parser is locked during a read.
    """

    def __init__(self, documents: Mapping[str, bytes], rules: Rules) -> None:
        super().__init__()
        self.schema = compiled(documents)
        self.validate = self.schema.validate
        self.parser = hardened()
        self._make = rules

    @cached_property
    def rules(self) -> InstanceRules:
        return self._make()


class XsdPayloadValidator:
    """An XML schema of version 1.0 compiled for checking payloads."""

    def __init__(
        self,
        documents: Mapping[str, bytes],
        constraints: Constraints,
        effort: Callable[[], Effort],
        names: Names,
        rules: Rules,
        *,
        ruled: bool,
    ) -> None:
        """Compile the schema of these documents. Raises `etree.XMLSchemaParseError`.

        `rules` creates the further checks of documents. Where a schema is not `ruled`, only
        documents that name types need them.
        """
        self.effort = effort
        self._names = cache(names)
        self._here = _PerThread(documents, rules)
        self._ruled = ruled
        self._small = SMALL_KEYED if constraints.count else SMALL
        self._limits = PayloadLimits(
            MAX_BYTES, min(MAX_MARKUP, MAX_KEYED_MARKUP // max(constraints.count, 1)), constraints
        )

    def public_path(self, path: str) -> str:
        """Return a path of elements without names that the schema does not have."""
        return public_steps(path, self._names())

    def accepts(self, payload: bytes) -> bool:
        """Whether the payload fits."""
        if self._ruled or len(payload) > self._small or _may_name_types(payload):
            return self.explain(payload, 1) is None
        here = self._here
        try:
            root = etree.fromstring(payload, here.parser)
            return here.validate(root) and root.getroottree().docinfo.internalDTD is None
        except FAILURES:
            return False

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Why the payload does not fit, or None when it does."""
        limits = self._limits if len(payload) > self._small else _ALL
        root = read_payload(payload, self._here.parser, limits)
        if isinstance(root, Rejection):
            return root
        if len(payload) > SMALL:
            many = _many_mistakes(payload, self._here.schema)
            if many:
                return Rejection(Fault.INVALID, many[: max(limit, 1)])
        return self._checked(root, max(limit, 1))

    def _checked(self, root: etree._Element, limit: int) -> Rejection | None:
        try:
            if self._here.validate(root):
                return self._ruled_out(root, limit)
        except etree.LxmlError as error:
            return too_complex(str(error))
        entries = list(self._here.schema.error_log)[:limit]  # type: ignore[call-overload]  # the stubs do not iterate logs
        found = tuple(_violation(root, entry) for entry in entries)
        return Rejection(Fault.INVALID, found) if found else too_complex("the library gives no reason")

    def _ruled_out(self, root: etree._Element, limit: int) -> Rejection | None:
        if not self._ruled and not named_types_are_ruled(root):
            return None
        found = tuple(islice(self._here.rules.violations(root), limit))
        return Rejection(Fault.INVALID, found) if found else None


def _may_name_types(payload: bytes) -> bool:
    """Whether a payload may hold `xsi:type`, told from its bytes."""
    return b"XMLSchema-instance" in payload or b"&#" in payload or _PLAIN.match(payload) is None


_ALL: Final = PayloadLimits(SMALL, SMALL)
"""The limits of payloads that are small."""


def _many_mistakes(payload: bytes, schema: etree.XMLSchema) -> tuple[Violation, ...]:
    """Return the first violations of a payload with at least `_MANY`, without places; else none.

    The parser validates while reading. Its verdict is not used: at the end of a payload it forgets
    that the payload is not well-formed.
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


def _violation(root: etree._Element, entry: "etree._LogEntry") -> Violation:
    path = getattr(entry, "path", None)  # the stubs miss it
    where = f" (line {entry.line})" if entry.line else ""
    place = places.element_path(places.found(root, path)) if path else ""
    return Violation(place, entry.type_name, plain(entry.message) + where)
