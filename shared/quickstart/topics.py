"""The broker's topics."""

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic  # where the type checker finds it exported

from sluicegate.shared.quickstart.errors import QuickstartError

INPUT, VALID, DEAD_LETTER = "input", "valid", "dead-letter"
TOPICS = (INPUT, VALID, DEAD_LETTER)
_ANSWER_SECONDS = 10.0


class BrokerSilent(QuickstartError):
    """The Kafka broker does not answer."""


def create_topics(bootstrap: str) -> None:
    """Create the topics with one partition each, so the output keeps the order of the input.

    Raises `BrokerSilent`.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    try:
        for created in admin.create_topics([NewTopic(name, 1, 1) for name in TOPICS]).values():
            created.result(_ANSWER_SECONDS)
    except KafkaException as error:
        raise BrokerSilent(f"The Kafka broker at {bootstrap} did not make the topics: {error}") from error
