"""The database of Dataphos' registry (`syntio_schema`) as something to import.

Only read, in one transaction.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import class_row

from sluicegate.shared.client.errors import RegistryUnreachable
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.transfer.model import Holdings, MovedVersion, Place, ScopeState
from sluicegate.shared.model import CompatibilityMode, ValidityMode

Track = Callable[[Sequence["Row"], str], Iterable["Row"]]
"""Passes rows on, and shows how far it is."""

CONNECT_SECONDS: Final = 10
STATEMENT_SECONDS: Final = 300

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {"json": "JSON", "avro": "AVRO", "protobuf": "PROTOBUF", "xml": "XML", "csv": "CSV"}
)
_ROWS: Final[LiteralString] = """
select s.schema_id, coalesce(s.name, '') as name, lower(coalesce(s.schema_type, '')) as schema_type,
    coalesce(s.compatibility_mode, '') as compatibility, coalesce(s.validity_mode, '') as validity,
    coalesce(s.publisher_id, '') <> '' or coalesce(s.description, '') <> '' as is_described,
    v.version_id, v.version::int as number, coalesce(v.specification, '') as specification,
    coalesce(v.version_deactivated, false) as is_deactivated
from syntio_schema.schema s join syntio_schema.version_details v on v.schema_id = s.schema_id
order by s.schema_id, v.version, v.version_id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A version with its schema."""

    schema_id: int
    name: str
    schema_type: str
    compatibility: str
    validity: str
    is_described: bool
    version_id: int
    number: int
    specification: str
    is_deactivated: bool


def read(url: str, track: Track) -> Holdings:
    """Everything in the database. Blocks on it.

    Raises `RegistryUnreachable` when it does not answer, `InputUnusable` when it is no database of
    Dataphos. Neither repeats the address.
    """
    _require_address(url)
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS, application_name="sluicegate") as connection:
            connection.read_only = True
            connection.execute("select set_config('statement_timeout', %s, true)", [f"{STATEMENT_SECONDS}s"])
            rows = _rows(connection)
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        raise InputUnusable(f"The database holds no registry of Dataphos: {_reason(error)}") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise InputUnusable(f"The registry of Dataphos may not be read: {_reason(error)}") from error
    except psycopg.Error as error:
        raise RegistryUnreachable(f"The database of Dataphos cannot be read: {_reason(error)}") from error
    return held(track(rows, "Reading the database to copy"))


def held(rows: Iterable[Row]) -> Holdings:
    """Return the movable content of versions (sorted by schema, number), and a list of the rest."""
    versions: dict[Place, MovedVersion] = {}
    scopes: dict[str, ScopeState] = {}
    subjects = _Subjects()
    unkept: list[str] = []
    for row in rows:
        subject = subjects.of(row)
        if row.schema_type not in _KINDS:
            unkept.append(f"{subject} version {row.number}: the type {row.schema_type!r}")
            continue
        if subject not in scopes:
            scopes[subject] = _settings(row)
            unkept.extend(_unkept(subject, row))
        place = Place(subject, row.number)
        if place in versions:
            unkept.append(f"{subject} version {row.number}: there is another one of this number, which is newer")
        versions[place] = _version(place, row)
    return Holdings(versions, scopes, tuple(unkept))


class _Subjects:
    """Subjects of schemas: the first of a name has it, later ones add their id.

    This is the rule of the native API.
    """

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def of(self, row: Row) -> str:
        # A schema without a name, or with one inside a context, is named by its id alone.
        subject = row.name if row.name and not row.name.startswith(":") else f"schema.{row.schema_id}"
        while self._taken.setdefault(subject, row.schema_id) != row.schema_id:
            subject = f"{subject}.{row.schema_id}"
        return subject


def _version(place: Place, row: Row) -> MovedVersion:
    return MovedVersion(
        place,
        row.version_id,
        _KINDS[row.schema_type],
        _text(row.specification),
        deleted=row.is_deactivated,
        schema_id=row.schema_id,
    )


def _text(specification: str) -> str:
    """Decode the base64 text; a text that is not base64 is used verbatim."""
    try:
        return base64.b64decode(specification, validate=True).decode()
    except (binascii.Error, ValueError):
        return specification


def _settings(row: Row) -> ScopeState:
    mode = _word(row.compatibility)
    return ScopeState({"compatibility": mode}) if mode in CompatibilityMode.__members__ else ScopeState()


def _unkept(subject: str, row: Row) -> Iterator[str]:
    """Yield the facts that Confluent's API cannot store."""
    if row.compatibility and _settings(row).config is None:
        yield f"{subject}: the compatibility mode {row.compatibility!r}, which there is not"
    if row.validity and _word(row.validity) != ValidityMode.FULL:
        yield f"{subject}: the validity mode {row.validity}; the registry's own holds"
    if row.is_described:
        yield f"{subject}: its description and publisher"


def _word(text: str) -> str:
    return text.strip().upper().replace("-", "_")


def _require_address(url: str) -> None:
    """Raise `InputUnusable` for an invalid address.

    libpq's own message may contain a part of the password.
    """
    try:
        url.encode()
        conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError) as error:
        raise InputUnusable(
            "The address of the database is not as PostgreSQL understands one (postgresql://user@host:port/database). "
            "Signs such as / @ : % in a user or a password must be percent-encoded."
        ) from error


def _rows(connection: psycopg.Connection[Any]) -> list[Row]:
    with connection.cursor(row_factory=class_row(Row)) as cursor:
        return cursor.execute(_ROWS).fetchall()


def _reason(error: psycopg.Error) -> str:
    """Return the first line of a server's or client's error."""
    return str(error.diag.message_primary or error).strip().partition("\n")[0] or "it does not answer"
