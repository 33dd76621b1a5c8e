"""Rules of compatibility and validity: those for all artifacts, and those of single artifacts, which go before them."""

from http import HTTPStatus

from flask import Response

from sluicegate.registry_api.core.names import DEFAULT_SCOPE, SubjectName
from sluicegate.registry_api.core.rules import RuleType
from sluicegate.registry_api.core.subject_errors import RuleNotFound
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.artifacts.faults import RequestUnusable
from sluicegate.registry_api.facades.artifacts.routes.answering import answered, naming, plain, subject_of
from sluicegate.registry_api.facades.artifacts.wire import Rule
from sluicegate.registry_api.facades.operation import Call


class RuleRoutes:
    """The views below `/rules` and `/artifacts/{artifact}/rules`."""

    def __init__(self, subjects: Subjects) -> None:
        """Take the core."""
        self._rules = subjects.rules

    def listing(self, _: Call) -> Response:
        """`GET /rules`: a mode of each kind always holds."""
        return plain(list(RuleType))

    def add(self, call: Call, body: Rule) -> Response:
        """`POST /rules`."""
        self._rules.add(DEFAULT_SCOPE, body.type, body.mode, call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def clear(self, call: Call) -> Response:
        """`DELETE /rules`."""
        self._rules.clear(DEFAULT_SCOPE, call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def read(self, _: Call, rule: str) -> Response:
        """`GET /rules/{rule}`."""
        kind = _type(rule)
        return answered(Rule(type=kind, config=self._rules.general(kind)))

    def replace(self, call: Call, rule: str, body: Rule) -> Response:
        """`PUT /rules/{rule}`."""
        _require_type(rule, body)
        self._rules.replace(DEFAULT_SCOPE, body.type, body.mode, call.caller)
        return answered(body)

    def remove(self, call: Call, rule: str) -> Response:
        """`DELETE /rules/{rule}`: the mode of the configuration holds again."""
        self._rules.remove(DEFAULT_SCOPE, _type(rule), call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def listing_of(self, _: Call, artifact: str) -> Response:
        """`GET /artifacts/{artifact}/rules`."""
        with naming(artifact):
            own = self._rules.own(subject_of(artifact))
        return plain(list(own))

    def add_to(self, call: Call, artifact: str, body: Rule) -> Response:
        """`POST /artifacts/{artifact}/rules`."""
        with naming(artifact):
            self._rules.add(self._known(artifact), body.type, body.mode, call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def clear_of(self, call: Call, artifact: str) -> Response:
        """`DELETE /artifacts/{artifact}/rules`."""
        with naming(artifact):
            self._rules.clear(self._known(artifact), call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def read_of(self, _: Call, artifact: str, rule: str) -> Response:
        """`GET /artifacts/{artifact}/rules/{rule}`."""
        kind = _type(rule)
        with naming(artifact):
            own = self._rules.own(subject_of(artifact))
        if kind not in own:
            raise RuleNotFound(kind)
        return answered(Rule(type=kind, config=own[kind]))

    def replace_of(self, call: Call, artifact: str, rule: str, body: Rule) -> Response:
        """`PUT /artifacts/{artifact}/rules/{rule}`."""
        _require_type(rule, body)
        with naming(artifact):
            self._rules.replace(self._known(artifact), body.type, body.mode, call.caller)
        return answered(body)

    def remove_of(self, call: Call, artifact: str, rule: str) -> Response:
        """`DELETE /artifacts/{artifact}/rules/{rule}`."""
        kind = _type(rule)
        with naming(artifact):
            self._rules.remove(self._known(artifact), kind, call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def _known(self, artifact: str) -> SubjectName:
        """The subject of an artifact: `:.:` and `:.context:` are scopes, unless one is registered there."""
        subject = subject_of(artifact)
        if not subject.name:
            self._rules.own(subject)
        return subject


def _type(text: str) -> RuleType:
    try:
        return RuleType(text.strip().upper())
    except ValueError:
        supported = ", ".join(RuleType)
        raise RequestUnusable(f"Unknown rule type {text[:60]!r}. Use one of: {supported}.") from None


def _require_type(text: str, body: Rule) -> None:
    if _type(text) is not body.type:
        raise RequestUnusable(f"The path names the rule {text[:60]!r}, and the body the type {body.type.value!r}.")
