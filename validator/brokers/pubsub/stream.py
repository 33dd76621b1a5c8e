"""A streaming pull that is always there: opened again whenever it ends."""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import grpc
from google.api_core.gapic_v1 import routing_header
from google.pubsub_v1 import SubscriberClient, types

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.pubsub import clients
from sluicegate.validator.brokers.pubsub.config import PubSubSourceConfig
from sluicegate.validator.brokers.pubsub.trouble import detail_of, for_good
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes

_HEARTBEAT_SECONDS = 30.0
"""Seconds without data after which a stream counts as broken, as in Google's own subscribers."""
_ACCEPTED_SECONDS = 2.0
"""The service is silent until there are messages: a stream without a refusal for this time counts
as open.
"""

_END_SECONDS = 1.0
"""Time for the service to end a stream after the last request."""

Arrived = Callable[[Sequence[Any], bool], None]


def streaming_pull(client: SubscriberClient) -> Any:
    """The call as gRPC has it: the library's wrapper would wait for the first message.

    Its stub declares a call without a stream.
    """
    return client.transport.streaming_pull


class PullStream:
    """Reads in its own thread, and passes on messages with the kind of the subscription.

    `arrived` may block: reading then pauses, and the service stops sending.
    """

    def __init__(self, client: SubscriberClient, config: PubSubSourceConfig, clock: Clock, arrived: Arrived) -> None:
        """Prepare; nothing is read until `open`."""
        self._client = client
        self._config = config
        self._clock = clock
        self._arrived = arrived
        self._backoff = Backoff(BackoffTimes(first=0.1, longest=5.0))
        self._name = str(uuid.uuid4())  # identity of this client at the service, for all streams
        self._closing = threading.Event()
        self._said = threading.Event()  # set after the last request on the stream
        self._call: Any = None
        self._opened: float | None = None
        self._answered = False
        self._thread = threading.Thread(target=self._run, name="pubsub-stream", daemon=True)
        self.failure: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether the service lets us read. Any thread."""
        opened = self._opened
        if opened is None or not clients.connected(self._client):
            return False
        return self._answered or self._clock.monotonic() - opened > _ACCEPTED_SECONDS

    def open(self) -> None:
        """Begin to read."""
        self._thread.start()

    def close(self) -> None:
        """Stop reading. A blocking `arrived` must have returned. Idempotent.

        The stream is ended and not cancelled: Google's emulator redelivers returned messages of a
        cancelled stream only after the end of their lease.
        """
        self._closing.set()
        self._said.set()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)
        call = self._call
        if call is not None:
            call.cancel()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set() and self.failure is None:
            ended = self._said = threading.Event()
            if self._closing.is_set():
                return
            try:
                self._read(ended)
            except grpc.RpcError as error:
                self._ended(error)
            # a thread that ended silently would look like a subscription without messages
            except Exception as error:
                self.failure = repr(error)
            finally:
                ended.set()
                self._opened, self._answered = None, False
            if self.failure is None:
                self._clock.wait(self._backoff.pause(), self._closing)

    def _read(self, ended: threading.Event) -> None:
        names = {"subscription": self._config.subscription}
        metadata = [routing_header.to_grpc_metadata(names)]  # type: ignore[no-untyped-call]  # has no types
        self._call = streaming_pull(self._client)(self._requests(ended), metadata=metadata)
        self._opened = self._clock.monotonic()
        if self._closing.is_set():  # `close` has not seen this call
            self._call.cancel()
        for response in self._call:
            self._answered = True
            self._backoff.reset()
            plain = types.StreamingPullResponse.pb(response)
            self._arrived(plain.received_messages, plain.subscription_properties.exactly_once_delivery_enabled)

    def _requests(self, ended: threading.Event) -> Iterator[types.StreamingPullRequest]:
        """Yield the requests of the stream: identity and limits first, then heartbeats."""
        yield types.StreamingPullRequest(
            subscription=self._config.subscription,
            stream_ack_deadline_seconds=self._config.lease,
            client_id=self._name,
            max_outstanding_messages=self._config.messages,
            max_outstanding_bytes=self._config.size,
        )
        while not self._clock.wait(_HEARTBEAT_SECONDS, ended):
            yield types.StreamingPullRequest()

    def _ended(self, error: grpc.RpcError) -> None:
        if self._closing.is_set():
            return
        if for_good(error):
            self.failure = detail_of(error)
        else:
            log = (
                logger().info if self._answered else logger().warning
            )  # the service ends each stream after half an hour
            log("the stream ended; it is opened again", detail=detail_of(error))
