"""Service Bus's settings."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from sluicegate.validator import ports
from sluicegate.validator.brokers.letters import Browser, Letters
from sluicegate.validator.brokers.servicebus.config import Access, Entity, SinkConfig, SourceConfig
from sluicegate.validator.brokers.servicebus.letters import ServiceBusLetters
from sluicegate.validator.brokers.settings import Count, DestinationSettings, Name, Seconds, SourceSettings
from sluicegate.validator.errors import NotOffered

_STRING = "Connection string of the namespace, or of the entity; instead of `namespace`."
_NAMESPACE = "Host of the namespace (name.servicebus.windows.net), to sign in with Microsoft Entra ID."


class Source(SourceSettings):
    """A queue, or a subscription of a topic, to read from."""

    broker: Literal["servicebus"] = Field(description="Kind of broker.")
    connection_string: SecretStr | None = Field(default=None, description=_STRING)
    namespace: Name | None = Field(default=None, description=_NAMESPACE)
    queue: Name | None = Field(default=None, description="Queue to read; instead of `topic` and `subscription`.")
    topic: Name | None = Field(default=None, description="Topic of the subscription to read.")
    subscription: Name | None = Field(default=None, description="Subscription to read.")
    sessions: int = Field(default=0, ge=0, le=1_000, description="Sessions to work on at once; 0: the entity has none.")
    prefetch: int = Field(default=500, ge=1, le=50_000, description="Messages to ask for at once.")
    in_hand_messages: Count = Field(
        default=10_000, description="Messages that may be locked at once; shared by sessions."
    )
    renewal_seconds: Seconds = Field(default=300.0, description="How long a lock is renewed, at most.")
    session_idle_seconds: Seconds = Field(default=1.0, description="A session that is quiet so long makes place.")
    session_turn_seconds: Seconds = Field(default=60.0, description="A session makes place after so long.")
    session_wait_seconds: Seconds = Field(default=10.0, description="How long one question for a session waits.")
    own_dead_letter_queue: bool = Field(
        default=False, description="Move dead letters to the entity's own dead-letter queue, and send none."
    )

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return Microsoft's client library."""
        return ("azure.servicebus",)

    @model_validator(mode="after")
    def _complete(self) -> "Source":
        _one_access(self.connection_string, self.namespace)
        if self.queue is None and (self.topic is None or self.subscription is None):
            raise ValueError("queue, or both topic and subscription, must be given")
        if self.queue is not None and (self.topic is not None or self.subscription is not None):
            raise ValueError("queue cannot be given together with topic and subscription")
        return self

    @property
    def address(self) -> str:
        """`servicebus://entity`."""
        return f"servicebus://{self._entity}"

    @property
    def traced(self) -> Mapping[str, str]:
        """The queue, or the topic and its subscription."""
        names = {
            "messaging.destination.name": self.queue or self.topic,
            "messaging.destination.subscription.name": self.subscription,
        }
        return {"messaging.system": "servicebus"} | {name: value for name, value in names.items() if value}

    @property
    def encodes_bodies(self) -> bool:
        """AMQP knows values and sequences."""
        return True

    @property
    def config(self) -> SourceConfig:
        """Return the configuration of the source."""
        return SourceConfig(
            access=_access(self.connection_string, self.namespace),
            entity=self._entity,
            sessions=self.sessions,
            prefetch=self.prefetch,
            in_hand=self.in_hand_messages,
            renewal=self.renewal_seconds,
            idle=self.session_idle_seconds,
            turn=self.session_turn_seconds,
            patience=self.session_wait_seconds,
        )

    @property
    def in_hand(self) -> int:
        """Return `in_hand_messages`."""
        return self.in_hand_messages

    def with_in_hand(self, messages: int) -> Self:
        """Return the settings with fewer messages, and as many sessions at most."""
        fewer = {
            "in_hand_messages": min(self.in_hand_messages, messages),
            "prefetch": min(self.prefetch, messages),
            "sessions": min(self.sessions, messages),
        }
        return self.model_copy(update=fewer)

    def make(self) -> ports.Source:
        """The source."""
        from sluicegate.validator.brokers.servicebus.source import ServiceBusSource

        return ServiceBusSource(self.config)

    def browse(self, topic: str | None, subscription: str | None) -> Browser:
        """Peek at the entity that is read, or at another queue, or at a topic's subscription."""
        from sluicegate.validator.brokers.servicebus.browser import ServiceBusBrowser

        if topic is None and self.sessions:
            raise NotOffered(
                "Service Bus cannot show messages of an entity with sessions; name another one with --topic"
            )
        entity = self._entity if topic is None else Entity(topic, subscription)
        return ServiceBusBrowser(_access(self.connection_string, self.namespace), entity)

    def own_letters(self, destination: DestinationSettings) -> Letters | None:
        """The entity's own dead-letter queue, when dead letters are moved there."""
        if not self.own_dead_letter_queue:
            return None
        access = _access(self.connection_string, self.namespace)
        return ServiceBusLetters(access, replace(self._entity, dead_letters=True), destination.make)

    def divert(self, sink: ports.Sink) -> ports.Sink:
        """The sink, or only its valid side, when dead letters stay with the entity."""
        if not self.own_dead_letter_queue:
            return sink
        from sluicegate.validator.brokers.servicebus.dead_lettering import OwnDeadLetters

        return OwnDeadLetters(sink)

    @property
    def _entity(self) -> Entity:
        return Entity(self.queue or self.topic or "", self.subscription)


