"""Sources of an import by `--from`: a registry, a Dataphos database, an Apicurio export."""

from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sluicegate.shared.console import parameters
from sluicegate.shared.console.command import Session
from sluicegate.shared.console.transfer import apicurio, apicurio_api
from sluicegate.shared.console.transfer.client import SubjectsClient
from sluicegate.shared.console.transfer.model import Holdings
from sluicegate.shared.console.transfer.progress import track
from sluicegate.shared.console.transfer.reading import holdings


@dataclass(frozen=True, slots=True)
class DataphosDatabase:
    """The address of a database. It may hold a password, and is never shown."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OriginCredentials:
    """The key or the bearer token for a registry to copy; never shown."""

    key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


Source = httpx.URL | DataphosDatabase | Path


def source(text: str) -> Source:
    """`http://...`, `postgresql://...` or the name of a zip file. A click type."""
    if text.startswith(("postgresql://", "postgres://")):
        return DataphosDatabase(text)
    return Path(text) if text.lower().endswith(".zip") else parameters.address(text)


def wanted(session: Session, origin: Source, credentials: OriginCredentials, ids: apicurio.Ids) -> Holdings:
    """All that a source holds. Blocks; raises `ConsoleError`."""
    if isinstance(origin, Path):
        return apicurio.read(origin, ids, track)
    if isinstance(origin, DataphosDatabase):
        # psycopg is slow to import, and only this case needs it
        from sluicegate.shared.console.transfer import dataphos

        return dataphos.read(origin.url, track)
    with session.opened(origin, credentials.key, credentials.token) as opened:
        reader = apicurio_api.reader(opened.exchange, origin.path)
        if reader is not None:
            return apicurio.held(reader.export(track), reader.ids(ids))
        return holdings(SubjectsClient(opened.exchange), track, "Reading the registry to copy")
