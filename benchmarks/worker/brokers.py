"""The brokers that can be chosen: tansu, which keeps its records in memory, and Apache Kafka."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, get_args

from sluicegate.shared.quickstart.kafka import KafkaServer
from tests.fixtures.kafka_jars import KafkaJarsMissing, kafka_jars
from tests.fixtures.kafka_node import ApacheKafka

Kind: TypeAlias = Literal["tansu", "apache"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_JAVA = ("java", "-Xms1g", "-Xmx1g", "-XX:-UsePerfData")
"""The heap that Apache Kafka's own start script gives it, and the whole compiler, which tests go
without.
"""


class Broker(Protocol):
    """One that runs."""

    @property
    def bootstrap(self) -> str:
        """Where clients begin."""
        ...

    @property
    def pid(self) -> int | None:
        """Its process."""
        ...


ForRun: TypeAlias = Callable[[], AbstractContextManager[Broker]]
"""The broker for one run."""


@contextmanager
def brokers(kind: Kind, folder: Path) -> Iterator[ForRun]:
    """Yield a broker for each run: a new tansu, which gets slower as it fills, or one Apache Kafka.

    Java gets faster over time, so all runs share it.
    """
    if kind == "tansu":
        yield KafkaServer
        return
    try:
        jars = kafka_jars()
    except KafkaJarsMissing as missing:
        sys.exit(f"benchmarks: no Apache Kafka: {missing}")
    with ApacheKafka(jars, folder / "kafka", java=_JAVA) as node:
        yield lambda: nullcontext(node)
