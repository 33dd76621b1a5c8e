"""Ports of the worker. Each has a memory implementation and one contract suite.

The suites are in `tests/contracts`. All methods are called from the worker's one thread, unless a
docstring says otherwise.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable
from uuid import UUID

from sluicegate.shared.model import GlobalId
from sluicegate.validator.model import (
    Destination,
    Gap,
    Lane,
    Lookup,
    Message,
    Outcome,
    SchemaRef,
    Unavailable,
    Unreadable,
)

OnRevoke = Callable[[Collection[Lane]], None]


class Receiver(Protocol):
    """Receives messages, and redelivers them until they are acknowledged: at least once.

    Inside a lane, messages have the order of the source. Call `settle` only after the destination
    has acknowledged a message. Other messages are redelivered after `close` (here or in another
    process), or when their lease ends.
    """

    def open(self, on_revoke: OnRevoke) -> None:
        """Begin. Does not wait for messages; returns before anything is assigned.

        When lanes are revoked, `receive`, `keep_alive` or `close` calls `on_revoke` with them, at
        the last moment at which they can still be acknowledged. The caller acknowledges delivered
        messages of those lanes and drops all others, also those outside the callback: the source
        redelivers them, here or elsewhere. If `assigned` is false, nothing can be acknowledged any
        more. `receive` returns no message of a lane that was revoked in the same call. Sources that
        acknowledge single messages never call it. Raises `SourceFailed`.
        """
        ...

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        """Return at most `limit` available messages; wait `seconds` for the first.

        Raises `SourceFailed` if no message can ever arrive.
        """
        ...

    def settle(self, messages: Sequence[Message]) -> None:
        """Acknowledge messages. Does not wait for the broker.

        The next `receive` or `close` informs the broker. A lane is acknowledged up to its first
        open message: Kafka commits the highest contiguous position. Messages of revoked lanes are
        ignored. Cheapest with the sequences that `receive` returned, batch after batch.
        """
        ...

    def keep_alive(self) -> None:
        """Keep group membership and leases while no messages are received.

        Does not block; call it at least every few seconds.
        """
        ...

    def hold(self, lanes: Collection[Lane]) -> None:
        """Pause exactly these lanes, until a later call without them.

        Messages in transit may still arrive.
        """
        ...

    def close(self) -> None:
        """Acknowledge settled messages and leave.

        Calls `on_revoke` first. Never raises. Idempotent.
        """
        ...


class Positions(Protocol):
    """Reads the positions that its source gave to messages. Any thread."""

    def lane(self, message: Message) -> Lane:
        """Return the lane of a message."""
        ...

    def address(self, message: Message) -> str:
        """Where the message came from, for people: `kafka://topic/partition/offset`."""
        ...


class Progress(Protocol):
    """How the source stands."""

    @property
    def assigned(self) -> bool:
        """Whether the broker has accepted this consumer. Any thread."""
        ...

    def lag(self) -> int | None:
        """How many messages wait, as far as is known without asking; None when that is not known."""
        ...

    def gaps(self) -> Sequence[Gap]:
        """Return the gaps since the last call; the source has already logged them."""
        ...


class Source(Receiver, Positions, Progress, Protocol):
    """Where messages come from."""


class Sink(Protocol):
    """Sends messages, and returns an outcome for each. Its creator closes it."""

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Queue messages in order; messages of one key to one destination keep it. Does not wait.

        Payload, key, headers and (if the broker permits) timestamp arrive unchanged. Raises
        `SinkFailed` if nothing can ever be sent again; `confirm` returns the failures of single
        messages.
        """
        ...

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """Return the outcomes of all messages since the last answer of `confirm`, in their order.

        None if some are undecided after `seconds`: call again. `Delivered` only after the
        destination's acknowledgement. Brokers that refuse a whole batch for one message may return
        `TooLarge` or `Refused` for all of it: only a message that was sent alone is surely at
        fault. Raises `SinkFailed`, after which all outcomes are unknown.
        """
        ...

    def taken(self) -> int:
        """Return the number of confirmed messages since the last answered `confirm`. Never waits."""
        ...

    def close(self) -> None:
        """Close without waiting for unconfirmed messages. Never raises. Idempotent."""
        ...


@runtime_checkable
class TransactionalSink(Protocol):
    """Sends messages and the offsets of its own source in one transaction. Its creator closes it.

    A transaction begins with the first `send` after the previous end. The source must not
    acknowledge messages itself.
    """

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Queue messages, as in a `Sink`. `commit` returns temporary failures of all kinds."""
        ...

    def commit(self, done: Sequence[Sequence[Message]], seconds: float) -> Outcome | None:
        """Commit the transaction: its messages become visible, and `done` is acknowledged.

        `done` continues each lane after the last commit. None if undecided after `seconds`: call
        again with the same arguments. `Delivered`: the whole transaction took effect. Any other
        outcome: nothing of it did, and all of it may be sent again; `TooLarge` for the size of a
        message or batch, `Refused` for another fault of a message. `Undelivered`, always, if the
        lane of a message in `done` was revoked since its receipt, even if it was assigned again.
        Raises `SinkFailed`, after which the outcome is unknown.
        """
        ...

    def abort(self) -> bool:
        """Abort the transaction. False if a commit is already in progress."""
        ...

    def close(self) -> None:
        """Let go; a transaction that is open never counts. Never raises. Idempotent."""
        ...


@runtime_checkable
class Reachable(Protocol):
    """A sink that can be asked whether its destination answers, before there is a message for it."""

    def reachable(self, seconds: float) -> bool:
        """Return whether the destination has accepted a connection. Wait for that so many seconds.

        Logs why not. Sends no message. Raises `SinkFailed` when nothing can ever be sent.
        """
        ...


@runtime_checkable
class Withdrawing(Protocol):
    """A sink whose client retries during the whole outage of the destination."""

    def withdraw(self) -> None:
        """Give up the messages that wait for an outcome, so that another worker may send them.

        `confirm` says `Undelivered` of them. Those that are on the wire may arrive nevertheless.
        May be called again. Never raises.
        """
        ...


@runtime_checkable
class Releasing(Protocol):
    """A source that can give messages back without a delivery being counted for them."""

    def release(self) -> None:
        """Give back all unsettled messages and receive no more until the next `receive`.

        Calls `on_revoke` with their lanes. May wait for the broker. Never raises.
        """
        ...


class Tracer(Protocol):
    """Lets others follow messages through the worker."""

    def batch(self, messages: Sequence[Message]) -> AbstractContextManager[object]:
        """These are being judged and sent on, as long as this lasts."""
        ...


class SchemaProvider(Protocol):
    """Knows schemas. Safe to call from several threads."""

    def find(self, ref: SchemaRef) -> Lookup:
        """Return the schema that a message names; its format is not compared.

        Blocks at most for its timeouts; never raises.
        """
        ...

    def content(self, global_id: GlobalId) -> Lookup:
        """Return the text with a global id, as `CONTENT`.

        Blocks at most for its timeouts; never raises.
        """
        ...

    def content_by_guid(self, guid: UUID) -> Lookup:
        """Return the text with a GUID.

        Blocks at most for its timeouts; never raises.
        """
        ...

    def registered(self, global_id: GlobalId, subject: str) -> bool | Unavailable | Unreadable:
        """Return whether a subject has a version with this global id, also a deleted one.

        Blocks at most for its timeouts; never raises.
        """
        ...

    @property
    def available(self) -> bool:
        """Whether the last question to the registry had an answer; True before the first one."""
        ...
