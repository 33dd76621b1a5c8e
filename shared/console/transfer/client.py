"""Client of Confluent's API for moving a registry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError

from sluicegate.shared.client.exchange import Exchange, Shape, parsed, refusal
from sluicegate.shared.console.transfer.model import JsonObject, MovedVersion, NamedPlace, Place, ScopeState
from sluicegate.shared.console.transfer.wire import (
    ErrorBody,
    ModeBody,
    NewVersionBody,
    ReferenceBody,
    ScopeBody,
    StateBody,
    VersionBody,
)
from sluicegate.shared.model import SchemaFormat
from sluicegate.shared.wire import BundleRequest, DocumentBody, MemberBody

_NUMBERS = TypeAdapter(tuple[int, ...])
_TEXTS = TypeAdapter(tuple[str, ...])
_VERSION = TypeAdapter(VersionBody)
_VERSIONS = TypeAdapter(tuple[VersionBody, ...])
_SCOPES = TypeAdapter(tuple[ScopeBody, ...])
_PAGE = 1000
"""Versions, or scopes, of a page."""

_ERROR = TypeAdapter(ErrorBody)
_MODE = TypeAdapter(ModeBody)
_DEPRECATED = "DEPRECATED"
_OBJECT = TypeAdapter(dict[str, Any])
_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
_SUBJECT_NOT_FOUND, _VERSION_NOT_FOUND = 40401, 40402
_ANYWHERE = "?subjectPrefix=" + quote(":*:") + "&deleted="


@dataclass(frozen=True, slots=True)
class ListedVersions:
    """A page of a listing. `marked`: the registry says of each version whether it is deleted."""

    versions: tuple[MovedVersion, ...]
    marked: bool


class _Object(RootModel[dict[str, Any]]):
    """A body that is sent as it is."""


class SubjectsClient:
    """Client of one registry. Methods block and raise only `ConsoleError`.

    The creator of the exchange closes it.
    """

    def __init__(self, exchange: Exchange) -> None:
        """Use an exchange for requests."""
        self._exchange = exchange

    def subjects(self) -> tuple[str, ...]:
        """Every subject of every context, those that are deleted softly included."""
        return self._read(f"/subjects{_ANYWHERE}true", _TEXTS)

    def listed(self, *, deleted: bool) -> Iterator["ListedVersions"]:
        """Yield all versions of all contexts, page by page; none if the registry has no such listing.

        `deleted`: with softly deleted ones.
        """
        path: str | None = f"/schemas{_ANYWHERE}{str(deleted).lower()}&limit={_PAGE}&offset=0"
        offset, last = 0, None
        while path is not None:
            response = self._exchange.read("GET", path)
            if response.status_code in _ABSENT:
                return
            bodies = parsed(_fine(response), _VERSIONS)
            # a registry that ignores the offset repeats one page forever
            if not bodies or bodies[-1] == last:
                return
            yield ListedVersions(
                tuple(_moved(body, deleted=bool(body.deleted)) for body in bodies),
                marked=all(body.deleted is not None for body in bodies),
            )
            offset, last = offset + len(bodies), bodies[-1]
            if "next" in response.links:
                path = response.links["next"]["url"]
            else:
                whole = len(bodies) == _PAGE
                path = f"/schemas{_ANYWHERE}{str(deleted).lower()}&limit={_PAGE}&offset={offset}" if whole else None

    def contexts(self) -> tuple[str, ...]:
        """The contexts; a registry that knows of none has the default one."""
        response = self._exchange.read("GET", "/contexts")
        return (".",) if response.status_code in _ABSENT else parsed(_fine(response), _TEXTS)

    def numbers(self, subject: str, *, deleted: bool) -> tuple[int, ...]:
        """The numbers of a subject's versions; none when there is no subject."""
        response = self._exchange.read("GET", f"{_subject(subject)}/versions?deleted={str(deleted).lower()}")
        return () if _code(response) == _SUBJECT_NOT_FOUND else parsed(_fine(response), _NUMBERS)

    def version(self, place: Place, *, deleted: bool) -> MovedVersion:
        """One version; `deleted` says that it is, and is noted."""
        body = self._read(f"{_version(place)}?deleted={str(deleted).lower()}", _VERSION)
        return replace(_moved(body, deleted=deleted), place=place)

    def scope(self, scope: str) -> ScopeState:
        """Return the own settings of a scope."""
        config = self._exchange.read("GET", _scope("config", scope))
        mode = self._exchange.read("GET", _scope("mode", scope))
        settings = None if config.status_code in _ABSENT else _config(parsed(_fine(config), _OBJECT))
        return ScopeState(settings, None if mode.status_code in _ABSENT else parsed(_fine(mode), _MODE).mode)

    def settings(self) -> dict[str, ScopeState] | None:
        """The own settings of all scopes that have some; None if the registry has no such listing."""
        found: dict[str, ScopeState] = {}
        offset, last = 0, None
        while True:
            response = self._exchange.read("GET", f"/settings?limit={_PAGE}&offset={offset}")
            if response.status_code in _ABSENT:
                return None
            bodies = parsed(_fine(response), _SCOPES)
            if not bodies or bodies[-1] == last:
                return found
            found.update((body.scope, ScopeState(_config(body.config), body.mode)) for body in bodies)
            offset, last = offset + len(bodies), bodies[-1]

    def register(self, version: MovedVersion) -> None:
        """Register a version, with its id and number if it has an id.

        The subject must be in IMPORT mode then.
        """
        body = NewVersionBody(
            schema_=version.text,
            schema_type=version.kind,
            references=tuple(
                ReferenceBody(name=each.name, subject=each.subject, version=each.number) for each in version.references
            ),
            metadata=None if version.metadata is None else dict(version.metadata),
            rule_set=None if version.rules is None else dict(version.rules),
            id=version.global_id,
            version=None if version.global_id is None else version.place.number,
        )
        self._change("POST", f"{_subject(version.place.subject)}/versions", body)

    def register_bundle(self, versions: Sequence[MovedVersion]) -> None:
        """Register the first versions of new subjects that refer to each other; all of one format."""
        documents = tuple(
            DocumentBody(
                name=version.place.subject,
                specification=version.text,
                references=tuple(MemberBody(name=each.name, document=each.subject) for each in version.references),
            )
            for version in versions
        )
        body = BundleRequest(schema_type=SchemaFormat(versions[0].kind.lower()), documents=documents)
        self._change("POST", "/schemas/bundle", body)

    def delete(self, place: Place) -> None:
        """Delete a version softly; one that is not there is as good."""
        response = self._exchange.change("DELETE", _version(place))
        if _code(response) not in (_SUBJECT_NOT_FOUND, _VERSION_NOT_FOUND):
            _fine(response)

    def deprecate(self, place: Place) -> None:
        """Deprecate a version, by the API of Event Streams."""
        self._change("PUT", f"{_artifact_version(place)}/state", StateBody(state=_DEPRECATED))

    def set_mode(self, scope: str, mode: str | None) -> None:
        """Set the mode of a scope, also a non-empty one; None removes it."""
        if mode is None:
            response = self._exchange.change("DELETE", _scope("mode", scope))
            if response.status_code not in _ABSENT:
                _fine(response)
        else:
            self._change("PUT", f"{_scope('mode', scope)}?force=true", ModeBody(mode=mode))

    def set_config(self, scope: str, config: JsonObject | None) -> None:
        """Set the configuration of a scope; None removes it."""
        if config is None:
            response = self._exchange.change("DELETE", _scope("config", scope))
            if response.status_code not in _ABSENT:
                _fine(response)
        else:
            self._change("PUT", _scope("config", scope), _Object(dict(config)))

    def _read(self, path: str, shape: TypeAdapter[Shape]) -> Shape:
        return parsed(_fine(self._exchange.read("GET", path)), shape)

    def _change(self, method: str, path: str, body: BaseModel) -> None:
        _fine(self._exchange.change(method, path, body=body))


