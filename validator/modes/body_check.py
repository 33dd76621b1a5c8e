"""Bodies that are no bytes: AMQP values and sequences, which no format of ours can be."""

from collections.abc import Hashable

from sluicegate.validator.model import Code, Unprocessable
from sluicegate.validator.pipeline.check import Always, Decision
from sluicegate.validator.pipeline.decider import Decider
from sluicegate.validator.pipeline.envelope import Attributes

ENCODED_BODY = "amqpEncodedBody"
"""The attribute of a message whose payload is an AMQP encoding: `value` or `sequence`. The source
sets it.
"""


class EncodedBodies:
    """Rejects messages with an encoded body, and decides all others as another decider does."""

    def __init__(self, inner: Decider) -> None:
        """`inner` decides about bytes."""
        self._inner = inner

    def likeness(self, attributes: Attributes) -> Hashable:
        """Return the attribute, with the likeness of the inner decider."""
        return attributes.get(ENCODED_BODY), self._inner.likeness(attributes)

    def decide(self, attributes: Attributes) -> Decision:
        """Reject, or have the other one decide."""
        kind = attributes.get(ENCODED_BODY)
        if kind is None:
            return self._inner.decide(attributes)
        reason = (
            f"The body is an AMQP {kind.decode(errors='replace')} that is neither bytes nor text, so it has no format. "
            "The payload here is its AMQP encoding. Send the body as data"
        )
        return Always(Unprocessable(Code.PAYLOAD_MALFORMED, reason))
