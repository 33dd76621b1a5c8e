"""Resolving references through a look-up, and refused references."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest

from sluicegate.registry_api.core.errors import InputInvalid
from sluicegate.registry_api.core.model import Address, Reference, Version
from sluicegate.registry_api.core.references import DEEPEST, LARGEST, MOST, MOST_NAMED, References
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import GlobalId, SchemaFormat, SchemaId, VersionId, VersionNumber
from tests.fakes.registry_store import NOW

JSON = SchemaFormat.JSON


def at(schema_id: int, number: int = 1) -> Address:
    return Address(SchemaId(schema_id), VersionNumber(number))


def to(schema_id: int, number: int = 1, name: str = "") -> Reference:
    return Reference(name or f"{schema_id}:{number}", at(schema_id, number))


class Shelf:
    """Versions to look up; `asked` is every question."""

    def __init__(self) -> None:
        self.versions: dict[Address, Version] = {}
        self.asked: list[set[Address]] = []

    def put(self, schema_id: int, *references: Reference, number: int = 1, text: str = "") -> Version:
        version = Version(
            VersionId(1), SchemaId(schema_id), VersionNumber(number), GlobalId(1), JSON, text or f"text {schema_id}:{number}",
            f"hash {schema_id}:{number}", "", (), False, NOW, None, references, b"artifact",
        )  # fmt: skip
        self.versions[version.address] = version
        return version

    def lookup(self, addresses: Collection[Address]) -> Sequence[Version]:
        self.asked.append(set(addresses))
        return [self.versions[address] for address in addresses if address in self.versions]

    def candidate(self, *references: Reference, owner: int | None = None) -> SchemaSource:
        own = None if owner is None else SchemaId(owner)
        return References(self.lookup).candidate(JSON, "mine", references, own)

    def faults(self, *references: Reference, owner: int | None = None) -> list[tuple[str, str]]:
        """Path and code of everything that stands against a candidate."""
        with pytest.raises(InputInvalid) as caught:
            self.candidate(*references, owner=owner)
        assert caught.value.message.startswith("Bad request: ")
        assert all(each.message in caught.value.message for each in caught.value.violations)
        return [(each.path, each.code) for each in caught.value.violations]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def named(name: str, text: str, *references: NamedSource) -> NamedSource:
    return NamedSource(name, SchemaSource(f"text {text}", references, b"artifact"), f"hash {text}")


def test_nothing_is_asked_for_a_schema_without_references(shelf: Shelf) -> None:
    assert shelf.candidate() == SchemaSource("mine")
    References(shelf.lookup).registered([shelf.put(1)])
    assert shelf.asked == []


def test_a_source_has_all_that_it_refers_to_in_the_order_of_names(shelf: Shelf) -> None:
    shelf.put(1)
    shelf.put(2, to(1, name="x"))
    found = shelf.candidate(to(2, name="b"), to(1, name="a"))
    assert found == SchemaSource("mine", (named("a", "1:1"), named("b", "2:1", named("x", "1:1"))))


def test_each_level_is_asked_for_once(shelf: Shelf) -> None:
    shelf.put(1)
    shelf.put(2, to(1))
    shelf.put(3, to(1), to(2))
    shelf.candidate(to(3), to(2), to(1))
    assert shelf.asked == [{at(1), at(2), at(3)}]
    shelf.asked.clear()
    shelf.candidate(to(3))
    assert shelf.asked == [{at(3)}, {at(1), at(2)}]


def test_registered_versions_keep_their_artifacts_and_ask_together(shelf: Shelf) -> None:
    shelf.put(1)
    shelf.put(2)
    history = [shelf.put(3, to(1), number=2), shelf.put(3, to(1), to(2))]
    first, second = References(shelf.lookup).registered(history)
    assert first.number == 2
    assert first.source == SchemaSource("text 3:2", (named("1:1", "1:1"),), b"artifact")
    assert second.source == SchemaSource("text 3:1", (named("1:1", "1:1"), named("2:1", "2:1")), b"artifact")
    assert shelf.asked == [{at(1), at(2)}]


def test_registered_versions_may_refer_to_what_was_deleted_meanwhile(shelf: Shelf) -> None:
    """Missing versions are left out; the engine reports them."""
    gone = replace(shelf.put(1), deactivated_at=NOW)
    shelf.versions[gone.address] = gone
    (found,) = References(shelf.lookup).registered([shelf.put(3, to(1), to(9))])
    assert found.source.references == (named("1:1", "1:1"),)


def test_every_reference_at_fault_is_named(shelf: Shelf) -> None:
    shelf.put(1)
    shelf.put(2)
    shelf.versions[at(2)] = replace(shelf.versions[at(2)], deactivated_at=NOW)
    shelf.put(3)
    shelf.versions[at(3)] = replace(shelf.versions[at(3)], format=SchemaFormat.AVRO)
    faults = shelf.faults(to(1, name="a"), to(2, name="b"), to(3, name="c"), to(1, 7), to(1, name="a"), to(9))
    assert faults == [
        ("references.4.name", "repeated"),
        ("references.1.version", "deactivated"),
        ("references.2.schema_id", "format_differs"),
        ("references.3.version", "not_found"),
        ("references.5.version", "not_found"),
    ]


def test_a_schema_must_not_lead_back_to_itself(shelf: Shelf) -> None:
    shelf.put(1)
    shelf.put(2, to(1))
    shelf.put(3, to(2))
    assert shelf.faults(to(1), owner=1) == [("references.0.schema_id", "circular")]
    assert shelf.faults(to(4, name="x"), to(3), owner=1)[1] == ("references.1.schema_id", "circular")
    assert shelf.candidate(to(3), owner=4)
    assert shelf.candidate(to(3))


def test_only_so_many_references_may_be_named(shelf: Shelf) -> None:
    shelf.put(1)
    assert shelf.candidate(*(to(1, name=str(n)) for n in range(MOST_NAMED)))
    assert shelf.faults(*(to(1, name=str(n)) for n in range(MOST_NAMED + 1))) == [("references", "too_much")]
    assert len(shelf.asked) == 1


def test_only_so_many_versions_may_be_referred_to_along_all_ways(shelf: Shelf) -> None:
    """Ten levels of two references each are over a thousand, though they are ten versions."""
    shelf.put(1)
    for level in range(2, 13):
        shelf.put(level, to(level - 1, name="a"), to(level - 1, name="b"))
    assert sum(2**n for n in range(9)) <= MOST
    assert shelf.candidate(to(9))
    assert shelf.faults(to(12)) == [("references", "too_much")]


def test_ways_that_multiply_without_end_are_ended_soon(shelf: Shelf) -> None:
    shelf.put(1)
    for level in range(2, DEEPEST + 1):
        shelf.put(level, *(to(level - 1, name=str(n)) for n in range(50)))
    assert shelf.faults(to(DEEPEST)) == [("references", "too_much")]


def test_very_many_different_versions_are_not_all_read(shelf: Shelf) -> None:
    for schema_id in range(2, 50):
        shelf.put(schema_id, *(to(1000 + schema_id, number) for number in range(1, 60)))
    assert shelf.faults(*(to(schema_id) for schema_id in range(2, 50))) == [("references", "too_much")]
    assert len(shelf.asked) == 1


@pytest.mark.parametrize("shortcuts", [False, True])
def test_only_so_many_versions_may_stand_behind_each_other(shelf: Shelf, shortcuts: bool) -> None:
    """Also where shorter ways lead to the same versions."""
    shelf.put(1)
    for level in range(2, DEEPEST + 2):
        shelf.put(level, to(level - 1))
    extra = tuple(to(level) for level in range(1, DEEPEST)) if shortcuts else ()
    assert shelf.candidate(to(DEEPEST), *extra)
    assert shelf.faults(to(DEEPEST + 1), *extra) == [("references", "too_much")]
    assert shelf.faults(*extra, to(DEEPEST + 1)) == [("references", "too_much")]


def test_only_so_many_characters_may_be_referred_to(shelf: Shelf) -> None:
    shelf.put(1, text="x" * (LARGEST // 2))
    assert shelf.candidate(to(1, name="a"), to(1, name="b"))
    assert shelf.faults(to(1, name="a"), to(1, name="b"), to(1, name="c")) == [("references", "too_much")]


def test_versions_that_refer_to_each_other_are_refused_not_followed_for_ever(shelf: Shelf) -> None:
    """No registration makes them; a hand in the database could."""
    shelf.put(1, to(2))
    shelf.put(2, to(1))
    assert shelf.faults(to(1)) == [("references", "too_much")]
