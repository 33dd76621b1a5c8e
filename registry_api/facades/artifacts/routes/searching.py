"""Search for artifacts by a part of their ids or descriptions."""

from collections.abc import Iterator

from flask import Response

from sluicegate.registry_api.core.commands import LATEST, ListVersions, Slice
from sluicegate.registry_api.core.model import Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.subject_errors import SubjectNotFound, SubjectVersionNotFound
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.facades.artifacts.routes.answering import answered
from sluicegate.registry_api.facades.artifacts.wire import Direction, Found, Over, Search, SearchAnswer
from sluicegate.registry_api.facades.operation import Call

_PAGE = 500
_EVERYWHERE = ":*:"


class SearchRoutes:
    """The view of `/search/artifacts`."""

    def __init__(self, subjects: Subjects, max_page_bytes: int) -> None:
        """Take the core, and the bytes of versions that are read at once."""
        self._catalogue = subjects.catalogue
        self._max_page_bytes = max_page_bytes

    def search(self, _: Call, query: Search) -> Response:
        """`GET /search/artifacts`."""
        names = sorted(self._matching(query), reverse=query.order is Direction.DESCENDING)
        page = names[query.offset : query.offset + query.limit]
        found = tuple(Found.of(version) for version in map(self._latest, page) if version is not None)
        return answered(SearchAnswer(artifacts=found, count=len(names)))

    def _matching(self, query: Search) -> set[str]:
        wanted = query.search.casefold()
        if not wanted:
            return set(self._catalogue.subjects())
        names: set[str] = set()
        if query.over in (Over.EVERYTHING, Over.NAME):
            names.update(name for name in self._catalogue.subjects() if wanted in name.casefold())
        if query.over in (Over.EVERYTHING, Over.DESCRIPTION):
            names.update(
                version.subject.qualified for version in self._versions() if wanted in version.description.casefold()
            )
        return names

    def _versions(self) -> Iterator[Version]:
        offset, more = 0, True
        while more:
            part = self._catalogue.listing(
                ListVersions(
                    prefix=_EVERYWHERE,
                    latest_only=True,
                    part=Slice(offset, _PAGE),
                    max_bytes=self._max_page_bytes,
                )
            )
            yield from (each.version for each in part.items)
            offset, more = offset + len(part.items), part.more

    def _latest(self, name: str) -> Version | None:
        """The latest version of an artifact; None where it was deleted since it was found."""
        try:
            return self._catalogue.version(SubjectName.parse(name), LATEST)
        except (SubjectNotFound, SubjectVersionNotFound):
            return None
