"""A thread that has a receiver: it reads, renews locks, and settles.

Only it touches the receiver, which no two threads may share.
"""

import math
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from azure.servicebus import ServiceBusReceivedMessage, ServiceBusReceiver
from azure.servicebus.exceptions import OperationTimeoutError, ServiceBusError

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.servicebus import client, conversion
from sluicegate.validator.brokers.servicebus.config import SourceConfig
from sluicegate.validator.brokers.servicebus.delivery import Burial, Delivery, LockedDeliveries
from sluicegate.validator.brokers.servicebus.inbox import Inbox, Lost
from sluicegate.validator.brokers.servicebus.service_time import ServiceTime
from sluicegate.validator.brokers.servicebus.watchdog import Watchdog
from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import DELIVERED, Lane, Undelivered
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes

_AT_ONCE = 100
"""Messages to read before the next completions."""
_ACCEPTING = 4
"""Readers that ask for a session at once: each question is a connection of its own."""
_AHEAD = 2_000
"""Messages that may wait for the worker before readers pause.

They are locked, and count as delivered if the process is killed.
"""
_LOOK_SECONDS = 1.0
_FULL_SECONDS = 0.05
_LEASE_SECONDS = 15.0
"""How long a session may be waited for that another reader of this source has not let go of."""

Order: TypeAlias = Sequence[Delivery] | Burial


@dataclass(frozen=True, slots=True)
class ReaderState:
    """State that the readers of one source share.

    `accepting`: few at a time wait for a session. `leases`: owners of sessions.
    """

    config: SourceConfig
    inbox: Inbox
    stop: threading.Event
    clock: Clock
    watchdog: Watchdog
    accepting: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_ACCEPTING))
    leases: dict[str, "SessionReader"] = field(default_factory=dict)


