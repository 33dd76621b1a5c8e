"""Pages that are limited in bytes: complete and disjoint when they follow each other."""

from dataclasses import replace
from itertools import product

import pytest

from sluicegate.registry_api.core.commands import Order, Page, Query
from sluicegate.shared.model import SchemaId, VersionNumber
from tests.contracts.store.conftest import CALLER, Bench

KILOBYTE = "x" * 1000
Found = list[tuple[int, int]]


@pytest.fixture
def full(bench: Bench) -> Bench:
    """Return five schemas of one to five versions, each of two kilobytes as they are counted."""
    for schema in range(1, 6):
        bench.create(f"{schema}.1 {KILOBYTE}", name=f"s{schema}")
        for number in range(2, schema + 1):
            bench.add(schema, f"{schema}.{number} {KILOBYTE}")
    return bench


def versions(page: Page) -> Found:
    """Which versions a page has."""
    return [(schema.schema_id, version.number) for schema in page.schemas for version in schema.versions]


def followed(bench: Bench, query: Query) -> list[Page]:
    """The pages from the first to the last one."""
    pages = [bench.reader.search(query)]
    while pages[-1].more:
        page = pages[-1]
        offset = query.offset + len(page.schemas) - page.split
        after = page.schemas[-1].versions[-1].address if page.split else None
        query = replace(query, offset=offset, after=after)
        pages.append(bench.reader.search(query))
    return pages


@pytest.mark.parametrize("order", list(Order))
def test_pages_are_complete_and_disjoint(full: Bench, order: Order) -> None:
    for descending, limit, max_bytes in product((False, True), (1, 2, 100), (1, 2_100, 4_200, 9_000, 1_000_000)):
        query = Query(order=order, descending=descending, limit=limit)
        whole = versions(full.reader.search(replace(query, limit=100)))
        pages = followed(full, replace(query, max_bytes=max_bytes))
        assert [each for page in pages for each in versions(page)] == whole
        assert all(len(versions(page)) <= max(max_bytes // 2_000, 1) for page in pages)


def test_a_page_splits_only_a_schema_that_exceeds_it(full: Bench) -> None:
    pages = followed(full, Query(max_bytes=6_100))  # three versions
    assert [(versions(page), page.split) for page in pages] == [
        ([(1, 1), (2, 1), (2, 2)], False),
        ([(3, 1), (3, 2), (3, 3)], False),
        ([(4, 1), (4, 2), (4, 3)], True),
        ([(4, 4)], False),
        ([(5, 1), (5, 2), (5, 3)], True),
        ([(5, 4), (5, 5)], False),
    ]


def test_a_page_after_versions_that_are_gone_begins_with_the_next_schema(full: Bench) -> None:
    page = full.reader.search(Query(offset=2, limit=1, max_bytes=4_100))
    assert (versions(page), page.split) == ([(3, 1), (3, 2)], True)
    full.writer.delete_version(SchemaId(3), VersionNumber(3), CALLER)
    after = page.schemas[-1].versions[-1].address
    following = full.reader.search(Query(offset=2, limit=1, max_bytes=1_000_000, after=after))
    assert versions(following) == [(4, 1), (4, 2), (4, 3), (4, 4)]


def test_attributes_and_descriptions_count(bench: Bench) -> None:
    bench.create("a", attributes=(KILOBYTE, KILOBYTE))
    bench.create("b", description=KILOBYTE)
    bench.create("c")
    assert [versions(page) for page in followed(bench, Query(max_bytes=3_100))] == [[(1, 1)], [(2, 1), (3, 1)]]
