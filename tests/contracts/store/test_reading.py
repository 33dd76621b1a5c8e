"""`StoreReader` and `Readiness`: guarantees of reads."""

from collections.abc import Iterable

import pytest

from sluicegate.registry_api.core.commands import Order, Page, Query
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from tests.contracts.store.conftest import CALLER, Bench
from tests.contracts.store.test_deletion import NOWHERE


def found(page: Page) -> list[tuple[int, list[int]]]:
    """Each schema of a page with the numbers of its versions."""
    return [(schema.schema_id, [version.number for version in schema.versions]) for schema in page.schemas]


def ids(page: Page) -> list[int]:
    return [schema.schema_id for schema in page.schemas]


def add_all(bench: Bench, schema_id: int, texts: Iterable[str]) -> None:
    for text in texts:
        bench.add(schema_id, text)


def test_a_store_that_answers_is_ready(bench: Bench) -> None:
    bench.ping()


@pytest.mark.parametrize("number", NOWHERE)
def test_what_is_not_there_is_not_found_whatever_its_number(bench: Bench, number: int) -> None:
    bench.create("one")
    assert bench.reader.schema(SchemaId(number)) is None
    assert bench.reader.latest(SchemaId(number)) is None
    assert bench.reader.version(SchemaId(number), VersionNumber(1)) is None
    assert bench.reader.version(SchemaId(1), VersionNumber(number)) is None
    assert bench.reader.search(Query(schema_id=SchemaId(number))).schemas == ()
    assert bench.reader.search(Query(number=VersionNumber(number))).schemas == ()


def test_only_active_versions_are_read_unless_all_are_asked_for(bench: Bench) -> None:
    bench.create("one")
    add_all(bench, 1, ["two", "three"])
    bench.writer.delete_version(SchemaId(1), VersionNumber(2), CALLER)
    assert [v.number for v in bench.versions(1, deactivated=False)] == [1, 3]
    assert [v.number for v in bench.versions(1)] == [1, 2, 3]
    assert bench.reader.version(SchemaId(1), VersionNumber(2)) is None


def test_the_latest_is_the_highest_active_number(bench: Bench) -> None:
    """Also past nine, where text would sort 10 before 2."""
    bench.create("v1")
    add_all(bench, 1, [f"v{n}" for n in range(2, 13)])
    latest = bench.reader.latest(SchemaId(1))
    assert latest is not None
    assert (latest.number, latest.text) == (12, "v12")
    for number in (12, 11):
        bench.writer.delete_version(SchemaId(1), VersionNumber(number), CALLER)
    latest = bench.reader.latest(SchemaId(1))
    assert latest is not None
    assert latest.number == 10
    assert [version.number for version in bench.versions(1)] == list(range(1, 13))


def test_a_schema_without_active_versions_is_shown_only_with_deactivated_ones(bench: Bench) -> None:
    bench.create("one")
    bench.writer.delete_schema(SchemaId(1), CALLER)
    assert bench.reader.schema(SchemaId(1)) is None
    assert bench.reader.latest(SchemaId(1)) is None
    assert bench.reader.version(SchemaId(1), VersionNumber(1)) is None
    assert found(bench.reader.search(Query())) == []
    assert found(bench.reader.search(Query(deactivated=True))) == [(1, [1])]
    assert bench.versions(1)[0].text == "one"


def test_an_empty_registry_gives_an_empty_page(bench: Bench) -> None:
    assert bench.reader.search(Query()) == Page((), more=False)


def test_a_search_gives_what_reading_gives(bench: Bench) -> None:
    bench.create("one", description="d", attributes=("a/b",), publisher="p")
    bench.add(1, "two")
    (schema,) = bench.reader.search(Query()).schemas
    assert schema == bench.reader.schema(SchemaId(1))


def test_search_by_id(bench: Bench) -> None:
    bench.create("one")
    bench.create("two")
    assert ids(bench.reader.search(Query(schema_id=SchemaId(2)))) == [2]


