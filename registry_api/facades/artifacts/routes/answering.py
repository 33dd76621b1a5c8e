"""Helpers of all views: names in paths, and answers in JSON."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from flask import Response
from pydantic import BaseModel

from sluicegate.registry_api.core.model import Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.subject_errors import (
    ContentNotFound,
    SubjectNotFound,
    SubjectSoftDeleted,
    SubjectVersionNotFound,
    VersionSoftDeleted,
)
from sluicegate.registry_api.facades.artifacts.faults import ArtifactMissing
from sluicegate.registry_api.facades.artifacts.wire import Metadata
from sluicegate.registry_api.facades.deprecation import naming_deprecation
from sluicegate.registry_api.facades.numbers import number
from sluicegate.registry_api.facades.operation import JSON
from sluicegate.shared.formats.catalog import FORMATS
from sluicegate.shared.model import GlobalId, VersionNumber

_MAX_ID = 2**31 - 1


def answered(body: BaseModel) -> Response:
    """Return an object."""
    return Response(body.model_dump_json(by_alias=True, exclude_none=True), content_type=JSON)


def plain(value: Any) -> Response:
    """Return a list of strings or numbers."""
    return Response(orjson.dumps(value), content_type=JSON)


def text_of(version: Version) -> Response:
    """Return the text of a version as it was registered, under the media type of its format."""
    response = Response(version.text.encode(), content_type=FORMATS[version.format].media_type)
    return naming_deprecation(response, version)


def metadata_of(version: Version) -> Response:
    """Return the metadata of a version, with its state."""
    return naming_deprecation(answered(Metadata.of(version)), version)


def subject_of(artifact: str) -> SubjectName:
    """Return the subject of an artifact."""
    return SubjectName.parse(artifact)


def version_number(artifact: str, text: str) -> VersionNumber:
    """Return the version in a path.

    Raises `ArtifactMissing` for other text, as no version is called so.
    """
    value = _number(text)
    if value is None:
        raise ArtifactMissing.of_version(artifact, text)
    return VersionNumber(value)


def global_id(text: str) -> GlobalId:
    """Return the global id in a path.

    Raises `ArtifactMissing` for other text, as no artifact has it.
    """
    value = _number(text)
    if value is None:
        raise ArtifactMissing.numbered(text)
    return GlobalId(value)


@contextmanager
def naming(artifact: str) -> Iterator[None]:
    """Name the artifact in refusals about it."""
    try:
        yield
    except (SubjectNotFound, SubjectSoftDeleted) as error:
        raise ArtifactMissing.named(artifact) from error
    except (SubjectVersionNotFound, VersionSoftDeleted) as error:
        raise ArtifactMissing.of_version(artifact, str(error.number)) from error
    except ContentNotFound as error:
        raise ArtifactMissing.of_content(artifact) from error


def _number(text: str) -> int | None:
    value = number(text)
    return value if value is not None and 0 < value <= _MAX_ID else None
