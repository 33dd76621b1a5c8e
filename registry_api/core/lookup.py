"""Look-up of registered schemas by subject, by id and by guid."""

from collections.abc import Iterator, Mapping

from sluicegate.registry_api.core.commands import WHOLE, Deleted, ListVersions, Part, Slice
from sluicegate.registry_api.core.model import ContextId, Holder, Version
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.ports import StoreReader
from sluicegate.registry_api.core.reports import IdentifiedSchema, ListedVersion
from sluicegate.registry_api.core.scopes import ScopeSettings
from sluicegate.registry_api.core.subject_errors import ContentNotFound, SubjectNotFound, SubjectVersionNotFound
from sluicegate.shared.model import GlobalId, VersionNumber


class Catalogue:
    """Look-up of registered schemas. Thread-safe. An alias can replace a subject everywhere."""

    def __init__(self, reader: StoreReader) -> None:
        """Take the port."""
        self._reader = reader

    def version(self, subject: SubjectName, number: VersionNumber, *, deleted: bool = False) -> Version:
        """One version; `LATEST`: the newest that is not deleted.

        In the default context, else in any other.

        Raises `SubjectNotFound` when nothing of the subject may be seen, `SubjectVersionNotFound`
        when other versions may.
        """
        found = self._version(subject, number, deleted=deleted)
        if found is not None:
            return found
        elsewhere = self._reader.namesakes(subject.name) if subject.context == DEFAULT_CONTEXT else ()
        for namesake in elsewhere:
            found = self._version(namesake, number, deleted=deleted)
            if found is not None:
                return found
        if not any(deleted or not gone for _, gone in self._reader.numbers(subject)):
            raise SubjectNotFound(subject)
        raise SubjectVersionNotFound(number)

    def numbers(
        self, subject: SubjectName, deleted: Deleted = Deleted.EXCLUDED, part: Slice = WHOLE
    ) -> tuple[int, ...]:
        """Return the numbers of a subject's versions, lowest first.

        Raises `SubjectNotFound` if there are none.
        """
        found = self._reader.numbers(subject)
        if not any(deleted is not Deleted.EXCLUDED or not gone for _, gone in found):
            raise SubjectNotFound(subject)
        negative = deleted is Deleted.NEGATIVE
        return part.of(
            tuple(-number if negative and gone else number for number, gone in found if shown(deleted, gone))
        )

    def newest_with(self, subject: SubjectName, properties: Mapping[str, str], *, deleted: bool = False) -> Version:
        """The newest version whose metadata has all of some properties.

        Raises `SubjectNotFound` and `ContentNotFound`.
        """
        state = self._reader.state(subject)
        if state.schema_id is None or not (state.occupied if deleted else state.latest):
            raise SubjectNotFound(subject)
        for entry in self._reader.history(state.schema_id, deleted=deleted):
            if entry.metadata and properties.items() <= entry.metadata.properties.items():
                return self.version(state.subject, entry.address.number, deleted=deleted)
        raise ContentNotFound

    def referrers(
        self, subject: SubjectName, number: VersionNumber, *, deleted: bool = False, part: Slice = WHOLE
    ) -> tuple[GlobalId, ...]:
        """Return the sorted ids of contents that refer to a version.

        Raises `SubjectNotFound` and `SubjectVersionNotFound`.
        """
        version = self.version(subject, number, deleted=True)
        found = self._reader.referrers(version.schema_id, version.number)
        return part.of(tuple(sorted({each.global_id for each in found if deleted or not each.deleted})))

    def subjects(
        self, prefix: str = ":*:", deleted: Deleted = Deleted.EXCLUDED, part: Slice = WHOLE
    ) -> tuple[str, ...]:
        """The qualified names of subjects, sorted.

        One that has any version that is not deleted is not deleted.
        """
        found = self._reader.subjects(SubjectName.parse(prefix))
        return part.of(tuple(subject.qualified for subject, gone in found if shown(deleted, gone)))

    def settings(self, prefix: str = ":*:", part: Slice = WHOLE) -> tuple[tuple[str, ScopeSettings], ...]:
        """The own settings of all scopes that have a configuration or a mode, by qualified name."""
        scoped = self._reader.scoped(SubjectName.parse(prefix))
        found = [(scope, own) for scope, own in scoped if own.config is not None or own.mode is not None]
        return part.of(tuple((scope.qualified, settings) for scope, settings in found))

    def listing(self, query: ListVersions) -> Part[ListedVersion]:
        """Versions by subject and number.

        With aliases: also those of subjects that only an alias begins with the prefix of.
        """
        prefix = SubjectName.parse(query.prefix)
        aliases = self._aliases(prefix) if query.aliases else {}
        found = self._reader.listed(prefix, query, aliases.keys())
        items = tuple(ListedVersion(each, aliases.get(each.subject, ())) for each in found.items)
        return Part(items, found.more)

    def identified(
        self, global_id: GlobalId, subject: SubjectName | None = None, *, with_max_id: bool = False
    ) -> IdentifiedSchema:
        """The schema of an id: in the subject's context, and in that subject if it has a name.

        Raises `ContentNotFound`.
        """
        context, version = self._identified(global_id, subject)
        return IdentifiedSchema(context, version, self._reader.max_id(context) if with_max_id else None)

    def by_guid(self, guid: str) -> IdentifiedSchema:
        """The schema of a guid, from the first context that has it. Raises `ContentNotFound`."""
        for context, global_id in ((each.context, each.global_id) for each in self._reader.ids_of_guid(guid)):
            version = self._reader.identified(context, global_id)
            if version is not None:
                return IdentifiedSchema(context, version)
        raise ContentNotFound(guid)

    def ids_of_guid(self, guid: str) -> tuple[ContextId, ...]:
        """The ids that a guid has, by context. Raises `ContentNotFound`."""
        found = tuple(self._reader.ids_of_guid(guid))
        if not found:
            raise ContentNotFound(guid)
        return found

    def holders(
        self, global_id: GlobalId, subject: SubjectName | None = None, *, deleted: bool = False, part: Slice = WHOLE
    ) -> tuple[Holder, ...]:
        """The versions that have an id in the context that `identified` finds it in.

        Raises `ContentNotFound` when there is none at all.
        """
        try:
            context, _ = self._identified(global_id, subject)
        except ContentNotFound as error:
            raise ContentNotFound from error
        found = self._reader.holders(context, global_id)
        return part.of(tuple(each for each in found if deleted or not each.deleted))

    def contexts(self, prefix: str = "", part: Slice = WHOLE) -> tuple[str, ...]:
        """The names of the contexts, sorted."""
        return part.of(tuple(name for name in self._reader.contexts() if name.startswith(prefix)))

    def _version(self, subject: SubjectName, number: VersionNumber, *, deleted: bool) -> Version | None:
        found = self._reader.subject_version(subject, number)
        return found if found is None or deleted or not found.deleted else None

    def _identified(self, global_id: GlobalId, subject: SubjectName | None) -> tuple[str, Version]:
        context = subject.context if subject else DEFAULT_CONTEXT
        if subject is not None and subject.name:
            for named in self._named(subject):
                found = self._reader.version_with(named, global_id)
                if found is not None:
                    return found.subject.context, found
            if context != DEFAULT_CONTEXT:
                raise ContentNotFound(global_id)
        version = self._reader.identified(context, global_id)
        if version is None:
            raise ContentNotFound(global_id)
        return context, version

    def _named(self, subject: SubjectName) -> Iterator[SubjectName]:
        """A subject and, if it is of the default context, then those of its name in the others."""
        yield subject
        if subject.context == DEFAULT_CONTEXT:
            yield from self._reader.namesakes(subject.name)

    def _aliases(self, prefix: SubjectName) -> dict[SubjectName, tuple[str, ...]]:
        found: dict[SubjectName, tuple[str, ...]] = {}
        for scope, settings in self._reader.scoped(prefix):
            if settings.config is not None and settings.config.alias is not None and scope.name:
                target = scope.referred(settings.config.alias)
                found[target] = (*found.get(target, ()), scope.qualified)
        return found


def shown(wanted: Deleted, deleted: bool) -> bool:
    """Return whether an item with this state is wanted."""
    match wanted:
        case Deleted.EXCLUDED:
            return not deleted
        case Deleted.ONLY:
            return deleted
        case _:
            return True
