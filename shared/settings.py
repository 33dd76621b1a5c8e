"""Common settings: defaults < TOML file < environment; all mistakes at once; hidden secrets.

A deployable's `settings.py` subclasses `Settings`; `load` is the only entry. Nothing below a
settings module reads the environment.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from sluicegate.shared.errors import SettingsInvalid

_DELIMITER = "__"
_FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), "must be a list"),
        **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "must be a table"),
    }
)
"""Pydantic's kinds of mistakes whose own texts name Python types. A variable has such a setting as JSON."""


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
        return _Variables(settings_cls), init_settings


class _Variables(EnvSettingsSource):
    """The environment. A list or table that is not JSON stays a text, which the model refuses by its name.

    The library's own source raises at the first one, without the variable's name.
    """

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


S = TypeVar("S", bound=Settings)


def load(model: type[S], file: Path | None = None) -> S:
    """Read the settings of one deployable.

    Raises `SettingsInvalid` naming every mistake and where to mend it.
    """
    prefix = str(model.model_config.get("env_prefix", ""))
    tables = _tables(file)
    unknown = [
        f"{name}: unknown setting in the environment{_hint(name, _variables(model, prefix))}"
        for name in _unknown_names(model, prefix)
    ]
    try:
        settings = model(**tables)
    except ValidationError as error:
        raise SettingsInvalid([*dict.fromkeys(_mistakes(error, model, prefix, file)), *unknown]) from None
    if unknown:
        raise SettingsInvalid(unknown)
    return settings


def _tables(file: Path | None) -> Mapping[str, Any]:
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsInvalid([f"{file}: there is no such file"]) from error
    except OSError as error:
        raise SettingsInvalid([f"{file}: cannot be read: {error.strerror or error}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid([f"{file}: not valid TOML: {error}"]) from error


def _mistakes(error: ValidationError, model: type[Settings], prefix: str, file: Path | None) -> Iterator[str]:
    """Yield a line for each mistake: file and line where the file has the setting, the setting, the fault, its variable."""
    lines = [] if file is None else file.read_text(encoding="utf-8").splitlines()
    for mistake in error.errors(include_url=False, include_context=False, include_input=False):
        # the members of a union have places of their own, such as `function-after[check(), Source]`
        path = [str(part) for part in mistake["loc"] if "[" not in str(part)]
        number = _line(lines, path)
        place = f"{file}:{number}: " if number else ""
        if mistake["type"] == "extra_forbidden":
            yield f"{place}{'.'.join(path)}: unknown setting{_meant(path[-1], _names(model, path[:-1]))}"
        else:
            fault = _FAULTS.get(mistake["type"])
            variable = f"{prefix}{_DELIMITER.join(path).upper()}" + (", as JSON" if fault else "")
            yield f"{place}{'.'.join(path)}: {fault or mistake['msg']} (environment: {variable})"


def _line(lines: Sequence[str], path: Sequence[str]) -> int | None:
    """Return the number of the line that sets a setting; None where no line does, or only a part of one."""
    table: list[str] = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text.startswith("["):
            table = [part.strip(" \"'") for part in text.strip("[]").split("#")[0].strip(" ]").split(".")]
            if table == list(path):
                return number
        elif "=" in text and not text.startswith("#"):
            name = [part.strip(" \"'") for part in text.partition("=")[0].split(".")]
            if [*table, *name] == list(path):
                return number
    return None


def _names(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """Return the names of the settings of a table; none where its settings are of a choice of kinds."""
    for part in path:
        field = model.model_fields.get(part)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return []
        model = field.annotation
    return list(model.model_fields)


def _variables(model: type[Settings], prefix: str) -> list[str]:
    return [f"{prefix}{name}".upper() for name in model.model_fields]


def _hint(name: str, known: Sequence[str]) -> str:
    """Return the setting that was probably meant; an address of a registry is meant for commands."""
    if name.upper() == "SLUICEGATE_REGISTRY_URL":
        return ". Commands read the address of a registry from SLUICEGATE_URL"
    return _meant(name, known)


def _meant(name: str, known: Sequence[str]) -> str:
    """Return the question whether a similar name was meant, if there is one."""
    head, sign, rest = name.partition(_DELIMITER)
    similar = difflib.get_close_matches(head, known, n=1)
    return f". Did you mean {similar[0]}{sign}{rest}?" if similar else ""


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
