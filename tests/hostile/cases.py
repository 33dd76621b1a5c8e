"""The cases of all formats. Those of a format without an engine are skipped, and say so."""

from typing import TypeVar

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.model import SchemaFormat
from tests.hostile import avro_schemas, csv_schemas, json_schemas, protobuf_schemas, table_schemas, xml_schemas
from tests.hostile.case import HostilePair, HostilePayload, HostileSchema

_MODULES = (json_schemas, avro_schemas, protobuf_schemas, xml_schemas, csv_schemas, table_schemas)

SCHEMAS: list[HostileSchema] = [case for module in _MODULES for case in module.SCHEMAS]
PAYLOADS: list[HostilePayload] = [case for module in _MODULES for case in module.PAYLOADS]
PAIRS: list[HostilePair] = [case for module in _MODULES for case in module.PAIRS]

Case = TypeVar("Case", HostileSchema, HostilePayload, HostilePair)


def parameters(cases: list[Case]) -> list[object]:
    """Parameters for a test of each case."""
    return [pytest.param(case, id=f"{case.format}-{case.name[:60]}", marks=_marks(case.format)) for case in cases]


def _marks(schema_format: SchemaFormat) -> list[pytest.MarkDecorator]:
    missing = schema_format not in catalog.FORMATS
    return [pytest.mark.skip(reason=f"the catalogue has no engine for {schema_format} yet")] if missing else []
