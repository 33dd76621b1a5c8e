"""The registry's settings: defaults < TOML file < environment (`SLUICEGATE_REGISTRY_...`).

`__` separates levels.
"""

import ipaddress
import os
import shutil
import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import SettingsConfigDict

from sluicegate.registry_api.access_settings import AuditSettings, Auth
from sluicegate.registry_api.facades.confluent.profile import Profile
from sluicegate.registry_api.format_settings import Formats
from sluicegate.registry_api.server_settings import MetricsSettings, Pool, Tls, Trial
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, ValidityMode
from sluicegate.shared.settings import Settings, load
from sluicegate.shared.settings_template import template

PREFIX = "SLUICEGATE_REGISTRY_"
CONFIG_VARIABLE = "SLUICEGATE_CONFIG"
"""Names the TOML file for worker processes, which are started without arguments."""

_METRICS_FOLDER = "sluicegate-metrics-"
_METRICS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_MIB = 1024 * 1024


class RegistryProfile(StrEnum):
    """The product whose defaults a registry has."""

    SLUICEGATE = "sluicegate"
    EVENT_STREAMS = "event-streams"


def _spelt(mode: object) -> object:
    """A mode in any case, a hyphen for an underscore, as the API takes it."""
    return mode.upper().replace("-", "_") if isinstance(mode, str) else mode


