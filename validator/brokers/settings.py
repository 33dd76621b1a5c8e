"""The common part of all brokers' settings.

A broker is a package beside this module. Its module `settings` has a `Source` and a `Destination`,
which derive from the classes here, define the options, and create the adapter.
`validator.brokers.catalog` finds them.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sluicegate.shared import extras
from sluicegate.validator.brokers.letters import Browser, Letters
from sluicegate.validator.errors import NotOffered
from sluicegate.validator.loop.fallbacks import Overflow
from sluicegate.validator.model import Destination
from sluicegate.validator.pipeline.deadletter import VALUE_BYTES
from sluicegate.validator.ports import Sink, Source, TransactionalSink

Name = Annotated[str, Field(min_length=1)]
Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


class Table(BaseModel):
    """One table of the settings file. Secrets are `SecretStr`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class BrokerSettings(Table):
    """One side of a broker."""

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return the modules of the client library that this side imports."""
        return ()

    @model_validator(mode="after")
    def _installed(self) -> Self:
        """Refuse a side whose client library is not installed, before anything connects."""
        absent = next((module for module in self.libraries if not extras.installed(module)), None)
        if absent is not None:
            raise ValueError(extras.absence(absent))
        return self


class SourceSettings(BrokerSettings, ABC):
    """`[source]`. A subclass gives `broker` its own name, as a literal."""

    broker: str = Field(description="Kind of broker.")

    @property
    @abstractmethod
    def address(self) -> str:
        """Return the origin of messages, for people. No secrets."""

    @property
    def traced(self) -> Mapping[str, str]:
        """Return span attributes for the origin of messages, by OpenTelemetry's conventions."""
        return {"messaging.system": self.broker}

    @property
    def encodes_bodies(self) -> bool:
        """Whether messages may have bodies that are no bytes (see `validator.pipeline.body_check`)."""
        return False

    def numbered(self, number: int) -> Self:
        """Return the settings of one of several processes, with its own names at the broker."""
        return self

    @property
    def in_hand(self) -> int:
        """Return the maximum of delivered, unacknowledged messages of this process.

        0 if the broker does not count deliveries.
        """
        return 0

    def with_in_hand(self, messages: int) -> Self:
        """Return the settings with at most so many messages in hand."""
        return self

    @abstractmethod
    def make(self) -> Source:
        """The source.

        It connects when it is opened. Imports the client library that it needs, and no other.
        """

    def browse(self, topic: str | None, subscription: str | None) -> Browser:
        """Look at live messages: of the topic or queue that is named, or of the one that is read.

        Raises `NotOffered`, `SourceFailed`.
        """
        raise NotOffered(f"{self.broker} does not let one look at messages without taking them")

    def own_letters(self, destination: "DestinationSettings") -> Letters | None:
        """Return the dead letters at the source's broker; None if they are sent to the destination."""
        return None

    def divert(self, sink: Sink) -> Sink:
        """Return the sink for messages of this source.

        It differs if the source's broker itself stores the dead letters.
        """
        return sink


class DestinationSettings(BrokerSettings, ABC):
    """`[destination]`.

    A subclass gives `broker`, `valid` and `dead_letter` types and texts of its own.
    """

    broker: str = Field(description="Kind of broker.")
    valid: Name = Field(description="Topic for valid messages.")
    dead_letter: Name = Field(description="Topic for messages that can never pass.")
    overflow: Literal["envelope", "halt"] = Field(
        default="envelope",
        description="Reaction to a message that is too large for every topic: envelope sends a dead letter "
        "without payload (position, size and digest), halt stops.",
    )
    overflow_topic: Name | None = Field(
        default=None, description="Topic for messages that are too large for `dead_letter`, before `overflow` decides."
    )

    @property
    def topics(self) -> Mapping[Destination, str]:
        """Where each destination is."""
        topics = {Destination.VALID: self.valid, Destination.DEAD_LETTER: self.dead_letter}
        return topics if self.overflow_topic is None else topics | {Destination.OVERFLOW: self.overflow_topic}

    @property
    def fallback(self) -> Overflow:
        """Return the treatment of dead letters that are too large."""
        return Overflow(topic=self.overflow_topic is not None, envelope=self.overflow == "envelope")

    @property
    @abstractmethod
    def address(self) -> str:
        """Where messages go, for people. No secrets."""

    @property
    def value_bytes(self) -> int:
        """The longest value that a dead letter's added attributes may have."""
        return VALUE_BYTES

    def letters(self, subscription: str | None) -> Letters:
        """The dead letters.

        `subscription`: where they are read, for brokers that need one. Raises `NotOffered`.
        """
        raise NotOffered(f"{self.broker} does not let one look at messages without taking them")

    def exactly_once_flaws(self, source: SourceSettings) -> Iterator[str]:
        """Why messages from that source cannot be delivered here exactly once."""
        yield f"needs Kafka on both sides, in one cluster; this is {source.broker} to {self.broker}"

    def make_exactly_once(self, source: SourceSettings, worker: str) -> tuple[Source, TransactionalSink]:
        """Both sides, when there are no flaws.

        `worker` is this process's own name. Raises `SinkFailed` when they cannot be.
        """
        raise NotImplementedError(f"{self.broker} has no transactions")

    @abstractmethod
    def make(self) -> Sink:
        """The sink.

        Raises `SinkFailed` when it cannot be. Imports the client library that it needs, and no
        other.
        """
