"""Configurations and modes: of a subject, a context, and globally."""

from flask import Response

from sluicegate.registry_api.core.names import DEFAULT_SCOPE, SubjectName
from sluicegate.registry_api.core.scopes import Config
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.confluent.routes.answering import answered, listed, subject_name
from sluicegate.registry_api.facades.confluent.wire import queries
from sluicegate.registry_api.facades.confluent.wire.answers import ModeAnswer
from sluicegate.registry_api.facades.confluent.wire.rendering import config_answer, config_body, settings_answer
from sluicegate.registry_api.facades.confluent.wire.requests import ConfigRequest, ModeRequest
from sluicegate.registry_api.facades.operation import Call


class SettingsRoutes:
    """The views below `/config` and `/mode`. Those without a subject are of the default context."""

    def __init__(self, subjects: Subjects) -> None:
        """Take the core."""
        self._settings = subjects.settings
        self._catalogue = subjects.catalogue

    def listing(self, _: Call, query: queries.AllSettings) -> Response:
        """`GET /settings`."""
        found = self._catalogue.settings(query.subject_prefix, query.part(queries.SCHEMAS_AT_MOST))
        return listed([settings_answer(scope, settings) for scope, settings in found])

    def config(self, _: Call, query: queries.ScopedSettings, subject: str | None = None) -> Response:
        """`GET /config` and `GET /config/{subject}`."""
        return answered(
            config_answer(self._settings.config(_scope(subject), default_to_global=query.default_to_global))
        )

    def put_config(self, call: Call, body: ConfigRequest, subject: str | None = None) -> Response:
        """`PUT /config` and `PUT /config/{subject}`: answers with the settings after the change."""
        stored = self._settings.update_config(_scope(subject), body.update(), call.caller)
        return answered(config_body(stored))

    def delete_config(self, call: Call, subject: str | None = None) -> Response:
        """`DELETE /config` and `DELETE /config/{subject}`: answers with the former settings."""
        before: Config = self._settings.delete_config(_scope(subject), call.caller)
        return answered(config_answer(before))

    def mode(self, _: Call, query: queries.ScopedSettings, subject: str | None = None) -> Response:
        """`GET /mode` and `GET /mode/{subject}`."""
        found = self._settings.mode(_scope(subject), default_to_global=query.default_to_global)
        return answered(ModeAnswer(mode=found))

    def put_mode(
        self, call: Call, query: queries.ModeChange, body: ModeRequest, subject: str | None = None
    ) -> Response:
        """`PUT /mode` and `PUT /mode/{subject}`: the answer is the mode that was set."""
        mode = self._settings.set_mode(_scope(subject), body.chosen(), call.caller, force=query.force)
        return answered(ModeRequest(mode=mode))

    def delete_mode(self, call: Call, query: queries.ModeRemoval, subject: str | None = None) -> Response:
        """`DELETE /mode` and `DELETE /mode/{subject}`: the answer is the mode that was."""
        before = self._settings.delete_mode(_scope(subject), call.caller, recursive=query.recursive)
        return answered(ModeAnswer(mode=before))


def _scope(subject: str | None) -> SubjectName:
    return DEFAULT_SCOPE if subject is None else subject_name(subject)