class SessionReader:
    """One receiver after another, each with a connection of its own.

    `complete` and `bury` may be called from any thread.
    """

    def __init__(self, surroundings: ReaderState, name: str, limit: int) -> None:
        """`limit`: messages that may be unsettled."""
        self._around = surroundings
        self._most = limit
        self._orders: deque[Order] = deque()
        self._wake = threading.Event()
        self._holdings = LockedDeliveries()
        self._session: str | None = None
        self._evicted = False
        self._backoff = Backoff(BackoffTimes())
        self._time = ServiceTime(surroundings.clock)
        self._looked = self._active = self._heard = self._joined = 0.0
        self._admitted = self._silent = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.attached = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self) -> None:
        """Wait until the queued completions are done and the rest is released.

        The stop event is set before.
        """
        self._wake.set()
        self._thread.join()

    def evict(self, session: str) -> None:
        """The service has given a session of this reader to another one."""
        if self._session == session:
            self._evicted = True
            self._wake.set()

    def complete(self, deliveries: Sequence[Delivery]) -> None:
        """Have these completed."""
        self._order(deliveries)

    def bury(self, burial: Burial) -> None:
        """Have one moved to the entity's own dead-letter queue."""
        self._order(burial)

    def _order(self, order: Order) -> None:
        self._orders.append(order)
        self._wake.set()

    def _run(self) -> None:
        while not self._around.stop.is_set():
            try:
                self._connected()
                self._backoff.reset()
            except OperationTimeoutError as error:
                self._no_session(error)
            except ServiceBusError as error:
                self._trouble(error)
            except Exception as error:
                # The library raises the errors of its sockets and frames: a new connection repairs
                # all of them.
                self._trouble(ServiceBusError(client.told(error)))
        self._refuse_orders()

    def _connected(self) -> None:
        """Stay connected until an event."""
        config = self._around.config
        options: dict[str, Any] = {
            "prefetch_count": min(config.prefetch, self._most),
            "max_wait_time": config.patience,
        }
        # the reader receives without polling
        options |= {"socket_timeout": config.listen, "keep_alive": 0}
        if config.sessions:
            options["session_id"] = client.any_session()
        # Nothing is retried below us, because locks are not renewed meanwhile.
        with client.connect(config.access, retry_total=0) as connection:
            receiver = client.receiver_of(connection, config.entity, **options)
            try:
                self._open(receiver)
                self._serve(receiver)
            finally:
                self._lose_session()
                with suppress(Exception), self._limit("closing", receiver):  # it may be broken
                    receiver.close()

    def _open(self, receiver: ServiceBusReceiver) -> None:
        """Attach, to a session if the entity has sessions."""
        if not self._around.config.sessions:
            with self._limit("the attachment", receiver):
                receiver.__enter__()
        else:
            with self._around.accepting:
                if self._around.stop.is_set():
                    raise OperationTimeoutError
                with self._limit("a session", receiver, self._around.config.patience):
                    receiver.__enter__()
            self.lease(receiver.session.session_id)
        client.listen_shortly(receiver, self._around.config.listen)
        self.attached = self._admitted = True
        self._active = self._heard = self._joined = self._around.clock.monotonic()

    @contextmanager
    def _limit(self, purpose: str, receiver: ServiceBusReceiver, more: float = 0.0) -> Iterator[None]:
        """Limit a wait for the service to `silence` seconds and its intended time."""
        with self._around.watchdog.limit(purpose, self._around.config.silence + more, receiver) as wait:
            try:
                yield
            finally:
                self._silent = wait.expired

    def lease(self, session: str) -> None:
        """Have a session.

        When another reader of ours had it and does not know yet that it has lost it, that one says
        so first.
        """
        leases, clock = self._around.leases, self._around.clock
        deadline = clock.monotonic() + _LEASE_SECONDS
        while (other := leases.get(session)) is not None:
            if clock.monotonic() >= deadline or self._around.stop.is_set():
                logger().warning("session not taken: another reader has not let go of it", session=session)
                raise ServiceBusError(f"session {session!r} is still in use by another reader of this worker")
            other.evict(session)
            clock.wait(_FULL_SECONDS, self._around.stop)
        leases[session], self._session = self, session

    def _serve(self, receiver: ServiceBusReceiver) -> None:
        clock = self._around.clock
        began = clock.monotonic()
        while not self._around.stop.is_set():
            self._carry_out(receiver)
            self._look_after_locks(receiver)
            turn_is_over = self._session is not None and clock.monotonic() - began >= self._around.config.turn
            if self._evicted or (self._session is not None and self._finished(turn_is_over=turn_is_over)):
                return
            self._probe(receiver)
            if turn_is_over or len(self._holdings) >= self._most or self._around.inbox.waiting >= _AHEAD:
                self._wake.wait(_FULL_SECONDS)
                self._wake.clear()
            else:
                self._read(receiver)
        self._carry_out(receiver)
        # a session returns its messages itself
        if self._holdings.by_token and self._session is None:
            with self._limit("giving messages back", receiver):
                self._give_back(receiver)

    def _give_back(self, receiver: ServiceBusReceiver) -> None:
        """Release unacknowledged messages without counting a delivery.

        Messages of earlier connections can only be abandoned.
        """
        own = [each for each in self._holdings.by_token.values() if each.since >= self._joined]
        client.release(receiver, [each.received for each in own])
        self._holdings.remove([each.token for each in own])
        client.settle(receiver, list(self._holdings.by_token), done=False)

    def _probe(self, receiver: ServiceBusReceiver) -> None:
        """Ask for a sign of life on a quiet connection: peek at one message without a lock."""
        clock = self._around.clock
        if clock.monotonic() - self._heard < self._around.config.probe:
            return
        with self._limit("a sign of life", receiver):
            receiver.peek_messages(1, timeout=self._around.config.silence)
        self._heard = clock.monotonic()

    def _finished(self, *, turn_is_over: bool) -> bool:
        """Return whether the session can be released for another one."""
        quiet = self._around.clock.monotonic() - self._active >= self._around.config.idle
        return (quiet or turn_is_over) and not self._holdings.by_token and not self._orders

    def _read(self, receiver: ServiceBusReceiver) -> None:
        with self._limit("messages", receiver):
            for _ in range(min(_AT_ONCE, self._most - len(self._holdings))):
                received = next(receiver, None)
                if received is None:
                    return
                self._take(received, receiver)

    def _take(self, received: ServiceBusReceivedMessage, receiver: ServiceBusReceiver) -> None:
        clock = self._around.clock
        self._active = self._heard = clock.monotonic()
        token = received.lock_token
        assert isinstance(token, UUID), "what is received under a lock has its token"
        until = received.locked_until_utc if self._session is None else receiver.session.locked_until_utc
        ends = self._time.monotonic(_seconds(until), _seconds(received.enqueued_time_utc))
        number = received.sequence_number or 0
        delivery = Delivery(received, token, number, self._lane(received), self, self._active, ends)
        self._holdings.add(delivery, self._active)
        self._around.inbox.put(conversion.message_of(received, delivery))

    def _lane(self, received: ServiceBusReceivedMessage) -> Lane:
        """Return the lane: the session, or the key; a message without either is its own lane."""
        key = conversion.key_of(received) if self._around.config.ordered else ""
        return self._session or key or received.sequence_number

    def _carry_out(self, receiver: ServiceBusReceiver) -> None:
        """Complete the queued messages. Failures remain for the next connection."""
        while self._orders:
            order = self._orders[0]
            if isinstance(order, Burial):
                self._bury(receiver, order)
            else:
                self._complete(receiver, self._holdings.of(order))
            self._orders.popleft()

    def _complete(self, receiver: ServiceBusReceiver, tokens: Sequence[UUID]) -> None:
        try:
            with self._limit("completions", receiver):
                client.settle(receiver, tokens, done=True)
            self._heard = self._around.clock.monotonic()
        except client.LOCK_LOST as error:
            if len(tokens) > 1:
                for token in tokens:
                    self._complete(receiver, [token])
                return
            logger().warning("lock lost; delivered messages will be redelivered", detail=client.told(error))
        self._holdings.remove(tokens)

    def _bury(self, receiver: ServiceBusReceiver, burial: Burial) -> None:
        token = burial.delivery.token
        try:
            if token in self._holdings.by_token:
                with self._limit("a dead letter", receiver):
                    client.bury(receiver, token, burial.reason, burial.text, burial.properties)
        except client.LOCK_LOST as error:
            logger().warning("lock lost; dead letter will be redelivered", detail=client.told(error))
        self._holdings.remove([token])
        burial.tell(DELIVERED)  # or its lock is lost: then the service redelivers it

    def _look_after_locks(self, receiver: ServiceBusReceiver) -> None:
        clock = self._around.clock
        if clock.monotonic() - self._looked < min(_LOOK_SECONDS, max(self._holdings.duration / 10, _FULL_SECONDS)):
            return
        self._looked = clock.monotonic()
        now = clock.monotonic()
        due = self._holdings.due(now, now - self._around.config.renewal)
        if due and self._session is not None:
            self._renew_session(receiver)
        elif due:
            self._renew(receiver, due)

    def _renew(self, receiver: ServiceBusReceiver, due: Sequence[Delivery]) -> None:
        try:
            with self._limit("renewals", receiver):
                ends = client.renew(receiver, [each.token for each in due])
        except client.LOCK_LOST:
            if len(due) > 1:
                for each in due:
                    self._renew(receiver, [each])
                return
            logger().warning("lock lost; message will be redelivered", number=due[0].number)
            # nothing to renew; the worker may still complete it, and then gets the error
            due[0].until = math.inf
            return
        for each, end in zip(due, ends, strict=True):
            each.until = self._time.monotonic(end)

    def _renew_session(self, receiver: ServiceBusReceiver) -> None:
        with self._limit("the renewal of a session", receiver):
            renewed = receiver.session.renew_lock()
        until = self._time.monotonic(_seconds(renewed))
        for each in self._holdings.by_token.values():
            each.until = until

    def _lose_session(self) -> None:
        """Drop the session with all uncompleted messages: another receiver owns it."""
        session, self._session, self._evicted = self._session, None, False
        if session is None:
            return
        if self._holdings.by_token:
            self._around.inbox.put(Lost(session))
        self._holdings = LockedDeliveries()
        self._refuse_orders()
        del self._around.leases[session]

    def _refuse_orders(self) -> None:
        """Refuse all queued completions: their messages are redelivered."""
        while self._orders:
            order = self._orders.popleft()
            if isinstance(order, Burial):
                order.tell(Undelivered("the source is closed") if self._around.stop.is_set() else DELIVERED)

    def _no_session(self, error: OperationTimeoutError) -> None:
        """There is no session to be had; or the service is silent, which the watchdog has said."""
        if self._around.config.sessions and not self._silent:
            self.attached = self._admitted = True  # the service has not refused this reader
        elif not self._around.stop.is_set():
            self._trouble(error)

    def _trouble(self, error: ServiceBusError) -> None:
        detail, self.attached = client.told(error), False
        if not self._admitted and client.permanent(error):
            self._around.inbox.fail(SourceFailed(f"source: Service Bus refuses {self._around.config.entity}: {detail}"))
            self._around.stop.set()
            return
        logger().warning("the connection to Service Bus failed; it is tried again", detail=detail)
        self._around.clock.wait(self._backoff.pause(), self._around.stop)


def _seconds(time: datetime | None) -> float:
    return 0.0 if time is None else time.timestamp()
