"""Payload bytes -> verdict, with xmlschema.

For version 1.1, and for patterns that libxml2 gets wrong.
"""

from collections.abc import Callable
from functools import cache
from itertools import islice
from typing import Final

from lxml import etree

from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.formats.public_paths import public_steps
from sluicegate.shared.formats.xsd import processor
from sluicegate.shared.formats.xsd.document import hardened
from sluicegate.shared.formats.xsd.identity_constraints import Constraints
from sluicegate.shared.formats.xsd.patterns import limited
from sluicegate.shared.formats.xsd.places import Names, element_path
from sluicegate.shared.formats.xsd.processor import Processor
from sluicegate.shared.formats.xsd.reading import PayloadLimits, read_payload, too_complex
from sluicegate.shared.formats.xsd.refusals import cut
from sluicegate.shared.model import Violation

MAX_BYTES: Final = 400_000
"""Bytes of one payload: one to two seconds."""

MAX_MARKUP: Final = 100_000
"""Tags and attributes of one payload, times the identity constraints."""

MAX_DEPTH: Final = 60
"""Elements inside each other: the library recurses, and the caller's own depth must not matter."""


class ProcessedPayloadValidator:
    """An XML schema checked by the slower library."""

    def __init__(self, schema: Processor, constraints: Constraints, effort: Callable[[], Effort], names: Names) -> None:
        """Take a built schema, which is not changed any more, its constraints, and its names."""
        self.effort = effort
        self._names = cache(names)
        self._schema = schema
        self._limits = PayloadLimits(MAX_BYTES, MAX_MARKUP // max(constraints.count, 1), constraints)

    def public_path(self, path: str) -> str:
        """Return a path of elements without names that the schema does not have."""
        return public_steps(path, self._names())

    def accepts(self, payload: bytes) -> bool:
        """Whether the payload fits."""
        return self.explain(payload, 1) is None

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Why the payload does not fit, or None when it does."""
        root = read_payload(payload, hardened(), self._limits)
        if isinstance(root, Rejection):
            return root
        if _deeper_than(MAX_DEPTH, root):
            return too_complex(f"it is nested more than {MAX_DEPTH} levels deep")
        try:
            with limited():
                errors = tuple(islice(self._schema.iter_errors(root), max(limit, 1)))
            found = tuple(_violation(error) for error in errors)
        except processor.FAILURES as error:
            return too_complex(str(error))
        return Rejection(Fault.INVALID, found) if found else None


def _deeper_than(limit: int, root: etree._Element) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def _violation(error: processor.ValidationError) -> Violation:
    node: object = error.elem
    message = cut(str(error.reason or error.message))
    if not isinstance(node, etree._Element):
        return Violation(str(error.path or ""), _code(error), message)
    return Violation(element_path(node), _code(error), f"{message} (line {node.sourceline})")


def _code(error: processor.ValidationError) -> str:
    """Return the kind of the broken schema node: `pattern`, `assert`, `sequence` and so on."""
    node = getattr(error.validator, "elem", None)
    tag = getattr(node, "tag", None)
    return tag.rpartition("}")[2] if isinstance(tag, str) else "invalid"
