"""Envelope -> check -> verdict, a batch at a time."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import VALID, Code, Headers, Message, Rejected, Retry, Valid, Verdict
from sluicegate.validator.pipeline.check import Decision, quick
from sluicegate.validator.pipeline.decider import Decider
from sluicegate.validator.pipeline.null_values import REJECTED, NullValues

_Decisions = dict[Hashable, Decision]


@dataclass(slots=True)
class Judged:
    """A batch by verdict. Each list keeps the order of the batch; each message is in one of them.

    `valid_from` says from which place in `valid` on messages are of a format; `rejected_formats`
    has one for each of `rejected`.
    """

    valid: list[Message] = field(default_factory=list)
    rejected: list[tuple[Message, Rejected]] = field(default_factory=list)
    undecided: list[tuple[Message, Retry]] = field(default_factory=list)
    valid_from: list[tuple[int, SchemaFormat | None]] = field(default_factory=list)
    rejected_formats: list[SchemaFormat | None] = field(default_factory=list)

    def add(self, message: Message, verdict: Verdict, schema_format: SchemaFormat | None) -> None:
        """Put a message where it belongs."""
        if isinstance(verdict, Valid):
            self.valid.append(message)
        elif isinstance(verdict, Retry):
            self.undecided.append((message, verdict))
        else:
            self.rejected.append((message, verdict))
            self.rejected_formats.append(schema_format)

    def only(self, messages: Sequence[Message]) -> "Judged":
        """The verdicts about these messages, none of which is undecided."""
        going = set(map(id, messages))
        kept = Judged()
        for start, end, schema_format in self._runs():
            kept.valid_from.append((len(kept.valid), schema_format))
            kept.valid += [message for message in self.valid[start:end] if id(message) in going]
        for (message, verdict), schema_format in zip(self.rejected, self.rejected_formats, strict=True):
            if id(message) in going:
                kept.add(message, verdict, schema_format)
        return kept

    def counts(self) -> Mapping[tuple[SchemaFormat | None, Code | None], int]:
        """How many there are by format and code; no code: valid."""
        found: Counter[tuple[SchemaFormat | None, Code | None]] = Counter()
        for start, end, schema_format in self._runs():
            found[schema_format, None] += end - start
        codes = [verdict.code for _, verdict in self.rejected]
        found.update(zip(self.rejected_formats, codes, strict=True))
        return found

    def _runs(self) -> Iterator[tuple[int, int, SchemaFormat | None]]:
        """Places in `valid` of messages of one format."""
        for (start, schema_format), (end, _) in pairwise([*self.valid_from, (len(self.valid), None)]):
            yield start, end, schema_format


class Processor:
    """Decides about messages. Decisions by attributes are cached for one batch only."""

    def __init__(self, decider: Decider, null_values: NullValues = NullValues.PASS) -> None:
        """Take the decisions from `decider`."""
        self._decider = decider
        self._null_values = null_values

    def judge(self, message: Message) -> Verdict:
        """The verdict about one message."""
        if message.payload is None and self._null_values is not NullValues.CHECK:
            return VALID if self._null_values is NullValues.PASS else REJECTED
        payload = message.payload or b""
        decision = self._decision(message.headers, {})
        return Valid() if decision.accepts(payload) else decision.verdict(payload)

    def process(self, batch: Sequence[Message]) -> Judged:
        """The verdicts about a batch.

        This loop is where the worker's time goes: it reads the tuple by number, and looks at
        attributes only when they differ from those of the message before.
        """
        judged = Judged()
        keep = judged.valid.append
        decisions: _Decisions = {}
        headers: Headers | None = None
        decision: Decision | None = None
        changes: list[tuple[int, Decision | None]] = []
        for message in batch:
            payload = message[0]
            if payload is None:
                if self._null_values is not NullValues.CHECK:
                    changes.append((len(judged.valid), None))
                    headers = decision = None  # the next message begins a run of its own
                    judged.add(message, self.judge(message), None)
                    continue
                payload = b""
            if message[2] != headers:
                headers = message[2]
                found = self._decision(headers, decisions)
                if found is not decision:
                    decision = found
                    most, accepts = quick(decision)
                    changes.append((len(judged.valid), decision))
            if len(payload) <= most and accepts(payload):
                keep(message)
            else:
                judged.add(message, found.verdict(payload), found.format)
        judged.valid_from = [(start, None if each is None else each.format) for start, each in changes]
        return judged

    def _decision(self, headers: Headers, decisions: _Decisions) -> Decision:
        # the last of several equal names counts, as in Kafka's own `lastHeader`
        attributes = dict(headers)
        alike = self._decider.likeness(attributes)
        found = decisions.get(alike)
        if found is None:
            found = decisions[alike] = self._decider.decide(attributes)
        return found
