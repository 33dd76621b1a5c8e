"""Schemas kept on disk, so that a worker can start, and go on, while the registry is away.

Each registry has a folder of its own, named by its identity, so that neither a shared folder nor a
changed address gives a schema of another registry. Which registry an address led to last is in a
file, for a start while the registry is away. A registry without an identity is known by its
address.
"""

import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Self
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, ConfigDict, ValidationError

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.logs import logger
from sluicegate.shared.model import GlobalId, SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.errors import ValidatorError
from sluicegate.validator.model import Lookup, SchemaRef, StoredSchema, Unavailable, Unreadable
from sluicegate.validator.ports import SchemaProvider

_NEW: Final = ".new"
_HASH: Final = 16
_LEFTOVER_SECONDS: Final = 3600.0
_NAME: Final = re.compile(r"[0-9A-Za-z-]{1,100}")


class SnapshotUnusable(ValidatorError):
    """The folder for the snapshot cannot be had."""


@dataclass(frozen=True, slots=True)
class WhoseSchemas:
    """The address and identity of a registry: "" without an identity, None before its first answer."""

    address: str = ""
    identity: Callable[[], str | None] = lambda: None


class SnapshotSchemas:
    """A `SchemaProvider` that stores the answers of another one, and uses them during outages.

    Only immutable answers are used: versions by number, contents by global id and by GUID. The
    latest version and missing schemas need the registry. Several processes may share a folder.
    """

    def __init__(self, inner: SchemaProvider, folder: Path, whose: WhoseSchemas | None = None) -> None:
        """Create the folder, and remove files of killed writers. Raises `SnapshotUnusable`."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _remove_leftovers(folder)
        except OSError as error:
            raise SnapshotUnusable(f"registry.snapshot: {folder} cannot be made: {error.strerror or error}") from error
        self._inner = inner
        self._folder = folder
        self._whose = whose or WhoseSchemas()
        self._by_address = sha256(self._whose.address.encode()).hexdigest()[:_HASH]
        self._identity: str | None = None
        self._kept: dict[Path, StoredSchema] = {}

    @property
    def available(self) -> bool:
        """Whether the registry answers."""
        return self._inner.available

    def find(self, ref: SchemaRef) -> Lookup:
        """A version, from the disk when it has to be."""
        found = self._inner.find(ref)
        if ref.version is not None:
            return self._answer(_version(ref.schema_id, ref.version), found)
        if isinstance(found, StoredSchema):
            self._keep(_version(found.schema_id, found.version), found)
        return found

    def content(self, global_id: GlobalId) -> Lookup:
        """Return the text with a global id."""
        return self._answer(f"content-{global_id}", self._inner.content(global_id))

    def content_by_guid(self, guid: UUID) -> Lookup:
        """Return the text with a GUID."""
        return self._answer(f"guid-{guid}", self._inner.content_by_guid(guid))

    def registered(self, global_id: GlobalId, subject: str) -> bool | Unavailable | Unreadable:
        """Return the registry's answer: subjects change."""
        return self._inner.registered(global_id, subject)

    def _answer(self, name: str, found: Lookup) -> Lookup:
        if isinstance(found, StoredSchema):
            self._keep(name, found)
        if isinstance(found, Unavailable | Unreadable):
            return self._load(name) or found
        return found

    def _keep(self, name: str, schema: StoredSchema) -> None:
        """Write it, once. A reader sees all of it or nothing."""
        try:
            file = self._file(name)
            if self._kept.get(file) is schema:
                return
            _write(file, _Schema.of(schema).model_dump_json().encode())
            self._kept[file] = schema
        except OSError as error:
            logger().warning("a schema cannot be kept on disk", folder=str(self._folder), detail=str(error))

    def _load(self, name: str) -> StoredSchema | None:
        try:
            return _Schema.model_validate_json(self._file(name).read_bytes()).stored()
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            logger().warning("a schema that was kept cannot be read", file=str(self._file(name)), detail=str(error))
            return None

    def _file(self, name: str) -> Path:
        """Return the file of a schema in its registry's folder. Raises `OSError`."""
        return self._folder / self._registry() / f"{name}.json"

    def _registry(self) -> str:
        """Return the name of the registry's folder, and record a changed identity."""
        told = self._whose.identity()
        if self._identity is None or (told is not None and told != self._identity):
            noted = self._folder / f"registry-{self._by_address}.txt"
            if told is None:
                return _noted(noted) or f"address-{self._by_address}"
            _write(noted, (told or f"address-{self._by_address}").encode())
            self._identity = told
        return self._identity or f"address-{self._by_address}"


def _noted(file: Path) -> str | None:
    """Return the noted name of a folder; None without a note, and for a damaged one."""
    text = file.read_bytes().decode(errors="replace").strip() if file.exists() else ""
    return text if _NAME.fullmatch(text) else None


def _version(schema_id: SchemaId, number: VersionNumber) -> str:
    return f"version-{schema_id}-{number}"


def _remove_leftovers(folder: Path) -> None:
    """Remove files that killed writers did not finish; those of the last hour may still be written."""
    since = SystemClock().now().timestamp() - _LEFTOVER_SECONDS
    for file in folder.rglob(f".*{_NEW}"):
        with suppress(OSError):  # another process may just remove it
            if file.stat().st_mtime < since:
                file.unlink()


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    descriptor, path = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=_NEW)
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(data)
        Path(path).replace(file)
    except OSError:
        Path(path).unlink(missing_ok=True)
        raise


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Source(_Kept):
    text: str
    artifact: Base64Bytes | None = None
    references: tuple["_Reference", ...] = ()

    @classmethod
    def of(cls, source: SchemaSource) -> Self:
        references = tuple(
            _Reference(name=each.name, fingerprint=each.fingerprint, source=_Source.of(each.source))
            for each in source.references
        )
        return cls.model_construct(text=source.text, artifact=source.artifact, references=references)

    def source(self) -> SchemaSource:
        named = (NamedSource(each.name, each.source.source(), each.fingerprint) for each in self.references)
        return SchemaSource(self.text, tuple(named), self.artifact)


class _Reference(_Kept):
    name: str
    fingerprint: str
    source: _Source


class _Schema(_Kept):
    schema_id: int
    version: int
    format: SchemaFormat
    source: _Source

    @classmethod
    def of(cls, schema: StoredSchema) -> Self:
        return cls(
            schema_id=schema.schema_id, version=schema.version, format=schema.format, source=_Source.of(schema.source)
        )

    def stored(self) -> StoredSchema:
        return StoredSchema(SchemaId(self.schema_id), VersionNumber(self.version), self.format, self.source.source())
