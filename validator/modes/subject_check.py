"""Check that a schema is registered under the right subject: Confluent's schema validation."""

from dataclasses import dataclass

from sluicegate.shared.model import GlobalId
from sluicegate.shared.subject_names import Strategy, record_name, subject
from sluicegate.validator.model import Code, Retry, StoredSchema, Unavailable, Unprocessable, Unreadable
from sluicegate.validator.ports import SchemaProvider


@dataclass(frozen=True, slots=True)
class SubjectChoice:
    """How subjects are named, and for which topic."""

    strategy: Strategy
    topic: str = ""


class SubjectCheck:
    """Refuses schemas that are registered under other subjects alone."""

    def __init__(self, provider: SchemaProvider, choice: SubjectChoice) -> None:
        """Ask here."""
        self._provider = provider
        self._choice = choice

    def refusal(self, schema: StoredSchema, record: str | None) -> Unprocessable | Retry | None:
        """Return the reason against messages of this schema, or None.

        `record` is the type of the message, if the schema has several.
        """
        name = ""
        if self._choice.strategy is not Strategy.TOPIC:
            found = record or record_name(schema.format, schema.source.text)
            if not found:
                reason = f"Schema {schema.name} names no record, and subjects are named after records"
                return Unprocessable(Code.SCHEMA_NOT_FOUND, reason)
            name = found
        wanted = subject(self._choice.strategy, self._choice.topic, name)
        registered = self._provider.registered(GlobalId(schema.schema_id), wanted)
        if isinstance(registered, Unavailable):
            return Retry(registered.detail)
        if isinstance(registered, Unreadable):
            return Unprocessable(Code.SCHEMA_UNREADABLE, f"The subjects of schema {schema.name}: {registered.detail}")
        if registered:
            return None
        return Unprocessable(
            Code.SCHEMA_NOT_FOUND, f"Schema {schema.name} is not registered under the subject {wanted!r}"
        )
