"""The commands of our own that a quickstart runs, and their settings."""

import json
import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sluicegate.shared.quickstart.folder import DataFolder
from sluicegate.shared.quickstart.keys import Keys
from sluicegate.shared.quickstart.ports import HOST
from sluicegate.shared.quickstart.process import Command
from sluicegate.shared.quickstart.settings import child_environment
from sluicegate.shared.quickstart.topics import DEAD_LETTER, INPUT, VALID

_STOP_SECONDS = 5  # for requests that are under way
_SESSION_TIMEOUT_MS = 3000  # tansu lets a consumer into its group after half of this


class Commands(Protocol):
    """Commands of all parts. `/ready` on their ports reports the health of registry and validator."""

    def registry(self, database_url: str, port: int, keys: Keys | None) -> Command:
        """Bring the database's tables up to date, and serve the registry; without keys, open."""
        ...

    def validator(self, bootstrap: str, registry_url: str, health_port: int, keys: Keys | None) -> Command:
        """Run a validator from `input` to `valid` and `dead-letter`."""
        ...


@dataclass(frozen=True, slots=True)
class SluicegateCommands:
    """The program that this is."""

    folder: DataFolder

    def registry(self, database_url: str, port: int, keys: Keys | None) -> Command:
        """Bring the database's tables up to date, and serve the registry; without keys, open."""
        settings = {
            "SLUICEGATE_REGISTRY_DATABASE_URL": database_url,
            "SLUICEGATE_REGISTRY_HOST": HOST,
            "SLUICEGATE_REGISTRY_PORT": str(port),
            "SLUICEGATE_REGISTRY_MIGRATE": "true",
            "SLUICEGATE_REGISTRY_STOP_TIMEOUT": str(_STOP_SECONDS),
        }
        if keys is not None:
            settings |= {
                "SLUICEGATE_REGISTRY_AUTH__MODE": "keys",
                "SLUICEGATE_REGISTRY_AUTH__BOOTSTRAP_KEY_FILE": str(keys.manager_file),
                "SLUICEGATE_REGISTRY_AUTH__BOOTSTRAP_READER_KEY_FILE": str(keys.validator_file),
            }
        # without -f, a registry.toml of the user's folder would be read
        return self._command("registry", ("registry", "serve", "-f", os.devnull), settings)

    def validator(self, bootstrap: str, registry_url: str, health_port: int, keys: Keys | None) -> Command:
        """Run a validator on a settings file, which is left for people to read."""
        file = self.folder.validator_settings
        file.write_text(_validator_settings(bootstrap, registry_url, health_port, keys), encoding="utf-8")
        return self._command("validator", ("validator", "run", "-f", str(file)), {})

    def _command(self, name: str, arguments: tuple[str, ...], settings: dict[str, str]) -> Command:
        program = Path(sysconfig.get_path("scripts")) / "sluicegate"
        return Command((sys.executable, str(program), *arguments), child_environment(settings), self.folder.log(name))


def _validator_settings(bootstrap: str, registry_url: str, health_port: int, keys: Keys | None) -> str:
    # a JSON text is a TOML text too: a folder may have any name
    key = "" if keys is None else f"\napi_key_file = {json.dumps(str(keys.validator_file), ensure_ascii=False)}"
    return f"""\
# Written by `sluicegate quickstart`, and written anew at each start.

[source]
broker = "kafka"
bootstrap = "{bootstrap}"
topics = ["{INPUT}"]
group = "quickstart"

[source.config]
"session.timeout.ms" = {_SESSION_TIMEOUT_MS}
"heartbeat.interval.ms" = {_SESSION_TIMEOUT_MS // 3}

[destination]
broker = "kafka"
bootstrap = "{bootstrap}"
valid = "{VALID}"
dead_letter = "{DEAD_LETTER}"

[registry]
url = "{registry_url}"{key}

[health]
host = "{HOST}"
port = {health_port}
"""
