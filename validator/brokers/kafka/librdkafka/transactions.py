"""Kafka's transactions on confluent-kafka: what is written, and how far was read, count together."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import TypeAlias

from confluent_kafka import KafkaError, KafkaException

from validator.brokers.kafka.config import KafkaSinkConfig
from validator.brokers.kafka.librdkafka.outbox import Outbox, outcome_of
from validator.brokers.kafka.librdkafka.source import ConfluentSource
from validator.errors import SinkFailed
from validator.model import DELIVERED, Destination, Message, Outcome, TooLarge, Undelivered

_LONG_SECONDS = 5.0
_OURS = {"transaction.timeout.ms": 30_000}
_FENCED = frozenset({KafkaError._FENCED, KafkaError.PRODUCER_FENCED})
_FENCED_BY_OTHER = "destination: another worker with the same transactional id has taken over. Give each worker a worker.name of its own"

_Failure: TypeAlias = TooLarge | Undelivered
_ABORTED = Undelivered("the transaction was aborted")


class ConfluentTransactions:
    """A transactional producer, and the consumer whose offsets its transactions commit.

    Whoever has lost its partitions to another member cannot commit, because the group's generation goes with the offsets (KIP-447).
    A producer that comes with the same `transactional.id`, as a worker does after it was killed, ends what was left open at once.
    """

    def __init__(self, config: KafkaSinkConfig, source: ConfluentSource, transactional_id: str) -> None:
        """Make the producer. Raises `SinkFailed` when the client refuses the configuration; connects in the background."""
        options = {**_OURS, "transactional.id": transactional_id, **config.options}
        self._outbox = Outbox(KafkaSinkConfig(config.bootstrap, config.topics, options), {})
        self._producer = self._outbox.producer
        self._source = source
        self._known = False  # whether the coordinator knows us
        self._open = False
        self._losses = 0  # of the source, when the transaction began
        self._offsets_sent = False
        self._committing = False  # it may count already
        self._failure: _Failure | None = None  # why it cannot count any more

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Put the messages into the client's queue, in a transaction."""
        try:
            if not self._open and self._failure is None:
                self._begin()
            if self._failure is None:
                self._outbox.put(destination, messages)
        except _Failed as failed:
            self._failure = failed.outcome
        if self._outbox.refused:
            self._failure = _worst(self._outbox.refused.values())

    def commit(self, done: Sequence[Sequence[Message]], seconds: float) -> Outcome | None:
        """Send the offsets, wait for the messages, and end the transaction."""
        if not self._open:
            return self._ended(_ABORTED)
        if self._failure is None:
            try:
                return self._ended(DELIVERED) if self._advance(done, seconds) else None
            except _Failed as failed:
                self._failure = failed.outcome
                self._committing = False
        return self._ended(_ABORTED) if self._aborted(seconds) else None

    def abort(self) -> bool:
        """End the transaction, unless it is being committed."""
        if self._committing:
            return False
        if not self._open or self._aborted(_LONG_SECONDS):
            self._ended(_ABORTED)
        else:
            self._failure = self._failure or _ABORTED  # `commit` goes on with it
        return True

    def close(self) -> None:
        """Leave. What is open is aborted: here, or by the broker when it has waited long enough."""
        if self._open and not self._committing:
            with suppress(KafkaException):
                self._producer.abort_transaction(_LONG_SECONDS)
        self._open = False
        self._outbox.close()

    def _begin(self) -> None:
        """Raises `_Failed` when the coordinator does not answer."""
        if not self._known:
            self._known = _asked(lambda: self._producer.init_transactions(_LONG_SECONDS))
        if not self._known:
            raise _Failed(Undelivered("the transaction coordinator does not answer"))
        self._producer.begin_transaction()
        self._open, self._losses = True, self._source.losses

    def _advance(self, done: Sequence[Sequence[Message]], seconds: float) -> bool:
        """One step further; whether it was the last one. Raises `_Failed`."""
        if not self._offsets_sent:
            member = self._source.membership()
            if member is None or self._source.losses != self._losses:
                raise _Failed(Undelivered("partitions were taken away before the transaction could be committed"))
            offsets = self._source.offsets_after(done)
            self._offsets_sent = _asked(lambda: self._producer.send_offsets_to_transaction(offsets, member, seconds))
        if self._offsets_sent and self._outbox.flush(seconds):
            self._offsets_sent = False  # asking again tells when there is nothing to wait for, because it has failed
        if not self._offsets_sent:
            return False
        if self._outbox.failures:
            raise _Failed(_worst(self._outbox.failures.values()))
        self._committing = True
        return _asked(lambda: self._producer.commit_transaction(seconds))

    def _aborted(self, seconds: float) -> bool:
        """Whether what is open is no more; it may take several calls."""
        if self._outbox.failures:
            self._failure = _worst(self._outbox.failures.values())
        self._open = not _asked(lambda: self._producer.abort_transaction(seconds))
        return not self._open

    def _ended(self, outcome: Outcome) -> Outcome:
        """Begin anew; what became of the transaction, if nothing worse is known."""
        outcome = self._failure or outcome
        self._failure = None
        self._open = self._offsets_sent = self._committing = False
        self._outbox.clear()
        return outcome


class _Failed(Exception):
    """The transaction cannot count."""

    def __init__(self, outcome: _Failure) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


def _asked(call: Callable[[], object]) -> bool:
    """Whether a call is finished: False, when it must be repeated. Raises `_Failed` for what an abort mends, otherwise `SinkFailed`."""
    try:
        call()
    except KafkaException as exception:
        error = exception.args[0]
        if error.txn_requires_abort():
            raise _Failed(outcome_of(error)) from exception
        if error.retriable():
            return False
        if error.code() in _FENCED:
            raise SinkFailed(_FENCED_BY_OTHER) from exception
        raise SinkFailed(f"destination: Kafka's transactions failed for good: {error.str()}") from exception
    return True


def _worst(outcomes: Collection[_Failure]) -> _Failure:
    """What says most of several failures: a size before anything else."""
    return next((each for each in outcomes if isinstance(each, TooLarge)), next(iter(outcomes)))
