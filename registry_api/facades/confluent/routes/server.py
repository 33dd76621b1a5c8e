"""The registry as a whole: contexts, metadata of the server, and missing features."""

from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import version

from flask import Response

from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.confluent.faults import RestartForbidden
from sluicegate.registry_api.facades.confluent.routes.answering import answered, plain
from sluicegate.registry_api.facades.confluent.wire import queries
from sluicegate.registry_api.facades.confluent.wire.answers import (
    ClusterAnswer,
    DeploymentAnswer,
    NothingAnswer,
    ReleaseAnswer,
    RestartAnswer,
    ScopeAnswer,
)
from sluicegate.registry_api.facades.operation import Call

_CLUSTER = ClusterAnswer(scope=ScopeAnswer(clusters={"kafka-cluster": "", "schema-registry-cluster": "sluicegate"}))


class ServerRoutes:
    """The views of the registry as a whole."""

    def __init__(self, subjects: Subjects, restart: Callable[[], None] | None) -> None:
        """Use the core, and the function that restarts the service; None forbids it."""
        self._subjects = subjects
        self._restart = restart

    def root(self, _: Call) -> Response:
        """`GET /` and `POST /`."""
        return answered(NothingAnswer())

    def contexts(self, _: Call, query: queries.Contexts) -> Response:
        """`GET /contexts`."""
        return plain(self._subjects.catalogue.contexts(query.context_prefix, query.part()))

    def delete_context(self, call: Call, context: str) -> Response:
        """`DELETE /contexts/{context}`."""
        self._subjects.settings.delete_context(context.strip(":"), call.caller)
        return Response(status=HTTPStatus.NO_CONTENT)

    def cluster(self, _: Call) -> Response:
        """`GET /v1/metadata/id`."""
        return answered(_CLUSTER)

    def release(self, _: Call) -> Response:
        """`GET /v1/metadata/version`."""
        return answered(ReleaseAnswer(version=version("sluicegate"), commit_id=""))

    def deployment(self, _: Call) -> Response:
        """`GET /v1/metadata/deployment`."""
        return answered(DeploymentAnswer())

    def associations(self, _: Call, query: queries.Associations, **path: str) -> Response:
        """`GET /associations/...`: clients ask it before a registration, then use the topic's name."""
        return plain(())

    def restart(self, _: Call) -> Response:
        """`POST /restart`."""
        if self._restart is None:
            raise RestartForbidden
        self._restart()
        return answered(RestartAnswer())
