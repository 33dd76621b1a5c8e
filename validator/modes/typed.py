"""Decisions for one schema with several message types."""

from sluicegate.shared.errors import MessageTypeUnknown
from sluicegate.shared.formats.engine import MessageTyped
from sluicegate.shared.framing import FIRST, Path
from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import Code, Lookup, StoredSchema, Unprocessable
from sluicegate.validator.modes.subject_check import SubjectCheck
from sluicegate.validator.pipeline.check import Always, Check, Checks, Decision


class Typed:
    """A decision for one schema, and for each of its message types if it has any."""

    def __init__(self, checks: Checks, found: Lookup, said: SchemaFormat | None, subjects: SubjectCheck | None) -> None:
        self._checks = checks
        self._found = found
        self._said = said
        self._subjects = subjects
        self.decision = checks.by(found, said)

    @property
    def has_types(self) -> bool:
        return isinstance(self.decision, Check) and isinstance(self.decision.validator, MessageTyped)

    def at(self, path: Path) -> Decision:
        """By the type at a place in the file; by the schema, if it has no types."""
        if not isinstance(self.decision, Check) or not isinstance(self.decision.validator, MessageTyped):
            return self._under_subject(self.decision, None)
        try:
            name = self.decision.validator.message_at(path)
        except MessageTypeUnknown as error:
            return Always(Unprocessable(Code.ATTRIBUTE_INVALID, error.message, quotes_payload=True))
        return self._under_subject(self._checks.by(self._found, self._said, name), name)

    def named(self, name: str) -> Decision:
        """By the type with a full name, or a name in the package of the file."""
        if isinstance(self.decision, Check) and isinstance(self.decision.validator, MessageTyped):
            name = _full_name(self.decision.validator, name)
        return self._under_subject(self._checks.by(self._found, self._said, name), name)

    def _under_subject(self, decision: Decision, record: str | None) -> Decision:
        if self._subjects is None or not isinstance(self._found, StoredSchema):
            return decision
        refusal = self._subjects.refusal(self._found, record)
        return decision if refusal is None else Always(refusal)


def _full_name(validator: MessageTyped, name: str) -> str:
    """Return the full name of a type that is named without its package. Apicurio's serializers write both."""
    try:
        validator.for_message(name)
    except MessageTypeUnknown:
        package = validator.message_at(FIRST).rpartition(".")[0]
        return f"{package}.{name}" if package else name
    return name
