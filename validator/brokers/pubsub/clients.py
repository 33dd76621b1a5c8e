"""The library's clients: for Google's service, with the credentials that the environment has, or for an emulator, which asks for none."""

import grpc
from google.auth.exceptions import GoogleAuthError
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

CannotConnect = GoogleAuthError
"""What making a client raises."""

_OPTIONS = [
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),  # it is near, and started and stopped often
    ("grpc.keepalive_time_ms", 30_000),  # as the library's own channel, so that a silent connection is noticed
    ("grpc.keepalive_timeout_ms", 20_000),
]


def subscriber(emulator: str | None) -> SubscriberClient:
    """A client that reads. It connects when it is first used. Raises `CannotConnect`."""
    if emulator is None:
        return SubscriberClient()
    return SubscriberClient(transport=SubscriberGrpcTransport(channel=_channel(emulator)))


def publisher(emulator: str | None) -> PublisherClient:
    """A client that writes. It connects when it is first used. Raises `CannotConnect`."""
    if emulator is None:
        return PublisherClient()
    return PublisherClient(transport=PublisherGrpcTransport(channel=_channel(emulator)))


def _channel(address: str) -> grpc.Channel:
    return grpc.insecure_channel(address, options=_OPTIONS)
