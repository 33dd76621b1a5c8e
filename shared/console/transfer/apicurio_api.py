"""Reading an Apicurio registry, or IBM Event Streams, over HTTP: the content of an export without an export.

Exports are for administrators, and generation 1 has none. Each generation has its paths; the order
of versions is that of their names where these are numbers, since generation 1 has numbers with gaps.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol

from pydantic import TypeAdapter

from sluicegate.shared.client.exchange import Exchange
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.transfer.apicurio import Ids
from sluicegate.shared.console.transfer.apicurio_bodies import (
    ApicurioPage,
    FoundArtifact,
    FoundGroup,
    FoundRule,
    FoundVersion,
)
from sluicegate.shared.console.transfer.apicurio_reading import ApicurioReading, named
from sluicegate.shared.console.transfer.entities import (
    ApicurioRule,
    ArtifactReference,
    ArtifactVersion,
    Export,
    Text,
    Track,
)
from sluicegate.shared.errors import SchemaError

_MAX_NUMBER: Final = 2**31 - 1
_DESCRIPTOR: Final = "PROTOBUF_FD"
_TEXTS: Final = TypeAdapter(tuple[str, ...])
_NUMBERS: Final = TypeAdapter(tuple[int, ...])
_VERSION: Final = TypeAdapter(FoundVersion)
_ARTIFACTS: Final = TypeAdapter(ApicurioPage[FoundArtifact])
_VERSIONS: Final = TypeAdapter(ApicurioPage[FoundVersion])
_GROUPS: Final = TypeAdapter(ApicurioPage[FoundGroup])
_REFERENCES: Final = TypeAdapter(tuple[ArtifactReference, ...])
_READING: Final = "Reading the registry to copy"


class Reader(Protocol):
    """Reads a registry of one generation."""

    def export(self, track: Track) -> Export:
        """Everything that is read of it. Blocks; raises `ClientError` and `InputUnusable`."""

    def ids(self, chosen: Ids) -> Ids:
        """The ids to keep, if these were chosen."""


@dataclass(frozen=True, slots=True)
class FirstGeneration:
    """Apicurio 1.x, and IBM Event Streams."""

    reading: ApicurioReading

    def ids(self, chosen: Ids) -> Ids:
        """The global ids: there are no others."""
        return Ids.GLOBAL

    def export(self, track: Track) -> Export:
        """See `Reader`."""
        names = self.reading.found("/artifacts", _TEXTS) or ()
        versions: list[FoundVersion] = []
        contents: dict[int, Text] = {}
        rules: list[ApicurioRule] = []
        results = self.reading.each(self._artifact, names)
        for _ in track(names, _READING):
            found, texts, own = next(results)
            versions += found
            contents |= texts
            rules += own
        everywhere = (ApicurioRule(type=each.type, configuration=each.config) for each in self.reading.rules("/rules"))
        return Export((), tuple(_entities(versions)), contents, tuple(everywhere), (), tuple(rules))

    def _artifact(self, name: str) -> tuple[list[FoundVersion], dict[int, Text], list[ApicurioRule]]:
        path = f"/artifacts/{named(name)}"
        versions, texts = [], {}
        for number in self.reading.found(f"{path}/versions", _NUMBERS) or ():
            meta = self.reading.found(f"{path}/versions/{number}/meta", _VERSION)
            if meta is None:
                raise InputUnusable(
                    f"The registry to copy does not show the id of {name} version {number}. "
                    "Copy it over its Confluent API, as with --from https://token:KEY@host/confluent."
                )
            data = self.reading.text(f"{path}/versions/{number}", f"/ids/{meta.global_id}")
            text = _content(data, meta.artifact_type, ())
            texts[meta.global_id] = text
            kind = text.artifact_type
            versions.append(
                meta.model_copy(update={"artifact_id": name, "artifact_type": kind, "version": str(number)})
            )
        rules = [
            ApicurioRule(artifact_id=name, type=each.type, configuration=each.config)
            for each in self.reading.rules(f"{path}/rules")
        ]
        return versions, texts, rules


@dataclass(frozen=True, slots=True)
class LaterGeneration:
    """Apicurio 2.x (`versions_by_artifact`) and 3.x."""

    reading: ApicurioReading
    versions_by_artifact: bool

    def ids(self, chosen: Ids) -> Ids:
        """Both kinds of ids are there."""
        return chosen

    def export(self, track: Track) -> Export:
        """See `Reader`."""
        versions = tuple(self._listed() if self.versions_by_artifact else self._searched())
        contents = self._contents(versions, track)
        artifacts = sorted({(each.group_id, each.artifact_id) for each in versions})
        own = self.reading.each(self._artifact_rules, artifacts)
        everywhere = self.reading.allowed_rules("/admin/rules")
        return Export(
            (),
            tuple(_entities(versions)),
            contents,
            tuple(_rules(everywhere or ())),
            () if self.versions_by_artifact else tuple(self._group_rules()),
            tuple(rule for rules in own for rule in rules),
            unread=() if everywhere is not None else ("the registry: its rules, which only administrators may read",),
        )

    def _searched(self) -> Iterator[FoundVersion]:
        return self.reading.listing("/search/versions?orderby=globalId&order=asc", _VERSIONS)

    def _listed(self) -> Iterator[FoundVersion]:
        artifacts = tuple(self.reading.listing("/search/artifacts?orderby=name&order=asc", _ARTIFACTS))
        for found in self.reading.each(self._versions, artifacts):
            yield from found

    def _versions(self, artifact: FoundArtifact) -> Sequence[FoundVersion]:
        place = {"group_id": artifact.group_id, "artifact_id": artifact.artifact_id}
        path = f"{_artifact_path(artifact.group_id, artifact.artifact_id)}/versions"
        return [each.model_copy(update=place) for each in self.reading.listing(path, _VERSIONS)]

    def _contents(self, versions: Iterable[FoundVersion], track: Track) -> dict[int, Text]:
        kinds = {each.content_id: each.artifact_type for each in versions if each.content_id is not None}
        names = [str(each) for each in kinds]
        texts = self.reading.each(lambda each: self._text(each, kinds[each]), list(kinds))
        return {int(name): next(texts) for name in track(names, _READING)}

    def _text(self, content_id: int, kind: str | None) -> Text:
        end = "/" if self.versions_by_artifact else ""
        data = self.reading.text(f"/ids/contentIds/{content_id}{end}")
        references = self.reading.found(f"/ids/contentIds/{content_id}/references", _REFERENCES)
        return _content(data, kind, references or ())

    def _group_rules(self) -> Iterator[ApicurioRule]:
        for group in self.reading.listing("/groups", _GROUPS):
            found = self.reading.rules(f"/groups/{named(group.group_id)}/rules")
            yield from (replaced(each, group.group_id) for each in _rules(found))

    def _artifact_rules(self, artifact: tuple[str, str]) -> tuple[ApicurioRule, ...]:
        found = self.reading.rules(f"{_artifact_path(*artifact)}/rules")
        return tuple(replaced(each, *artifact) for each in _rules(found))


_PATHS: Final = (
    ("/apis/registry/v3", 3),
    ("/apis/registry/v2", 2),
    ("/apis/registry/v1", 1),
    ("/api", 1),
)
"""Ends of addresses that name a generation."""

_TRIED: Final = (
    ("", "/artifacts", 1),
    ("/apis/registry/v3", "/system/info", 3),
    ("/apis/registry/v2", "/system/info", 2),
    ("/api", "/artifacts", 1),
)
"""Requests that tell the generation of a registry without Confluent's API: base, path, generation."""


