"""Kafka's transactions on confluent-kafka: messages and offsets take effect together."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial

from confluent_kafka import KafkaError, KafkaException

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.kafka.config import KafkaSinkConfig
from sluicegate.validator.brokers.kafka.librdkafka.background_call import BackgroundCall
from sluicegate.validator.brokers.kafka.librdkafka.errors import failure_of
from sluicegate.validator.brokers.kafka.librdkafka.outbox import ClientFailed, Outbox
from sluicegate.validator.brokers.kafka.librdkafka.source import ConfluentSource
from sluicegate.validator.brokers.settlements import NOT_OWNED
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import DELIVERED, Destination, Failure, Message, Outcome, Refused, TooLarge, Undelivered

_LONG_SECONDS = 5.0
_HANGING_SECONDS = 10.0
_OURS = {"transaction.timeout.ms": 30_000}
_FENCED = frozenset({KafkaError._FENCED, KafkaError.PRODUCER_FENCED})
_RIGHTS = frozenset({KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED})
_FENCED_BY_OTHER = "destination: another worker with the same transactional id has taken over. Give each worker a worker.name of its own"

_ABORTED = Undelivered("the transaction was aborted")


class ConfluentTransactions:
    """A transactional producer, and the consumer whose offsets its transactions commit.

    Invariant: a transaction with a message of a revoked partition never commits. The source returns
    no offsets for it, and the broker refuses offsets with an older generation of the group
    (KIP-447). A producer with the same `transactional.id`, as after a kill, aborts the open
    transaction of its predecessor at once.
    """

    def __init__(self, config: KafkaSinkConfig, source: ConfluentSource, transactional_id: str) -> None:
        """Make the producer.

        Raises `SinkFailed` when the client refuses the configuration; connects in the background.
        """
        options = {**_OURS, "transactional.id": transactional_id, **config.options}
        self._config = KafkaSinkConfig(config.bootstrap, config.topics, options)
        self._clock = SystemClock()
        self._closed = False
        self._outbox, self._greeting = self._producer()
        self._source = source
        self._open = False
        self._offsets: BackgroundCall | None = None  # the running request that sends offsets
        self._offsets_sent = False
        self._committing = False  # from here on, the commit may have taken effect
        self._failure: Failure | None = None  # the reason why it can only be aborted

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Put the messages into the client's queue, in a transaction."""
        try:
            if not self._open and self._failure is None:
                self._begin()
            if self._failure is None:
                self._outbox.put(destination, messages)
        except _Failed as failed:
            self._failure = failed.outcome
        except ClientFailed as failed:
            self._replace(failed)
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
            except ClientFailed as failed:
                self._replace(failed)
        return self._ended(_ABORTED) if not self._open or self._aborted(seconds) else None

    def abort(self) -> bool:
        """End the transaction, unless it is being committed."""
        if self._committing:
            return False
        if not self._open or self._aborted(_LONG_SECONDS):
            self._ended(_ABORTED)
        else:
            self._failure = self._failure or _ABORTED  # `commit` continues with it
        return True

    def close(self) -> None:
        """Close. The open transaction is aborted: here, or by the broker after its timeout."""
        if self._open and not self._committing and self._offsets is None:
            with suppress(KafkaException):
                self._outbox.producer.abort_transaction(_LONG_SECONDS)
        # A commit in progress is left to the broker: its result is unknown here.
        self._open, self._closed = False, True
        self._outbox.close()

    def _producer(self) -> tuple[Outbox, BackgroundCall]:
        """Return a producer, and its running registration at the coordinator.

        It begins at once, because it aborts the open transaction of its predecessor: until then,
        the group has no readable offsets.
        """
        outbox = Outbox(self._config, {})

        def greet() -> None:
            while not self._closed and not _asked(partial(outbox.producer.init_transactions, _LONG_SECONDS)):
                pass

        return outbox, BackgroundCall(greet, self._clock)

    def _begin(self) -> None:
        """Begin a transaction.

        Raises `_Failed` if the coordinator does not answer, `ClientFailed` for missing rights,
        which may be granted later, or `SinkFailed`.
        """
        if not self._greeting.finished(_LONG_SECONDS):
            raise _Failed(Undelivered("the transaction coordinator does not answer"))
        try:
            _asked(self._greeting.result)
        except ClientFailed as failed:
            raise failed if failed.error.code() in _RIGHTS else SinkFailed(str(failed)) from failed
        if not _asked(self._outbox.producer.begin_transaction):
            raise _Failed(Undelivered("the transaction could not be begun"))
        self._open = True

    def _advance(self, done: Sequence[Sequence[Message]], seconds: float) -> bool:
        """Do one step; return whether it was the last one. Raises `_Failed`."""
        if not self._offsets_sent:
            self._offsets_sent = self._sent_offsets(done, seconds)
        if self._offsets_sent and self._outbox.flush(seconds):
            # a repeated call shows that there is nothing to wait for after a failure
            self._offsets_sent = False
        if not self._offsets_sent:
            return False
        if self._outbox.failures:
            raise _Failed(_worst(self._outbox.failures.values()))
        # From here on, `abort` waits for the outcome: after a lost answer, only the broker knows
        # it.
        self._committing = True
        return _asked(lambda: self._outbox.producer.commit_transaction(seconds))

    def _sent_offsets(self, done: Sequence[Sequence[Message]], seconds: float) -> bool:
        """Return whether the offsets are sent. Raises `_Failed`.

        The client ignores its timeout and may never return, so the request runs in its own thread.
        """
        # Both are read in this order at each call: a rebalance between two calls changes the member
        # or removes offsets, and then the transaction must not commit.
        member, offsets = self._source.membership(), self._source.offsets_after(done)
        if member is None or offsets is None:
            raise _Failed(NOT_OWNED)
        if self._offsets is None:
            send = self._outbox.producer.send_offsets_to_transaction
            self._offsets = BackgroundCall(partial(send, offsets, member, _LONG_SECONDS), self._clock)
        call = self._offsets
        if call.finished(seconds):
            self._offsets = None
            return _asked(call.result)
        if call.age > _HANGING_SECONDS:
            raise _Failed(Undelivered("the client does not send offsets any more"))
        return False

    def _aborted(self, seconds: float) -> bool:
        """Return whether the open transaction has been aborted; it may take several calls."""
        if self._offsets is not None and not self._offsets.finished(seconds):
            if self._offsets.age > _HANGING_SECONDS:
                logger().warning("the transactional producer hangs; going on with another one")
                self._renew()
            return not self._open
        self._offsets = None
        try:
            self._open = not _asked(lambda: self._outbox.producer.abort_transaction(seconds))
            self._outbox.look()
        except ClientFailed as failed:
            self._replace(failed)
        return not self._open

    def _replace(self, failed: ClientFailed) -> None:
        """Continue with a new producer.

        librdkafka requires it if a topic cannot join a transaction. Raises `SinkFailed` if that
        would be wrong: the result of a commit in progress is unknown, and a fenced producer must
        not fence its successor.
        """
        # A fenced producer has a living successor with the same id: a new one would fence that.
        if failed.error.code() in _FENCED:
            raise SinkFailed(_FENCED_BY_OTHER) from failed
        if self._committing:
            raise failed
        self._failure = self._failure or Undelivered(str(failed))
        self._outbox.close()
        self._renew()

    def _renew(self) -> None:
        """Create another producer. Its registration aborts the open transaction of the old one."""
        self._outbox, self._greeting = self._producer()
        self._open, self._offsets = False, None

    def _ended(self, outcome: Outcome) -> Outcome:
        """Reset the state; return the outcome, or a worse known one."""
        if failures := [each for each in (self._failure, *self._outbox.failures.values()) if each is not None]:
            outcome = _worst(failures)
        self._failure = None
        self._open = self._offsets_sent = self._committing = False
        self._offsets = None
        # Delivery reports of this transaction must not be counted for the next one.
        self._outbox.clear()
        return outcome


class _Failed(Exception):
    """The transaction can only be aborted."""

    def __init__(self, outcome: Failure) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


def _asked(call: Callable[[], object]) -> bool:
    """Return whether a call is finished; False if it must be repeated.

    Raises `_Failed` for errors that an abort repairs, otherwise `ClientFailed`.
    """
    try:
        call()
    except KafkaException as exception:
        error = exception.args[0]
        if error.txn_requires_abort():
            raise _Failed(failure_of(error)) from exception
        if error.retriable():
            return False
        raise ClientFailed(error) from exception
    return True


def _worst(outcomes: Collection[Failure]) -> Failure:
    """Return the most specific failure: one of a single message before those that failed with it."""
    blamed = (each for kind in (TooLarge, Refused) for each in outcomes if isinstance(each, kind))
    return next(blamed, next(iter(outcomes)))
