"""The library's clients, for Google's service or an emulator.

The service needs the credentials of the environment; an emulator needs none.
"""

import grpc
from google.auth.exceptions import GoogleAuthError
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from sluicegate.validator.brokers.pubsub.config import KeepAlive

CannotConnect = GoogleAuthError
"""Errors of the creation of a client."""

_KEEP_ALIVE = KeepAlive()
_OPTIONS = [
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),  # it is near, and started and stopped often
    ("grpc.http2.max_pings_without_data", 0),  # a stream without messages has no data for hours
]


def subscriber(emulator: str | None, keep_alive: KeepAlive = _KEEP_ALIVE) -> SubscriberClient:
    """A client that reads. It connects when it is first used. Raises `CannotConnect`.

    `keep_alive` is for an emulator: the library's own channel has 30 and 20 seconds.
    """
    if emulator is None:
        return SubscriberClient()
    return SubscriberClient(transport=SubscriberGrpcTransport(channel=_channel(emulator, keep_alive)))


def publisher(emulator: str | None) -> PublisherClient:
    """A client that writes. It connects when it is first used. Raises `CannotConnect`."""
    if emulator is None:
        return PublisherClient()
    return PublisherClient(transport=PublisherGrpcTransport(channel=_channel(emulator, _KEEP_ALIVE)))


def connected(client: SubscriberClient) -> bool:
    """Return whether the client's channel has a connection. Any thread.

    The channel's public way to tell needs a thread that fails when the channel is closed meanwhile.
    A channel that has no such state counts as connected.
    """
    inner = getattr(getattr(client.transport, "grpc_channel", None), "_channel", None)
    if inner is None:
        return True
    try:
        return bool(inner.check_connectivity_state(False) == grpc.ChannelConnectivity.READY.value[0])
    except ValueError:  # the channel is closed
        return False


def _channel(address: str, keep_alive: KeepAlive) -> grpc.Channel:
    pings = [
        ("grpc.keepalive_time_ms", int(keep_alive.idle * 1000)),
        ("grpc.keepalive_timeout_ms", int(keep_alive.silence * 1000)),
        # 60 seconds; this value decides
        ("grpc.http2.ping_timeout_ms", int(keep_alive.silence * 1000)),
    ]
    return grpc.insecure_channel(address, options=[*_OPTIONS, *pings])
