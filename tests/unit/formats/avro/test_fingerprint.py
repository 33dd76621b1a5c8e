"""CRC-64-AVRO."""

import fastavro
import pytest
from hypothesis import given

from sluicegate.shared.formats.avro.canonical import parsing_canonical_form
from sluicegate.shared.formats.avro.fingerprint import crc64, fingerprint
from tests.unit.formats.avro.builders import parsed
from tests.unit.formats.avro.strategies import STEADY, schemas


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("null", 0x63DD24E7CC258F8A), ("int", 0x7275D51A3F395C8F), ("string", 0x8F014872634503C7)],
)
def test_fingerprints_of_the_specification(kind: str, expected: int) -> None:
    assert fingerprint(parsed(kind)) == expected


def test_nothing_has_the_empty_fingerprint() -> None:
    assert crc64(b"") == 0xC15D213AA4D7A795


@STEADY
@given(schemas())
def test_another_implementation_finds_the_same(schema: object) -> None:
    """fastavro prints the eight bytes in the order of single-object encoding, the lowest first."""
    form = parsing_canonical_form(parsed(schema))
    assert form == fastavro.schema.to_parsing_canonical_form(schema)  # type: ignore[arg-type]  # any JSON value is a schema there
    theirs = fastavro.schema.fingerprint(form, "CRC-64-AVRO")
    assert fingerprint(parsed(schema)).to_bytes(8, "little").hex() == theirs
