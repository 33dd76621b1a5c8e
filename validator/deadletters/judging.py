"""Deciders that check dead letters: by the named schema, by its latest version, or by a file."""

from collections.abc import Hashable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from sluicegate.shared.apicurio_framing import IdBytes
from sluicegate.shared.clock import SystemClock
from sluicegate.shared.errors import MessageTypeUnknown, SchemaError
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.catalog import Catalog
from sluicegate.shared.formats.engine import MessageTyped, PayloadValidator, SchemaSource
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.validator.checking.checker import SandboxedChecker
from sluicegate.validator.deadletters.file_schema import FileSchema
from sluicegate.validator.deciders import decider
from sluicegate.validator.errors import ValidatorError
from sluicegate.validator.model import Code, StoredSchema, Unprocessable
from sluicegate.validator.modes.automatic import Automatic
from sluicegate.validator.modes.body_check import EncodedBodies
from sluicegate.validator.modes.by_apicurio import ApicurioChoice, ByApicurio
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.pipeline import envelope
from sluicegate.validator.pipeline.check import Always, Check, Checks, Decision
from sluicegate.validator.pipeline.decider import Decider
from sluicegate.validator.pipeline.envelope import Attributes
from sluicegate.validator.pipeline.limited import LimitedChecker, Subject
from sluicegate.validator.pipeline.null_values import NullValues
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.registry.client import RegistryClient
from sluicegate.validator.registry.connection import connect
from sluicegate.validator.registry.provider import CachedSchemas, CacheTimes
from sluicegate.validator.settings.modes import WireFormat
from sluicegate.validator.settings.validator import ValidatorSettings
from sluicegate.validator.telemetry.metrics import Metrics

_MESSAGE_TYPES = 100
"""Types of a Protobuf file whose checks are kept."""


class RedriveQuestionWrong(ValidatorError):
    """The schema's file cannot be read, or used."""


class Wire(NamedTuple):
    """The wire format of the messages, and the size of ids in Apicurio's frames."""

    format: WireFormat = WireFormat.ATTRIBUTES
    id_bytes: IdBytes = IdBytes.AUTO


ATTRIBUTES = Wire()
"""Payloads without frames."""


class OneFile:
    """A `Decider` with the schema of a file for every message; attributes are ignored."""

    def __init__(self, validator: PayloadValidator, schema: StoredSchema, limited: LimitedChecker) -> None:
        """Use one schema; `limited` runs checks that may take long."""
        self._validator = validator
        self._schema = schema
        self._limited = limited

    def likeness(self, attributes: Attributes) -> Hashable:
        """Only the message type makes a difference."""
        return attributes.get(envelope.MESSAGE_TYPE)

    def decide(self, attributes: Attributes) -> Decision:
        """By the file."""
        name = (attributes.get(envelope.MESSAGE_TYPE) or b"").decode(errors="replace").strip()
        try:
            if name and isinstance(self._validator, MessageTyped):
                return Check(self._validator.for_message(name), Subject(self._schema, name), self._limited)
        except MessageTypeUnknown as error:
            return Always(Unprocessable(Code.ATTRIBUTE_INVALID, error.message))
        return Check(self._validator, Subject(self._schema), self._limited)


@contextmanager
def by_registry(settings: ValidatorSettings, *, latest: bool) -> Iterator[Processor]:
    """Checks as the validator with these settings does, but for the version if `latest`."""
    clock, metrics = SystemClock(), Metrics()
    with ExitStack() as stack:
        registry = settings.registry
        client = stack.enter_context(RegistryClient(connect(registry.address), clock, metrics))
        schemas = CachedSchemas(client, CacheTimes(capacity=registry.cache_schemas), clock, metrics)
        limited = stack.enter_context(closing(SandboxedChecker(settings.checks.limits, settings.formats.options)))
        checks = Checks(schemas, Catalog(settings.formats.options).engine, registry.cache_schemas, limited)
        yield Processor(decider(settings, schemas, checks, latest=latest), settings.null_values)


@contextmanager
def by_file(
    schema: Path,
    format_name: str | None,
    limits: Limits,
    options: FormatOptions,
    null_values: NullValues = NullValues.PASS,
    wire: Wire = ATTRIBUTES,
) -> Iterator[Processor]:
    """Checks against a file, within the limits. Raises `RedriveQuestionWrong`.

    Frames in front of payloads are read as the validator reads them; the ids in them are ignored.
    """
    validator, stored = _compiled(schema, _format(schema, format_name), options)
    with closing(SandboxedChecker(limits, options)) as limited:
        one = OneFile(validator, stored, limited)
        yield Processor(EncodedBodies(_unframed(one, stored, limited, options, wire)), null_values)


def _unframed(
    one: OneFile, stored: StoredSchema, limited: LimitedChecker, options: FormatOptions, wire: Wire
) -> Decider:
    """Return the decider that checks the bytes behind the frame of a wire format."""
    provider = FileSchema(stored)
    checks = Checks(provider, Catalog(options).engine, _MESSAGE_TYPES, limited)
    by_frame = ByFrame(provider, checks)
    by_apicurio = ByApicurio(provider, checks, ApicurioChoice(wire.id_bytes, options.avro_encoding))
    match wire.format:
        case WireFormat.ATTRIBUTES:
            return one
        case WireFormat.CONFLUENT:
            return by_frame
        case WireFormat.APICURIO:
            return by_apicurio
        case WireFormat.AUTO:
            return Automatic(one, by_frame, by_apicurio)


def _compiled(
    schema: Path, schema_format: SchemaFormat, options: FormatOptions
) -> tuple[PayloadValidator, StoredSchema]:
    engine = Catalog(options).engine(schema_format)
    try:
        source = SchemaSource(schema.read_text(encoding="utf-8"))
        parsed = engine.parse(source)
        flaws = engine.violations(parsed)
        if not flaws:
            return engine.compile(parsed), StoredSchema(SchemaId(1), VersionNumber(1), schema_format, source)
    except OSError as error:
        raise RedriveQuestionWrong(f"{schema}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RedriveQuestionWrong(f"{schema}: not UTF-8 text: {error.reason} at byte {error.start}") from error
    except SchemaError as error:
        raise RedriveQuestionWrong(f"{schema}: {error.message}") from error
    raise RedriveQuestionWrong(f"{schema}: not a valid schema: {flaws[0].message} (at {flaws[0].path or '/'})")


def _format(schema: Path, name: str | None) -> SchemaFormat:
    found = SchemaFormat(name.lower()) if name else catalog.format_of_file(schema.name)
    if found is None:
        names = ", ".join(catalog.FORMATS)
        raise RedriveQuestionWrong(f"{schema}: the ending does not tell the format; give --format, one of: {names}")
    return found
