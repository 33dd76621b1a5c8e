"""Pub/Sub's settings."""

import os
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from sluicegate.validator import ports
from sluicegate.validator.brokers.letters import Browser, Letters
from sluicegate.validator.brokers.pubsub.config import LIMITS, MAX_BYTES, PubSubSinkConfig, PubSubSourceConfig
from sluicegate.validator.brokers.settings import Count, DestinationSettings, SourceSettings
from sluicegate.validator.errors import NotOffered

_LIBRARY = "google.pubsub_v1"
_ID = r"[A-Za-z][A-Za-z0-9._~%+-]{2,254}"
Topic = Annotated[str, StringConstraints(pattern=rf"^(projects/[^/]+/topics/)?{_ID}$")]
Subscription = Annotated[str, StringConstraints(pattern=rf"^(projects/[^/]+/subscriptions/)?{_ID}$")]
Project = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.:-]{1,100}$")]

_EMULATOR = "host:port of an emulator to use instead of Google's service."
_PROJECT = "Google Cloud project of what is named without one."


def emulator_of_environment() -> str | None:
    """Return the emulator's address from the same variable as Google's libraries."""
    return os.environ.get("PUBSUB_EMULATOR_HOST") or None


class Source(SourceSettings):
    """A subscription to read."""

    broker: Literal["pubsub"] = Field(default="pubsub", description="Kind of broker.")
    project: Project = Field(description=_PROJECT)
    subscription: Subscription = Field(description="Subscription to read: its id, or projects/P/subscriptions/ID.")
    emulator: str | None = Field(default_factory=emulator_of_environment, description=_EMULATOR)
    max_messages: Count = Field(default=10_000, description="Messages that are here and not acknowledged, at most.")
    max_bytes: Count = Field(default=64 * 1024 * 1024, description="Payload bytes of those messages, about.")
    lease_seconds: int = Field(
        default=60, ge=10, le=600, description="How long the service leaves us a message at a time."
    )
    max_lease_seconds: Count = Field(default=3600, description="How long a message is kept altogether, at most.")

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return Google's client library."""
        return (_LIBRARY,)

    @property
    def address(self) -> str:
        """`pubsub://project/subscription`."""
        return f"pubsub://{self.project}/{self.subscription}"

    @property
    def traced(self) -> Mapping[str, str]:
        """The subscription, which is all that is known of its topic."""
        return {"messaging.system": "gcp_pubsub", "messaging.destination.subscription.name": self.subscription}

    @property
    def in_hand(self) -> int:
        """Return `max_messages`."""
        return self.max_messages

    def with_in_hand(self, messages: int) -> Self:
        """Return the settings with fewer messages."""
        return self.model_copy(update={"max_messages": min(self.max_messages, messages)})

    def make(self) -> ports.Source:
        """A subscriber."""
        from sluicegate.validator.brokers.pubsub.source import PubSubSource

        return PubSubSource(
            PubSubSourceConfig(
                _full(self.project, "subscriptions", self.subscription),
                emulator=self.emulator,
                messages=self.max_messages,
                size=self.max_bytes,
                lease=self.lease_seconds,
                extension=self.max_lease_seconds,
            )
        )

    def browse(self, topic: str | None, subscription: str | None) -> Browser:
        """Take messages of a subscription that was made for it, and give them back."""
        if subscription is None:
            raise NotOffered(
                "Pub/Sub shows messages of a subscription only, and leases them meanwhile. "
                "Make a subscription of the topic for this, and name it with --subscription"
            )
        from sluicegate.validator.brokers.pubsub.letters import PubSubBrowser

        return PubSubBrowser(
            PubSubSourceConfig(_full(self.project, "subscriptions", subscription), emulator=self.emulator)
        )


class Destination(DestinationSettings):
    """Topics to write to."""

    broker: Literal["pubsub"] = Field(default="pubsub", description="Kind of broker.")
    project: Project = Field(description=_PROJECT)
    valid: Topic = Field(description="Topic for valid messages: its id, or projects/P/topics/ID.")
    dead_letter: Topic = Field(description="Topic for messages that can never pass.")
    emulator: str | None = Field(default_factory=emulator_of_environment, description=_EMULATOR)
    ordering: bool = Field(default=True, description="Whether a message's key becomes its ordering key.")
    batch_messages: int = Field(default=1_000, ge=1, le=1_000, description="Messages in a request, at most.")
    batch_bytes: int = Field(default=1_000_000, ge=1, le=9_000_000, description="Bytes of a request, about.")
    requests: Count = Field(default=8, description="Requests that are on their way at the same time, at most.")
    max_message_bytes: int = Field(default=MAX_BYTES, ge=1, le=MAX_BYTES, description="Bytes that a message may have.")

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return Google's client library."""
        return (_LIBRARY,)

    @model_validator(mode="after")
    def _apart(self) -> "Destination":
        if len({_full(self.project, "topics", topic) for topic in self.topics.values()}) < len(self.topics):
            raise ValueError("valid, dead_letter and overflow_topic must be different topics")
        return self

    @property
    def address(self) -> str:
        """`pubsub://project/valid`."""
        return f"pubsub://{self.project}/{self.valid}"

    @property
    def value_bytes(self) -> int:
        """As the service allows."""
        return LIMITS.value

    def letters(self, subscription: str | None) -> Letters:
        """Of a subscription of the dead-letter topic."""
        if subscription is None:
            raise NotOffered(
                "Pub/Sub's dead letters are read from a subscription of their topic: name it with --subscription"
            )
        from sluicegate.validator.brokers.pubsub.letters import PubSubLetters

        name = _full(self.project, "subscriptions", subscription)
        return PubSubLetters(PubSubSourceConfig(name, emulator=self.emulator), self.make)

    def make(self) -> ports.Sink:
        """A publisher."""
        from sluicegate.validator.brokers.pubsub.sink import PubSubSink

        return PubSubSink(
            PubSubSinkConfig(
                {goal: _full(self.project, "topics", topic) for goal, topic in self.topics.items()},
                emulator=self.emulator,
                ordering=self.ordering,
                batch_messages=self.batch_messages,
                batch_bytes=self.batch_bytes,
                requests=self.requests,
                largest=self.max_message_bytes,
            )
        )


def _full(project: str, kind: str, name: str) -> str:
    return name if "/" in name else f"projects/{project}/{kind}/{name}"
