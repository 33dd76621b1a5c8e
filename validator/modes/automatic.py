"""The mode that chooses among the others by the message: attributes, Confluent's wire format, Apicurio's."""

from collections.abc import Hashable

from sluicegate.shared import apicurio_framing, framing
from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import Verdict
from sluicegate.validator.modes.by_apicurio import ByApicurio
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.pipeline import envelope
from sluicegate.validator.pipeline.check import Decision
from sluicegate.validator.pipeline.decider import Decider
from sluicegate.validator.pipeline.envelope import Attributes


class Automatic:
    """By attributes where they say anything of a schema, else by a header of either wire format, else by the frame.

    A frame is Apicurio's with eight bytes where four bytes of zero follow the first one: in Confluent's
    format that would be the id 0, which no schema has.
    """

    def __init__(self, by_attributes: Decider, by_frame: ByFrame, by_apicurio: ByApicurio) -> None:
        """Take the ways."""
        self._by_attributes = by_attributes
        self._by_frame = by_frame
        self._by_apicurio = by_apicurio

    def likeness(self, attributes: Attributes) -> Hashable:
        """Return the attributes that any of the ways looks at."""
        return (self._by_frame.likeness(attributes), self._by_apicurio.likeness(attributes))

    def decide(self, attributes: Attributes) -> Decision:
        """Choose by the attributes that are there."""
        if any(attributes.get(name) for name in (*envelope.SCHEMA_ID, *envelope.VERSION)):
            return self._by_attributes.decide(attributes)
        if attributes.get(framing.GUID_HEADER):
            return self._by_frame.decide(attributes)
        if any(attributes.get(name) for name in apicurio_framing.ID_HEADERS):
            return self._by_apicurio.decide(attributes)
        return _EitherFrame(self._by_frame.decide(attributes), self._by_apicurio.decide(attributes))


class _EitherFrame:
    """Decides by the frame of the format that the payload begins with."""

    __slots__ = ("_apicurio", "_confluent")

    def __init__(self, confluent: Decision, apicurio: Decision) -> None:
        self._confluent = confluent
        self._apicurio = apicurio

    @property
    def format(self) -> SchemaFormat | None:
        """That of all schemas that the frames named so far, if it is one."""
        formats = {self._confluent.format, self._apicurio.format} - {None}
        return formats.pop() if len(formats) == 1 else None

    def accepts(self, payload: bytes) -> bool:
        return self._chosen(payload).accepts(payload)

    def verdict(self, payload: bytes) -> Verdict:
        return self._chosen(payload).verdict(payload)

    def _chosen(self, payload: bytes) -> Decision:
        return self._apicurio if apicurio_framing.is_long(payload) else self._confluent
