"""Whether schemas have the native ids that they had before."""

from collections.abc import Iterator

from sluicegate.shared.client.registry import RegistryClient
from sluicegate.shared.console.transfer.model import Holdings

_PAGE = 1000


def moved_ids(client: RegistryClient, wanted: Holdings) -> tuple[str, ...]:
    """Return descriptions of schemas with a new id; none if ids need not be kept."""
    ids = {place.subject: version.schema_id for place, version in wanted.versions.items() if version.schema_id}
    if not ids:
        return ()
    there = dict(_native_ids(client))
    return tuple(
        f"{subject}: the schema's id {schema_id}, it is {there[subject]} now"
        for subject, schema_id in sorted(ids.items())
        if there.get(subject, schema_id) != schema_id
    )


def _native_ids(client: RegistryClient) -> Iterator[tuple[str, int]]:
    """Every schema's name and id. A name that two have is the first one's."""
    offset, more = 0, True
    while more:
        page = client.schemas(deactivated=True, params={"limit": str(_PAGE), "offset": str(offset)})
        yield from ((schema.name, int(schema.schema_id)) for schema in page.schemas)
        offset, more = offset + _PAGE, page.more
