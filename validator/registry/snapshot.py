"""Schemas kept on disk, so that a worker can start, and go on, while the registry is away."""

import os
import tempfile
from pathlib import Path
from typing import Self
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, ConfigDict, ValidationError

from shared.formats.engine import NamedSource, SchemaSource
from shared.logs import logger
from shared.model import GlobalId, SchemaFormat, SchemaId, VersionNumber
from validator.errors import ValidatorError
from validator.model import Lookup, SchemaRef, StoredSchema, Unavailable, Unreadable
from validator.ports import SchemaProvider


class SnapshotUnusable(ValidatorError):
    """The folder for the snapshot cannot be had."""


class SnapshotSchemas:
    """A `SchemaProvider` that keeps what another one finds, and gives it when that one has no answer.

    Only what never changes is given: versions by number, contents by global id and by GUID. What the latest version is, and that
    something is not there, has to be asked. Several processes may share a folder.
    """

    def __init__(self, inner: SchemaProvider, folder: Path) -> None:
        """Make the folder. Raises `SnapshotUnusable`."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SnapshotUnusable(f"registry.snapshot: {folder} cannot be made: {error.strerror or error}") from error
        self._inner = inner
        self._folder = folder
        self._kept: set[str] = set()

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
        """The text with a global id, likewise."""
        return self._answer(f"content-{global_id}", self._inner.content(global_id))

    def content_by_guid(self, guid: UUID) -> Lookup:
        """The text with a GUID, likewise."""
        return self._answer(f"guid-{guid}", self._inner.content_by_guid(guid))

    def registered(self, global_id: GlobalId, subject: str) -> bool | Unavailable | Unreadable:
        """What the registry says: subjects change."""
        return self._inner.registered(global_id, subject)

    def _answer(self, name: str, found: Lookup) -> Lookup:
        if isinstance(found, StoredSchema):
            self._keep(name, found)
        if isinstance(found, Unavailable | Unreadable):
            return self._load(name) or found
        return found

    def _keep(self, name: str, schema: StoredSchema) -> None:
        """Write it, once. A reader sees all of it or nothing."""
        if name in self._kept:
            return
        self._kept.add(name)
        try:
            _write(self._file(name), _Schema.of(schema).model_dump_json().encode())
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
        return self._folder / f"{name}.json"


def _version(schema_id: SchemaId, number: VersionNumber) -> str:
    return f"version-{schema_id}-{number}"


def _write(file: Path, data: bytes) -> None:
    descriptor, path = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".new")
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
