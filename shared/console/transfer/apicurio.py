"""The content of an Apicurio registry as content of this one: groups as contexts, artifacts as subjects.

It comes from an export of generation 2 or 3, or over HTTP (`apicurio_api.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sluicegate.shared.console.transfer.archive import opened
from sluicegate.shared.console.transfer.entities import (
    DEFAULT_GROUP,
    ApicurioRule,
    ArtifactReference,
    ArtifactVersion,
    Export,
    Text,
    Track,
    unpacked,
)
from sluicegate.shared.console.transfer.model import Holdings, MovedVersion, NamedPlace, Place, ScopeState
from sluicegate.shared.model import CompatibilityMode

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {"AVRO": "AVRO", "JSON": "JSON", "PROTOBUF": "PROTOBUF", "XSD": "XML"}
)
_DISABLED, _DRAFT, _ENABLED, _DEPRECATED = "DISABLED", "DRAFT", "ENABLED", "DEPRECATED"
_ALWAYS = ("VALIDITY", "FULL")
"""The rule that holds here without being set."""

_Numbers = Mapping[tuple[str, str, str], int]
"""Version numbers by group, artifact and the users' name of the version."""


class Ids(StrEnum):
    """Which of Apicurio's two ids the messages carry: that of a text, or that of a version."""

    CONTENT = "content"
    GLOBAL = "global"


def read(path: Path, ids: Ids, track: Track) -> Holdings:
    """Everything in an export. Raises `InputUnusable`."""
    with opened(path) as archive:
        return held(unpacked(archive, track), ids)


def held(export: Export, ids: Ids) -> Holdings:
    """Return the movable content of an export, and the list of the rest."""
    return _Conversion(export, ids).holdings()


class _Conversion:
    def __init__(self, export: Export, ids: Ids) -> None:
        self._export = export
        self._ids = ids
        self._types = {(each.group_id, each.artifact_id): each.artifact_type for each in export.artifacts}
        self._numbers = dict(_numbered(export.versions))
        self._unkept: list[str] = []

    def holdings(self) -> Holdings:
        versions: dict[Place, MovedVersion] = {}
        for entity in self._export.versions:
            version = self._version(entity)
            if version is None:
                continue
            if version.place in versions:  # groups that differ in a colon only
                self._unkept.append(f"{version.place.subject} version {version.place.number}: another one of this name")
            versions.setdefault(version.place, version)
        scopes = dict(self._scopes({place.subject for place in versions}))
        if self._export.comments:
            self._unkept.append(f"comments: {self._export.comments}")
        return Holdings(versions, scopes, (*self._export.unread, *self._unkept))

    def _version(self, entity: ArtifactVersion) -> MovedVersion | None:
        number = self._numbers[entity.group_id, entity.artifact_id, entity.version]
        place = Place(_subject(entity.group_id, entity.artifact_id), number)
        said = f"{place.subject} version {number}"
        content = self._export.contents.get(entity.content_id, Text(None, None, ()))
        of = entity.artifact_type or self._types.get((entity.group_id, entity.artifact_id)) or content.artifact_type
        kind = _KINDS.get(of or "")
        references = tuple(self._reference(entity, each) for each in content.references)
        if kind is None or content.text is None or entity.state == _DRAFT or None in references:
            self._unkept.append(f"{said}: {_hindrance(entity, of, content)}")
            return None
        if entity.version != str(number):
            self._unkept.append(f"{said}: its name {entity.version!r}")
        if entity.state not in (None, _ENABLED, _DISABLED, _DEPRECATED):
            self._unkept.append(f"{said}: its state {entity.state}")
        return MovedVersion(
            place,
            entity.content_id if self._ids is Ids.CONTENT else entity.global_id,
            kind,
            content.text,
            tuple(each for each in references if each),
            deleted=entity.state == _DISABLED,
            deprecated=entity.state == _DEPRECATED,
        )

    def _reference(self, owner: ArtifactVersion, to: ArtifactReference) -> NamedPlace | None:
        """Return the place of a reference; None if the subject cannot be named.

        From another context, a name of the default context means that context's own subject.
        """
        number = self._numbers.get((to.group_id, to.artifact_id, to.version or ""))
        same = to.group_id == owner.group_id
        if number is None or (to.group_id == DEFAULT_GROUP and not same):
            return None
        return NamedPlace(to.name, to.artifact_id if same else _subject(to.group_id, to.artifact_id), number)

    def _scopes(self, subjects: Iterable[str]) -> Iterator[tuple[str, ScopeState]]:
        """Yield the settings of each scope.

        A group has its own rule or else the registry's, since contexts do not inherit from the
        default one.
        """
        everywhere = self._compatibility("the registry", self._export.global_rules)
        own = _by_group(self._export.group_rules)
        groups = {version.group_id for version in self._export.versions} | set(own)
        for group in sorted(groups | {DEFAULT_GROUP}):
            scope = _context(group)
            found = self._compatibility(f"the group {group}", own.get(group, ())) or everywhere
            if found:
                yield scope, ScopeState({"compatibility": found})
        for rule in self._export.artifact_rules:
            subject = _subject(rule.group_id, rule.artifact_id or "")
            found = self._compatibility(subject, (rule,))
            if found and subject in subjects:
                yield subject, ScopeState({"compatibility": found})

    def _compatibility(self, where: str, rules: Iterable[ApicurioRule]) -> str | None:
        found = None
        for rule in rules:
            if rule.type == "COMPATIBILITY" and rule.configuration in CompatibilityMode.__members__:
                found = rule.configuration
            elif (rule.type, rule.configuration) != _ALWAYS:
                self._unkept.append(f"{where}: the rule {rule.type} {rule.configuration}".rstrip())
        return found


def _hindrance(entity: ArtifactVersion, of: str | None, content: Text) -> str:
    """Why a version is not moved at all."""
    if of not in _KINDS:
        return f"it is of the type {of}"
    if content.text is None:
        return "its text is missing, or is not UTF-8"
    if entity.state == _DRAFT:
        return "it is a draft"
    return "it refers to what the export does not hold, or from another group to the default one"


def _numbered(versions: Iterable[ArtifactVersion]) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Yield each version's number.

    It is its order, or its place in the artifact if an exporter did not write distinct orders.
    """
    artifacts: dict[tuple[str, str], list[ArtifactVersion]] = defaultdict(list)
    for version in versions:
        artifacts[version.group_id, version.artifact_id].append(version)
    for (group, artifact), found in artifacts.items():
        orders = {each.order for each in found}
        is_ordered = len(orders) == len(found) and min(orders) > 0
        for position, each in enumerate(sorted(found, key=lambda each: (each.order, each.global_id)), start=1):
            yield (group, artifact, each.version), each.order if is_ordered else position


def _by_group(rules: Iterable[ApicurioRule]) -> Mapping[str, list[ApicurioRule]]:
    found: dict[str, list[ApicurioRule]] = defaultdict(list)
    for rule in rules:
        found[rule.group_id].append(rule)
    return found


def _subject(group: str, artifact: str) -> str:
    return f"{_context(group)}{artifact}"


def _context(group: str) -> str:
    """The context of a group, as it is written before a subject.

    A colon ends it there, so it has none.
    """
    return "" if group == DEFAULT_GROUP else f":.{group.replace(':', '_')}:"
