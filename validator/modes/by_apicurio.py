"""The mode in which a message says by a wire format of Apicurio's serializers which schema it is of."""

from collections.abc import Hashable
from dataclasses import dataclass

from sluicegate.shared import apicurio_framing as framing
from sluicegate.shared.apicurio_framing import IdBytes
from sluicegate.shared.formats.options import AvroEncoding
from sluicegate.shared.framing import FIRST, FramingWrong
from sluicegate.shared.model import GlobalId, SchemaFormat, Violation
from sluicegate.validator.model import MAX_GLOBAL_ID, Code, Invalid, Unprocessable, Verdict
from sluicegate.validator.modes.subject_check import SubjectCheck
from sluicegate.validator.modes.typed import Typed
from sluicegate.validator.pipeline import envelope
from sluicegate.validator.pipeline.check import Always, Checks, Decision
from sluicegate.validator.pipeline.envelope import Attributes
from sluicegate.validator.ports import SchemaProvider


@dataclass(frozen=True, slots=True)
class ApicurioChoice:
    """The choices of this mode: the size of ids in frames, and the encoding in which the worker reads Avro."""

    id_bytes: IdBytes = IdBytes.AUTO
    avro_encoding: AvroEncoding = AvroEncoding.BINARY


class ByApicurio:
    """Messages say in a header, or in front of the payload, which schema they are of. Attributes can say the format."""

    def __init__(
        self,
        provider: SchemaProvider,
        checks: Checks,
        choice: ApicurioChoice = ApicurioChoice(),
        subjects: SubjectCheck | None = None,
    ) -> None:
        """Ask here. With `subjects`, schemas that are registered under other subjects alone are refused."""
        self._provider = provider
        self._checks = checks
        self._choice = choice
        self._subjects = subjects

    def likeness(self, attributes: Attributes) -> Hashable:
        """Return the attributes that name a schema, an encoding or a format."""
        get = attributes.get
        return (*map(get, framing.ID_HEADERS), get(framing.ENCODING_HEADER), get(envelope.FORMAT))

    def decide(self, attributes: Attributes) -> Decision:
        """By a header, if one is there; else by the frame of each payload."""
        named = envelope.read_named({envelope.FORMAT: attributes.get(envelope.FORMAT)})
        if isinstance(named, Unprocessable):
            return Always(named)
        encoding = attributes.get(framing.ENCODING_HEADER) or b""
        try:
            global_id = framing.header_id(attributes)
        except FramingWrong as wrong:
            return Always(Unprocessable(Code.ATTRIBUTE_INVALID, str(wrong)))
        if global_id is None:
            return _ByPrefix(self, named.format, encoding, self._choice.id_bytes)
        return self.by_id(global_id, named.format, encoding, 0)

    def by_id(self, global_id: GlobalId, said: SchemaFormat | None, encoding: bytes, start: int) -> Decision:
        """Return the decision for payloads with an id that begin at `start`."""
        if not 0 < global_id <= MAX_GLOBAL_ID:
            reason = f"There is no schema with global id {global_id}: ids are from 1 to {MAX_GLOBAL_ID}"
            return Always(Unprocessable(Code.SCHEMA_NOT_FOUND, reason, quotes_payload=True))
        typed = Typed(self._checks, self._provider.content(global_id), said, self._subjects)
        if typed.has_types:
            return _Named(typed, start)
        decision = typed.at(FIRST)
        refusal = self._other_encoding(decision.format, encoding)
        if refusal is not None:
            return Always(refusal, decision.format)
        return _Behind(decision, start) if start else decision

    def _other_encoding(self, schema_format: SchemaFormat | None, encoding: bytes) -> Unprocessable | None:
        """Refuse Avro in another encoding than the one that the worker reads."""
        read = self._choice.avro_encoding
        if schema_format is not SchemaFormat.AVRO or not encoding or encoding.lower() == read.value.encode():
            return None
        reason = (
            f"The attribute {framing.ENCODING_HEADER!r} is not {read.value.upper()}, "
            "which this worker reads: set formats.avro_encoding"
        )
        return Unprocessable(Code.FORMAT_UNSUPPORTED, reason)


class _ByPrefix:
    """Reads the frame of each payload; the decision for one frame is cached."""

    __slots__ = ("_encoding", "_id_bytes", "_known", "_mode", "_said")

    def __init__(self, mode: ByApicurio, said: SchemaFormat | None, encoding: bytes, id_bytes: IdBytes) -> None:
        self._mode = mode
        self._said = said
        self._encoding = encoding
        self._id_bytes = id_bytes
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
        try:
            frame = framing.frame(payload, self._id_bytes)
        except FramingWrong as wrong:
            return Always(Unprocessable(Code.ATTRIBUTE_MISSING, str(wrong), quotes_payload=True))
        found = self._known.get(frame)
        if found is None:
            found = self._mode.by_id(framing.framed_id(frame), self._said, self._encoding, len(frame))
            self._known[frame] = found
        return found


class _Behind:
    """Decides about the bytes behind the frame."""

    __slots__ = ("_decision", "_start")

    def __init__(self, decision: Decision, start: int) -> None:
        self._decision = decision
        self._start = start

    @property
    def format(self) -> SchemaFormat | None:
        return self._decision.format

    def accepts(self, payload: bytes) -> bool:
        return self._decision.accepts(payload[self._start :])

    def verdict(self, payload: bytes) -> Verdict:
        return self._decision.verdict(payload[self._start :])


class _Named:
    """Decides about the bytes behind the frame and the name of the message type."""

    __slots__ = ("_known", "_start", "_typed")

    def __init__(self, typed: Typed, start: int) -> None:
        self._typed = typed
        self._start = start
        self._known: dict[str, Decision] = {}

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
        name, start = framing.type_name(payload, self._start)
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._typed.named(name)
        return found, start
