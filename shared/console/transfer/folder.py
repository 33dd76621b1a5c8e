"""A registry as files for git: a folder for each subject, and a file for each verbatim text."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.transfer.folder_names import folder_names
from sluicegate.shared.console.transfer.model import Holdings, MovedVersion, NamedPlace, Place, ScopeState
from sluicegate.shared.formats.catalog import FORMATS

EXTENSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {each.name.upper(): each.export_extension for each in FORMATS.values()}
)
_SETTINGS, _SUBJECTS, _SUBJECT = "registry.json", "subjects", "subject.json"
_NEW, _OLD = ".export-new", ".export-old"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReferenceEntry(_Entry):
    """A reference of a version."""

    name: str
    subject: str
    version: int


class VersionEntry(_Entry):
    """A version in `subject.json`. `file` is beside it."""

    version: int
    id: int | None = None
    type: str
    file: str
    references: tuple[ReferenceEntry, ...] = ()
    metadata: dict[str, Any] | None = None
    rules: dict[str, Any] | None = None
    deleted: bool = False
    deprecated: bool = False


class ScopeEntry(_Entry):
    """The settings of a scope."""

    config: dict[str, Any] | None = None
    mode: str | None = None


class SubjectEntry(ScopeEntry):
    """`subject.json`."""

    subject: str
    versions: tuple[VersionEntry, ...] = ()


_SCOPES = TypeAdapter(dict[str, ScopeEntry])


def write(folder: Path, holdings: Holdings) -> None:
    """Write everything in place of an earlier export, which stays until the new one is complete.

    Raises `InputUnusable` for a folder with other content than an export.
    """
    try:
        if folder.exists() and any(folder.iterdir()) and not _holds_export(folder):
            raise InputUnusable(f"{folder} is not empty, and holds no export ({_SETTINGS}). Name another folder.")
        new = folder / _NEW
        shutil.rmtree(new, ignore_errors=True)
        _write_all(new, holdings)
        _swap(folder, new)
    except OSError as error:
        raise InputUnusable(f"{folder} cannot be written: {error.strerror or error}.") from error


def _holds_export(folder: Path) -> bool:
    """Return whether the folder has an export, also an interrupted one."""
    return (folder / _SETTINGS).is_file() or {each.name for each in folder.iterdir()} <= {_NEW, _OLD, _SUBJECTS}


def _write_all(folder: Path, holdings: Holdings) -> None:
    subjects = folder / _SUBJECTS
    subjects.mkdir(parents=True)
    places = {*holdings.subjects, *(scope for scope in holdings.scopes if _is_subject(scope))}
    names = folder_names(places)
    versions: dict[str, list[MovedVersion]] = {subject: [] for subject in places}
    for place, version in sorted(holdings.versions.items()):
        versions[place.subject].append(version)
    for subject in sorted(places):
        _write_subject(subjects / names[subject], subject, versions[subject], holdings.scopes.get(subject))
    scopes = {scope: _scope(state) for scope, state in holdings.scopes.items() if not _is_subject(scope)}
    _write_json(folder / _SETTINGS, {scope: scopes[scope] for scope in sorted(scopes)})


def _swap(folder: Path, new: Path) -> None:
    """Put a complete export in the place of the old one.

    While the subjects are between their two places, `read` refuses the folder.
    """
    old, subjects = folder / _OLD, folder / _SUBJECTS
    if subjects.exists():
        shutil.rmtree(old, ignore_errors=True)
        subjects.rename(old)
    (new / _SUBJECTS).rename(subjects)
    (new / _SETTINGS).replace(folder / _SETTINGS)
    new.rmdir()
    shutil.rmtree(old, ignore_errors=True)


def read(folder: Path) -> Holdings:
    """Read a folder that `write` wrote and people may have edited.

    Raises `InputUnusable`, with the name of the file.
    """
    if not (folder / _SETTINGS).is_file():
        raise InputUnusable(
            f"{folder} holds no export: there is no {_SETTINGS}. Make one with `sluicegate registry export`."
        )
    if (folder / _OLD).exists():
        raise InputUnusable(
            f"{folder} holds an export that was interrupted while it took the place of the one in {_OLD}. Export again."
        )
    versions: dict[Place, MovedVersion] = {}
    scopes = {
        scope: ScopeState(entry.config, entry.mode) for scope, entry in _checked(folder / _SETTINGS, _SCOPES).items()
    }
    for file in sorted((folder / _SUBJECTS).glob(f"*/{_SUBJECT}")):
        entry: SubjectEntry = _checked(file, TypeAdapter(SubjectEntry))
        if entry.config is not None or entry.mode is not None:
            scopes[entry.subject] = ScopeState(entry.config, entry.mode)
        for each in entry.versions:
            place = Place(entry.subject, each.version)
            if place in versions:
                raise InputUnusable(
                    f"{file} has version {each.version} of {entry.subject}, which stands elsewhere too."
                )
            versions[place] = _version(file, place, each)
    return Holdings(versions, scopes)


def _write_subject(folder: Path, subject: str, versions: Iterable[MovedVersion], state: ScopeState | None) -> None:
    folder.mkdir()
    entries = []
    for version in versions:
        name = f"{version.place.number}{EXTENSIONS.get(version.kind, '.txt')}"
        (folder / name).write_bytes(version.text.encode())
        entries.append(_entry(version, name))
    _write_json(folder / _SUBJECT, {"subject": subject, **_scope(state or ScopeState()), "versions": entries})


def _entry(version: MovedVersion, file: str) -> dict[str, Any]:
    said = {
        "id": version.global_id,
        "metadata": version.metadata,
        "rules": version.rules,
        "references": [
            {"name": each.name, "subject": each.subject, "version": each.number} for each in version.references
        ],
        "deleted": version.deleted,
        "deprecated": version.deprecated,
    }
    return {
        "version": version.place.number,
        "type": version.kind,
        "file": file,
        **{key: value for key, value in said.items() if value},
    }


def _version(file: Path, place: Place, entry: VersionEntry) -> MovedVersion:
    path = file.parent / entry.file
    if path.resolve().parent != file.parent.resolve():
        raise InputUnusable(f"{file} names {entry.file}, which does not stand beside it.")
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise InputUnusable(f"{path} cannot be read: {error}.") from error
    references = tuple(NamedPlace(each.name, each.subject, each.version) for each in entry.references)
    return MovedVersion(
        place, entry.id, entry.type, text, references, entry.metadata, entry.rules, entry.deleted, entry.deprecated
    )


def _checked(file: Path, shape: TypeAdapter[Any]) -> Any:
    try:
        return shape.validate_json(file.read_bytes())
    except OSError as error:
        raise InputUnusable(f"{file} cannot be read: {error.strerror or error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputUnusable(
            f"{file} is not as an export writes it: {where + ': ' if where else ''}{first['msg']}."
        ) from error


def _scope(state: ScopeState) -> dict[str, Any]:
    said = {"config": state.config, "mode": state.mode}
    return {key: value for key, value in said.items() if value is not None}


def _write_json(file: Path, value: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _is_subject(scope: str) -> bool:
    return bool(scope) and not (scope.startswith(":.") and scope.endswith(":"))
