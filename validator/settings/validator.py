"""The worker's settings: a TOML file, and the environment.

Variables have the prefix SLUICEGATE_VALIDATOR_ and `__` between levels.
"""

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from sluicegate.shared import extras
from sluicegate.shared.addresses import HIDDEN, Address
from sluicegate.shared.apicurio_framing import IdBytes
from sluicegate.shared.formats.options import (
    AssertFormat,
    AvroEncoding,
    FileChecks,
    FormatOptions,
    JsonDraft,
    JsonEngine,
    XmlEngine,
)
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.settings import Settings, load
from sluicegate.validator.brokers.catalog import catalog, one_of
from sluicegate.validator.brokers.settings import Count, DestinationSettings, Name, Seconds, SourceSettings, Table
from sluicegate.validator.pipeline.null_values import NullValues
from sluicegate.validator.pipeline.window import WindowLimits
from sluicegate.validator.settings.modes import DeadLetterBudget, Encryption, Headers, OneSchema, Subjects, WireFormat
from sluicegate.validator.settings.registry import Registry

_SECRET_WORDS = ("password", "secret", "token", "key.pem", "sasl.jaas", "oauthbearer.config")

if TYPE_CHECKING:
    AnySource: TypeAlias = SourceSettings
    AnyDestination: TypeAlias = DestinationSettings
else:
    AnySource = one_of(broker.source for broker in catalog().values())
    AnyDestination = one_of(broker.destination for broker in catalog().values())


class JsonFormat(Table):
    """`[formats.json]`: how JSON schemas are read."""

    default_draft: JsonDraft = Field(
        default=JsonDraft.DRAFT_7,
        description="Draft of JSON schemas that name none, of which the registry does not tell the draft.",
    )
    assert_format: AssertFormat = Field(
        default=AssertFormat.NEVER,
        description="Whether `format` is an assertion in 2019-09 and 2020-12: never, known formats, or always.",
    )


class CsvFormat(Table):
    """`[formats.csv]`: how CSV schemas are read."""

    file_checks: FileChecks = Field(
        default=FileChecks.REFUSE,
        description="Rules that read files: refuse makes the schema unusable, skip leaves them out.",
    )


class Formats(Table):
    """`[formats]`: how payloads are checked."""

    json_schema: JsonFormat = Field(default=JsonFormat(), alias="json", description="JSON Schema.")
    csv: CsvFormat = Field(default=CsvFormat(), description="CSV.")

    json_engine: JsonEngine = Field(
        default=JsonEngine.NATIVE, description="Library that checks JSON: jsonschema-rs, or jsonschema (pure Python)."
    )
    strict_json: bool = Field(
        default=False, description="Refuse JSON in which a name stands twice in one object; slower."
    )
    avro_encoding: AvroEncoding = Field(
        default=AvroEncoding.BINARY, description="How Avro payloads are encoded: binary or json."
    )
    unknown_fields: bool = Field(
        default=False, description="Let Protobuf payloads have fields that their schema does not have."
    )
    xml_engine: XmlEngine = Field(
        default=XmlEngine.LXML, description="Library that checks XML: lxml, or xmlschema (pure Python)."
    )

    @property
    def options(self) -> FormatOptions:
        """The choices as engines take them."""
        return FormatOptions(
            **self.model_dump(exclude={"json_schema", "csv"}),
            json_default_draft=self.json_schema.default_draft,
            json_assert_format=self.json_schema.assert_format,
            csv_file_checks=self.csv.file_checks,
        )


class Worker(Table):
    """`[worker]`: the loop."""

    name: Name = Field(default_factory=socket.gethostname, description="Name of this worker, in its dead letters.")
    processes: Count = Field(default=1, description="Worker processes, each a member of the consumer group.")
    batch_messages: Count = Field(default=2_000, description="Messages to receive at once, at most.")
    window_messages: Count = Field(default=6_000, description="Messages in flight, at most; plus one batch.")
    window_bytes: Count = Field(default=32 * 1024 * 1024, description="Payload bytes in flight, about.")
    drain_seconds: Seconds = Field(default=10.0, description="Longest wait for messages in flight at a stop.")
    stall_seconds: Seconds = Field(
        default=60.0,
        description="A loop that has not moved for so long fails /health; a process that is silent for so long is "
        "replaced.",
    )

    @property
    def window(self) -> WindowLimits:
        """The in-flight budget."""
        return WindowLimits(self.batch_messages, self.window_messages, self.window_bytes)


