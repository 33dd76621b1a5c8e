"""The identity of a content."""

from sluicegate.shared.fingerprint import fingerprint
from sluicegate.shared.model import SchemaFormat


def test_the_format_is_part_of_the_identity() -> None:
    assert fingerprint(SchemaFormat.JSON, '"string"') != fingerprint(SchemaFormat.AVRO, '"string"')


def test_references_count_in_any_order() -> None:
    one, two = ("a", "1"), ("b", "2")

    assert fingerprint(SchemaFormat.AVRO, "x", [one, two]) == fingerprint(SchemaFormat.AVRO, "x", [two, one])
    assert fingerprint(SchemaFormat.AVRO, "x", [one]) != fingerprint(SchemaFormat.AVRO, "x", [two])
    assert fingerprint(SchemaFormat.AVRO, "x", [("a", "b")]) != fingerprint(SchemaFormat.AVRO, "x", [("ab", "")])


def test_it_never_changes() -> None:
    """A fingerprint is permanent, so this value must hold in every release."""
    expected = "0ab11b367e09aef6eeb7549654f6159e806bef5e1ab7532c74e0e5fd0084cacb"
    assert fingerprint(SchemaFormat.JSON, '{"type":"string"}') == expected
