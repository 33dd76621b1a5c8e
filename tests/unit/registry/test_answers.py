"""The cache of answers: bounded, recent first, without results that were evicted meanwhile."""

import pytest

from sluicegate.registry_api.answers import Answer, AnswerCache, Holder
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.shared.model import SchemaId

ONE, TWO = SchemaId(1), SchemaId(2)


def answer(schema_id: SchemaId = ONE, size: int = 100) -> Answer:
    return Answer(
        (Holder(schema_id, SubjectName(".", f"s{schema_id}")),), "route", '"hash"', (("ETag", '"hash"'),), b"x" * size
    )


def live(limit: int = 100_000) -> AnswerCache:
    cache = AnswerCache(limit)
    cache.on_live()
    return cache


def put(cache: AnswerCache, path: str, kept: Answer) -> None:
    ticket = cache.ticket(kept.holders[0].schema_id)
    assert ticket
    cache.put(path, kept, ticket)


def test_keeps_what_it_is_given() -> None:
    cache = live()
    put(cache, "/a", answer())
    assert cache.get("/a") == answer()
    assert cache.get("/b") is None


def test_holds_nothing_before_the_feed_is_live() -> None:
    assert AnswerCache(100_000).ticket(ONE) is None


def test_a_limit_of_zero_keeps_nothing() -> None:
    assert live(0).ticket(ONE) is None


def test_an_eviction_takes_all_paths_of_its_schema_and_no_other() -> None:
    cache = live()
    for path, kept in {"/1": answer(), "/1/spec": answer(), "/2": answer(TWO)}.items():
        put(cache, path, kept)
    cache.evict(ONE)
    assert [cache.get(path) is None for path in ("/1", "/1/spec", "/2")] == [True, True, False]


def test_what_was_fetched_before_an_eviction_does_not_come_in_after_it() -> None:
    cache = live()
    ticket = cache.ticket(ONE)
    assert ticket
    cache.evict(ONE)
    cache.put("/1", answer(), ticket)
    assert cache.get("/1") is None


def test_an_eviction_of_another_schema_does_not_keep_an_answer_out() -> None:
    cache = live()
    ticket = cache.ticket(ONE)
    assert ticket
    cache.evict(TWO)
    cache.put("/1", answer(), ticket)
    assert cache.get("/1")


def test_a_gap_empties_it_and_keeps_out_what_was_fetched_before() -> None:
    cache = live()
    put(cache, "/1", answer())
    ticket = cache.ticket(TWO)
    assert ticket
    cache.on_gap()
    assert (cache.get("/1"), cache.ticket(ONE), cache.size) == (None, None, 0)
    cache.on_live()
    cache.put("/2", answer(TWO), ticket)
    assert cache.get("/2") is None


def test_the_least_recently_used_goes_when_it_is_full() -> None:
    cache = live(3000)
    for path in ("/a", "/b", "/c"):
        put(cache, path, answer(size=300))
    cache.get("/a")
    put(cache, "/d", answer(size=300))
    assert [path for path in ("/a", "/b", "/c", "/d") if cache.get(path)] == ["/a", "/c", "/d"]


def test_it_never_holds_more_than_its_limit() -> None:
    cache = live(5000)
    for index in range(100):
        put(cache, f"/{index}", answer(SchemaId(index), size=index * 10))
        assert cache.size <= 5000


def test_an_answer_larger_than_the_limit_pushes_nothing_out() -> None:
    cache = live(2000)
    put(cache, "/small", answer())
    put(cache, "/large", answer(size=2000))
    assert cache.get("/small")
    assert cache.get("/large") is None


@pytest.mark.parametrize("times", [1, 5])
def test_the_same_path_again_is_counted_once(times: int) -> None:
    cache = live()
    for _ in range(times):
        put(cache, "/a", answer())
    once = live()
    put(once, "/a", answer())
    assert cache.size == once.size


def test_equal_answers_are_kept_once_with_all_holders() -> None:
    cache = live()
    put(cache, "/ids/1", answer())
    put(cache, "/ids/1", answer(TWO))
    kept = cache.get("/ids/1")
    assert kept is not None
    assert [holder.schema_id for holder in kept.holders] == [ONE, TWO]


@pytest.mark.parametrize("changed", [ONE, TWO])
def test_a_change_of_any_holder_evicts_the_answer(changed: SchemaId) -> None:
    cache = live()
    put(cache, "/ids/1", answer())
    put(cache, "/ids/1", answer(TWO))
    cache.evict(changed)
    assert cache.get("/ids/1") is None
    assert cache.size == 0


def test_another_text_of_an_id_replaces_the_kept_one() -> None:
    cache = live()
    put(cache, "/ids/1", answer())
    put(cache, "/ids/1", answer(TWO, size=50))
    assert cache.get("/ids/1") == answer(TWO, size=50)
