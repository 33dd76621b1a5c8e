"""The mode in which a message says by Confluent's wire format which schema it is of."""

from collections.abc import Callable, Hashable

from sluicegate.shared import framing
from sluicegate.shared.framing import FRAME, FramingWrong, Path
from sluicegate.shared.model import SchemaFormat, Violation
from sluicegate.validator.model import MAX_GLOBAL_ID, Code, Invalid, Lookup, Unprocessable, Verdict
from sluicegate.validator.modes.subject_check import SubjectCheck
from sluicegate.validator.modes.typed import Typed
from sluicegate.validator.pipeline import envelope
from sluicegate.validator.pipeline.check import Always, Checks, Decision
from sluicegate.validator.pipeline.envelope import Attributes
from sluicegate.validator.ports import SchemaProvider


class ByFrame:
    """Messages say in a header, or in front of the payload, which schema they are of.

    Attributes can say the format, and nothing else.
    """

    def __init__(self, provider: SchemaProvider, checks: Checks, subjects: SubjectCheck | None = None) -> None:
        """Ask here.

        With `subjects`, schemas that are registered under other subjects alone are refused.
        """
        self._provider = provider
        self._checks = checks
        self._subjects = subjects

    def likeness(self, attributes: Attributes) -> Hashable:
        """Return the attributes that name a schema or a format."""
        return (attributes.get(framing.GUID_HEADER), *envelope.naming(attributes))

    def decide(self, attributes: Attributes) -> Decision:
        """By the header, if it is there; else by the frame of each payload."""
        named = envelope.read_named({envelope.FORMAT: attributes.get(envelope.FORMAT)})
        if isinstance(named, Unprocessable):
            return Always(named)
        header = attributes.get(framing.GUID_HEADER)
        if header:
            return self._by_header(header, named.format)
        return _ByFrame(lambda frame: self._by_frame(frame, named.format))

    def _by_header(self, header: bytes, said: SchemaFormat | None) -> Decision:
        try:
            found = self._provider.content_by_guid(framing.guid(header))
            return self._typed(found, said).at(framing.path_in_header(header))
        except FramingWrong as wrong:
            return Always(Unprocessable(Code.ATTRIBUTE_INVALID, str(wrong)))

    def _by_frame(self, frame: bytes, said: SchemaFormat | None) -> Decision:
        try:
            global_id = framing.global_id(frame)
        except FramingWrong as wrong:
            return Always(Unprocessable(Code.ATTRIBUTE_MISSING, str(wrong), quotes_payload=True))
        if not 0 < global_id <= MAX_GLOBAL_ID:
            reason = f"There is no schema with global id {global_id}: ids are from 1 to {MAX_GLOBAL_ID}"
            return Always(Unprocessable(Code.SCHEMA_NOT_FOUND, reason, quotes_payload=True))
        found = self._provider.content(global_id)
        typed = self._typed(found, said)
        return _Indexed(typed) if typed.has_types else _Framed(typed.at(framing.FIRST))

    def _typed(self, found: Lookup, said: SchemaFormat | None) -> Typed:
        return Typed(self._checks, found, said, self._subjects)


class _ByFrame:
    """Reads the frame of each payload; the decision for one frame is cached."""

    __slots__ = ("_decide", "_known")

    def __init__(self, decide: Callable[[bytes], Decision]) -> None:
        self._decide = decide
        self._known: dict[bytes, Decision] = {}

    @property
    def format(self) -> SchemaFormat | None:
        """That of all schemas that the frames named so far, if it is one."""
        formats = {decision.format for decision in self._known.values()} - {None}
        return formats.pop() if len(formats) == 1 else None

    def accepts(self, payload: bytes) -> bool:
        return self._decision(payload).accepts(payload)

    def verdict(self, payload: bytes) -> Verdict:
        return self._decision(payload).verdict(payload)

    def _decision(self, payload: bytes) -> Decision:
        frame = payload[:FRAME]
        found = self._known.get(frame)
        if found is None:
            found = self._known[frame] = self._decide(frame)
        return found


class _Framed:
    """Decides about the payload after the frame."""

    __slots__ = ("_accepts", "_verdict", "format")

    def __init__(self, decision: Decision) -> None:
        self.format = decision.format
        self._accepts = decision.accepts
        self._verdict = decision.verdict

    def accepts(self, payload: bytes) -> bool:
        return self._accepts(payload[FRAME:])

    def verdict(self, payload: bytes) -> Verdict:
        return self._verdict(payload[FRAME:])


class _Indexed:
    """Decides about the payload after the frame and the index of the message's type."""

    __slots__ = ("_known", "_typed")

    def __init__(self, typed: Typed) -> None:
        self._typed = typed
        self._known: dict[Path, Decision] = {}

    @property
    def format(self) -> SchemaFormat | None:
        return self._typed.decision.format

    def accepts(self, payload: bytes) -> bool:
        try:
            decision, start = self._decision(payload)
        except FramingWrong:
            return False
        return decision.accepts(payload[start:])

    def verdict(self, payload: bytes) -> Verdict:
        try:
            decision, start = self._decision(payload)
        except FramingWrong as wrong:
            return Invalid(Code.PAYLOAD_MALFORMED, (Violation("", "frame", str(wrong)),))
        return decision.verdict(payload[start:])

    def _decision(self, payload: bytes) -> tuple[Decision, int]:
        path, start = framing.path(payload, FRAME)
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._typed.at(path)
        return found, start
