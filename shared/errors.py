"""The root of the error tree.

    SluicegateError
    ├── FormatUnsupported        no engine for a format's name
    ├── SchemaError              a schema text is at fault; carries violations
    │   ├── SchemaSyntaxError    it does not parse
    │   └── SchemaUnusable       it parses, but payloads cannot be checked with it
    │       └── SchemaWithoutPayloads    it describes no payload: other schemas import it
    ├── SampleUnusable           a schema cannot be inferred from a sample; carries which one
    ├── PayloadUnusable          a payload cannot be made of a JSON text, or be shown as one
    ├── MessageTypeUnknown       a schema does not have the message type that a message names
    ├── CompilerUnavailable      a schema compiler cannot be run at present, which says nothing
    about the schema
    ├── SettingsInvalid          every mistake in a configuration, at once
    ├── registry_api.core.errors.RegistryError
    ├── registry_api.store.migration_files.MigrationRefused
    ├── registry_api.store.migrate.MigrationFailed
    └── validator.errors.ValidatorError

A class's docstring is its default message. Errors carry data; the edges turn them into responses,
exit codes and log lines.
"""

from collections.abc import Iterable

from sluicegate.shared.model import Violation


class SluicegateError(Exception):
    """Sluicegate met a problem."""

    def __init__(self, message: str | None = None) -> None:
        """Keep the message, or the class's own."""
        super().__init__(message or type(self).__doc__ or type(self).__name__)

    @property
    def message(self) -> str:
        """The sentence for a person."""
        return str(self.args[0])


class FormatUnsupported(SluicegateError):
    """The schema format is not supported."""


class SchemaError(SluicegateError):
    """The schema is not valid."""

    def __init__(self, message: str | None = None, violations: Iterable[Violation] = ()) -> None:
        """Keep every violation, for answers that list them."""
        super().__init__(message)
        self.violations = tuple(violations)


class SchemaSyntaxError(SchemaError):
    """The schema does not parse."""


class SchemaUnusable(SchemaError):
    """The schema parses, but payloads cannot be checked with it."""


class SchemaWithoutPayloads(SchemaUnusable):
    """The schema describes no payload."""


class SampleUnusable(SluicegateError):
    """No schema can be inferred from the samples."""

    def __init__(self, message: str | None = None, index: int | None = None) -> None:
        """Keep which of the samples is at fault, from 0; None when it is no single one."""
        super().__init__(message)
        self.index = index


class PayloadUnusable(SluicegateError):
    """The text does not describe a payload of the schema."""


class MessageTypeUnknown(SluicegateError):
    """The schema does not have the message type."""


class EntityUnknown(SluicegateError):
    """The schema does not have the record or field."""

    def __init__(self, path: str) -> None:
        """Name it, in the words of Confluent's registry."""
        super().__init__(f"No matching path '{path[:200]}' found in the schema")


class CompilerUnavailable(SluicegateError):
    """The schema compiler cannot be run at present."""


class SettingsInvalid(SluicegateError):
    """The configuration is not valid."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        """Keep every mistake; the message lists them all, a line each."""
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))
