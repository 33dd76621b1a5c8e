"""Look-ups by id, guid and prefix, and listings."""

from dataclasses import replace
from itertools import product

import pytest

from sluicegate.registry_api.core.commands import LATEST, Deleted, ListVersions, Slice
from sluicegate.registry_api.core.metadata import Metadata, Rule, RuleMode, RuleSet
from sluicegate.registry_api.core.model import ContextId
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.subject_errors import (
    ContentNotFound,
    DraftInvalid,
    SettingInvalid,
    SubjectNameInvalid,
    SubjectNotFound,
    SubjectVersionNotFound,
)
from sluicegate.shared.model import GlobalId, SchemaFormat, VersionNumber
from tests.contracts.subjects.conftest import Bench, record

ONE, TWO, THREE = record("a"), record("a", "b"), record("a", "b", "c")
S, T, CS = SubjectName.parse("s"), SubjectName.parse("t"), SubjectName.parse(":.c:s")


@pytest.fixture
def full(bench: Bench) -> Bench:
    """s: one, two (deleted), three. t: two. :.c:s: three (id 1 there). :.c:u: one (id 2), deleted."""
    for text in (ONE, TWO, THREE):
        bench.add("s", text)
    bench.add("t", TWO)
    bench.add(":.c:s", THREE)
    bench.add(":.c:u", ONE)
    bench.delete_version("s", 2)
    bench.delete(":.c:u")
    return bench


def listed(bench: Bench, query: ListVersions) -> list[tuple[str, int]]:
    """Return the content of a listing."""
    return [
        (each.version.subject.qualified, each.version.number) for each in bench.subjects.catalogue.listing(query).items
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (ListVersions(), [("s", 1), ("s", 3), ("t", 1)]),
        (ListVersions("s"), [("s", 1), ("s", 3)]),
        (ListVersions("x"), []),
        (ListVersions(":.c:"), [(":.c:s", 1)]),
        (ListVersions(":*:"), [(":.c:s", 1), ("s", 1), ("s", 3), ("t", 1)]),
        (ListVersions(":*:s"), [(":.c:s", 1), ("s", 1), ("s", 3)]),
        (ListVersions(deleted=Deleted.INCLUDED), [("s", 1), ("s", 2), ("s", 3), ("t", 1)]),
        (ListVersions(":*:", deleted=Deleted.ONLY), [(":.c:u", 1), ("s", 2)]),
        (ListVersions(latest_only=True), [("s", 3), ("t", 1)]),
        (ListVersions(deleted=Deleted.ONLY, latest_only=True), [("s", 2)]),
        (ListVersions(part=Slice(1, 1)), [("s", 3)]),
        (ListVersions(part=Slice(1)), [("s", 3), ("t", 1)]),
    ],
)
def test_listings(full: Bench, query: ListVersions, expected: list[tuple[str, int]]) -> None:
    assert listed(full, query) == expected


@pytest.mark.parametrize(
    ("prefix", "deleted", "expected"),
    [
        (":*:", Deleted.EXCLUDED, (":.c:s", "s", "t")),
        (":*:", Deleted.INCLUDED, (":.c:s", ":.c:u", "s", "t")),
        (":*:", Deleted.ONLY, (":.c:u",)),
        ("", Deleted.EXCLUDED, ("s", "t")),
        (":.c:", Deleted.EXCLUDED, (":.c:s",)),
        (":*:t", Deleted.EXCLUDED, ("t",)),
    ],
)
def test_subjects(full: Bench, prefix: str, deleted: Deleted, expected: tuple[str, ...]) -> None:
    assert full.subjects.catalogue.subjects(prefix, deleted) == expected


def test_a_listing_by_rules_and_with_aliases(bench: Bench) -> None:
    rules = RuleSet(domain_rules=(Rule("check", type="CEL", mode=RuleMode.WRITE),))
    bench.add("new", ONE, rules=rules)
    bench.add("plain", ONE)
    bench.configure("old", alias="new")
    assert listed(bench, ListVersions(rule_type="CEL")) == [("new", 1)]
    (aliased,) = bench.subjects.catalogue.listing(ListVersions("old", aliases=True)).items
    assert (aliased.version.subject.qualified, aliased.aliases) == ("new", ("old",))
    assert bench.subjects.catalogue.listing(ListVersions("old")).items == ()


@pytest.mark.parametrize(
    ("global_id", "subject", "place"),
    [
        (1, None, ("s", 1)),
        (2, None, ("t", 1)),
        (2, S, ("s", 2)),
        (2, T, ("t", 1)),
        (1, CS, (":.c:s", 1)),
        (1, CS.scope, (":.c:s", 1)),
        (2, CS.scope, (":.c:u", 1)),
        (2, SubjectName.parse("u"), (":.c:u", 1)),
        (3, SubjectName.parse("missing"), ("s", 3)),
        (9, None, None),
        (2, CS, None),
        (0, None, None),
        (2**40, None, None),
    ],
)
def test_ids(full: Bench, global_id: int, subject: SubjectName | None, place: tuple[str, int] | None) -> None:
    if place is None:
        with pytest.raises(ContentNotFound, match=f"Schema {global_id} not found"):
            full.subjects.catalogue.identified(GlobalId(global_id), subject)
    else:
        version = full.subjects.catalogue.identified(GlobalId(global_id), subject).version
        assert (version.subject.qualified, version.number) == place


def test_the_highest_id_comes_along(full: Bench) -> None:
    assert full.subjects.catalogue.identified(GlobalId(1), with_max_id=True).max_id == 3
    assert full.subjects.catalogue.identified(GlobalId(1), CS, with_max_id=True).max_id == 2


