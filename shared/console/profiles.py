"""Registries to which the user of a command line has logged in, with their keys.

One file in the user's configuration directory, for this user alone. A key goes to the registry that
it was given for, never to another address.
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click
import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sluicegate.shared.console.errors import InputUnusable

_FILE: Final = "profiles.json"


class _Kept(BaseModel):
    """The content of the file."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    registry: str | None = None
    """The registry of the last login: the default of all commands."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Address -> key."""


def user_folder() -> Path:
    """Return the configuration directory of this user: `$XDG_CONFIG_HOME/sluicegate` on Linux."""
    return Path(click.get_app_dir("sluicegate"))


@dataclass(frozen=True, slots=True)
class Profiles:
    """The logins of a user. Every method raises `InputUnusable` for a file that cannot be used."""

    folder: Path = field(default_factory=user_folder)

    @property
    def file(self) -> Path:
        """The file. It exists after the first login."""
        return self.folder / _FILE

    def default(self) -> str | None:
        """Return the address of the last login."""
        return self._read().registry

    def key(self, registry: httpx.URL) -> str | None:
        """Return the key for an address; None for other addresses, and for one with credentials."""
        return None if registry.userinfo else self._read().keys.get(plain(registry))

    def keep(self, registry: httpx.URL, key: str) -> None:
        """Keep a key. Its registry becomes the default."""
        address = plain(registry)
        self._write(_Kept(registry=address, keys={**self._read().keys, address: key}))

    def forget(self, registry: httpx.URL | None) -> tuple[str, ...]:
        """Forget the key of a registry; without one, all keys. Return the forgotten addresses."""
        kept = self._read()
        gone = tuple(each for each in kept.keys if registry is None or each == plain(registry))
        if gone:
            rest = {address: key for address, key in kept.keys.items() if address not in gone}
            self._write(_Kept(registry=None if kept.registry in gone else kept.registry, keys=rest))
        return gone

    def _read(self) -> _Kept:
        try:
            return _Kept.model_validate_json(self.file.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return _Kept()
        except OSError as error:
            raise InputUnusable(f"{self.file} cannot be read: {error.strerror or error}.") from error
        except ValidationError as error:
            raise InputUnusable(f"{self.file} holds no logins. Remove it, and log in again.") from error

    def _write(self, kept: _Kept) -> None:
        """Replace the whole file: another command may read it meanwhile."""
        partial = self.folder / f"{_FILE}.{secrets.token_hex(4)}"
        try:
            self.folder.mkdir(0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
                opened.write(kept.model_dump_json(indent=2))
            partial.replace(self.file)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise InputUnusable(f"{self.file} cannot be written: {error.strerror or error}.") from error


def plain(registry: httpx.URL) -> str:
    """Return an address in its one spelling, without credentials and a slash at its end."""
    return str(registry.copy_with(userinfo=b"")).rstrip("/")
