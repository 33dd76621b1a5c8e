"""Common parts of all views: reading paths, and answers in the accepted form."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import orjson
from flask import Response, request
from pydantic import BaseModel
from werkzeug.exceptions import NotFound

from sluicegate.registry_api.core.commands import LATEST
from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.model import Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.subject_errors import ContentNotFound
from sluicegate.registry_api.facades.confluent.faults import SchemaRefused, VersionUnreadable
from sluicegate.registry_api.facades.confluent.media import V1, accepted
from sluicegate.registry_api.facades.confluent.wire.queries import LARGEST
from sluicegate.registry_api.facades.deprecation import naming_deprecation
from sluicegate.registry_api.facades.numbers import java_number
from sluicegate.shared.model import GlobalId, SchemaFormat, VersionNumber
from sluicegate.shared.wire import DRAFT_HEADER

_LATEST: Final = "latest"
_SHOWN: Final = 60


def answered(body: BaseModel) -> Response:
    """An object."""
    return written(body.model_dump_json(by_alias=True, exclude_none=True).encode())


def about(response: Response, version: Version) -> Response:
    """Add the headers about a version: that it is deprecated, and the draft of a JSON schema that names none."""
    naming_deprecation(response, version)
    if version.format is SchemaFormat.JSON and version.artifact is not None:
        response.headers[DRAFT_HEADER] = version.artifact.decode()
    return response


def listed(bodies: Sequence[BaseModel]) -> Response:
    """A list of objects."""
    return plain([body.model_dump(mode="json", by_alias=True, exclude_none=True) for body in bodies])


def plain(value: Any) -> Response:
    """Answer with a number, or a list of JSON values."""
    return written(orjson.dumps(value))


def written(data: bytes) -> Response:
    """Bytes as they are, under the media type that the caller likes best."""
    return Response(data, content_type=accepted(request.headers.get("Accept", "")) or V1)


def subject_name(text: str) -> SubjectName:
    """The subject that a path names."""
    return SubjectName.parse(text)


def version_number(text: str) -> VersionNumber:
    """The version that a path names; -1 and `latest`, in any case, are the newest.

    Raises `VersionUnreadable`.
    """
    stripped = text.strip()
    if stripped.lower() == _LATEST:
        return LATEST
    number = java_number(stripped)
    if number is None or not (number == LATEST or 0 < number <= LARGEST):
        raise VersionUnreadable(text)
    return VersionNumber(number)


def global_id(text: str) -> GlobalId:
    """The id that a path names.

    Raises `NotFound` for other text, and `ContentNotFound` for a number that no id can be.
    """
    number = java_number(text)
    if number is None:
        raise NotFound
    if not -LARGEST - 1 <= number <= LARGEST:
        raise ContentNotFound(text[:_SHOWN])
    return GlobalId(number)


@contextmanager
def judging(schema_format: SchemaFormat) -> Iterator[None]:
    """Say of which format a schema was that turned out not to be valid."""
    try:
        yield
    except SchemaInvalid as error:
        raise SchemaRefused(schema_format, error) from error
