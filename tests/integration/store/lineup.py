"""Two changes that wait for a row lock of a third transaction: they proceed in their order."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, LiteralString, TypeVar

import psycopg

T = TypeVar("T")
_POLL_SECONDS = 0.01
_POLLS = 6_000
_WAITING: LiteralString = """
    select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
"""
SCHEMA_ROWS: LiteralString = "select id from sluicegate.schema order by id for update"


class Lineup:
    """Starts changes one after the other, each only when those before it wait for a lock."""

    def __init__(self, holder: psycopg.Connection, watcher: psycopg.Connection, threads: ThreadPoolExecutor) -> None:
        self._holder = holder
        self._watcher = watcher
        self._threads = threads
        self._started: list[Future[Any]] = []

    def queue(self, change: Callable[[], T]) -> "Future[T]":
        """Start a change; return when it waits for a lock, or is done."""
        started = self._threads.submit(change)
        self._started.append(started)
        pause = threading.Event()
        for _ in range(_POLLS):
            row = self._watcher.execute(_WAITING).fetchone()
            pending = sum(not each.done() for each in self._started)
            if started.done() or (row is not None and row[0] >= pending):
                return started
            pause.wait(_POLL_SECONDS)
        raise AssertionError("the change neither waits for a lock nor ends")

    def release(self) -> None:
        """Let them go on."""
        self._holder.commit()


@contextmanager
def lined_up(url: str, lock: LiteralString = SCHEMA_ROWS) -> Iterator[Lineup]:
    """Hold a lock while changes are queued behind it; released at the end at the latest."""
    with (
        ThreadPoolExecutor(4) as threads,
        psycopg.connect(url) as holder,
        psycopg.connect(url, autocommit=True) as watcher,
    ):
        holder.execute(lock)
        yield Lineup(holder, watcher, threads)
        holder.commit()


def outcome(started: "Future[T]") -> object:
    """The result of a change, or the refusal."""
    try:
        return started.result(60)
    except Exception as error:
        return error
