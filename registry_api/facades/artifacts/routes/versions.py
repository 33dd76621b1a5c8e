"""The versions of an artifact, and versions by their global ids."""

from http import HTTPStatus

from flask import Response, request

from sluicegate.registry_api.answers import KEPT, Holder
from sluicegate.registry_api.core.commands import Existence, Reuse
from sluicegate.registry_api.core.model import Version
from sluicegate.registry_api.core.subject_errors import ContentNotFound
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.artifacts.faults import ArtifactMissing
from sluicegate.registry_api.facades.artifacts.routes.answering import (
    global_id,
    metadata_of,
    naming,
    plain,
    subject_of,
    text_of,
    version_number,
)
from sluicegate.registry_api.facades.artifacts.routes.writing import Writing, registered
from sluicegate.registry_api.facades.artifacts.wire import Document, StateChange
from sluicegate.registry_api.facades.operation import Call


class ArtifactVersionRoutes:
    """The views below `/artifacts/{artifact}/versions` and `/ids`."""

    def __init__(self, subjects: Subjects) -> None:
        """Take the core."""
        self._subjects = subjects
        self._writing = Writing(subjects)

    def listing(self, _: Call, artifact: str) -> Response:
        """`GET /artifacts/{artifact}/versions`."""
        with naming(artifact):
            return plain(self._subjects.catalogue.numbers(subject_of(artifact)))

    def add(self, call: Call, artifact: str, body: Document) -> Response:
        """`POST /artifacts/{artifact}/versions`: a version for each request, also for a known text."""
        with naming(artifact):
            done = self._writing.register(call, subject_of(artifact), body, Existence.KNOWN, Reuse.NONE)
        return registered(done)

    def read(self, _: Call, artifact: str, version: str) -> Response:
        """`GET /artifacts/{artifact}/versions/{version}`."""
        return text_of(self._version(artifact, version))

    def metadata(self, _: Call, artifact: str, version: str) -> Response:
        """`GET /artifacts/{artifact}/versions/{version}/meta`."""
        return metadata_of(self._version(artifact, version))

    def delete(self, call: Call, artifact: str, version: str) -> Response:
        """`DELETE /artifacts/{artifact}/versions/{version}`."""
        with naming(artifact):
            self._subjects.deletions.delete_version(
                subject_of(artifact), version_number(artifact, version), call.caller
            )
        return Response(status=HTTPStatus.NO_CONTENT)

    def put_state(self, call: Call, artifact: str, version: str, body: StateChange) -> Response:
        """`PUT /artifacts/{artifact}/versions/{version}/state`."""
        number = version_number(artifact, version)
        with naming(artifact):
            self._subjects.states.put(subject_of(artifact), number, body.state, call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def by_id(self, _: Call, id: str) -> Response:  # noqa: A002  # the path's name for it
        """`GET /ids/{id}`. Kept for hot reads, since the text of an id never changes."""
        version = self._identified(id)
        request.environ[KEPT] = Holder(version.schema_id, version.subject)
        return text_of(version)

    def metadata_by_id(self, _: Call, id: str) -> Response:  # noqa: A002  # the path's name for it
        """`GET /ids/{id}/meta`."""
        return metadata_of(self._identified(id))

    def _version(self, artifact: str, version: str) -> Version:
        with naming(artifact):
            return self._subjects.catalogue.version(subject_of(artifact), version_number(artifact, version))

    def _identified(self, text: str) -> Version:
        try:
            return self._subjects.catalogue.identified(global_id(text)).version
        except ContentNotFound:
            raise ArtifactMissing.numbered(text) from None
