"""The sections of the settings about the server's connections, processes and metrics."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from sluicegate.registry_api.access_settings import Section

_MIB = 1024 * 1024


class Tls(Section):
    """TLS, when a certificate and a key are named."""

    cert: Path | None = Field(default=None, description="The certificate chain, PEM.")
    key: Path | None = Field(default=None, description="The certificate's private key, PEM.")
    key_password: SecretStr | None = Field(default=None, description="The password of the private key.")
    client_ca: Path | None = Field(
        default=None,
        description="Certificates of authorities, PEM. Each client needs a certificate that one of them signed.",
    )

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.cert is None) != (self.key is None):
            raise ValueError("cert and key must be given together")
        if self.client_ca is not None and self.cert is None:
            raise ValueError("client_ca needs cert and key")
        for path in (self.cert, self.key, self.client_ca):
            if path is not None and not path.is_file():
                raise ValueError(f"{path} is not a file")
        return self


class Pool(Section):
    """Database connections of one worker process."""

    min_size: int = Field(default=1, ge=0, description="Connections kept open.")
    max_size: int = Field(default=4, ge=1, description="Connections at most.")
    timeout: float = Field(default=3.0, gt=0, description="Seconds that a request waits for a connection.")
    statement_timeout: float = Field(
        default=6.0, gt=0, description="Seconds that a statement may take, also when the database is frozen."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_size > self.max_size:
            raise ValueError("min_size must not be larger than max_size")
        return self


class MetricsSettings(Section):
    """Metrics for Prometheus."""

    enabled: bool = Field(default=True, description="Serve `/metrics`.")


class Trial(Section):
    """The processes in which new schemas are tried."""

    processes: int = Field(default=2, ge=1, le=64, description="Processes of each worker.")
    seconds: float = Field(
        default=2.0,
        ge=0.1,
        le=60,
        description="Seconds of processor time that one schema may take; then it is refused.",
    )
    memory_bytes: int = Field(
        default=512 * _MIB, ge=64 * _MIB, description="Bytes of memory that one schema may take; then it is refused."
    )
    wait: float = Field(
        default=5.0, gt=0, description="Seconds that a request waits for an idle process; then it is answered with 503."
    )
