"""Subjects: which there are, whether a schema is registered in one, and the end of one."""

from flask import Response

from sluicegate.registry_api.core.forms import Forms
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.confluent.routes.answering import about, answered, judging, plain, subject_name
from sluicegate.registry_api.facades.confluent.wire import queries
from sluicegate.registry_api.facades.confluent.wire.rendering import Rendering
from sluicegate.registry_api.facades.confluent.wire.requests import SchemaRequest
from sluicegate.registry_api.facades.operation import Call


class SubjectRoutes:
    """The views of subjects as a whole."""

    def __init__(self, subjects: Subjects, forms: Forms, rendering: Rendering) -> None:
        """Take the core, and the shape of answers."""
        self._subjects = subjects
        self._forms = forms
        self._rendering = rendering

    def listing(self, _: Call, query: queries.Subjects) -> Response:
        """`GET /subjects`."""
        return plain(self._subjects.catalogue.subjects(query.subject_prefix, query.kept, query.part()))

    def lookup(self, _: Call, subject: str, query: queries.Lookup, body: SchemaRequest) -> Response:
        """`POST /subjects/{subject}`."""
        draft = body.draft()
        with judging(draft.format):
            found = self._subjects.registrations.lookup(
                subject_name(subject), draft, normalize=query.normalize, deleted=query.deleted
            )
        text = self._forms.text(found, query.format or body.form)
        return about(answered(self._rendering.version(found, text)), found)

    def newest_with(self, _: Call, subject: str, query: queries.ByMetadata) -> Response:
        """`GET /subjects/{subject}/metadata`."""
        wanted = dict(zip(query.key, query.value, strict=False))
        found = self._subjects.catalogue.newest_with(subject_name(subject), wanted, deleted=query.deleted)
        return about(answered(self._rendering.version(found, self._forms.text(found, query.format))), found)

    def delete(self, call: Call, subject: str, query: queries.Deleting) -> Response:
        """`DELETE /subjects/{subject}`."""
        deletions = self._subjects.deletions
        return plain(deletions.delete_subject(subject_name(subject), call.caller, permanent=query.permanent))
