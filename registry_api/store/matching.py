"""The meaning of a query for the memory store: schemas, versions, and order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from types import MappingProxyType

from sluicegate.registry_api.core.commands import ListVersions, Order, Page, Part, Query
from sluicegate.registry_api.core.model import Address, Schema, Version
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.store.documents import metadata_json, rules_json
from sluicegate.registry_api.store.terms import indexed, terms_of


def fits(schema: Schema, query: Query) -> bool:
    """Return whether a schema itself matches, independent of its versions."""
    return (
        query.readable.has(SubjectName(DEFAULT_CONTEXT, schema.subject))
        and (query.schema_id is None or schema.schema_id == query.schema_id)
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
        and not _is_passed(version, query.after)
    )
    return (replace(schema, versions=versions),) if versions else ()


def page(schemas: Sequence[Schema], query: Query) -> Page:
    """The page of sorted schemas that a query asks for."""
    end = query.offset + max(query.limit, 0)
    wanted = schemas[query.offset : end]
    fitting = _fitting(wanted, query.max_bytes)
    split = bool(fitting) and len(fitting[-1].versions) < len(wanted[len(fitting) - 1].versions)
    behind = len(schemas) > query.offset + len(fitting)
    return Page(fitting, more=query.limit > 0 and (behind or split), split=split)


def _fitting(schemas: Sequence[Schema], max_bytes: int | None) -> tuple[Schema, ...]:
    """The schemas that fit; of the first as many versions as fit, at least one."""
    if max_bytes is None or not schemas:
        return tuple(schemas)
    ends = list(accumulate(version_bytes(version) for schema in schemas for version in schema.versions))
    count = sum(end <= max_bytes for end in ends)
    first = schemas[0].versions[: max(count, 1)]
    found = [replace(schemas[0], versions=first)]
    passed = len(schemas[0].versions)
    for schema in schemas[1:]:
        passed += len(schema.versions)
        if passed > count:
            break
        found.append(schema)
    return tuple(found)


def version_bytes(version: Version) -> int:
    """Return the size of a version in an answer; see `version_bytes` in `sql/queries/schemas.sql`."""
    texts = version.text, version.description, ",".join(version.attributes)
    return 1000 + sum(len(text.encode()) for text in texts)


def listing_part(versions: Sequence[Version], query: ListVersions) -> Part[Version]:
    """The part of sorted versions that a query asks for; see `listed` in `sql/queries/subjects.sql`."""
    named = tuple(each for each in versions if query.rule_type is None or _has_rule(each, query.rule_type))
    wanted = query.part.of(named)
    ends = accumulate(map(_listed_bytes, wanted))
    fitting = wanted
    if query.max_bytes is not None:
        fitting = wanted[: max(sum(end <= query.max_bytes for end in ends), 1)]
    return Part(fitting, more=bool(fitting) and len(named) > query.part.offset + len(fitting))


def _listed_bytes(version: Version) -> int:
    texts = version.text, metadata_json(version.metadata), rules_json(version.rules)
    return 1000 + sum(len((text or "").encode()) for text in texts)


def _has_rule(version: Version, rule_type: str) -> bool:
    rules = version.rules
    if rules is None:
        return False
    return any(rule.type == rule_type for rule in (*rules.migration_rules, *rules.domain_rules, *rules.encoding_rules))


def _is_passed(version: Version, after: Address | None) -> bool:
    """Whether a version is on an earlier page."""
    return after is not None and version.schema_id == after.schema_id and version.number <= after.number


RANKS: Mapping[Order, Callable[[Schema], tuple[str | int, int]]] = MappingProxyType(
    {
        Order.ID: lambda schema: (0, schema.schema_id),
        Order.NAME: lambda schema: (schema.name, schema.schema_id),
        Order.TYPE: lambda schema: (schema.format.value, schema.schema_id),
        Order.VERSION: lambda schema: (schema.versions[-1].number, schema.schema_id),
    }
)
