"""Attributes -> the schema that they name."""

import pytest

from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import Code, SchemaRef, Unprocessable
from sluicegate.validator.pipeline import envelope


def read(**attributes: bytes | None) -> SchemaRef | Unprocessable:
    return envelope.read(attributes)


def code(**attributes: bytes | None) -> Code:
    found = read(**attributes)
    assert isinstance(found, Unprocessable), found
    return found.code


@pytest.mark.parametrize(
    ("attributes", "ref"),
    [
        ({"schemaId": b"7", "versionId": b"2", "format": b"json"}, (7, 2, SchemaFormat.JSON)),
        ({"schema_id": b"7", "version": b"2"}, (7, 2, None)),
        ({"schemaId": b"7", "version": b"latest"}, (7, None, None)),
        ({"schemaId": b"7", "versionId": b"LATEST", "format": b"AvRo"}, (7, None, SchemaFormat.AVRO)),
        ({"schemaId": b" 7 ", "versionId": b"02", "format": b""}, (7, 2, None)),
        ({"schemaId": b"7", "schema_id": b"8", "versionId": b"1", "version": b"2"}, (7, 1, None)),
        ({"schemaId": b"", "schema_id": b"8", "versionId": None, "version": b"2", "format": None}, (8, 2, None)),
    ],
)
def test_a_schema_is_named_by_id_version_and_format(
    attributes: dict[str, bytes | None], ref: tuple[int, int, SchemaFormat]
) -> None:
    assert read(**attributes) == SchemaRef(*ref)  # type: ignore[arg-type]  # NewTypes


@pytest.mark.parametrize(
    "attributes", [{}, {"schemaId": b"1"}, {"versionId": b"1"}, {"schemaId": b"  ", "versionId": b"1"}]
)
def test_what_is_missing_is_named(attributes: dict[str, bytes | None]) -> None:
    assert code(**attributes) is Code.ATTRIBUTE_MISSING


@pytest.mark.parametrize(
    "wrong", [b"abc", b"-1", b"+1", b"1.0", b"1e3", b"\xff", "٣".encode(), b"1" * 40, b"0x1", b"latest"]
)
def test_an_id_must_be_a_number(wrong: bytes) -> None:
    assert code(schemaId=wrong, versionId=b"1") is Code.ATTRIBUTE_INVALID


@pytest.mark.parametrize("wrong", [b"abc", b"-1", b"v1", b"\xff", b"1" * 40])
def test_a_version_must_be_a_number_or_latest(wrong: bytes) -> None:
    assert code(schemaId=b"1", versionId=wrong) is Code.ATTRIBUTE_INVALID


def test_the_reason_names_the_attribute_and_quotes_no_more_than_a_little() -> None:
    found = read(schemaId=b"1", version=b"x" * 10_000)

    assert isinstance(found, Unprocessable)
    assert "'version'" in found.reason
    assert len(found.reason) < 200


def test_an_unknown_format_is_not_supported() -> None:
    assert code(schemaId=b"1", versionId=b"1", format=b"yaml") is Code.FORMAT_UNSUPPORTED


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, None),
        (b"", None),
        (b" ", None),
        (b"shop.Order", "shop.Order"),
        (b" shop.Order ", "shop.Order"),
        (b"\xff", "\ufffd"),
    ],
)
def test_a_message_type_may_be_named(value: bytes | None, name: str | None) -> None:
    found = read(schemaId=b"7", versionId=b"2", messageType=value)

    assert isinstance(found, SchemaRef)
    assert found.message_type == name


@pytest.mark.parametrize("name", [*envelope.SCHEMA_ID, *envelope.VERSION, envelope.FORMAT, envelope.MESSAGE_TYPE])
def test_naming_sees_every_attribute_that_is_read(name: str) -> None:
    assert envelope.naming({name: b"1"}) != envelope.naming({})