def test_search_by_format(bench: Bench) -> None:
    bench.create("one", kind=SchemaFormat.AVRO)
    bench.create("two", kind=SchemaFormat.JSON)
    assert ids(bench.reader.search(Query(format=SchemaFormat.AVRO))) == [1]
    assert ids(bench.reader.search(Query(format=SchemaFormat.CSV))) == []


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("ord", [1, 3]), ("Ord", [2]), ("order-100%", [1]), ("%", [1]), ("_", [3]), ("r_", [3]), ("\\", [4]), ("o", [1, 3, 4]),
        ("\u00fc", [5]), ("\U0001f600", [5]), ("", [1, 2, 3, 4, 5]), ("zzz", []), ("'; drop table x; --", []), ("\0", []), ("\ud800", []),
    ],
)  # fmt: skip
def test_search_by_part_of_the_name_letter_by_letter(bench: Bench, part: str, expected: list[int]) -> None:
    for name in ("order-100%", "Order", "order_line", "back\\slosh", "m\u00fcll \U0001f600"):
        bench.create(f"schema of {name}", name=name)
    assert ids(bench.reader.search(Query(name=part))) == expected


def test_search_by_number_drops_other_versions_and_schemas_left_with_none(bench: Bench) -> None:
    bench.create("a1")
    bench.create("b1")
    bench.add(1, "a2")
    assert found(bench.reader.search(Query(number=VersionNumber(2)))) == [(1, [2])]
    assert found(bench.reader.search(Query(number=VersionNumber(1)))) == [(1, [1]), (2, [1])]
    assert found(bench.reader.search(Query(schema_id=SchemaId(2), number=VersionNumber(2)))) == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (("name",), [(1, [1]), (2, [1])]),
        (("person",), [(1, [1])]),
        (("person/name",), [(1, [1])]),
        (("name", "age"), [(1, [1])]),
        (("name", "name"), [(1, [1]), (2, [1])]),
        (("email",), [(1, [2])]),
        (("age", "email"), []),
        (("nam",), []),
        (("Name",), []),
        (("person/",), []),
        (("",), []),
        (("a%",), []),
        (("\0",), []),
        ((), [(1, [1, 2]), (2, [1])]),
    ],
)
def test_search_by_attributes_matches_whole_paths_and_single_segments(
    bench: Bench, wanted: tuple[str, ...], expected: list[tuple[int, list[int]]]
) -> None:
    bench.create("one", attributes=("age", "person/name"))
    bench.add(1, "two", attributes=("email",))
    bench.create("three", attributes=("name",))
    assert found(bench.reader.search(Query(attributes=wanted))) == expected


def test_search_by_an_attribute_of_very_many_schemas_gives_a_page_of_them(bench: Bench) -> None:
    for number in range(1, 1_011):
        bench.create(f"schema {number}", attributes=("id", f"field_{number}"))
    common = bench.reader.search(Query(attributes=("id",), order=Order.ID, descending=True, limit=2))
    assert (ids(common), common.more) == ([1010, 1009], True)
    rare = bench.reader.search(Query(attributes=("id", "field_7"), order=Order.ID, descending=True, limit=2))
    assert (ids(rare), rare.more) == ([7], False)


def test_a_path_too_long_for_an_index_is_kept_and_found(bench: Bench) -> None:
    segment = "x" * 5000
    bench.create("one", attributes=(f"top/{segment}",))
    for term in (segment, f"top/{segment}", "top"):
        assert ids(bench.reader.search(Query(attributes=(term,)))) == [1]
    assert ids(bench.reader.search(Query(attributes=(segment[:-1],)))) == []


def test_filters_add_up(bench: Bench) -> None:
    bench.create("one", name="person", attributes=("a",))
    bench.create("two", name="person", attributes=("b",))
    bench.create("three", name="order", attributes=("a",), kind=SchemaFormat.AVRO)
    assert ids(bench.reader.search(Query(name="pers", attributes=("a",)))) == [1]
    assert ids(bench.reader.search(Query(format=SchemaFormat.AVRO, attributes=("a",)))) == [3]
    assert ids(bench.reader.search(Query(format=SchemaFormat.AVRO, name="person"))) == []


