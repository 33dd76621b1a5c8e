"""The schema in a request: its format by the header, by the artifact or by its text, and its text."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from flask import Request

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.facades.artifacts.faults import RequestUnusable
from sluicegate.registry_api.facades.artifacts.types import DESCRIPTOR, TYPES, guessed_format, named_format
from sluicegate.registry_api.facades.artifacts.wire import Document
from sluicegate.registry_api.facades.routing import is_artifact_path
from sluicegate.shared.errors import SchemaError
from sluicegate.shared.formats.protobuf.descriptor_files import DescriptorFile, descriptor_files
from sluicegate.shared.model import SchemaFormat

TYPE_HEADER: Final = "X-Registry-ArtifactType"
ID_HEADER: Final = "X-Registry-ArtifactId"


@dataclass(frozen=True, slots=True)
class Submission:
    """A schema text in its format.

    `files` are those of a Protobuf descriptor, imports first; empty for a text.
    """

    format: SchemaFormat
    text: str
    files: Sequence[DescriptorFile] = ()


def artifact_id(request: Request) -> str | None:
    """Return the id that a request names in its header, read as UTF-8.

    Raises `RequestUnusable` for an id that no path of this API leads to.
    """
    value = request.headers.get(ID_HEADER, "").strip()
    with suppress(UnicodeError):  # otherwise it was sent as Latin-1, which HTTP allows
        value = value.encode("latin-1").decode()
    if value and not is_artifact_path(value):
        raise RequestUnusable(
            f"No path leads to an artifact with id '{value[:100]}'. Use no empty part between slashes, and none of "
            "'.', '..', and, after a slash, 'versions', 'meta', 'rules', 'state', 'test'."
        )
    return value or None


def submission(request: Request, document: Document, known: SchemaFormat | None) -> Submission:
    """Read the schema of a request for an artifact.

    `known` is the format of the latest version; None for a new artifact. Raises `RequestUnusable`,
    and `SchemaInvalid` for an unreadable descriptor.
    """
    name = request.headers.get(TYPE_HEADER, "").strip().upper()
    named = named_format(name) if name else None
    if name and named is None:
        raise RequestUnusable(f"Unknown {TYPE_HEADER} {name[:60]!r}. Use one of: {', '.join(TYPES)}.")
    if not document.data.strip():
        raise RequestUnusable("The body is empty. Send the text of the schema.")
    if name == DESCRIPTOR:
        return _descriptor(document.data)
    if not name and known is SchemaFormat.PROTOBUF:  # look-ups by content name no type
        with suppress(SchemaInvalid):
            return _descriptor(document.data)
    try:
        text = document.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestUnusable(
            f"The body is not a text in UTF-8: byte {error.start} is not part of a character."
        ) from None
    return Submission(named or known or guessed_format(text), text)


def _descriptor(data: bytes) -> Submission:
    try:
        files = descriptor_files(data)
    except SchemaError as error:
        raise SchemaInvalid(error.violations) from error
    return Submission(SchemaFormat.PROTOBUF, files[-1].text, files)
