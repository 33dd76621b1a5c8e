"""Pauses, windows and bounded caches."""

import threading

import pytest

from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes
from sluicegate.validator.pipeline.lru import LruCache
from sluicegate.validator.pipeline.window import Window, WindowLimits, payload_bytes
from tests.fakes.validator import message


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(BackoffTimes(first=1.0, longest=5.0), draw=lambda: 1.0)

    assert [backoff.pause() for _ in range(5)] == [1.0, 2.0, 4.0, 5.0, 5.0]
    backoff.reset()
    assert backoff.pause() == 1.0


def test_jitter_takes_at_most_half_of_a_pause() -> None:
    assert Backoff(BackoffTimes(first=1.0, longest=5.0), draw=lambda: 0.0).pause() == 0.5


def test_a_window_fills_by_messages_or_by_bytes() -> None:
    by_count, by_size = Window(WindowLimits(10, 4, 1_000_000)), Window(WindowLimits(10, 100, 50))

    by_count.add([message()] * 4)
    by_size.add([message(b"x" * 60)])

    assert by_count.full
    assert by_size.full
    by_count.clear()
    assert not by_count.full


def test_large_messages_are_asked_for_in_smaller_numbers() -> None:
    window = Window(WindowLimits(batch=100, messages=1000, size=1_000_000))
    assert window.room() == 100

    window.add([message(b"x" * 100_000)] * 2)

    assert window.room() == 8
    window.add([message(b"x" * 1_000_000)])
    assert window.room() == 1, "never none: something must come for the window to move"


def test_null_payloads_count_nothing() -> None:
    assert payload_bytes([message(None), message(b"123")]) == 3


def test_a_cache_keeps_what_was_used_last() -> None:
    cache: LruCache[int, int] = LruCache(2)
    loads: list[int] = []

    def load(key: int) -> int:
        loads.append(key)
        return key * 10

    for key in (1, 2, 1, 3, 1, 2):
        assert cache.get(key, lambda key=key: load(key)) == key * 10  # type: ignore[misc]

    assert loads == [1, 2, 3, 2]
    assert len(cache) == 2


def test_a_cache_does_not_keep_failures() -> None:
    cache: LruCache[int, int] = LruCache(2)

    def fail() -> int:
        raise KeyError("no")

    with pytest.raises(KeyError):
        cache.get(1, fail)
    assert cache.peek(1) is None
    assert cache.get(1, lambda: 5) == 5


def test_many_that_ask_at_once_load_once() -> None:
    cache: LruCache[int, int] = LruCache(2)
    loads: list[int] = []
    asked, proceed = threading.Event(), threading.Event()

    def load() -> int:
        asked.set()
        proceed.wait(5)
        loads.append(1)
        return 7

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(cache.get(1, load))) for _ in range(8)]
    for thread in threads:
        thread.start()
    asked.wait(5)
    proceed.set()
    for thread in threads:
        thread.join()

    assert found == [7] * 8
    assert loads == [1]
