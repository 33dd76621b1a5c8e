"""The Service Bus of the tests, for Microsoft's own client: assumptions of the adapter."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.servicebus import (
    NEXT_AVAILABLE_SESSION,
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceivedMessage,
    ServiceBusReceiver,
    ServiceBusSubQueue,
)
from azure.servicebus.exceptions import (
    MessageLockLostError,
    MessageSizeExceededError,
    MessagingEntityNotFoundError,
    OperationTimeoutError,
    ServiceBusAuthenticationError,
    ServiceBusError,
    SessionCannotBeLockedError,
    SessionLockLostError,
)

from tests.fixtures.programs import until
from tests.fixtures.servicebus_server import ServiceBusServer

pytestmark = pytest.mark.usefixtures("careless_sockets")

QUEUE = "orders"
SESSIONS = "by-customer"
WAIT = 5.0


@pytest.fixture
def server() -> Iterator[ServiceBusServer]:
    with ServiceBusServer() as running:
        running.create_queue(QUEUE, lock_seconds=30, max_deliveries=3)
        running.create_queue(SESSIONS, sessions=True)
        yield running


@pytest.fixture
def client(server: ServiceBusServer) -> Iterator[ServiceBusClient]:
    with ServiceBusClient.from_connection_string(server.connection_string, retry_total=0) as made:
        yield made


QUICK: Any = {"keep_alive": 0, "socket_timeout": 0.02}
"""Without the library's thread that keeps connections alive, which takes a second to end."""


def receiver_of(client: ServiceBusClient, queue: str = QUEUE, **options: Any) -> ServiceBusReceiver:
    return client.get_queue_receiver(queue, prefetch_count=20, **QUICK, **options)


def put(client: ServiceBusClient, *messages: ServiceBusMessage, queue: str = QUEUE) -> None:
    with client.get_queue_sender(queue, **QUICK) as sender:
        sender.send_messages(list(messages))


def bodies(received: list[ServiceBusReceivedMessage]) -> list[bytes]:
    return [b"".join(message.body) for message in received]


def receive(receiver: ServiceBusReceiver, count: int) -> list[ServiceBusReceivedMessage]:
    received: list[ServiceBusReceivedMessage] = []

    def enough() -> bool:
        received.extend(receiver.receive_messages(count, WAIT))
        return len(received) >= count

    until(enough, "messages came")
    return received


def test_what_is_sent_is_received_with_its_properties(client: ServiceBusClient) -> None:
    put(client, ServiceBusMessage(b"\x00\xff", application_properties={"a": "ä", "n": 5}, message_id="m", subject="s"))

    with receiver_of(client) as receiver:
        (message,) = receive(receiver, 1)
        assert (bodies([message]), message.application_properties) == ([b"\x00\xff"], {b"a": "ä".encode(), b"n": 5})
        assert (message.message_id, message.subject, message.delivery_count) == ("m", "s", 0)
        receiver.complete_message(message)
        assert receiver.receive_messages(1, 0.1) == []


def test_a_large_message_comes_in_several_frames(client: ServiceBusClient) -> None:
    body = bytes(range(256)) * 900
    put(client, ServiceBusMessage(body))

    with receiver_of(client) as receiver:
        assert bodies(receive(receiver, 1)) == [body]


def test_abandoned_messages_come_again_and_are_dead_after_too_many_deliveries(client: ServiceBusClient) -> None:
    put(client, ServiceBusMessage(b"x"))

    with receiver_of(client) as receiver:
        for number in range(3):
            (message,) = receive(receiver, 1)
            assert message.delivery_count == number
            receiver.abandon_message(message)
    with receiver_of(client, sub_queue=ServiceBusSubQueue.DEAD_LETTER) as receiver:
        (dead,) = receive(receiver, 1)
        assert dead.dead_letter_reason == "MaxDeliveryCountExceeded"


def test_dead_letters_say_why(client: ServiceBusClient) -> None:
    put(client, ServiceBusMessage(b"x", application_properties={"k": "v"}))

    with receiver_of(client) as receiver:
        receiver.dead_letter_message(receive(receiver, 1)[0], reason="bad", error_description="very")
    with receiver_of(client, sub_queue=ServiceBusSubQueue.DEAD_LETTER) as receiver:
        (dead,) = receive(receiver, 1)
        assert (dead.dead_letter_reason, dead.dead_letter_error_description) == ("bad", "very")
        assert (dead.application_properties or {})[b"k"] == b"v"


def test_a_lock_that_is_lost_cannot_be_used_and_the_message_comes_again(
    client: ServiceBusClient, server: ServiceBusServer
) -> None:
    put(client, ServiceBusMessage(b"x"))

    with receiver_of(client) as receiver:
        (message,) = receive(receiver, 1)
        assert receiver.renew_message_lock(message) > datetime.now(UTC) + timedelta(seconds=20)
        server.lose_locks(QUEUE)
        with pytest.raises(MessageLockLostError):
            receiver.complete_message(message)
        assert receive(receiver, 1)[0].delivery_count == 1


def test_topics_give_each_subscription_its_own_copy(client: ServiceBusClient, server: ServiceBusServer) -> None:
    server.create_topic("news")
    for name in ("one", "two"):
        server.create_subscription("news", name)
    with client.get_topic_sender("news", **QUICK) as sender:
        sender.send_messages(ServiceBusMessage(b"x"))

    for name in ("one", "two"):
        with client.get_subscription_receiver("news", name, prefetch_count=20, **QUICK) as receiver:
            assert bodies(receive(receiver, 1)) == [b"x"]


