"""Kafka's settings, and the clients that they choose from."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal, Self, assert_never

from pydantic import Field, model_validator

from sluicegate.validator import ports
from sluicegate.validator.brokers.kafka.config import KafkaSinkConfig, KafkaSourceConfig, Option, Options
from sluicegate.validator.brokers.kafka.letters import KafkaLetters
from sluicegate.validator.brokers.kafka.security import Sasl, Tls, kafka_python, librdkafka
from sluicegate.validator.brokers.letters import Browser, Redriving
from sluicegate.validator.brokers.settings import DestinationSettings, Name, SourceSettings
from sluicegate.validator.errors import NotOffered

_REDRIVE_SESSION_MS = 6000
"""So soon is a redrive given up that was killed: the least that brokers allow as they come."""

Client = Literal["confluent", "kafka-python"]
Assignment = Literal["cooperative-sticky", "range", "roundrobin"]

_MODULES: Mapping[Client, str] = {"confluent": "confluent_kafka", "kafka-python": "kafka"}
_MEMBERS_OWN = ("group.instance.id", "group_instance_id", "client.id", "client_id")
"""Settings of the client libraries that two members of a group must not share."""

_CONFIG = (
    "Settings of the client library, under its own names. They win over ours, but for those that delivery rests on."
)


class Source(SourceSettings):
    """Topics to read from."""

    broker: Literal["kafka"] = Field(default="kafka", description="Kind of broker.")
    bootstrap: Name = Field(description="Brokers to begin with: host:port, comma-separated.")
    topics: tuple[Name, ...] = Field(min_length=1, description="Topics to read.")
    group: Name = Field(description="Consumer group; workers of one group share the partitions.")
    client: Client = Field(default="confluent", description="Client library: confluent (librdkafka) or kafka-python.")
    assignment: Assignment | None = Field(
        default=None,
        description="How partitions are shared; without it, cooperative-sticky, or range with kafka-python.",
    )
    member: Name | None = Field(
        default=None, description="Name in the group that outlives restarts (static membership)."
    )
    isolation: Literal["read_committed", "read_uncommitted"] = Field(
        default="read_committed",
        description="Wait for the ends of producers' transactions, or read uncommitted messages.",
    )
    on_gap: Literal["go_on", "stop"] = Field(
        default="go_on",
        description="Reaction if the committed offset no longer exists (retention, a truncated log).",
    )
    tls: Tls | None = Field(default=None, description="TLS.")
    sasl: Sasl | None = Field(default=None, description="SASL.")
    config: dict[str, Option] = Field(default_factory=dict, description=_CONFIG)

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return the client library that `client` chooses."""
        return (_MODULES[self.client],)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.client == "kafka-python" and self.assignment == "cooperative-sticky":
            raise ValueError("assignment = cooperative-sticky needs client = confluent")
        _check_oauth(self.client, self.sasl)
        return self

    @property
    def options(self) -> Options:
        """Return all options of the client, under its own names."""
        if self.client == "kafka-python":
            strategy: Options = {"partition_assignment_strategy": self.assignment} if self.assignment else {}
            static: Options = {"group_instance_id": self.member} if self.member else {}
            ours = {"isolation_level": self.isolation, **strategy, **static, **kafka_python(self.tls, self.sasl)}
        else:
            strategy = {"partition.assignment.strategy": self.assignment} if self.assignment else {}
            static = {"group.instance.id": self.member} if self.member else {}
            ours = {"isolation.level": self.isolation, **strategy, **static, **librdkafka(self.tls, self.sasl)}
        return ours | self.config

    @property
    def address(self) -> str:
        """`kafka://brokers/topics`."""
        return f"kafka://{self.bootstrap}/{','.join(self.topics)}"

    @property
    def traced(self) -> Mapping[str, str]:
        """The group, and the topic where it is the only one."""
        topic = {"messaging.destination.name": self.topics[0]} if len(self.topics) == 1 else {}
        return {"messaging.system": "kafka", "messaging.consumer.group.name": self.group, **topic}

    @property
    def consumer(self) -> KafkaSourceConfig:
        """Return the configuration of a consumer."""
        stops = self.on_gap == "stop"
        return KafkaSourceConfig(self.bootstrap, self.topics, self.group, self.options, stops_at_gaps=stops)

    def browse(self, topic: str | None, subscription: str | None) -> Browser:
        """A topic as it stands; the only one that is read, if none is named."""
        from sluicegate.validator.brokers.kafka.librdkafka.browser import KafkaBrowser

        if self.client != "confluent":
            raise NotOffered("looking at messages needs source.client = confluent")
        if topic is None and len(self.topics) > 1:
            raise NotOffered(f"several topics are read; name one of them with --topic: {', '.join(self.topics)}")
        return KafkaBrowser(self.bootstrap, topic or self.topics[0], self.options)

    def numbered(self, number: int) -> Self:
        """Names that must be a member's own get its number."""
        own = {name: f"{self.config[name]}-{number}" for name in _MEMBERS_OWN if name in self.config}
        member = f"{self.member}-{number}" if self.member else None
        return self.model_copy(update={"config": self.config | own, "member": member})

    def make(self) -> ports.Source:
        """A member of the group."""
        config = self.consumer
        match self.client:
            case "confluent":
                from sluicegate.validator.brokers.kafka.librdkafka.source import ConfluentSource

                return ConfluentSource(config)
            case "kafka-python":
                from sluicegate.validator.brokers.kafka.kafka_python.source import KafkaPythonSource

                return KafkaPythonSource(config)
        assert_never(self.client)