class RegistrySettings(Settings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, validate_by_name=True, loc_by_alias=False)

    database_url: SecretStr = Field(
        min_length=1,
        validation_alias=AliasChoices(f"{PREFIX}DATABASE_URL", "DATABASE_URL"),
        description="The Postgres database: `postgresql://user:password@host:port/name`. `DATABASE_URL` is read too.",
    )
    database_direct_url: SecretStr | None = Field(
        default=None,
        description="The address of the server itself, where `database_url` is a transaction pooler's, such as PgBouncer's. Changes arrive "
        "over it; migrations and backups use it. Statements through the pooler need no session.",
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="The address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    workers: int = Field(default=1, ge=1, le=256, description="Worker processes, each with four threads for requests.")
    backlog: int = Field(default=1024, ge=128, description="Connections that may wait to be accepted.")
    max_connections: int = Field(default=8192, ge=16, description="Connections of each worker at most.")
    stop_timeout: int = Field(
        default=30, ge=1, description="Seconds that requests may take to finish after SIGTERM or SIGINT."
    )
    drain_seconds: float = Field(
        default=1.0,
        ge=0,
        description="Seconds after SIGTERM or SIGINT in which requests are still taken, `/ready` answers 503, and each answer closes its "
        "connection, so that a balancer turns to other registries. They are part of `stop_timeout`.",
    )
    body_limit: int = Field(default=10 * _MIB, ge=1024, description="Bytes that a request's body may have.")
    body_depth: int = Field(
        default=64,
        ge=16,
        le=1000,
        description="Levels of objects and lists that the JSON of a body may have. A schema in a text counts as one value.",
    )
    body_timeout: float = Field(
        default=20.0, gt=0, description="Seconds that a request's body may take to arrive; then the answer is 408."
    )
    body_memory: int = Field(
        default=64 * _MIB,
        ge=1024 * 1024,
        description="Bytes of bodies that each worker holds at once. When they are used up, the largest body that is "
        "still arriving is refused with 503.",
    )
    queue_timeout: float = Field(
        default=3.0, gt=0, description="Seconds that a request waits for a thread; then the answer is 503."
    )
    write_timeout: float = Field(
        default=20.0, gt=0, description="Seconds after which a client that does not read its answer is cut off."
    )
    page_size: int = Field(
        default=1000, ge=1, le=1000, description="Schemas in a listing for callers who give no `limit`."
    )
    page_bytes: int = Field(
        default=4 * _MIB,
        ge=1,
        description="Bytes of versions in a listing at most, but always one version; a `Link` header leads to the rest.",
    )
    hot_cache_bytes: int = Field(
        default=64 * _MIB, ge=0, description="Bytes of versions that each worker keeps ready to serve; 0 keeps none."
    )
    profile: RegistryProfile = Field(
        default=RegistryProfile.SLUICEGATE,
        description="The product whose defaults hold for settings that are not given: `sluicegate`, or `event-streams`, "
        "the defaults of IBM Event Streams, where `default_compatibility` is `NONE`.",
    )
    default_compatibility: Annotated[CompatibilityMode, BeforeValidator(_spelt)] = Field(
        default=CompatibilityMode.BACKWARD, description="The compatibility mode of schemas that name none."
    )
    default_validity: Annotated[ValidityMode, BeforeValidator(_spelt)] = Field(
        default=ValidityMode.FULL, description="The validity mode of schemas that name none."
    )
    json_compatibility: Policy = Field(
        default=Policy.LENIENT,
        description="How JSON schemas of the native API are compared where their registration does not say. `LENIENT` assumes that "
        "data has no undeclared properties.",
    )
    confluent_profile: Profile = Field(
        default=Profile.EIGHT,
        description="The release of Confluent's registry whose answers are given: `8`, or `7`, "
        "which leaves out `schemaType` for Avro, guids, and all but the id of a registration.",
    )
    confluent_restart: bool = Field(
        default=False, description="Let managers reload caches and open the pool anew with `POST /restart`."
    )
    cors_origins: tuple[str, ...] = Field(
        default=(),
        description="Origins whose pages in browsers may use the API (CORS): `https://host:port`, or `*` for all.",
    )
    migrate: bool = Field(default=False, description="Apply missing migrations when the server starts.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="The least severe log lines to write. `debug` also notes each read from the hot cache.",
    )
    log_repeats: int = Field(
        default=20,
        ge=0,
        description="Log lines of one kind that each process writes within 10 seconds; others are counted. 0 writes all.",
    )
    tls: Tls = Field(default=Tls(), description="TLS.")
    pool: Pool = Field(default=Pool(), description="The database connections of each worker.")
    auth: Auth = Field(default=Auth(), validate_default=True, description="Access control.")
    audit: AuditSettings = Field(default=AuditSettings(), description="The audit.")
    trial: Trial = Field(default=Trial(), description="The processes in which new schemas are tried.")
    formats: Formats = Field(default=Formats(), description="How schemas are read.")
    metrics: MetricsSettings = Field(default=MetricsSettings(), description="Metrics.")

    @field_validator("auth")
    @classmethod
    def _closed_to_the_world(cls, auth: Auth, read: ValidationInfo) -> Auth:
        host = read.data.get("host")
        if host is not None and auth.mode == "none" and not auth.allow_open and not _is_loopback(host):
            raise ValueError(
                f"mode is 'none', and other machines can reach host {host}: set auth.mode = 'keys', "
                "listen on 127.0.0.1, or set auth.allow_open = true if everybody may change every schema"
            )
        return auth

    @property
    def general_compatibility(self) -> CompatibilityMode:
        """The compatibility mode of schemas that name none, by the profile where it is not given."""
        if self.profile is RegistryProfile.EVENT_STREAMS and "default_compatibility" not in self.model_fields_set:
            return CompatibilityMode.NONE
        return self.default_compatibility

    @property
    def server_url(self) -> str:
        """The address of the database server, without a pooler between."""
        return (self.database_direct_url or self.database_url).get_secret_value()

    @property
    def multiprocess_metrics(self) -> bool:
        """Whether the metrics of several workers have to be put together."""
        return self.metrics.enabled and bool(os.environ.get(_METRICS_VARIABLE))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read(file: Path | None = None) -> RegistrySettings:
    """The settings. Raises `SettingsInvalid` with every mistake."""
    return load(RegistrySettings, file)


def read_in_worker() -> RegistrySettings:
    """Return the settings in a worker process, from the same file and environment."""
    file = os.environ.get(CONFIG_VARIABLE)
    return read(Path(file) if file else None)


def hand_over(file: Path | None, given: Mapping[str, object]) -> None:
    """Put the values of the command line into the environment, for worker processes.

    None means a missing value.
    """
    if file is not None:
        os.environ[CONFIG_VARIABLE] = str(file.resolve())
    for name, value in given.items():
        if value is not None:
            os.environ[f"{PREFIX}{name.upper()}"] = str(value)


def share_metrics() -> tempfile.TemporaryDirectory[str]:
    """Make the directory in which several workers put their metrics together.

    The caller removes it.

    Directories of servers that were killed are removed here.
    """
    _remove_abandoned()
    directory = tempfile.TemporaryDirectory(prefix=f"{_METRICS_FOLDER}{os.getpid()}-")
    os.environ[_METRICS_VARIABLE] = directory.name
    return directory


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_METRICS_FOLDER}*-*"):
        owner = folder.name.removeprefix(_METRICS_FOLDER).partition("-")[0]
        if owner.isdecimal() and not _runs(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's, or no process id at all
        return True
    return True


def file_template() -> str:
    """Return the settings file that `sluicegate init registry` writes."""
    database = "postgresql://registry:secret@127.0.0.1:5432/registry"
    return template(RegistrySettings, "Settings of a registry.", PREFIX, {"database_url": database})
