"""Envelope -> check -> verdict, a batch at a time."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from validator.model import Headers, Message, Rejected, Retry, Valid, Verdict
from validator.pipeline.check import Decision, quick
from validator.pipeline.decider import Decider

_Decisions = dict[Hashable, Decision]


@dataclass(slots=True)
class Judged:
    """A batch by verdict. Each list keeps the order of the batch; each message is in one of them."""

    valid: list[Message] = field(default_factory=list)
    rejected: list[tuple[Message, Rejected]] = field(default_factory=list)
    undecided: list[tuple[Message, Retry]] = field(default_factory=list)

    def add(self, message: Message, verdict: Verdict) -> None:
        """Put a message where it belongs."""
        if isinstance(verdict, Valid):
            self.valid.append(message)
        elif isinstance(verdict, Retry):
            self.undecided.append((message, verdict))
        else:
            self.rejected.append((message, verdict))

    def only(self, messages: Sequence[Message]) -> "Judged":
        """The verdicts about these messages, none of which is undecided."""
        going = set(map(id, messages))
        return Judged(
            valid=[message for message in self.valid if id(message) in going],
            rejected=[about for about in self.rejected if id(about[0]) in going],
        )


class Processor:
    """Judges messages. What attributes lead to is decided once for each batch, so that it is never older than that."""

    def __init__(self, decider: Decider) -> None:
        """Take the decisions from here."""
        self._decider = decider

    def judge(self, message: Message) -> Verdict:
        """The verdict about one message."""
        payload = message.payload or b""
        decision = self._decision(message.headers, {})
        return Valid() if decision.accepts(payload) else decision.verdict(payload)

    def process(self, batch: Sequence[Message]) -> Judged:
        """The verdicts about a batch.

        This loop is where the worker's time goes: it reads the tuple by number, and looks at attributes only when they differ from
        those of the message before.
        """
        judged = Judged()
        keep = judged.valid.append
        decisions: _Decisions = {}
        headers: Headers | None = None
        for message in batch:
            if message[2] != headers:
                headers = message[2]
                decision = self._decision(headers, decisions)
                most, accepts = quick(decision)
            payload = message[0] or b""
            if len(payload) <= most and accepts(payload):
                keep(message)
            else:
                judged.add(message, decision.verdict(payload))
        return judged

    def _decision(self, headers: Headers, decisions: _Decisions) -> Decision:
        attributes = dict(headers)  # of duplicates the last one counts, as in Kafka's own `lastHeader`
        alike = self._decider.likeness(attributes)
        found = decisions.get(alike)
        if found is None:
            found = decisions[alike] = self._decider.decide(attributes)
        return found
