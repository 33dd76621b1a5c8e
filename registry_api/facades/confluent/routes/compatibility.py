"""Whether a schema would fit, without registering it."""

from flask import Response

from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.confluent.messages import told
from sluicegate.registry_api.facades.confluent.routes.answering import answered, judging, subject_name, version_number
from sluicegate.registry_api.facades.confluent.wire import queries
from sluicegate.registry_api.facades.confluent.wire.answers import CompatibilityAnswer
from sluicegate.registry_api.facades.confluent.wire.requests import SchemaRequest
from sluicegate.registry_api.facades.operation import Call
from sluicegate.shared.model import VersionNumber


class CompatibilityRoutes:
    """The views below `/compatibility`."""

    def __init__(self, subjects: Subjects) -> None:
        """Take the core."""
        self._subjects = subjects

    def with_one(self, _: Call, subject: str, version: str, query: queries.Comparing, body: SchemaRequest) -> Response:
        """`POST /compatibility/subjects/{subject}/versions/{version}`."""
        return self._report(subject, version_number(version), query, body)

    def with_all(self, _: Call, subject: str, query: queries.Comparing, body: SchemaRequest) -> Response:
        """`POST /compatibility/subjects/{subject}/versions`."""
        return self._report(subject, None, query, body)

    def _report(
        self, subject: str, number: VersionNumber | None, query: queries.Comparing, body: SchemaRequest
    ) -> Response:
        draft = body.draft()
        with judging(draft.format):
            report = self._subjects.checks.check(
                subject_name(subject), draft, number, normalize=query.normalize, verbose=query.verbose
            )
        messages = told(report) if query.verbose else None
        return answered(CompatibilityAnswer(is_compatible=report.compatible, messages=messages))