def test_sessions_are_given_to_one_receiver_each_in_order(client: ServiceBusClient) -> None:
    put(client, *(ServiceBusMessage(b"%d" % n, session_id=f"s{n % 2}") for n in range(10)), queue=SESSIONS)

    with (
        receiver_of(client, SESSIONS, session_id=NEXT_AVAILABLE_SESSION, max_wait_time=WAIT) as one,
        receiver_of(client, SESSIONS, session_id=NEXT_AVAILABLE_SESSION, max_wait_time=WAIT) as two,
    ):
        assert {one.session.session_id, two.session.session_id} == {"s0", "s1"}
        for receiver in (one, two):
            parity = int(receiver.session.session_id[1])
            assert bodies(receive(receiver, 5)) == [b"%d" % n for n in range(parity, 10, 2)]
        with (
            pytest.raises(SessionCannotBeLockedError),
            receiver_of(client, SESSIONS, session_id="s0", max_wait_time=1),
        ):
            pass


def test_a_session_has_a_lock_and_a_state(client: ServiceBusClient, server: ServiceBusServer) -> None:
    put(client, ServiceBusMessage(b"x", session_id="s"), queue=SESSIONS)

    with receiver_of(client, SESSIONS, session_id="s") as receiver:
        receiver.session.set_state(b"here")
        assert receiver.session.get_state() == b"here"
        assert receiver.session.renew_lock() > datetime.now(UTC) + timedelta(seconds=20)
        (message,) = receive(receiver, 1)
        server.lose_locks(SESSIONS)
        with pytest.raises((SessionLockLostError, ServiceBusError)):
            receiver.complete_message(message)
    with receiver_of(client, SESSIONS, session_id="s") as receiver:
        assert receive(receiver, 1)[0].delivery_count == 1


def test_waiting_for_a_session_ends(client: ServiceBusClient) -> None:
    with (
        pytest.raises(OperationTimeoutError),
        receiver_of(client, SESSIONS, session_id=NEXT_AVAILABLE_SESSION, max_wait_time=0.3),
    ):
        pass


def test_a_session_needs_a_name(client: ServiceBusClient) -> None:
    with pytest.raises(ServiceBusError, match="SessionId"):
        put(client, ServiceBusMessage(b"x"), queue=SESSIONS)


def test_peeking_takes_nothing(client: ServiceBusClient) -> None:
    put(client, *(ServiceBusMessage(b"%d" % n) for n in range(5)))

    with receiver_of(client) as receiver:
        assert bodies(receiver.peek_messages(2)) == [b"0", b"1"]
        assert bodies(receiver.peek_messages(9, sequence_number=4)) == [b"3", b"4"]
        assert bodies(receive(receiver, 5)) == [b"%d" % n for n in range(5)]


def test_a_message_can_be_scheduled(client: ServiceBusClient, server: ServiceBusServer) -> None:
    with client.get_queue_sender(QUEUE, **QUICK) as sender:
        sender.schedule_messages(ServiceBusMessage(b"later"), datetime.now(UTC) + timedelta(seconds=0.5))
        (gone,) = sender.schedule_messages([ServiceBusMessage(b"never")], datetime.now(UTC) + timedelta(seconds=0.5))
        sender.cancel_scheduled_messages(gone)
    with receiver_of(client) as receiver:
        assert bodies(receive(receiver, 1)) == [b"later"]


def test_sizes_are_limited(client: ServiceBusClient) -> None:
    with client.get_queue_sender(QUEUE, **QUICK) as sender, pytest.raises(MessageSizeExceededError):
        sender.send_messages(ServiceBusMessage(b"x" * 300_000))


def test_sends_can_be_refused(client: ServiceBusClient, server: ServiceBusServer) -> None:
    server.refuse_sends(QUEUE)
    with pytest.raises(ServiceBusError, match="refused"):
        put(client, ServiceBusMessage(b"x"))
    server.take_sends()
    put(client, ServiceBusMessage(b"x"))
    assert [message.payload for message in server.messages(QUEUE)] == [b"x"]


def test_messages_outlive_the_server(client: ServiceBusClient, server: ServiceBusServer) -> None:
    put(client, ServiceBusMessage(b"x"))
    server.stop()
    with pytest.raises(ServiceBusError), receiver_of(client):
        pass
    server.start()
    with receiver_of(client) as receiver:
        assert bodies(receive(receiver, 1)) == [b"x"]


def test_a_client_comes_back_after_its_connection_or_link_is_cut(server: ServiceBusServer) -> None:
    retrying = ServiceBusClient.from_connection_string(server.connection_string, retry_backoff_factor=0.05)
    with retrying, retrying.get_queue_sender(QUEUE, **QUICK) as sender, receiver_of(retrying) as receiver:
        for cut in (server.drop_connections, lambda: server.detach_links(QUEUE)):
            cut()
            sender.send_messages(ServiceBusMessage(b"x"))
            receiver.complete_message(receive(receiver, 1)[0])


def test_unknown_entities_and_wrong_keys_are_refused() -> None:
    with ServiceBusServer(key="secret") as server:
        wrong = server.connection_string.replace("secret", "wrong")
        for string, error in (
            (server.connection_string, MessagingEntityNotFoundError),
            (wrong, ServiceBusAuthenticationError),
        ):
            made = ServiceBusClient.from_connection_string(string, retry_total=0)
            with made, pytest.raises(error), receiver_of(made, "nowhere"):
                pass
