"""Errors that stop the worker. Temporary failures are values, not errors: see `validator.model`.

ValidatorError
├── SourceFailed             the source can never deliver another message
├── SinkFailed               the destination can never accept another message
├── MessageUndeliverable     a message fits nowhere, and nothing may be lost
├── DeadLetterBudgetSpent    more dead letters than the settings allow
├── WorkerFailed             the one worker process cannot go on (its own reason)
├── HealthFailed             the health server cannot listen (validator.health)
├── QuestionWrong            `sluicegate validate` cannot read its files (validator.offline)
├── SnapshotUnusable         the folder for schemas is unusable (validator.registry.snapshot)
├── RegistryUnavailable      inside validator.registry: becomes the value `Unavailable`
├── NotOffered               a broker does not support a command
└── Interrupted              stopped before all messages were delivered; the rest is redelivered
"""

from sluicegate.shared.errors import SluicegateError
from sluicegate.validator.model import Destination, Refused, TooLarge


class ValidatorError(SluicegateError):
    """The validator cannot continue."""


class SourceFailed(ValidatorError):
    """The source of the messages failed permanently."""


class SinkFailed(ValidatorError):
    """The destination of the messages failed permanently."""


class MessageUndeliverable(ValidatorError):
    """A message that no destination accepts."""

    def __init__(self, address: str, destination: Destination, failure: TooLarge | Refused) -> None:
        """Name the message, the destination that refused it last, and the reason."""
        name = destination.value.replace("_", "-")
        if isinstance(failure, TooLarge):
            wrong = f"is too large for the {name} destination, even without added attributes"
            remedy = (
                "Raise its size limit (Kafka: max.message.bytes of the topic and message.max.bytes in destination.config), "
                'or set destination.overflow to "envelope" or destination.overflow_topic; then start again'
            )
        else:
            wrong = f"is refused by the {name} destination"
            remedy = "Correct that destination (a dead-letter topic must take messages of any shape: not compacted, no schema)"
        super().__init__(
            f"The message {address} {wrong}: {failure.detail}. It is not lost: the source has it. {remedy}"
        )
        self.address = address


class WorkerFailed(ValidatorError):
    """The only worker process has reported that it cannot continue."""


class NotOffered(ValidatorError):
    """A broker, or its settings, does not support a command."""


class DeadLetterBudgetSpent(ValidatorError):
    """More messages would be dead-lettered than the settings allow."""

    def __init__(self, why: str) -> None:
        """Say the number of dead letters and the remedy."""
        super().__init__(
            f"Too many dead letters: {why}. Nothing of the last batch was sent or settled, so it comes again. Find out what changed at the "
            "producers, in the schemas or in these settings; then start the worker again, with a larger dead_letter_budget if all of "
            "this is right"
        )


class Interrupted(ValidatorError):
    """The worker was stopped before everything was delivered."""
