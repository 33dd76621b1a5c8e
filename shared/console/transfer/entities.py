"""The JSON files in an export of Apicurio, of generations 2 and 3, as far as they are moved.

Their names end in `.Kind.json`; where they stand says nothing that is not in them, but for a
content's text, which is beside it. Generation 2 writes the type with each version, 3 with the
artifact and the content.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.transfer.archive import Archive

DEFAULT_GROUP: Final = "default"

Group = Annotated[str, BeforeValidator(lambda value: DEFAULT_GROUP if value in (None, "") else value)]
"""A group; the default one has the name null in generation 2."""

Shape = TypeVar("Shape", bound=BaseModel)
Track = Callable[[Sequence[str], str], Iterable[str]]
"""Passes names of files on, and shows how far it is."""


class _Entity(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, validate_by_name=True)


class ApicurioArtifact(_Entity):
    """`.Artifact.json`, of generation 3."""

    group_id: Group = DEFAULT_GROUP
    artifact_id: str
    artifact_type: str | None = None


class ArtifactVersion(_Entity):
    """`.ArtifactVersion.json`.

    `order` is its place in its artifact, and `version` the users' name.
    """

    group_id: Group = DEFAULT_GROUP
    artifact_id: str
    version: str
    order: int = Field(0, validation_alias=AliasChoices("versionOrder", "versionId"))
    artifact_type: str | None = None
    state: str | None = None
    global_id: int
    content_id: int


class ArtifactReference(_Entity):
    """A reference of a content."""

    group_id: Group = DEFAULT_GROUP
    artifact_id: str
    version: str | None = None
    name: str


class ApicurioContent(_Entity):
    """`.Content.json`; the text is in the `.Content.data` beside it."""

    content_id: int
    artifact_type: str | None = None
    serialized_references: str | None = None


class ApicurioRule(_Entity):
    """`.GlobalRule.json`, `.GroupRule.json` and `.ArtifactRule.json`."""

    group_id: Group = DEFAULT_GROUP
    artifact_id: str | None = None
    type: str = Field(validation_alias=AliasChoices("type", "ruleType"))
    configuration: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A content with its text, which is None when it is no UTF-8."""

    text: str | None
    artifact_type: str | None
    references: tuple[ArtifactReference, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """Content of an export, or of a registry that was read over HTTP.

    `contents` by id; `comments`: their number; `unread`: descriptions of parts that the caller may
    not read.
    """

    artifacts: tuple[ApicurioArtifact, ...]
    versions: tuple[ArtifactVersion, ...]
    contents: Mapping[int, Text]
    global_rules: tuple[ApicurioRule, ...]
    group_rules: tuple[ApicurioRule, ...]
    artifact_rules: tuple[ApicurioRule, ...]
    comments: int = 0
    unread: tuple[str, ...] = ()


_REFERENCES = TypeAdapter(tuple[ArtifactReference, ...])


def unpacked(archive: Archive, track: Track) -> Export:
    """Everything in an export.

    Raises `InputUnusable` when it is none, or a file in it is not as Apicurio writes it.
    """
    names: dict[str, list[str]] = defaultdict(list)
    for name in archive.names:
        stem, _, ending = name.rpartition(".")
        if ending == "json":
            names[stem.rpartition(".")[2]].append(name)
    if not names["Manifest"]:
        raise InputUnusable("The zip is no export of Apicurio: it has no manifest.")
    return Export(
        _all(archive, names["Artifact"], ApicurioArtifact),
        _all(archive, track(names["ArtifactVersion"], "Reading the versions to copy"), ArtifactVersion),
        dict(_content(archive, name) for name in track(names["Content"], "Reading the texts to copy")),
        _all(archive, names["GlobalRule"], ApicurioRule),
        _all(archive, names["GroupRule"], ApicurioRule),
        _all(archive, names["ArtifactRule"], ApicurioRule),
        len(names["Comment"]),
    )


def _all(archive: Archive, names: Iterable[str], shape: type[Shape]) -> tuple[Shape, ...]:
    return tuple(_parsed(archive, name, shape) for name in names)


def _parsed(archive: Archive, name: str, shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate_json(archive.read(name))
    except ValidationError as error:
        raise _unlike(name, error) from error


def _content(archive: Archive, name: str) -> tuple[int, Text]:
    content = _parsed(archive, name, ApicurioContent)
    try:
        references = _REFERENCES.validate_json(content.serialized_references or "[]")
    except ValidationError as error:
        raise _unlike(name, error) from error
    try:
        text = archive.read(f"{name.removesuffix('.json')}.data").decode()
    except UnicodeError:
        text = None
    return content.content_id, Text(text, content.artifact_type, references)


def _unlike(name: str, error: ValidationError) -> InputUnusable:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return InputUnusable(f"{name} is not as Apicurio writes it: {where + ': ' if where else ''}{first['msg']}")
