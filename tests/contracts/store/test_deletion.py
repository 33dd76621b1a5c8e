"""`SchemaWriter`: guarantees of both deletions, and their visibility."""

import pytest

from sluicegate.shared.model import SchemaId, VersionNumber
from tests.contracts.store.conftest import CALLER, Bench

NOWHERE = [0, -1, 7, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**30]


def test_deleting_a_version_deactivates_it_once(bench: Bench) -> None:
    bench.create("one")
    bench.add(1, "two")
    assert bench.writer.delete_version(SchemaId(1), VersionNumber(2), CALLER) is True
    assert bench.writer.delete_version(SchemaId(1), VersionNumber(2), CALLER) is False
    assert [(v.number, v.active) for v in bench.versions(1)] == [(1, True), (2, False)]
    assert bench.versions(1)[1].deactivated_at is not None


def test_deleting_a_schema_deactivates_every_version_once(bench: Bench) -> None:
    bench.create("one")
    bench.add(1, "two")
    bench.create("three", name="other")
    assert bench.writer.delete_schema(SchemaId(1), CALLER) is True
    assert bench.writer.delete_schema(SchemaId(1), CALLER) is False
    assert bench.versions(1, deactivated=False) == ()
    assert [v.active for v in bench.versions(1)] == [False, False]
    assert [v.active for v in bench.versions(2)] == [True]


def test_deleting_a_schema_leaves_the_times_of_earlier_deletions(bench: Bench) -> None:
    bench.create("one")
    bench.add(1, "two")
    bench.writer.delete_version(SchemaId(1), VersionNumber(1), CALLER)
    before = bench.versions(1)[0].deactivated_at
    bench.writer.delete_schema(SchemaId(1), CALLER)
    assert bench.versions(1)[0].deactivated_at == before


def test_a_schema_whose_last_version_was_deleted_is_gone_for_deletion_too(bench: Bench) -> None:
    bench.create("one")
    bench.writer.delete_version(SchemaId(1), VersionNumber(1), CALLER)
    assert bench.writer.delete_schema(SchemaId(1), CALLER) is False


@pytest.mark.parametrize("schema_id", NOWHERE)
def test_deleting_what_is_not_there_says_so(bench: Bench, schema_id: int) -> None:
    bench.create("one")
    assert bench.writer.delete_schema(SchemaId(schema_id), CALLER) is False
    assert bench.writer.delete_version(SchemaId(schema_id), VersionNumber(1), CALLER) is False
    assert bench.writer.delete_version(SchemaId(1), VersionNumber(schema_id), CALLER) is False
