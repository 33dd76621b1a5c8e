"""Apache Kafka with TLS, certificates, users and tokens, from settings to messages.

With both clients.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.kafka.settings import Destination, Source
from sluicegate.validator.errors import ValidatorError
from sluicegate.validator.model import DELIVERED, Message
from sluicegate.validator.model import Destination as Goal
from tests.fixtures.kafka_security import CLIENT, PASSWORD, SECRET, USER, Lock, token_server
from tests.fixtures.kafka_topics import topic_maker

WAIT_SECONDS = 30.0
CLIENTS = pytest.mark.parametrize("client", ["confluent", "kafka-python"])


@pytest.fixture(scope="module")
def lock(apache_kafka_jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lock]:
    made = Lock(apache_kafka_jars, tmp_path_factory.mktemp("lock"))
    made.start()
    yield made
    made.node.kill()


def passes(lock: Lock, listener: str, client: str, **security: object) -> bool:
    """Whether a message goes through that listener and comes back."""
    topic, dead = topic_maker(lock.node.bootstrap)("t", 1), "never-used"
    side = {"bootstrap": lock.node.address(listener), "client": client, **security}
    destination = Destination.model_validate({**side, "valid": topic, "dead_letter": dead, "compression": "gzip"})
    source = Source.model_validate({**side, "topics": [topic], "group": topic, "member": "one", "assignment": "range"})
    sink = destination.make()
    try:
        sink.send(Goal.VALID, [Message(b"hello", b"k", [("a", b"b")], 0, None)])
        deadline = SystemClock().monotonic() + WAIT_SECONDS
        while (outcomes := sink.confirm(0.5)) is None:
            if SystemClock().monotonic() > deadline:
                return False
        assert list(outcomes) == [DELIVERED]
        reader = source.make()
        reader.open(lambda lanes: None)
        found: list[Message] = []
        while not found and SystemClock().monotonic() < deadline:
            found += reader.receive(1, 0.5)
        reader.close()
        return [each.payload for each in found] == [b"hello"]
    finally:
        sink.close()


@CLIENTS
def test_tls(lock: Lock, client: str) -> None:
    assert passes(lock, "TLS", client, tls={"ca": lock.ca})


@CLIENTS
def test_mutual_tls(lock: Lock, client: str) -> None:
    assert passes(lock, "MTLS", client, tls={"ca": lock.ca, "certificate": lock.client, "key": lock.key})


@CLIENTS
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_users(lock: Lock, client: str, mechanism: str) -> None:
    sasl = {"mechanism": mechanism, "username": USER, "password": PASSWORD}

    assert passes(lock, "SASL", client, sasl=sasl)
    assert passes(lock, "SASLTLS", client, tls={"ca": lock.ca}, sasl=sasl)


def test_tokens(lock: Lock) -> None:
    with token_server() as url:
        sasl = {"mechanism": "OAUTHBEARER", "token_url": url, "client_id": CLIENT, "client_secret": SECRET}

        assert passes(lock, "OAUTH", "confluent", sasl=sasl)


def test_a_broker_that_nobody_vouches_for_gets_nothing(lock: Lock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.integration.validator.test_kafka_security.WAIT_SECONDS", 3.0)

    assert not passes(lock, "TLS", "confluent", tls={})


def test_a_wrong_password_is_told(lock: Lock) -> None:
    wrong = {"mechanism": "PLAIN", "username": USER, "password": "wrong"}
    side = {"bootstrap": lock.node.address("SASL"), "client": "kafka-python", "sasl": wrong}
    side["config"] = {"bootstrap_timeout_ms": 3000}
    destination = Destination.model_validate({**side, "valid": "a", "dead_letter": "b"})

    with pytest.raises(ValidatorError, match="cannot be used"):
        destination.make()
