"""Conversion between Pub/Sub messages and `Message`: docs/reference/brokers/conversion.md."""

from typing import Any

from google.pubsub_v1 import types

from sluicegate.validator.brokers.pubsub.config import LIMITS
from sluicegate.validator.brokers.pubsub.leases import LeasedDelivery
from sluicegate.validator.brokers.translation import attributes_of, excess, fitted, key_and_headers, key_text
from sluicegate.validator.model import Destination, Message, TooLarge

PubsubMessage: Any = types.PubsubMessage.pb()
"""The plain protobuf class: the library's wrapper around it costs ten times as much."""

_EMPTY = "emptyPayload"
"""Pub/Sub refuses a message without data and attributes: this attribute marks an empty one."""


def incoming(delivery: LeasedDelivery, message: Any) -> Message:
    """Convert a received message."""
    key, headers = key_and_headers(message.ordering_key, message.attributes, LIMITS.key)
    time = message.publish_time
    return Message(message.data, key, headers, time.seconds * 1000 + time.nanos // 1_000_000, delivery)


def outgoing(message: Message, destination: Destination, *, ordering: bool, largest: int) -> Any | TooLarge:
    """Convert a message for publishing; for dead letters, the attributes that fit.

    With `ordering` the key is the ordering key, otherwise an attribute. `largest` is in bytes.
    """
    key = message.key
    attributes = attributes_of(message.headers, key, LIMITS, key_field=ordering)
    surplus = excess(attributes, LIMITS)
    if surplus is not None:
        if destination is Destination.VALID:
            return TooLarge(surplus)
        attributes = fitted(attributes, LIMITS)
    payload = message.payload or b""
    if not payload and not attributes:
        attributes = {_EMPTY: "true"}
    ordering_key = key_text(key, LIMITS.key) if ordering and key is not None else ""
    made = PubsubMessage(data=payload, attributes=attributes, ordering_key=ordering_key)
    size = made.ByteSize()
    return TooLarge(f"it has {size} bytes, where {largest} are allowed") if size > largest else made
