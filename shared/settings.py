"""Common settings: defaults < TOML file < environment; all mistakes at once; hidden secrets.

A deployable's `settings.py` subclasses `Settings`; `load` is the only entry. Nothing below a
settings module reads the environment.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from sluicegate.shared.errors import SettingsInvalid

_DELIMITER = "__"


class Settings(BaseSettings):
    """The base of a deployable's settings.

    A subclass gives `model_config = SettingsConfigDict(env_prefix=...)`.
    """

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_nested_delimiter=_DELIMITER, hide_input_in_errors=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, whose tables `load` hands in as arguments.

        There is no other source.
        """
        return env_settings, init_settings


S = TypeVar("S", bound=Settings)


def load(model: type[S], file: Path | None = None) -> S:
    """Read the settings of one deployable.

    Raises `SettingsInvalid` naming every mistake and where to mend it.
    """
    prefix = str(model.model_config.get("env_prefix", ""))
    tables = _tables(file)
    unknown = [f"{name}: unknown setting in the environment" for name in _unknown_names(model, prefix)]
    try:
        settings = model(**tables)
    except ValidationError as error:
        raise SettingsInvalid([*_mistakes(error, prefix), *unknown]) from None
    if unknown:
        raise SettingsInvalid(unknown)
    return settings


def _tables(file: Path | None) -> Mapping[str, Any]:
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsInvalid([f"{file}: cannot be read: {error.strerror or error}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid([f"{file}: not valid TOML: {error}"]) from error


def _mistakes(error: ValidationError, prefix: str) -> Iterator[str]:
    for mistake in error.errors(include_url=False, include_context=False, include_input=False):
        path = [str(part) for part in mistake["loc"]]
        yield f"{'.'.join(path)}: {mistake['msg']} (environment: {prefix}{_DELIMITER.join(path).upper()})"


def _unknown_names(model: type[Settings], prefix: str) -> Iterator[str]:
    """Yield variables with the prefix that name no setting: probably misspelt."""
    known = {_setting_name(name, field.validation_alias) for name, field in model.model_fields.items()}
    for name in sorted(os.environ):
        if prefix and name.upper().startswith(prefix.upper()):
            first = name[len(prefix) :].lower().split(_DELIMITER)[0]
            if first not in known:
                yield name


def _setting_name(name: str, alias: object) -> str:
    return name if alias is None or not isinstance(alias, str) else alias.lower()
