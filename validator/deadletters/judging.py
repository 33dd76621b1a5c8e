"""What messages are checked against: the schema that they name, the latest version of it, or one that is in a file."""

from collections.abc import Hashable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from shared.clock import SystemClock
from shared.errors import MessageTypeUnknown, SchemaError
from shared.formats import catalog
from shared.formats.catalog import Catalog
from shared.formats.endings import ENDINGS
from shared.formats.engine import Fault, MessageTyped, PayloadValidator, SchemaSource
from shared.model import SchemaFormat
from validator.errors import ValidatorError
from validator.metrics import Metrics
from validator.model import VALID, Code, Invalid, Unprocessable, Verdict
from validator.modes import decider
from validator.pipeline import envelope
from validator.pipeline.check import Always, Checks, Decision
from validator.pipeline.decider import Decider
from validator.pipeline.envelope import Attributes
from validator.pipeline.process import Processor
from validator.registry.client import RegistryClient
from validator.registry.provider import CachedSchemas, CacheTimes
from validator.settings import ValidatorSettings


class QuestionWrong(ValidatorError):
    """The schema's file cannot be read, or used."""


class _Compiled:
    """A `Decision` by a schema that is here."""

    def __init__(self, validator: PayloadValidator, schema_format: SchemaFormat) -> None:
        self._validator = validator
        self.accepts = validator.accepts
        self.format = schema_format

    def verdict(self, payload: bytes) -> Verdict:
        rejection = self._validator.explain(payload)
        if rejection is None:
            return VALID
        code = Code.PAYLOAD_MALFORMED if rejection.fault is Fault.MALFORMED else Code.PAYLOAD_INVALID
        return Invalid(code, rejection.violations)


class OneFile:
    """A `Decider`: every message is of the schema in a file, whatever it names."""

    def __init__(self, validator: PayloadValidator, schema_format: SchemaFormat) -> None:
        """The one."""
        self._validator = validator
        self._format = schema_format

    def likeness(self, attributes: Attributes) -> Hashable:
        """Only the message type makes a difference."""
        return attributes.get(envelope.MESSAGE_TYPE)

    def decide(self, attributes: Attributes) -> Decision:
        """By the file."""
        name = (attributes.get(envelope.MESSAGE_TYPE) or b"").decode(errors="replace").strip()
        try:
            if name and isinstance(self._validator, MessageTyped):
                return _Compiled(self._validator.for_message(name), self._format)
        except MessageTypeUnknown as error:
            return Always(Unprocessable(Code.ATTRIBUTE_INVALID, error.message))
        return _Compiled(self._validator, self._format)


class LatestVersion:
    """The latest version of the schema that a message names, whichever version it names."""

    def __init__(self, inner: Decider) -> None:
        """`inner` decides."""
        self._inner = inner

    def likeness(self, attributes: Attributes) -> Hashable:
        """As the latest."""
        return self._inner.likeness(_latest(attributes))

    def decide(self, attributes: Attributes) -> Decision:
        """As the latest."""
        return self._inner.decide(_latest(attributes))


@contextmanager
def by_registry(settings: ValidatorSettings, *, latest: bool) -> Iterator[Processor]:
    """Checks as the validator with these settings does, but for the version if `latest`."""
    clock, metrics = SystemClock(), Metrics()
    with ExitStack() as stack:
        registry = settings.registry
        http = httpx.Client(
            base_url=str(registry.url), timeout=registry.timeout_seconds, headers={"Accept": "application/json"}
        )
        client = stack.enter_context(RegistryClient(http, clock, metrics))
        schemas = CachedSchemas(client, CacheTimes(capacity=registry.cache_schemas), clock, metrics)
        checks = Checks(schemas, Catalog(settings.formats.options).engine, registry.cache_schemas)
        chosen = decider(settings, schemas, checks)
        yield Processor(LatestVersion(chosen) if latest else chosen)


def by_file(schema: Path, format_name: str | None) -> Processor:
    """Checks against a file. Raises `QuestionWrong`."""
    schema_format = _format(schema, format_name)
    engine = catalog.engine(schema_format)
    try:
        parsed = engine.parse(SchemaSource(schema.read_text(encoding="utf-8")))
        flaws = engine.violations(parsed)
        if not flaws:
            return Processor(OneFile(engine.compile(parsed), schema_format))
    except OSError as error:
        raise QuestionWrong(f"{schema}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise QuestionWrong(f"{schema}: not UTF-8 text: {error.reason} at byte {error.start}") from error
    except SchemaError as error:
        raise QuestionWrong(f"{schema}: {error.message}") from error
    raise QuestionWrong(f"{schema}: not a valid schema: {flaws[0].message} (at {flaws[0].path or '/'})")


def _format(schema: Path, name: str | None) -> SchemaFormat:
    found = SchemaFormat(name.lower()) if name else ENDINGS.get(schema.suffix.lower())
    if found is None:
        names = ", ".join(catalog.FORMATS)
        raise QuestionWrong(f"{schema}: the ending does not tell the format; give --format, one of: {names}")
    return found


def _latest(attributes: Attributes) -> Attributes:
    others = {name: value for name, value in attributes.items() if name not in envelope.VERSION}
    return {**others, envelope.VERSION[0]: envelope.LATEST.encode()}
