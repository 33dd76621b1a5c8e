"""Registering the sample schemas, as any client would: over HTTP."""

from dataclasses import dataclass
from http import HTTPStatus

import httpx

from sluicegate.shared.model import SchemaId, VersionNumber
from sluicegate.shared.quickstart.errors import QuickstartError
from sluicegate.shared.quickstart.samples import Sample
from sluicegate.shared.wire import InsertInfo, RegisterRequest, Report, UpdateRequest

PUBLISHER = "quickstart"  # so that the same schema, registered by a newcomer who follows the README, is theirs and new
_THERE = (
    HTTPStatus.OK,
    HTTPStatus.CREATED,
    HTTPStatus.CONFLICT,
)  # CONFLICT: an earlier run on this database registered it


class RegistrationFailed(QuickstartError):
    """The registry refused a sample schema."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a sample stands in the registry; `versions` in the order of the sample's own."""

    sample: Sample
    schema_id: SchemaId
    versions: tuple[VersionNumber, ...]


def register(client: httpx.Client, sample: Sample) -> Registered:
    """Register a sample's versions, or find them registered. Raises `RegistrationFailed`."""
    first, *later = sample.texts()
    request = RegisterRequest(
        name=sample.name,
        schema_type=sample.format,
        specification=first,
        description=sample.description,
        publisher_id=PUBLISHER,
    )
    created = _sent(client, "POST", "/schemas", request)
    updates = [
        _sent(client, "PUT", f"/schemas/{created.identification}", UpdateRequest(specification=text)) for text in later
    ]
    versions = tuple(VersionNumber(int(answer.version)) for answer in (created, *updates))
    return Registered(sample, SchemaId(int(created.identification)), versions)


def _sent(client: httpx.Client, method: str, path: str, body: RegisterRequest | UpdateRequest) -> InsertInfo:
    try:
        response = client.request(method, path, json=body.model_dump(mode="json", exclude_none=True))
    except httpx.HTTPError as error:
        raise RegistrationFailed(f"{method} {path} got no answer from the registry: {error}") from error
    if response.status_code not in _THERE:
        raise RegistrationFailed(f"{method} {path} was answered with {response.status_code}: {_reason(response)}")
    return InsertInfo.model_validate_json(response.content)


def _reason(response: httpx.Response) -> str:
    try:
        return Report.model_validate_json(response.content).message
    except ValueError:
        return response.text[:200]
