"""References and artifacts: what both stores keep of them, and that nothing active ever refers to what is not."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from sluicegate.registry_api.core.commands import Query
from sluicegate.registry_api.core.errors import ReferenceGone, VersionReferenced
from sluicegate.registry_api.core.model import Address, Outcome, Reference, Referral, Registration, Version
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from tests.contracts.store.conftest import CALLER, Bench, Event, reference
from tests.contracts.store.test_deletion import NOWHERE

Read = Callable[[Bench, int, int], Version | None]


def _registering(bench: Bench) -> Sequence[Callable[[tuple[Reference, ...]], Registration]]:
    """A new schema, and a new version of schema 2, with references."""
    return (
        lambda references: bench.create("new", references=references),
        lambda references: bench.add(2, "new", references=references),
    )


def at(schema_id: int, number: int = 1) -> Address:
    return Address(SchemaId(schema_id), VersionNumber(number))


def read_alone(bench: Bench, schema_id: int, number: int) -> Version | None:
    return bench.reader.version(SchemaId(schema_id), VersionNumber(number))


def read_latest(bench: Bench, schema_id: int, number: int) -> Version | None:
    return bench.reader.latest(SchemaId(schema_id))


def read_in_schema(bench: Bench, schema_id: int, number: int) -> Version | None:
    return bench.versions(schema_id)[number - 1]


def read_in_search(bench: Bench, schema_id: int, number: int) -> Version | None:
    (schema,) = bench.reader.search(Query(schema_id=SchemaId(schema_id))).schemas
    return schema.versions[number - 1]


def read_by_address(bench: Bench, schema_id: int, number: int) -> Version | None:
    (found,) = bench.reader.versions([at(schema_id, number)])
    return found


def read_in_history(bench: Bench, schema_id: int, number: int) -> Version | None:
    seen: list[Version] = []

    def check(history: Sequence[Version]) -> None:
        seen.extend(history)

    bench.add(schema_id, "to see the history", check=check)
    return seen[0]


READS = [read_alone, read_latest, read_in_schema, read_in_search, read_by_address, read_in_history]


def delete(bench: Bench, schema_id: int, number: int = 1) -> bool:
    return bench.writer.delete_version(SchemaId(schema_id), VersionNumber(number), CALLER)


def delete_schema(bench: Bench, schema_id: int) -> bool:
    return bench.writer.delete_schema(SchemaId(schema_id), CALLER)


def referrals(bench: Bench, schema_id: int, number: int | None = 1) -> list[Referral]:
    """What stands against a deletion."""
    attempt = partial(delete, bench, schema_id, number) if number else partial(delete_schema, bench, schema_id)
    with pytest.raises(VersionReferenced) as caught:
        attempt()
    return list(caught.value.referrals)


@pytest.mark.parametrize("read", READS)
def test_a_version_is_read_with_its_references_in_the_order_of_names(bench: Bench, read: Read) -> None:
    bench.create("one")
    bench.add(1, "two")
    wanted = reference(1, 2, "a"), reference(1, 1, "\u00fc"), reference(1, 2, "Z")
    bench.create("three", references=wanted)
    bench.add(2, "four", references=(reference(1, 2, "\U0001f600/x.json"), *wanted))
    found = read(bench, 2, 2)
    assert found is not None
    assert [each.name for each in found.references] == ["Z", "a", "\u00fc", "\U0001f600/x.json"]
    assert found.references[1:3] == wanted[:2]
    assert bench.versions(2)[0].references == (wanted[2], wanted[0], wanted[1])
    assert bench.versions(1)[0].references == ()


def test_one_version_may_be_referred_to_by_several_names_and_by_several_versions(bench: Bench) -> None:
    bench.create("one")
    bench.create("two", references=(reference(1, 1, "a"), reference(1, 1, "b")))
    bench.create("three", references=(reference(1, 1, "a"),))
    assert [len(bench.versions(n)[0].references) for n in (1, 2, 3)] == [0, 2, 1]


def test_one_text_with_other_references_is_another_content(bench: Bench) -> None:
    """The same text may be registered in several places, and each refers to the version that was named."""
    bench.create("shared", publisher="a")
    bench.create("shared", publisher="b")
    bench.create("text", publisher="a", references=(reference(1),))
    bench.create("text", publisher="b", references=(reference(2),))
    assert [v.global_id for n in (1, 2, 3, 4) for v in bench.versions(n)] == [1, 1, 2, 3]
    assert [v.references for n in (3, 4) for v in bench.versions(n)] == [(reference(1),), (reference(2),)]


def test_versions_are_read_by_their_addresses_deactivated_ones_too(bench: Bench) -> None:
    bench.create("one")
    bench.add(1, "two")
    bench.create("three", references=(reference(1, 2),))
    delete(bench, 1, 1)
    found = {v.address: v for v in bench.reader.versions([at(1, 1), at(2, 1), at(1, 2), at(1, 9), at(9, 1)])}
    assert {address: (v.text, v.active) for address, v in found.items()} == {
        at(1, 1): ("one", False), at(1, 2): ("two", True), at(2, 1): ("three", True),
    }  # fmt: skip
    assert found[at(2, 1)].references == (reference(1, 2),)
    assert list(bench.reader.versions([])) == []


@pytest.mark.parametrize("number", NOWHERE)
def test_addresses_that_name_nothing_are_left_out(bench: Bench, number: int) -> None:
    bench.create("one")
    assert list(bench.reader.versions([at(number), at(1, number)])) == []
    assert len(bench.reader.versions([at(number), at(1), at(1, number)])) == 1


@pytest.mark.parametrize(("schema_id", "number"), [(n, 1) for n in NOWHERE] + [(1, n) for n in NOWHERE])
def test_a_reference_to_what_is_not_there_is_refused_and_nothing_is_changed(
    bench: Bench, schema_id: int, number: int
) -> None:
    bench.create("one")
    gone = reference(schema_id, number, "gone")
    bench.create("two", name="other")
    before = bench.events()
    for register in _registering(bench):
        with pytest.raises(ReferenceGone) as caught:
            register((reference(1), gone))
        assert caught.value.address == gone.address
    assert bench.events() == before
    assert bench.versions(3) == ()
    assert [v.number for v in bench.versions(2)] == [1]
    assert bench.add(2, "new").number == 2


def test_a_reference_to_a_deactivated_version_is_refused(bench: Bench) -> None:
    bench.create("one")
    bench.add(1, "two")
    delete(bench, 1, 1)
    bench.create("three")
    for register in _registering(bench):
        with pytest.raises(ReferenceGone):
            register((reference(1, 1),))
        register((reference(1, 2),))


def test_a_reference_that_is_deactivated_during_the_check_is_refused(bench: Bench) -> None:
    bench.create("one")
    bench.create("two")
    with pytest.raises(ReferenceGone):
        bench.add(2, "new", references=(reference(1),), check=lambda _: delete(bench, 1))
    assert [v.number for v in bench.versions(2)] == [1]


def test_what_exists_is_found_whatever_it_refers_to_now(bench: Bench) -> None:
    """The reference is gone, and the content is there: nothing is added, so nothing is refused."""
    bench.create("shared", publisher="a")
    bench.create("text", publisher="x", references=(reference(1),))
    assert bench.create("text", publisher="x", references=(reference(99),)) == Registration(
        Outcome.EXISTS, SchemaId(2), VersionNumber(1)
    )
    assert bench.add(2, "text", references=(reference(99),)).outcome is Outcome.EXISTS


def test_a_version_is_not_deleted_while_an_active_one_refers_to_it(bench: Bench) -> None:
    bench.create("one")
    bench.add(1, "two")
    bench.create("three", references=(reference(1, 2, "b"), reference(1, 1, "a")))
    bench.create("four", references=(reference(1, 2, "c"),))
    before = bench.events()
    assert referrals(bench, 1, 1) == [Referral(at(2), reference(1, 1, "a"))]
    assert referrals(bench, 1, 2) == [Referral(at(2), reference(1, 2, "b")), Referral(at(3), reference(1, 2, "c"))]
    assert bench.events() == before
    assert [v.active for v in bench.versions(1)] == [True, True]


def test_a_version_can_be_deleted_when_nothing_active_refers_to_it_any_more(bench: Bench) -> None:
    bench.create("one")
    bench.create("two", references=(reference(1),))
    bench.add(2, "three")
    assert referrals(bench, 1)
    assert delete(bench, 2, 1)
    assert delete(bench, 1)
    assert bench.versions(2)[0].references == (reference(1),)


def test_another_version_of_the_schema_can_be_deleted(bench: Bench) -> None:
    bench.create("one")
    bench.add(1, "two")
    bench.create("three", references=(reference(1, 2),))
    assert delete(bench, 1, 1)


def test_a_schema_is_not_deleted_while_an_active_version_refers_to_one_of_its_versions(bench: Bench) -> None:
    bench.create("one")
    bench.add(1, "two")
    bench.create("three", references=(reference(1, 2),))
    bench.create("four", references=(reference(1, 1),))
    assert referrals(bench, 1, None) == [Referral(at(2), reference(1, 2)), Referral(at(3), reference(1, 1))]
    assert [v.active for v in bench.versions(1)] == [True, True]
    delete_schema(bench, 2)
    delete_schema(bench, 3)
    assert delete_schema(bench, 1)


def test_what_cannot_be_found_stays_not_found_though_something_refers_to_the_schema(bench: Bench) -> None:
    bench.create("one")
    bench.create("two", references=(reference(1),))
    assert delete(bench, 1, 9) is False
    assert delete_schema(bench, 9) is False


def test_of_very_many_referrals_a_hundred_are_told(bench: Bench) -> None:
    bench.create("one")
    for n in range(2):
        bench.create(f"text {n}", references=tuple(reference(1, 1, f"{i:03}") for i in range(60)))
    told = referrals(bench, 1)
    assert len(told) == 100
    assert told[0] == Referral(at(2), reference(1, 1, "000"))


def test_a_text_that_comes_back_refers_to_what_it_names_then(bench: Bench) -> None:
    bench.create("shared")
    bench.create("other")
    bench.create("text", references=(reference(1),))
    bench.add(3, "more")
    delete(bench, 3, 1)
    assert delete(bench, 1)
    bench.add(2, "shared")
    assert bench.add(3, "text", references=(reference(2, 2),)).number == 3
    assert [v.references for v in bench.versions(3)] == [(reference(1),), (), (reference(2, 2),)]


def test_a_check_can_look_other_versions_up(bench: Bench) -> None:
    bench.create("one")
    bench.create("two", references=(reference(1),))
    seen: list[str] = []
    bench.add(2, "three", lookup=lambda read: seen.extend(v.text for v in read([at(1), at(9)])))
    assert seen == ["one"]


def test_references_change_nothing_about_events(bench: Bench) -> None:
    bench.create("one")
    bench.create("two", references=(reference(1),))
    bench.add(2, "three", references=(reference(1),))
    assert bench.events()[1:] == [
        Event("schema_created", 2, 1, "alice", "request-1"),
        Event("version_added", 2, 2, "alice", "request-1"),
    ]


ARTIFACT = bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("read", "expected"), [(each, None if each in (read_in_search, read_by_address) else ARTIFACT) for each in READS]
)
def test_an_artifact_is_read_byte_for_byte_but_not_in_bulk(bench: Bench, read: Read, expected: bytes | None) -> None:
    bench.create("one", artifact=ARTIFACT, kind=SchemaFormat.PROTOBUF)
    found = read(bench, 1, 1)
    assert found is not None
    assert found.artifact == expected


def test_artifact_of_a_json_schema_is_read_by_address(bench: Bench) -> None:
    bench.create("one", artifact=b"2020-12", kind=SchemaFormat.JSON)
    found = read_by_address(bench, 1, 1)
    assert found is not None
    assert found.artifact == b"2020-12"


def test_versions_of_one_content_share_its_artifact(bench: Bench) -> None:
    bench.create("one", publisher="a", artifact=b"first")
    bench.create("one", publisher="b", artifact=b"second")
    bench.create("two")
    assert [bench.versions(n)[0].artifact for n in (1, 2, 3)] == [b"first", b"first", None]
