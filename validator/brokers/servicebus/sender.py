"""A thread with a sender: it packs messages into batches and waits for the service."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusMessageBatch, ServiceBusSender
from azure.servicebus.exceptions import MessageSizeExceededError, ServiceBusError, ServiceBusQuotaExceededError

from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.failures import FailureKind, failure
from sluicegate.validator.brokers.servicebus import client
from sluicegate.validator.brokers.servicebus.config import SinkConfig
from sluicegate.validator.brokers.servicebus.conversion import outgoing
from sluicegate.validator.brokers.servicebus.errors import UNSENDABLE, kind_of
from sluicegate.validator.brokers.servicebus.ledger import Ledger
from sluicegate.validator.brokers.servicebus.watchdog import Watchdog
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import DELIVERED, Destination, Failure, Message, Outcome, Refused, TooLarge, Undelivered

_ENVELOPE = 1024
"""Bytes that the library adds to a batch without counting them."""

_NO_MESSAGES: tuple[int, Sequence[Message]] = (0, ())
"""The job of a sender that has to open its link."""

Numbered: TypeAlias = tuple[int, ServiceBusMessage]


@dataclass(frozen=True, slots=True)
class Target:
    """Where one sender sends, and how."""

    destination: Destination
    entity: str
    config: SinkConfig


class Sender:
    """Sends in order.

    When a message is not delivered, those after it wait too, until the ledger is closed and they
    are sent again.
    """

    def __init__(self, connection: ServiceBusClient, target: Target, ledger: Ledger, watchdog: Watchdog) -> None:
        """Prepare; connects in the background, when there is something to send.

        The ledger has the outcomes.
        """
        self._watchdog = watchdog
        self._connection = connection
        self._target = target
        self._ledger = ledger
        self._jobs: deque[tuple[int, Sequence[Message]]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._attached = self._attaching = False
        self._answering = False  # the last request had an answer
        self._thread = threading.Thread(target=self._run, name=f"servicebus-{target.destination.value}", daemon=True)
        self._thread.start()

    def send(self, first: int, messages: Sequence[Message]) -> None:
        """Send these, whose outcomes have numbers from `first` on."""
        with self._changed:
            self._jobs.append((first, messages))
            self._changed.notify()

    def attach(self, seconds: float) -> bool:
        """Open the link, unless it is open.

        Wait for that so many seconds, and return whether it is.
        """
        with self._changed:
            if not self._answering:
                self._attaching = True
                self._changed.notify_all()
                self._changed.wait_for(lambda: not self._attaching, seconds)
            return self._answering

    def stop(self) -> None:
        """Drop unsent messages. Does not wait."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify()

    def join(self) -> None:
        """Wait until it is disconnected."""
        self._thread.join()

    def _run(self) -> None:
        sender = self._sender()
        try:
            while (job := self._next()) is not None:
                self._work_off(sender, *job)
        except Exception as error:  # without this report, the worker would wait forever
            self._ledger.fail(
                SinkFailed(f"destination: a message cannot be written for Service Bus: {client.told(error)}")
            )
        finally:
            with self._watchdog.limit("closing", self._target.config.silence, sender):
                sender.close()

    def _sender(self) -> ServiceBusSender:
        # A queue or a topic: to a sender, they are the same.
        config = self._target.config
        options: dict[str, Any] = {"socket_timeout": config.listen, "keep_alive": config.keep_alive}
        return self._connection.get_queue_sender(self._target.entity, **options)

    def _next(self) -> tuple[int, Sequence[Message]] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._attaching or self._closed)
            if self._closed:
                return None
            return self._jobs.popleft() if self._jobs else _NO_MESSAGES

    def _attach(self, sender: ServiceBusSender) -> None:
        try:
            with self._watchdog.limit("the attachment", self._target.config.silence, sender):
                sender.create_message_batch()  # asks the link for its limit, and so opens it
            self._attached = self._answering = True
        except ServiceBusError as error:
            self._failed(error)
        except Exception as error:  # as in `_send_some`
            self._failed(ServiceBusError(client.told(error)))
        finally:
            with self._changed:
                self._attaching = False
                self._changed.notify_all()

    def _work_off(self, sender: ServiceBusSender, first: int, messages: Sequence[Message]) -> None:
        if self._attaching:
            self._attach(sender)
        made: deque[Numbered] = deque()
        for number, message in enumerate(messages, first):
            ready = self._made(message)
            if isinstance(ready, TooLarge | Refused):
                self._ledger.enter([number], ready)
            else:
                made.append((number, ready))
        while made and not self._closed:
            if self._ledger.broken(self._target.destination):
                numbers = [number for number, _ in made]
                self._ledger.enter(numbers, Undelivered("a message before it was not delivered"))
                return
            self._send_some(sender, made)

    def _made(self, message: Message) -> ServiceBusMessage | TooLarge | Refused:
        try:
            ready = outgoing(message, self._target.destination, sessions=self._target.config.sessions)
        except UNSENDABLE as error:
            return Refused(f"it cannot be written for Service Bus: {client.told(error)}")
        return TooLarge(ready) if isinstance(ready, str) else ready

    def _send_some(self, sender: ServiceBusSender, made: deque[Numbered]) -> None:
        """Send as many as fit into a batch; the first one alone, if it does not even fit into that."""
        numbers = [made[0][0]]
        try:
            with self._watchdog.limit("confirmations", self._target.config.silence, sender):
                batch, numbers = self._packed(sender, made)
                sender.send_messages(batch if numbers else made[0][1])
            outcome: Outcome = DELIVERED
        except _CannotBeWritten as error:
            outcome = Refused(str(error))
        except ServiceBusError as error:
            outcome = self._failed(error)
        except Exception as error:
            # The library raises the errors of its sockets and frames: a new connection repairs all
            # of them.
            outcome = self._failed(ServiceBusError(client.told(error)))
        numbers = numbers or [made[0][0]]
        if outcome is not DELIVERED and (isinstance(outcome, Undelivered) or len(numbers) > 1):
            self._ledger.break_off(self._target.destination)
        for _ in numbers:
            made.popleft()
        self._ledger.enter(numbers, outcome)

    def _packed(self, sender: ServiceBusSender, made: deque[Numbered]) -> tuple[ServiceBusMessageBatch, list[int]]:
        batch, numbers = sender.create_message_batch(), list[int]()
        self._attached = self._answering = True
        batch = sender.create_message_batch(max(batch.max_size_in_bytes - _ENVELOPE, 1))
        session = made[0][1].session_id
        for number, message in made:
            if self._target.config.partitioned and message.session_id != session:
                break
            try:
                batch.add_message(message)
            except MessageSizeExceededError:
                break
            except UNSENDABLE as error:
                if numbers:
                    break
                raise _CannotBeWritten(f"it cannot be written for Service Bus: {client.told(error)}") from error
            numbers.append(number)
        return batch, numbers

    def _failed(self, error: ServiceBusError) -> Failure:
        detail, kind = client.told(error), kind_of(error)
        self._answering &= kind in {FailureKind.MESSAGE, FailureKind.SIZE}
        if not self._attached and client.permanent(error) and not isinstance(error, ServiceBusQuotaExceededError):
            self._ledger.fail(SinkFailed(f"destination: Service Bus refuses {self._target.entity}: {detail}"))
        if kind is FailureKind.MESSAGE and not self._attached:
            kind = FailureKind.DESTINATION  # no message was sent yet
        if kind in {FailureKind.DESTINATION, FailureKind.TRANSIENT}:
            logger().warning("Service Bus did not take messages", entity=self._target.entity, detail=detail)
        return failure(kind, detail)


class _CannotBeWritten(Exception):
    """The library cannot encode a message."""
