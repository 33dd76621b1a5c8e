"""The subjects that a caller may read, as a filter of the store.

The filter applies before limits, and follows the rule of grants.
"""

import pytest

from sluicegate.registry_api.core.access.grants import Readable
from sluicegate.registry_api.core.access.resources import Prefix
from sluicegate.registry_api.core.commands import WHOLE, ListVersions, Order, Query, Slice
from sluicegate.registry_api.core.names import WILDCARD, SubjectName
from sluicegate.registry_api.store import schema_reader
from sluicegate.shared.model import GlobalId
from tests.contracts.store.conftest import Bench

NAMES = ["a", "a-1", "a-2", "ab", "b", "b-1", "ba", "\U0010ffff", "\U0010ffffx", "\ud7ff", "\ud7ffx", "\ue000"]
EVERYWHERE = SubjectName(WILDCARD, "")


def readable(*prefixes: str, names: tuple[str, ...] = (), context: str = ".") -> Readable:
    return Readable(
        names=frozenset(SubjectName(context, name) for name in names),
        prefixes=frozenset(Prefix(text, context) for text in prefixes),
    )


FILTERS = [
    readable(),
    readable(""),
    readable("a"),
    readable("a-"),
    readable("a", "a-", names=("a", "a-1", "b")),
    readable("b-", names=("a",)),
    readable(names=("a", "ba", "missing")),
    readable("\U0010ffff"),
    readable("\ud7ff"),
    readable("a\0", names=("a\0",)),
    readable("a", context=".other"),
]


@pytest.mark.parametrize("wanted", FILTERS, ids=range(len(FILTERS)))
def test_each_listing_has_just_the_readable_subjects(bench: Bench, wanted: Readable) -> None:
    for name in NAMES:
        bench.create("shared", name=name, publisher=name)
    expected = [name for name in NAMES if wanted.has(SubjectName(".", name))]
    found = [schema.name for schema in bench.reader.search(Query(readable=wanted)).schemas]
    assert found == expected
    by_version = bench.reader.search(Query(readable=wanted, order=Order.VERSION)).schemas
    assert [schema.name for schema in by_version] == expected
    assert sorted(subject.name for subject, _ in bench.reader.subjects(EVERYWHERE, wanted)) == sorted(expected)
    listed = bench.reader.listed(EVERYWHERE, ListVersions(readable=wanted)).items
    assert sorted(version.subject.name for version in listed) == sorted(expected)
    held = bench.reader.identified(".", GlobalId(1), wanted)
    assert (held.subject.name if held else None) == (expected[0] if expected else None)


def test_limits_count_readable_subjects_only(bench: Bench) -> None:
    for at in range(6):
        bench.create(f"text {at}", name=f"{'ab'[at % 2]}{at}")
    wanted = readable("b")
    first = bench.reader.search(Query(readable=wanted, limit=2))
    assert ([schema.name for schema in first.schemas], first.more) == (["b1", "b3"], True)
    last = bench.reader.search(Query(readable=wanted, limit=2, offset=2))
    assert ([schema.name for schema in last.schemas], last.more) == (["b5"], False)
    part = bench.reader.listed(EVERYWHERE, ListVersions(readable=wanted, part=Slice(1, 1)))
    assert ([version.subject.name for version in part.items], part.more) == (["b3"], True)


def test_targets_of_aliases_are_filtered_too(bench: Bench) -> None:
    bench.create("one", name="a")
    found = bench.reader.listed(
        SubjectName(".", "x"), ListVersions(readable=readable("b"), part=WHOLE), [SubjectName(".", "a")]
    )
    assert found.items == ()


def test_a_publisher_has_a_content_only_in_readable_subjects(bench: Bench) -> None:
    bench.create("text", name="a1")
    bench.create("text", name="b1", readable=readable("b"))
    again = bench.create("text", name="b2", readable=readable("b"))
    assert (again.added, again.schema_id) == (False, 2)
    assert bench.reader.published("", "hash of text", None, readable("b")) == (2, 1)
    assert bench.reader.published("", "hash of text", None, readable("c")) is None


def test_a_name_resolves_to_itself_or_to_the_target_of_its_alias(bench: Bench) -> None:
    assert bench.reader.resolved(SubjectName(".", "plain")) == SubjectName(".", "plain")
    unusable = SubjectName(".", "\0")
    assert bench.reader.resolved(unusable) == unusable


def test_a_caller_with_many_subjects_has_the_same_pages(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store finds few readable schemas by their names, and filters many while it reads."""
    monkeypatch.setattr(schema_reader, "_FEW", 1)
    for at in range(6):
        bench.create(f"text {at}", name=f"{'ab'[at % 2]}{at}")
    for _ in range(2):
        found = bench.reader.search(Query(readable=readable("b"), limit=2, offset=1))
        assert [schema.name for schema in found.schemas] == ["b3", "b5"]
