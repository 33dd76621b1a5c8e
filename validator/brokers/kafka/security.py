"""How to get into a Kafka cluster, said once for both clients."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field, FilePath, SecretStr, model_validator

from sluicegate.shared.addresses import Address
from sluicegate.validator.brokers.kafka.config import Option
from sluicegate.validator.brokers.settings import Name, Table

Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]


class Tls(Table):
    """`[source.tls]`, `[destination.tls]`: its presence turns TLS on."""

    ca: FilePath | None = Field(
        default=None, description="PEM file of whom to trust; without it, whom the system trusts."
    )
    certificate: FilePath | None = Field(default=None, description="PEM file of our own certificate (mutual TLS).")
    key: FilePath | None = Field(default=None, description="PEM file of its private key.")
    key_password: SecretStr | None = Field(default=None, description="Password of the private key.")
    verify_host: bool = Field(default=True, description="Whether the broker's certificate must bear its host name.")

    @model_validator(mode="after")
    def _whole(self) -> "Tls":
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together")
        return self


class Sasl(Table):
    """`[source.sasl]`, `[destination.sasl]`: its presence turns SASL on."""

    mechanism: Mechanism = Field(description="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.")
    username: Name | None = Field(default=None, description="User, but for OAUTHBEARER.")
    password: SecretStr | None = Field(default=None, description="Password, but for OAUTHBEARER.")
    token_url: Address | None = Field(default=None, description="Where OAUTHBEARER gets tokens (client credentials).")
    client_id: Name | None = Field(default=None, description="Client there.")
    client_secret: SecretStr | None = Field(default=None, description="Its secret.")
    scope: Name | None = Field(default=None, description="Scope of the tokens.")

    @model_validator(mode="after")
    def _whole(self) -> "Sasl":
        wanted = ("token_url", "client_id", "client_secret") if self.oauth else ("username", "password")
        missing = [name for name in wanted if getattr(self, name) is None]
        if missing:
            raise ValueError(f"{self.mechanism} needs {' and '.join(missing)}")
        return self

    @property
    def oauth(self) -> bool:
        """Whether tokens are used."""
        return self.mechanism == "OAUTHBEARER"


def protocol(tls: Tls | None, sasl: Sasl | None) -> str:
    """Return Kafka's name of the protocol: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."""
    return ("SASL_" if sasl else "") + ("SSL" if tls else "PLAINTEXT")


def librdkafka(tls: Tls | None, sasl: Sasl | None) -> Mapping[str, Option]:
    """The same in librdkafka's settings."""
    return dict(_present(_librdkafka(tls, sasl))) if tls or sasl else {}


def kafka_python(tls: Tls | None, sasl: Sasl | None) -> Mapping[str, Option]:
    """The same in kafka-python's settings. It has no client credentials."""
    return dict(_present(_kafka_python(tls, sasl))) if tls or sasl else {}


def _librdkafka(tls: Tls | None, sasl: Sasl | None) -> Iterator[tuple[str, object]]:
    yield "security.protocol", protocol(tls, sasl)
    if tls:
        yield "ssl.ca.location", tls.ca
        yield "ssl.certificate.location", tls.certificate
        yield "ssl.key.location", tls.key
        yield "ssl.key.password", tls.key_password
        yield "ssl.endpoint.identification.algorithm", "https" if tls.verify_host else "none"
    if sasl:
        yield "sasl.mechanism", sasl.mechanism
        yield "sasl.username", sasl.username
        yield "sasl.password", sasl.password
    if sasl and sasl.oauth:
        yield "sasl.oauthbearer.method", "oidc"
        yield "sasl.oauthbearer.token.endpoint.url", sasl.token_url
        yield "sasl.oauthbearer.client.id", sasl.client_id
        yield "sasl.oauthbearer.client.secret", sasl.client_secret
        yield "sasl.oauthbearer.scope", sasl.scope


def _kafka_python(tls: Tls | None, sasl: Sasl | None) -> Iterator[tuple[str, object]]:
    yield "security_protocol", protocol(tls, sasl)
    if tls:
        yield "ssl_cafile", tls.ca
        yield "ssl_certfile", tls.certificate
        yield "ssl_keyfile", tls.key
        yield "ssl_password", tls.key_password
        yield "ssl_check_hostname", tls.verify_host
    if sasl:
        yield "sasl_mechanism", sasl.mechanism
        yield "sasl_plain_username", sasl.username
        yield "sasl_plain_password", sasl.password


def _present(options: Iterator[tuple[str, object]]) -> Iterator[tuple[str, Option]]:
    for name, value in options:
        if isinstance(value, SecretStr):
            yield name, value.get_secret_value()
        elif isinstance(value, bool):
            yield name, value
        elif value is not None:
            yield name, str(value)
