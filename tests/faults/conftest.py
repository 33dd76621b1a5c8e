"""A plant on Apache Kafka, with a broker and a network of its own."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fakes.registry_server import RegistryServer
from tests.faults.kafka_pipe import KafkaPipe
from tests.faults.plant import Plant, Registry
from tests.fixtures.apache_kafka import MakeKafka
from tests.fixtures.kafka_node import ApacheKafka, Listener
from tests.fixtures.kafka_topics import topic_maker
from tests.fixtures.programs import Start
from tests.fixtures.scenarios import KeepRow
from tests.fixtures.tcp_proxy import TcpProxy


class KafkaPlant(Plant):
    """A plant whose broker and network the test may break."""

    node: ApacheKafka
    network: TcpProxy
    pipe: KafkaPipe

    def _state(self) -> str:
        return f"{super()._state()}\n{self.pipe.state()}"


MakePlant = Callable[..., KafkaPlant]


@pytest.fixture
def seed() -> int:
    """Return the seed of random points: FAULTS_SEED, or a new one, which is printed."""
    chosen = os.environ.get("FAULTS_SEED")  # noqa: TID251 - to repeat a run
    return int(chosen) if chosen else random.randrange(10**6)


@pytest.fixture
def kafka_plant(
    make_kafka: MakeKafka, program: Start, tmp_path: Path, seed: int, keep_row: KeepRow
) -> Iterator[MakePlant]:
    """`kafka_plant(once=True)`: worker -> proxy -> Kafka; the test's own way to Kafka is straight."""
    with ExitStack() as stack:

        def make(
            *, once: bool, client: str = "confluent", registry: Registry | None = None, strict: bool = False
        ) -> KafkaPlant:
            print(f"FAULTS_SEED={seed}")
            inner = Listener()
            proxy = stack.enter_context(TcpProxy(inner.port))
            node = make_kafka({"PROXIED": Listener(port=inner.port, advertised=proxy.port)}).start()
            make_topic = topic_maker(node.bootstrap)
            pipe = KafkaPipe(node, make_topic, node.address("PROXIED"), once=once, client=client, strict=strict)
            stack.callback(pipe.close)
            chosen = registry or stack.enter_context(RegistryServer())
            plant = KafkaPlant(pipe, chosen, program, tmp_path, seed)
            plant.keep_row = keep_row
            plant.node, plant.network = node, proxy
            return plant

        yield make
