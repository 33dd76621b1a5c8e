"""Settings of the registry's address, credentials, and times."""

from pathlib import Path

import httpx
from pydantic import Field, SecretStr, model_validator

from sluicegate.shared.addresses import Address
from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.settings import Count, Name, Seconds, Table
from sluicegate.validator.registry.connection import RegistryAddress
from sluicegate.validator.registry.credentials import (
    BEARER,
    ClientCredentials,
    CredentialsMissing,
    FileCredential,
    Key,
    ProviderClient,
)


class ProviderSettings(Table):
    """`[registry.client_credentials]`: tokens of an identity provider for this worker."""

    issuer: Address | None = Field(
        default=None, description="Address of the identity provider, which names its token endpoint."
    )
    token_url: Address | None = Field(default=None, description="Token endpoint, instead of `issuer`.")
    client_id: Name | None = Field(default=None, description="Id of the worker as a client of the provider.")
    client_secret: SecretStr | None = Field(default=None, description="Secret of the client.")
    client_secret_file: Path | None = Field(
        default=None, description="File with the secret, instead of `client_secret`; read for each token."
    )
    scope: Name | None = Field(default=None, description="Scopes to ask for, between spaces.")
    audience: Name | None = Field(default=None, description="Audience to ask for, where the provider needs one.")

    @model_validator(mode="after")
    def _whole(self) -> "ProviderSettings":
        if not self.model_fields_set:
            return self
        if (self.issuer is None) == (self.token_url is None):
            raise ValueError("client_credentials needs issuer or token_url, and not both")
        if self.client_id is None or (self.client_secret is None) == (self.client_secret_file is None):
            raise ValueError("client_credentials needs client_id, and client_secret or client_secret_file")
        return self

    @property
    def client(self) -> ProviderClient:
        """The client as the provider knows it."""
        return ProviderClient(
            issuer=str(self.issuer or ""),
            token_url=None if self.token_url is None else str(self.token_url),
            client_id=self.client_id or "",
            secret=self._secret,
            scope=self.scope,
            audience=self.audience,
        )

    def _secret(self) -> str:
        if self.client_secret is not None:
            return self.client_secret.get_secret_value()
        file = self.client_secret_file or Path()
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise CredentialsMissing(f"The file {file} cannot be read: {reason}") from error


class Registry(Table):
    """`[registry]`: where schemas come from."""

    url: Address = Field(description="Address of the registry, with a path prefix if it has one.")
    api_key: SecretStr | None = Field(default=None, description="API key, sent in the header X-API-Key.")
    api_key_file: Path | None = Field(
        default=None, description="File with the API key. It is read again when it changes."
    )
    token_file: Path | None = Field(
        default=None, description="File with a bearer token, such as that of a Kubernetes service account; read again."
    )
    client_credentials: ProviderSettings = Field(
        default=ProviderSettings(), description="Tokens of an identity provider."
    )
    username: Name | None = Field(default=None, description="User name of HTTP Basic.")
    password: SecretStr | None = Field(default=None, description="Password of HTTP Basic.")
    timeout_seconds: Seconds = Field(default=4.0, description="Longest wait to connect, and for each answer.")
    latest_seconds: Seconds = Field(default=2.0, description="How long an answer for the version `latest` counts.")
    missing_seconds: Seconds = Field(
        default=1.0, description="How long a schema that was not found is not asked for again."
    )
    unreadable_seconds: Seconds = Field(
        default=30.0,
        description="How long the registry may fail over one schema, while it answers others, before messages of that "
        "schema are dead-lettered.",
    )
    cache_schemas: Count = Field(
        default=1_000, description="Schema versions that are kept, compiled; the least used go first."
    )
    snapshot: Path | None = Field(
        default=None, description="Folder in which schemas are kept for when the registry is away, also at start."
    )

    @model_validator(mode="after")
    def _plain(self) -> "Registry":
        if self.url.query or self.url.fragment:
            raise ValueError("url must not have a query or a fragment; credentials belong in api_key, or in password")
        if self.password is not None and self.username is None:
            raise ValueError("password needs username")
        ways = {
            "api_key": self.api_key,
            "api_key_file": self.api_key_file,
            "token_file": self.token_file,
            "client_credentials": self.client_credentials.client_id,
            "username": self.username,
        }
        given = [name for name, value in ways.items() if value is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} are given: the registry gets one kind of credentials")
        return self

    @property
    def address(self) -> RegistryAddress:
        """The address and credentials as the client takes them."""
        return RegistryAddress(str(self.url), self.timeout_seconds, self._credentials())

    def _credentials(self) -> httpx.Auth | None:
        if self.api_key is not None:
            return Key(self.api_key.get_secret_value())
        if self.api_key_file is not None:
            return FileCredential(self.api_key_file)
        if self.token_file is not None:
            return FileCredential(self.token_file, BEARER)
        if self.username is not None:
            return httpx.BasicAuth(self.username, self.password.get_secret_value() if self.password else "")
        if self.client_credentials.client_id is not None:
            return ClientCredentials(self.client_credentials.client, self._send, SystemClock())
        return None

    def _send(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the identity provider. Tokens are rare, so no connection is kept."""
        with httpx.Client(timeout=self.timeout_seconds) as http:
            return http.send(request)