class Destination(DestinationSettings):
    """Topics to write to."""

    broker: Literal["kafka"] = Field(default="kafka", description="Kind of broker.")
    bootstrap: Name = Field(description="Brokers to begin with: host:port, comma-separated.")
    valid: Name = Field(description="Topic for valid messages.")
    dead_letter: Name = Field(description="Topic for messages that can never pass.")
    client: Client = Field(default="confluent", description="Client library: confluent (librdkafka) or kafka-python.")
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = Field(
        default="none", description="How batches are compressed; kafka-python needs a library for all but gzip."
    )
    tls: Tls | None = Field(default=None, description="TLS.")
    sasl: Sasl | None = Field(default=None, description="SASL.")
    config: dict[str, Option] = Field(default_factory=dict, description=_CONFIG)

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return the client library that `client` chooses."""
        return (_MODULES[self.client],)

    @model_validator(mode="after")
    def _apart(self) -> "Destination":
        if len(set(self.topics.values())) < len(self.topics):
            raise ValueError("valid, dead_letter and overflow_topic must be different topics")
        _check_oauth(self.client, self.sasl)
        return self

    @property
    def options(self) -> Options:
        """Return all options of the client, under its own names."""
        if self.client == "kafka-python":
            packed: Options = {"compression_type": self.compression} if self.compression != "none" else {}
            return {**packed, **kafka_python(self.tls, self.sasl), **self.config}
        packed = {"compression.type": self.compression} if self.compression != "none" else {}
        return {**packed, **librdkafka(self.tls, self.sasl), **self.config}

    @property
    def address(self) -> str:
        """`kafka://brokers/valid`."""
        return f"kafka://{self.bootstrap}/{self.valid}"

    def exactly_once_flaws(self, source: SourceSettings) -> Iterator[str]:
        """Transactions need one cluster, and a client that we know to keep them."""
        if not isinstance(source, Source):
            yield from super().exactly_once_flaws(source)
            return
        if not _servers(self.bootstrap) & _servers(source.bootstrap):
            yield "needs source and destination in one cluster, and no server is in both source.bootstrap and destination.bootstrap"
        if "kafka-python" in (self.client, source.client):
            yield "needs source.client and destination.client to be confluent"
        if source.config.get("group.protocol") == "consumer":
            yield "does not go with group.protocol = consumer yet"
        if source.options.get("isolation.level") == "read_uncommitted":
            yield "does not go with source.isolation = read_uncommitted, which reads what may never count"

    def make_exactly_once(self, source: SourceSettings, worker: str) -> tuple[ports.Source, ports.TransactionalSink]:
        """A consumer and a transactional producer."""
        from sluicegate.validator.brokers.kafka.librdkafka.source import ConfluentSource
        from sluicegate.validator.brokers.kafka.librdkafka.transactions import ConfluentTransactions

        assert isinstance(source, Source), "there are no flaws"
        consumer = ConfluentSource(replace(source.consumer, commits=False))
        name = f"sluicegate-{source.group}-{worker}"
        return consumer, ConfluentTransactions(self.producer, consumer, name)

    def letters(self, subscription: str | None) -> KafkaLetters:
        """The dead-letter topic."""
        if self.client != "confluent":
            raise NotOffered("looking at dead letters needs destination.client = confluent")
        return KafkaLetters(self.bootstrap, self.dead_letter, self.options, self._redriving)

    def _redriving(self, group: str) -> Redriving:
        """Return both sides of a redrive.

        Only one runs at a time: a second one with the same transactional id ends the first, and a
        killed one blocks no successor.
        """
        config: dict[str, Option] = {"session.timeout.ms": _REDRIVE_SESSION_MS, **self.config}
        source = Source(
            bootstrap=self.bootstrap,
            topics=(self.dead_letter,),
            group=group,
            tls=self.tls,
            sasl=self.sasl,
            config=config,
        )
        return Redriving(*self.make_exactly_once(source, "redrive"))

    @property
    def producer(self) -> KafkaSinkConfig:
        """Return the configuration of a producer."""
        return KafkaSinkConfig(self.bootstrap, self.topics, self.options)

    def make(self) -> ports.Sink:
        """A producer."""
        config = self.producer
        match self.client:
            case "confluent":
                from sluicegate.validator.brokers.kafka.librdkafka.sink import ConfluentSink

                return ConfluentSink(config)
            case "kafka-python":
                from sluicegate.validator.brokers.kafka.kafka_python.sink import KafkaPythonSink

                return KafkaPythonSink(config)
        assert_never(self.client)


def _check_oauth(client: Client, sasl: Sasl | None) -> None:
    if client == "kafka-python" and sasl is not None and sasl.oauth:
        raise ValueError("sasl.mechanism = OAUTHBEARER needs client = confluent")


def _servers(bootstrap: str) -> set[str]:
    return {server.strip() for server in bootstrap.split(",")}