class Checks(Table):
    """`[checks]`: limits for payloads whose check may take long.

    Such payloads are checked in a process that limits itself.
    """

    seconds: Seconds = Field(
        default=2.0, description="Processor time of one payload's check; one that takes more is dead-lettered."
    )
    memory_bytes: Annotated[int, Field(ge=64 * 1024 * 1024)] = Field(
        default=512 * 1024 * 1024, description="Bytes of memory for one payload's check; at least 64 MiB."
    )

    @property
    def limits(self) -> Limits:
        """The limits as processes take them.

        Half of the memory may stay taken between two payloads.
        """
        return Limits(self.seconds, self.memory_bytes, self.memory_bytes // 2)


class Health(Table):
    """`[health]`: the worker's own HTTP server, for /health, /ready and /metrics."""

    enabled: bool = Field(default=True, description="Whether to serve.")
    host: Name = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(
        default=9090, ge=0, le=65_535, description="Port to listen on; 0 takes a free one, which is logged."
    )


class Log(Table):
    """`[log]`."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe level that is logged."
    )
    repeats: Annotated[int, Field(ge=0)] = Field(
        default=20, description="Lines of one kind that are written in a period; others are counted. 0 writes all."
    )
    period_seconds: Seconds = Field(default=10.0, description="How long such a period is.")


_EXPORTER = "opentelemetry.exporter.otlp.proto.http"


class Tracing(Table):
    """`[tracing]`: spans for OpenTelemetry."""

    endpoint: Address | None = Field(
        default=None, description="Address of a collector that takes OTLP over HTTP; without it, nothing is traced."
    )
    ratio: Annotated[float, Field(gt=0, le=1)] = Field(default=1.0, description="Share of the batches that are traced.")

    @field_validator("endpoint")
    @classmethod
    def _installed(cls, endpoint: Address | None) -> Address | None:
        if endpoint is not None and not extras.installed(_EXPORTER):
            raise ValueError(extras.absence(_EXPORTER))
        return endpoint


def _as_text(value: object) -> object:
    """A number as TOML has it."""
    return str(value) if isinstance(value, int) else value


class ValidatorSettings(Settings):
    """All of it."""

    model_config = SettingsConfigDict(env_prefix="SLUICEGATE_VALIDATOR_")

    source: AnySource
    destination: AnyDestination
    registry: Registry
    wire_format: WireFormat = Field(
        default=WireFormat.ATTRIBUTES,
        description="Where a message says which schema it is of.",
    )
    id_bytes: Annotated[IdBytes, BeforeValidator(_as_text)] = Field(
        default=IdBytes.AUTO,
        description="Bytes of the id in front of payloads of Apicurio's serializers: 4, 8 or auto.",
    )
    null_values: NullValues = Field(
        default=NullValues.PASS,
        description="Messages with a null value (tombstones): pass, check as an empty payload, or dead_letter.",
    )
    subjects: Subjects = Subjects()
    one_schema: OneSchema = OneSchema()
    headers: Headers = Headers()
    encryption: Encryption = Encryption()
    dead_letter_budget: DeadLetterBudget = DeadLetterBudget()
    formats: Formats = Formats()
    checks: Checks = Checks()
    worker: Worker = Worker()
    health: Health = Health()
    log: Log = Log()
    tracing: Tracing = Tracing()
    delivery: Literal["at_least_once", "exactly_once"] = Field(
        default="at_least_once", description="Guarantee if a worker dies; exactly_once needs Kafka."
    )

    @field_validator("subjects")
    @classmethod
    def _framed(cls, subjects: Subjects, info: ValidationInfo) -> Subjects:
        if subjects.strategy is not None and info.data.get("wire_format") is WireFormat.ATTRIBUTES:
            raise ValueError("subjects are those of wire formats: set wire_format to confluent, apicurio or auto")
        return subjects

    @field_validator("one_schema")
    @classmethod
    def _one_name(cls, one: OneSchema, info: ValidationInfo) -> OneSchema:
        if one.id is not None and info.data.get("wire_format") not in {None, WireFormat.ATTRIBUTES}:
            raise ValueError("a worker that is bound to one schema takes no wire_format: leave one of the two out")
        return one

    @field_validator("delivery")
    @classmethod
    def _possible(cls, delivery: str, info: ValidationInfo) -> str:
        source, destination = info.data.get("source"), info.data.get("destination")
        if delivery == "exactly_once" and source is not None and destination is not None:
            flaws = list(destination.exactly_once_flaws(source))
            if flaws:
                raise ValueError("; ".join(flaws))
        return delivery


def read(file: Path | None) -> ValidatorSettings:
    """The settings of a file and the environment. Raises `SettingsInvalid` with every mistake."""
    return load(ValidatorSettings, file)


def with_processes(settings: ValidatorSettings, processes: int) -> ValidatorSettings:
    """The same with so many worker processes."""
    return settings.model_copy(update={"worker": settings.worker.model_copy(update={"processes": processes})})


def shown(settings: ValidatorSettings) -> dict[str, object]:
    """The settings as JSON values, for people: client settings that look like secrets are hidden."""
    values: dict[str, object] = settings.model_dump(mode="json")
    for table in values.values():
        config = table.get("config") if isinstance(table, dict) else None
        if isinstance(table, dict) and isinstance(config, dict):
            table["config"] = {name: HIDDEN if _secret(name) else value for name, value in config.items()}
    return values


def _secret(name: str) -> bool:
    plain = name.lower().replace("_", ".")
    return any(word in plain for word in _SECRET_WORDS)