def test_who_has_an_id(full: Bench) -> None:
    def holders(deleted: bool) -> list[tuple[str, int]]:
        found = full.subjects.catalogue.holders(GlobalId(2), deleted=deleted)
        return [(each.subject.qualified, each.number) for each in found]

    assert holders(False) == [("t", 1)]
    assert holders(True) == [("s", 2), ("t", 1)]
    with pytest.raises(ContentNotFound, match=r"^Schema not found$"):
        full.subjects.catalogue.holders(GlobalId(9))


def test_guids(full: Bench) -> None:
    guid = full.subjects.catalogue.version(S, VersionNumber(3)).guid
    assert full.subjects.catalogue.ids_of_guid(guid) == (
        ContextId(".", GlobalId(3)),
        ContextId(".c", GlobalId(1)),
    )
    assert full.subjects.catalogue.by_guid(guid).version.text == THREE
    for unknown in ("00000000-0000-0000-0000-000000000000", "not a guid"):
        with pytest.raises(ContentNotFound, match=f"Schema {unknown} not found"):
            full.subjects.catalogue.by_guid(unknown)


@pytest.mark.parametrize(
    ("number", "deleted", "expected"),
    [
        (1, False, 1),
        (2, False, SubjectVersionNotFound),
        (2, True, 2),
        (LATEST, False, 3),
        (9, False, SubjectVersionNotFound),
        (2**31, False, SubjectVersionNotFound),
    ],
)
def test_versions(full: Bench, number: int, deleted: bool, expected: int | type[Exception]) -> None:
    def version() -> int:
        return full.subjects.catalogue.version(S, VersionNumber(number), deleted=deleted).number

    if isinstance(expected, int):
        assert version() == expected
    else:
        with pytest.raises(expected):
            version()


def test_a_deleted_subject_is_not_found(full: Bench) -> None:
    gone = SubjectName.parse(":.c:u")
    for number in (LATEST, VersionNumber(1)):
        with pytest.raises(SubjectNotFound):
            full.subjects.catalogue.version(gone, number)
    assert full.subjects.catalogue.version(gone, VersionNumber(1), deleted=True).deleted


def test_the_newest_version_with_some_metadata(bench: Bench) -> None:
    bench.add("s", ONE, metadata=Metadata(properties={"owner": "a", "zone": "eu"}))
    bench.add("s", TWO, metadata=Metadata(properties={"owner": "b", "zone": "eu"}))
    find = bench.subjects.catalogue.newest_with
    assert find(S, {"zone": "eu"}).number == 2
    assert find(S, {"zone": "eu", "owner": "a"}).number == 1
    with pytest.raises(ContentNotFound):
        find(S, {"owner": "c"})
    with pytest.raises(SubjectNotFound):
        find(T, {"owner": "a"})


def test_names_that_sql_would_stumble_over(bench: Bench) -> None:
    name = "a'; drop table x; --%_\\ :ü"
    bench.add(name, ONE)
    assert bench.subjects.catalogue.subjects(name[:5]) == (name,)
    assert bench.subjects.catalogue.subjects("%") == ()


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_names_that_no_database_can_hold_are_not_there(bench: Bench, name: str) -> None:
    with pytest.raises(SubjectNotFound):
        bench.numbers(name)
    assert bench.subjects.catalogue.subjects(name) == ()
    with pytest.raises(SubjectNameInvalid):
        bench.add(name, ONE)
    with pytest.raises(SubjectNameInvalid):
        bench.configure(name, normalize=True)
    with pytest.raises(DraftInvalid):
        bench.add("s", record("a"), references=(("n", name, 1),))


def test_metadata_that_no_database_can_hold_is_refused(bench: Bench) -> None:
    for owner in ("a\0b", "a\ud800b"):
        with pytest.raises(DraftInvalid, match="metadata"):
            bench.add("s", ONE, metadata=Metadata(properties={"owner": owner}))
        with pytest.raises(SettingInvalid):
            bench.configure("s", default_metadata=Metadata(properties={"owner": owner}))


def test_a_descriptor_is_the_text_that_it_describes(bench: Bench) -> None:
    text = 'syntax = "proto3";\nmessage A {\n  string a = 1;\n}\n'
    descriptor = "CgdhLnByb3RvIg4KAUESCQoBYRgBIAEoCWIGcHJvdG8z"
    bench.add("s", text, kind=SchemaFormat.PROTOBUF)
    again = bench.register("s", descriptor, kind=SchemaFormat.PROTOBUF)
    assert (again.added, again.version.text) == (False, text)
    first = bench.register("t", descriptor, kind=SchemaFormat.PROTOBUF)
    assert "message A {" in first.version.text


def followed(bench: Bench, query: ListVersions) -> list[tuple[str, int]]:
    """Return the pages of a listing in order. Each fits, or has one version."""
    found: list[tuple[str, int]] = []
    more = True
    while more:
        page = bench.subjects.catalogue.listing(replace(query, part=Slice(len(found), query.part.limit)))
        size = sum(1000 + len(each.version.text) for each in page.items)
        assert len(page.items) == 1 or (page.items and size <= (query.max_bytes or 0))
        found += [(each.version.subject.qualified, each.version.number) for each in page.items]
        more = page.more
    return found


@pytest.mark.parametrize("aliases", [False, True])
def test_pages_by_bytes_are_complete_and_disjoint(full: Bench, aliases: bool) -> None:
    query = ListVersions(":*:", deleted=Deleted.INCLUDED, aliases=aliases)
    whole = listed(full, query)
    assert len(whole) == 6
    for max_bytes, limit in product((1, 2_500, 1_000_000), (-1, 1, 2)):
        assert followed(full, replace(query, part=Slice(limit=limit), max_bytes=max_bytes)) == whole