def reader(exchange: Exchange, path: str) -> Reader | None:
    """The reader for a registry by the path of its address, or by some requests.

    None for Confluent's API. Raises `ClientError`, and `InputUnusable` for other servers.
    """
    for end, generation in _PATHS:
        if path.rstrip("/").endswith(end):
            return _reader(exchange, "", generation)
    if exchange.read("GET", "/subjects").status_code not in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        return None
    for base, asked, generation in _TRIED:
        response = exchange.read("GET", base + asked)
        if response.is_success and "json" in response.headers.get("content-type", ""):
            return _reader(exchange, base, generation)
    raise InputUnusable(
        "The address serves none of the APIs that are known: Confluent's (/subjects), Apicurio's "
        "(/apis/registry/v3, /apis/registry/v2, /api), or that of IBM Event Streams (/artifacts)."
    )


def replaced(rule: ApicurioRule, group: str, artifact: str | None = None) -> ApicurioRule:
    """A rule as that of a group or an artifact."""
    return rule.model_copy(update={"group_id": group, "artifact_id": artifact})


def _reader(exchange: Exchange, base: str, generation: int) -> Reader:
    reading = ApicurioReading(exchange, base)
    return FirstGeneration(reading) if generation == 1 else LaterGeneration(reading, generation == 2)


def _rules(found: Iterable[FoundRule]) -> Iterator[ApicurioRule]:
    return (ApicurioRule(type=each.type, configuration=each.config) for each in found)


def _artifact_path(group: str, artifact: str) -> str:
    return f"/groups/{named(group)}/artifacts/{named(artifact)}"


def _content(data: bytes | None, kind: str | None, references: tuple[ArtifactReference, ...]) -> Text:
    """A text with its type. A descriptor of a single file becomes the text of that file."""
    if data is not None and kind == _DESCRIPTOR:
        text = _text_of_descriptor(data)
        return Text(text, _DESCRIPTOR if text is None else "PROTOBUF", ())
    try:
        return Text(None if data is None else data.decode(), kind, references)
    except UnicodeError:
        return Text(None, kind, references)


def _text_of_descriptor(data: bytes) -> str | None:
    """The text of a descriptor of a single file; None for others, as imports are artifacts of their own."""
    # protobuf is slow to import, and only this case needs it
    from sluicegate.shared.formats.protobuf.descriptor_files import descriptor_files
    from sluicegate.shared.formats.protobuf.descriptors import plain_text

    try:
        files = descriptor_files(data)
        return plain_text(files[0].text) if len(files) == 1 else None
    except SchemaError:
        return None


def _entities(versions: Iterable[FoundVersion]) -> Iterator[ArtifactVersion]:
    """Yield the versions as in an export, with their order in the artifact.

    0 for all versions of an artifact whose names are not numbers in the order of the ids.
    """
    artifacts: dict[tuple[str, str], list[FoundVersion]] = defaultdict(list)
    for version in versions:
        artifacts[version.group_id, version.artifact_id].append(version)
    for found in artifacts.values():
        numbered = _are_numbered(found)
        for each in found:
            yield ArtifactVersion(
                group_id=each.group_id,
                artifact_id=each.artifact_id,
                version=each.version,
                order=int(each.version) if numbered else 0,
                artifact_type=each.artifact_type,
                state=each.state,
                global_id=each.global_id,
                content_id=each.global_id if each.content_id is None else each.content_id,
            )


def _are_numbered(versions: Sequence[FoundVersion]) -> bool:
    names = [each.version for each in sorted(versions, key=lambda each: each.global_id)]
    if not all(name.isascii() and name.isdecimal() and len(name) < len(str(_MAX_NUMBER)) for name in names):
        return False
    numbers = [int(name) for name in names]
    return numbers[0] > 0 and numbers == sorted(numbers) and len(set(numbers)) == len(numbers)
