"""What a query means, for the store in memory: which schemas and versions it names, and in what order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from registry_api.core.model import Order, Query, Schema
from registry_api.store.terms import indexed, terms_of


def fits(schema: Schema, query: Query) -> bool:
    """Whether a schema itself matches, whatever its versions are."""
    return (
        (query.schema_id is None or schema.schema_id == query.schema_id)
        and (query.format is None or schema.format == query.format)
        and (query.name is None or query.name in schema.name)
    )


def with_matching(schema: Schema, query: Query) -> Iterable[Schema]:
    """The schema with the versions that match, unless there is none."""
    wanted = {indexed(term) for term in query.attributes}
    versions = tuple(
        version
        for version in schema.versions
        if (query.deactivated or version.active)
        and (query.number is None or version.number == query.number)
        and wanted <= terms_of(version.attributes)
    )
    return (replace(schema, versions=versions),) if versions else ()


RANKS: Mapping[Order, Callable[[Schema], tuple[str | int, int]]] = MappingProxyType(
    {
        Order.ID: lambda schema: (0, schema.schema_id),
        Order.NAME: lambda schema: (schema.name, schema.schema_id),
        Order.TYPE: lambda schema: (schema.format.value, schema.schema_id),
        Order.VERSION: lambda schema: (schema.versions[-1].number, schema.schema_id),
    }
)