def _config(served: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a configuration with the names that requests have."""
    if served and "compatibilityLevel" in served:
        level = served.pop("compatibilityLevel")
        return {**served, "compatibility": level}
    return served


def _moved(body: VersionBody, *, deleted: bool) -> MovedVersion:
    references = tuple(NamedPlace(each.name, each.subject, each.version) for each in body.references)
    place = Place(body.subject, body.version)
    return MovedVersion(
        place,
        body.id,
        body.schema_type,
        body.schema_,
        references,
        body.metadata,
        body.rule_set,
        deleted,
        deprecated=bool(body.deprecated) and not deleted,
    )


def _fine(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        raise refusal(response)
    return response


def _code(response: httpx.Response) -> int | None:
    if response.is_success:
        return None
    try:
        return _ERROR.validate_json(response.content).error_code
    except ValidationError:
        return None


def _subject(subject: str) -> str:
    return f"/subjects/{quote(subject, safe='')}"


def _version(place: Place) -> str:
    return f"{_subject(place.subject)}/versions/{place.number}"


def _artifact_version(place: Place) -> str:
    return f"/artifacts/{quote(place.subject, safe='')}/versions/{place.number}"


def _scope(what: str, scope: str) -> str:
    return f"/{what}/{quote(scope, safe='')}" if scope else f"/{what}"
