"""Artifacts as a whole: the list, and creating, replacing, reading and deleting one."""

from http import HTTPStatus
from uuid import uuid4

from flask import Response, request

from sluicegate.registry_api.core.commands import LATEST, Existence, Reuse
from sluicegate.registry_api.core.model import Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.subject_errors import SubjectExists
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.artifacts.routes.answering import metadata_of, naming, plain, subject_of, text_of
from sluicegate.registry_api.facades.artifacts.routes.writing import Writing, registered
from sluicegate.registry_api.facades.artifacts.submissions import artifact_id
from sluicegate.registry_api.facades.artifacts.wire import Creation, Document, IfExists, StateChange
from sluicegate.registry_api.facades.operation import Call


class ArtifactRoutes:
    """The views of `/artifacts` and `/artifacts/{artifact}`."""

    def __init__(self, subjects: Subjects) -> None:
        """Take the core."""
        self._subjects = subjects
        self._writing = Writing(subjects)

    def listing(self, _: Call) -> Response:
        """`GET /artifacts`."""
        return plain(self._subjects.catalogue.subjects())

    def create(self, call: Call, query: Creation, body: Document) -> Response:
        """`POST /artifacts`."""
        subject = subject_of(artifact_id(request) or str(uuid4()))
        match query.if_exists:
            case IfExists.FAIL:
                done = self._writing.register(call, subject, body, Existence.NEW, Reuse.NONE)
            case IfExists.UPDATE:
                done = self._writing.register(call, subject, body, Existence.ANY, Reuse.LATEST)
            case IfExists.RETURN_OR_UPDATE:
                done = self._writing.register(call, subject, body, Existence.ANY, Reuse.ANY)
            case IfExists.RETURN:
                return self._created_or_there(call, subject, body)
        return registered(done)

    def replace(self, call: Call, artifact: str, body: Document) -> Response:
        """`PUT /artifacts/{artifact}`: the text of the latest version adds none.

        So producers may send their text at each start.
        """
        with naming(artifact):
            done = self._writing.register(call, subject_of(artifact), body, Existence.KNOWN, Reuse.LATEST)
        return registered(done)

    def read(self, call: Call, artifact: str) -> Response:
        """`GET /artifacts/{artifact}`."""
        return text_of(self._latest(artifact))

    def metadata(self, call: Call, artifact: str) -> Response:
        """`GET /artifacts/{artifact}/meta`."""
        return metadata_of(self._latest(artifact))

    def look_up(self, _: Call, artifact: str, body: Document) -> Response:
        """`POST /artifacts/{artifact}/meta`."""
        with naming(artifact):
            return metadata_of(self._writing.found(subject_of(artifact), body))

    def test(self, _: Call, artifact: str, body: Document) -> Response:
        """`POST` and `PUT /artifacts/{artifact}/test`."""
        with naming(artifact):
            self._writing.rehearse(subject_of(artifact), body)
        return Response(status=HTTPStatus.NO_CONTENT)

    def delete(self, call: Call, artifact: str) -> Response:
        """`DELETE /artifacts/{artifact}`."""
        with naming(artifact):
            self._subjects.deletions.delete_subject(subject_of(artifact), call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def put_state(self, call: Call, artifact: str, body: StateChange) -> Response:
        """`PUT /artifacts/{artifact}/state`."""
        with naming(artifact):
            self._subjects.states.put(subject_of(artifact), None, body.state, call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def _created_or_there(self, call: Call, subject: SubjectName, body: Document) -> Response:
        try:
            return registered(self._writing.register(call, subject, body, Existence.NEW, Reuse.NONE))
        except SubjectExists:
            return metadata_of(self._latest(subject.qualified))

    def _latest(self, artifact: str) -> Version:
        with naming(artifact):
            return self._subjects.catalogue.version(subject_of(artifact), LATEST)
