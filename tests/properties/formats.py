"""Every format with its language."""

import pytest
from hypothesis import HealthCheck, settings

from sluicegate.shared.model import SchemaFormat
from tests.properties.language import Language
from tests.properties.languages.avro import AVRO
from tests.properties.languages.csv_schema import CSV
from tests.properties.languages.json_schema import JSON
from tests.properties.languages.protobuf import PROTOBUF
from tests.properties.languages.table import TABLE
from tests.properties.languages.xsd import XML

LANGUAGES: dict[SchemaFormat, Language] = {
    SchemaFormat.JSON: JSON,
    SchemaFormat.AVRO: AVRO,
    SchemaFormat.PROTOBUF: PROTOBUF,
    SchemaFormat.XML: XML,
    SchemaFormat.CSV: CSV,
    SchemaFormat.TABLE: TABLE,
}

STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The same examples in every run, however busy the machine is."""

EVERY_FORMAT = pytest.mark.parametrize("schema_format", list(SchemaFormat))
