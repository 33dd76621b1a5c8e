"""What the worker needs from the outside. Every port has a memory implementation, and one contract suite for all (`tests/contracts`).

All methods are called from the worker's one thread, except where it says otherwise.
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
    """Gives messages, and gives them again until they are settled: at least once.

    Inside a lane, messages come in the order of the source. Who settles a message says that its destination has confirmed it. What was
    never settled comes again after `close` (here or in another process), or when its lease ends.
    """

    def open(self, on_revoke: OnRevoke) -> None:
        """Begin. Does not wait for messages; returns before anything is assigned.

        When lanes are taken away, `receive`, `keep_alive` or `close` calls `on_revoke` with them, at the last moment at which they can
        still be settled. The caller settles delivered messages of those lanes and drops all others, also those that it has in hand
        outside the callback: the source gives them again, here or elsewhere. When `assigned` is false then, nothing can be settled
        any more. `receive` itself returns no message of a lane that was taken away in the same call. Sources whose messages
        are acknowledged one by one never call it. Raises `SourceFailed`.
        """
        ...

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        """Wait so long for a message, and give what is there, at most `limit`. Raises `SourceFailed` when none can ever come."""
        ...

    def settle(self, messages: Sequence[Message]) -> None:
        """Say that these are done, and need not come again. Does not wait for the broker, which is told by the next `receive` or `close`.

        A lane is settled up to its first message that is not: Kafka commits the highest contiguous position. Messages of lanes that were
        taken away meanwhile are ignored. Cheapest when it is handed the very sequence that `receive` gave, batch after batch.
        """
        ...

    def keep_alive(self) -> None:
        """Keep what was received while no more is wanted: group membership, leases. Does not block; call it at least every few seconds."""
        ...

    def hold(self, lanes: Collection[Lane]) -> None:
        """Give nothing more from exactly these lanes until they are left out of a later call. What is on its way may still come."""
        ...

    def close(self) -> None:
        """Tell the broker what was settled, and leave. Calls `on_revoke` first. Never raises. Idempotent."""
        ...


class Positions(Protocol):
    """Reads the positions that its source gave to messages. Any thread."""

    def lane(self, message: Message) -> Lane:
        """What the message must keep its order in."""
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
        """Where, since the last call, the source could not go on from where the group had come to. It has said so in the log already."""
        ...


class Source(Receiver, Positions, Progress, Protocol):
    """Where messages come from."""


class Sink(Protocol):
    """Takes messages, and says of each one what became of it. Whoever makes it closes it."""

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Hand messages over, in order; those with one key that go to one destination keep it. Returns before they are delivered.

        Payload, key, headers and, where the broker lets us, timestamp arrive unchanged. Raises `SinkFailed` when nothing can ever be
        sent again; trouble with single messages is told by `confirm`.
        """
        ...

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """One outcome for each message since the last `confirm` that had an answer, in the order in which they were sent.

        None when some are not decided within so many seconds: ask again. `Delivered` only when the destination said so. Brokers that
        refuse a whole batch for one message may say `TooLarge` or `Refused` of all of it: only a message that was sent alone is
        surely at fault. Raises `SinkFailed`, after which nothing is known of any of them.
        """
        ...

    def close(self) -> None:
        """Let go, without waiting for what is not confirmed. Never raises. Idempotent."""
        ...


@runtime_checkable
class TransactionalSink(Protocol):
    """Takes messages, and lets them count together with how far its own source has come: both or neither. Whoever makes it closes it.

    A transaction begins with the first `send` after the end of the one before. Its source must not tell its broker what is settled.
    """

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Hand messages over, as to a `Sink`. Trouble of any kind that can pass is told by `commit`."""
        ...

    def commit(self, done: Sequence[Sequence[Message]], seconds: float) -> Outcome | None:
        """End the transaction: what was sent in it counts, and the source need not give `done` again.

        `done` continues each lane where the last commit left it. None when it is not decided within so many seconds: ask again
        with the same. `Delivered`: all of it counts. Otherwise nothing of it does, and all of it may be sent again; `TooLarge`
        when it was rejected for the size of a message, or of a batch, and `Refused` when for another fault of a message.
        `Undelivered`, always, when the source's lane of any message in `done` was taken away since the message was received,
        even if it was given back. Raises `SinkFailed`, after which nothing is known.
        """
        ...

    def abort(self) -> bool:
        """See to it that nothing of the transaction counts. False when it is too late, because a commit is under way."""
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
        """The schema that a message names, whatever format the message says. May block as long as its timeouts; never raises."""
        ...

    def content(self, global_id: GlobalId) -> Lookup:
        """The text that has a global id, as `CONTENT`. May block as long as its timeouts; never raises."""
        ...

    def content_by_guid(self, guid: UUID) -> Lookup:
        """The text that has a GUID, likewise."""
        ...

    def registered(self, global_id: GlobalId, subject: str) -> bool | Unavailable | Unreadable:
        """Whether a subject has a version with this global id, deleted ones included. Likewise."""
        ...

    @property
    def available(self) -> bool:
        """Whether the last question to the registry had an answer; True before the first one."""
        ...