def test_deactivated_versions_do_not_match_unless_asked_for(bench: Bench) -> None:
    bench.create("one", attributes=("a",))
    bench.add(1, "two", attributes=("b",))
    bench.writer.delete_version(SchemaId(1), VersionNumber(1), CALLER)
    assert found(bench.reader.search(Query(attributes=("a",)))) == []
    assert found(bench.reader.search(Query(attributes=("a",), deactivated=True))) == [(1, [1])]


def test_order_by_id_is_by_number(bench: Bench) -> None:
    for number in range(11):
        bench.create(f"text {number}", name=f"name {number}")
    assert ids(bench.reader.search(Query())) == list(range(1, 12))
    assert ids(bench.reader.search(Query(descending=True))) == list(range(11, 0, -1))


def test_order_by_name_is_by_code_point_and_then_by_id(bench: Bench) -> None:
    for text, name in enumerate(("b", "B", "\u00e4", "a", "b")):
        bench.create(str(text), name=name)
    assert ids(bench.reader.search(Query(order=Order.NAME))) == [2, 4, 1, 5, 3]
    assert ids(bench.reader.search(Query(order=Order.NAME, descending=True))) == [3, 5, 1, 4, 2]


def test_order_by_type_and_then_by_id(bench: Bench) -> None:
    for text, kind in enumerate((SchemaFormat.JSON, SchemaFormat.AVRO, SchemaFormat.XML, SchemaFormat.AVRO)):
        bench.create(str(text), name=str(text), kind=kind)
    assert ids(bench.reader.search(Query(order=Order.TYPE))) == [2, 4, 1, 3]
    assert ids(bench.reader.search(Query(order=Order.TYPE, descending=True))) == [3, 1, 4, 2]


def test_order_by_version_is_by_the_highest_number_left_and_then_by_id(bench: Bench) -> None:
    for name in "abcd":
        bench.create(f"{name}1", name=name)
    add_all(bench, 1, [f"a{n}" for n in range(2, 11)])  # 10
    add_all(bench, 2, ["b2", "b3"])
    bench.writer.delete_version(SchemaId(2), VersionNumber(3), CALLER)  # 2 is left
    add_all(bench, 4, ["d2"])
    assert ids(bench.reader.search(Query(order=Order.VERSION))) == [3, 2, 4, 1]
    assert ids(bench.reader.search(Query(order=Order.VERSION, descending=True))) == [1, 4, 2, 3]
    assert ids(bench.reader.search(Query(order=Order.VERSION, deactivated=True))) == [3, 4, 2, 1]
    assert ids(bench.reader.search(Query(order=Order.VERSION, number=VersionNumber(2), descending=True))) == [4, 2, 1]


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_each_other_without_gaps(bench: Bench, order: Order) -> None:
    for text in range(5):
        bench.create(str(text), name=str(text % 2))
    bench.add(3, "more")
    whole = ids(bench.reader.search(Query(order=order)))
    pages = [bench.reader.search(Query(order=order, limit=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert [schema_id for page in pages for schema_id in ids(page)] == whole
    assert [page.more for page in pages] == [True, True, False, False]


def test_a_limit_counts_schemas_not_versions(bench: Bench) -> None:
    bench.create("a1")
    add_all(bench, 1, ["a2", "a3"])
    bench.create("b1")
    page = bench.reader.search(Query(limit=1))
    assert found(page) == [(1, [1, 2, 3])]
    assert page.more


@pytest.mark.parametrize("offset", [1, 2**31, 2**63, 10**30])
def test_an_offset_past_the_end_gives_an_empty_page(bench: Bench, offset: int) -> None:
    bench.create("one")
    assert bench.reader.search(Query(offset=offset)) == Page((), more=False)


def test_a_huge_limit_is_no_error(bench: Bench) -> None:
    bench.create("one")
    assert ids(bench.reader.search(Query(limit=10**30))) == [1]
