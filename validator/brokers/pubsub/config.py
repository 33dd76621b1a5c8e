"""Configuration of a Pub/Sub source and sink."""

from collections.abc import Mapping
from dataclasses import dataclass

from sluicegate.validator.brokers.translation import TextLimits
from sluicegate.validator.model import Destination

LIMITS = TextLimits("Pub/Sub", count=100, name=256, value=1024, total=10_000_000, key=1024, reserved="goog")
"""https://cloud.google.com/pubsub/quotas#resource_limits"""
MAX_BYTES = 10_000_000
"""Bytes of a message, and of a request to publish."""


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """Definition of a silent connection: no answer to a ping in time.

    A ping follows `idle` seconds without data; its answer must arrive within `silence` seconds.
    """

    idle: float = 30.0
    silence: float = 20.0


@dataclass(frozen=True, slots=True)
class PubSubSourceConfig:
    """A subscription (its full name), and how much of it may be here at a time.

    `emulator`: host:port of one that is used instead of Google's service. `lease`: seconds for
    which the service leaves a message to us, again and again until `extension` seconds have passed.
    `ordered`: messages of one ordering key are acknowledged in their order.
    """

    subscription: str
    emulator: str | None = None
    messages: int = 10_000
    size: int = 64 * 1024 * 1024
    lease: int = 60
    extension: float = 3600.0
    ordered: bool = True
    keep_alive: KeepAlive = KeepAlive()


@dataclass(frozen=True, slots=True)
class PubSubSinkConfig:
    """One topic (its full name) for each destination, and how messages are put into requests."""

    topics: Mapping[Destination, str]
    emulator: str | None = None
    ordering: bool = True
    batch_messages: int = 1_000
    batch_bytes: int = 1_000_000
    requests: int = 8
    largest: int = MAX_BYTES