class Destination(DestinationSettings):
    """Queues or topics to write to."""

    broker: Literal["servicebus"] = Field(description="Kind of broker.")
    connection_string: SecretStr | None = Field(default=None, description=_STRING)
    namespace: Name | None = Field(default=None, description=_NAMESPACE)
    valid: Name = Field(description="Queue or topic for valid messages.")
    dead_letter: Name = Field(description="Queue or topic for messages that can never pass.")
    sessions: bool = Field(default=False, description="Both require sessions, so messages without a key have one, too.")
    partitioned: bool = Field(
        default=False, description="Send batches of one key each, as partitioned entities require."
    )

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return Microsoft's client library."""
        return ("azure.servicebus",)

    @model_validator(mode="after")
    def _apart(self) -> "Destination":
        _one_access(self.connection_string, self.namespace)
        if len(set(self.topics.values())) < len(self.topics):
            raise ValueError("valid, dead_letter and overflow_topic must be different queues or topics")
        return self

    @property
    def address(self) -> str:
        """`servicebus://valid`."""
        return f"servicebus://{self.valid}"

    def letters(self, subscription: str | None) -> Letters:
        """The dead-letter queue, or a subscription of the dead-letter topic."""
        if self.sessions:
            raise NotOffered(
                "Service Bus cannot show messages of an entity with sessions, so its dead letters cannot be listed"
            )
        access = _access(self.connection_string, self.namespace)
        return ServiceBusLetters(access, Entity(self.dead_letter, subscription), self.make)

    def make(self) -> ports.Sink:
        """The sink."""
        from sluicegate.validator.brokers.servicebus.sink import ServiceBusSink

        access = _access(self.connection_string, self.namespace)
        return ServiceBusSink(SinkConfig(access, self.topics, self.sessions, self.partitioned))


def _one_access(connection_string: SecretStr | None, namespace: str | None) -> None:
    if (connection_string is None) == (namespace is None):
        raise ValueError("either connection_string or namespace must be given")
    if connection_string is not None and "Endpoint=sb://" not in connection_string.get_secret_value():
        raise ValueError("connection_string must be one of Service Bus: Endpoint=sb://...;SharedAccessKeyName=...")


def _access(connection_string: SecretStr | None, namespace: str | None) -> Access:
    return Access(None if connection_string is None else connection_string.get_secret_value(), namespace)
