"""The versions of a subject: registering, reading, deleting."""

from flask import Response

from sluicegate.registry_api.core.forms import Forms
from sluicegate.registry_api.core.model import Version
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.confluent.routes.answering import (
    about,
    answered,
    judging,
    plain,
    subject_name,
    version_number,
    written,
)
from sluicegate.registry_api.facades.confluent.wire import queries
from sluicegate.registry_api.facades.confluent.wire.rendering import Rendering, differences_answer
from sluicegate.registry_api.facades.confluent.wire.requests import SchemaRequest, TagsRequest
from sluicegate.registry_api.facades.operation import Call
from sluicegate.registry_api.facades.warnings import log_warnings, warning_headers


class VersionRoutes:
    """The views below `/subjects/{subject}/versions`."""

    def __init__(self, subjects: Subjects, forms: Forms, rendering: Rendering) -> None:
        """Take the core, and the shape of answers."""
        self._subjects = subjects
        self._forms = forms
        self._rendering = rendering

    def listing(self, _: Call, subject: str, query: queries.Versions) -> Response:
        """`GET /subjects/{subject}/versions`."""
        return plain(self._subjects.catalogue.numbers(subject_name(subject), query.kept, query.part()))

    def register(self, call: Call, subject: str, query: queries.Registering, body: SchemaRequest) -> Response:
        """`POST /subjects/{subject}/versions`."""
        wish = body.registration(subject_name(subject), normalize=query.normalize, force=query.force)
        with judging(wish.draft.format):
            done = self._subjects.registrations.register(wish, call.caller)
        # A client caches the answer for its own request, and cannot read the other form.
        text = self._forms.text(done.version, query.format or body.form)
        response = answered(self._rendering.registered(done, text))
        response.headers.update(warning_headers(done.warnings))
        if done.added:
            log_warnings(done.warnings, subject=done.version.subject.qualified, version=done.version.number)
        return response

    def amend(self, call: Call, subject: str, version: str, body: TagsRequest) -> Response:
        """`POST /subjects/{subject}/versions/{version}/tags`."""
        wish = body.amendment(subject_name(subject), version_number(version))
        done = self._subjects.amendments.amend(wish, call.caller)
        return answered(self._rendering.registered(done, done.version.text))

    def version(self, _: Call, subject: str, version: str, query: queries.OneVersion) -> Response:
        """`GET /subjects/{subject}/versions/{version}`."""
        found = self._found(subject, version, query)
        text = self._forms.text(found, query.format)
        tags = self._subjects.tagging.found(found, query.find_tags)
        return about(answered(self._rendering.version(found, text, query.reference_format, tags)), found)

    def differences(self, _: Call, subject: str, version: str, other: str) -> Response:
        """`GET /subjects/{subject}/versions/{version}/diff/{other}`."""
        catalogue, named = self._subjects.catalogue, subject_name(subject)
        old = catalogue.version(named, version_number(version))
        new = catalogue.version(named, version_number(other))
        return answered(differences_answer(self._subjects.differences.between(old, new)))

    def text(self, _: Call, subject: str, version: str, query: queries.OneVersion) -> Response:
        """`GET /subjects/{subject}/versions/{version}/schema`."""
        found = self._found(subject, version, query)
        return about(written(self._forms.text(found, query.format).encode()), found)

    def referrers(self, _: Call, subject: str, version: str, query: queries.ReferencedBy) -> Response:
        """`GET /subjects/{subject}/versions/{version}/referencedby`."""
        found = self._subjects.catalogue.referrers(
            subject_name(subject), version_number(version), deleted=query.deleted, part=query.part()
        )
        return plain(found)

    def delete(self, call: Call, subject: str, version: str, query: queries.Deleting) -> Response:
        """`DELETE /subjects/{subject}/versions/{version}`."""
        number = version_number(version)
        deletions = self._subjects.deletions
        return plain(deletions.delete_version(subject_name(subject), number, call.caller, permanent=query.permanent))

    def _found(self, subject: str, version: str, query: queries.OneVersion) -> Version:
        number = version_number(version)
        return self._subjects.catalogue.version(subject_name(subject), number, deleted=query.deleted)
