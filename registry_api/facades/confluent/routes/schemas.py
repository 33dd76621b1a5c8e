"""Schemas by their ids and guids, and all of them in a list."""

from flask import Response, request

from sluicegate.registry_api.answers import KEPT, Holder
from sluicegate.registry_api.core.forms import Forms
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.confluent.routes.answering import (
    about,
    answered,
    global_id,
    listed,
    plain,
    written,
)
from sluicegate.registry_api.facades.confluent.wire import queries
from sluicegate.registry_api.facades.confluent.wire.answers import ContextIdAnswer, SubjectVersionAnswer
from sluicegate.registry_api.facades.confluent.wire.rendering import Rendering
from sluicegate.registry_api.facades.links import link
from sluicegate.registry_api.facades.operation import Call

TYPES = ("JSON", "PROTOBUF", "AVRO")
"""The types that Confluent's registry serves, and UIs offer.

Further formats are served if a request names them.
"""


class SchemaRoutes:
    """The views below `/schemas`."""

    def __init__(self, subjects: Subjects, forms: Forms, rendering: Rendering, max_page_bytes: int) -> None:
        """Use the core, the shape of answers, and the limit of bytes in a listing.

        A listing always has at least one version.
        """
        self._subjects = subjects
        self._forms = forms
        self._rendering = rendering
        self._max_page_bytes = max_page_bytes

    def listing(self, _: Call, query: queries.Schemas) -> Response:
        """`GET /schemas`."""
        wish = query.wish(self._max_page_bytes)
        page = self._subjects.catalogue.listing(wish)
        response = listed([self._rendering.listed(each) for each in page.items])
        if page.more:
            response.headers["Link"] = link("next", offset=wish.part.offset + len(page.items))
        return response

    def types(self, _: Call) -> Response:
        """`GET /schemas/types`."""
        return plain(TYPES)

    def identified(self, _: Call, id: str, query: queries.SchemaById) -> Response:  # noqa: A002  # the path's name for it
        """`GET /schemas/ids/{id}`."""
        subject = _within(query.subject)
        found = self._subjects.catalogue.identified(global_id(id), subject, with_max_id=query.fetch_max_id)
        text = self._forms.text(found.version, query.format)
        request.environ[KEPT] = Holder(found.version.schema_id, found.version.subject)
        placed = subject is not None and bool(subject.name)
        tags = self._subjects.tagging.found(found.version, query.find_tags)
        answer = self._rendering.identified(found, text, placed=placed, references=query.reference_format, tags=tags)
        return about(answered(answer), found.version)

    def text(self, _: Call, id: str, query: queries.SchemaById) -> Response:  # noqa: A002  # the path's name for it
        """`GET /schemas/ids/{id}/schema`."""
        found = self._subjects.catalogue.identified(global_id(id), _within(query.subject))
        return about(written(self._forms.text(found.version, query.format).encode()), found.version)

    def subjects(self, _: Call, id: str, query: queries.WhereUsed) -> Response:  # noqa: A002  # the path's name for it
        """`GET /schemas/ids/{id}/subjects`."""
        found = self._subjects.catalogue.holders(global_id(id), _within(query.subject), deleted=query.deleted)
        names = tuple(dict.fromkeys(each.subject.qualified for each in found))
        return plain(query.part().of(names))

    def versions(self, _: Call, id: str, query: queries.WhereUsed) -> Response:  # noqa: A002  # the path's name for it
        """`GET /schemas/ids/{id}/versions`."""
        found = self._subjects.catalogue.holders(
            global_id(id), _within(query.subject), deleted=query.deleted, part=query.part()
        )
        return listed([SubjectVersionAnswer(subject=each.subject.qualified, version=each.number) for each in found])

    def by_guid(self, _: Call, guid: str, query: queries.SchemaByGuid) -> Response:
        """`GET /schemas/guids/{guid}`."""
        found = self._subjects.catalogue.by_guid(guid)
        text = self._forms.text(found.version, query.format)
        return about(answered(self._rendering.identified(found, text, placed=False)), found.version)

    def ids_of_guid(self, _: Call, guid: str) -> Response:
        """`GET /schemas/guids/{guid}/ids`."""
        found = self._subjects.catalogue.ids_of_guid(guid)
        return listed([ContextIdAnswer(context=each.context, id=each.global_id) for each in found])


def _within(subject: str | None) -> SubjectName | None:
    return SubjectName.parse(subject) if subject else None
