"""Configuration of a Service Bus source and sink."""

from collections.abc import Mapping
from dataclasses import dataclass

from sluicegate.validator.brokers.translation import TextLimits
from sluicegate.validator.model import Destination

LIMITS = TextLimits("Azure Service Bus", count=10_000, name=128, value=32 * 1024, total=32 * 1024, key=128)
"""All properties may have 64 KB with their encoding, one of them 32 KB, and a session id 128
characters (the service's quotas).
"""

KEYLESS = "sluicegate:keyless"
"""The session of messages without a key, where every message needs a session."""


@dataclass(frozen=True, slots=True)
class Access:
    """A namespace and its credentials: a connection string, or a host with Microsoft Entra ID."""

    connection_string: str | None = None
    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A queue, or a subscription of a topic; or the dead-letter queue of either."""

    name: str
    subscription: str | None = None
    dead_letters: bool = False

    def __str__(self) -> str:
        """Its path, as the service and its tools write it."""
        path = f"{self.name}/Subscriptions/{self.subscription}" if self.subscription else self.name
        return f"{path}/$DeadLetterQueue" if self.dead_letters else path


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """An entity to read from. `sessions` 0: it has none.

    `prefetch`: messages that are asked for at once; `in_hand`: messages that may be unsettled;
    `renewal`, `idle`, `turn` and `patience` are seconds: how long locks are renewed, how long a
    session may be quiet before another one has its place, how long a session is worked on at most,
    how long to wait for one. `listen`: seconds that a connection is listened to at a time. A
    connection that was quiet for `probe` seconds is asked for a sign of life; a wait of more than
    `silence` seconds closes the connection. Not `ordered`: messages with one key may be completed
    in any order.
    """

    access: Access
    entity: Entity
    sessions: int = 0
    prefetch: int = 500
    in_hand: int = 10_000
    renewal: float = 300.0
    idle: float = 1.0
    turn: float = 60.0
    patience: float = 10.0
    listen: float = 0.2
    probe: float = 30.0
    silence: float = 30.0
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class SinkConfig:
    """Queues or topics to write to.

    `sessions`: every message needs one; `partitioned`: batches have one key.

    `retries`: how often the client library tries again, before the worker does, message by message.
    `keep_alive`: seconds between two signs of life on a connection that is not used; `listen` and
    `silence`: as for a source.
    """

    access: Access
    entities: Mapping[Destination, str]
    sessions: bool = False
    partitioned: bool = False
    retries: int = 3
    keep_alive: int = 30
    listen: float = 0.2
    silence: float = 60.0
