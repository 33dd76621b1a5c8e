"""Versions at addresses, read in any transaction."""

from collections.abc import Callable, Collection
from typing import Any, LiteralString

from sluicegate.registry_api.core.model import Address, Version
from sluicegate.registry_api.store.parameters import is_id, is_number
from sluicegate.registry_api.store.queries import QUERIES
from sluicegate.registry_api.store.rows import Row, to_version

Rows = Callable[[LiteralString, dict[str, Any]], list[Row]]
"""Runs a statement in some transaction."""


def versions_at(rows: Rows, addresses: Collection[Address]) -> list[Version]:
    """The versions at some addresses, deactivated ones too, in no order."""
    wanted = [address for address in addresses if is_id(address.schema_id) and is_number(address.number)]
    if not wanted:
        return []
    parameters = {"schema_ids": [each.schema_id for each in wanted], "numbers": [each.number for each in wanted]}
    return [to_version(row) for row in rows(QUERIES.versions, parameters)]
