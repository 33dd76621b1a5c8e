"""Changes that any process made, by Postgres' LISTEN on a connection of its own."""

import secrets
import threading
from collections.abc import Callable

import psycopg

from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.registry_api.store.pool import deadline
from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.logs import logger
from sluicegate.shared.model import SchemaId

CHANNEL = "sluicegate_change"
_BEAT_SECONDS = 0.5
_ANSWER_SECONDS = 2.0
_RETRY_SECONDS = 0.5
_REPEAT_SECONDS = 30.0
"""Time between two log lines about a lost connection, which is tried again twice a second."""

_POOLER = (
    "no notification of a change arrives through this address of Postgres, as behind a pooler in transaction mode: "
    "set database_direct_url to the address of the server itself; until then no answer is cached"
)


class _NotificationsLost(Exception):
    """LISTEN is accepted, and nothing is heard: between us and the server stands a transaction pooler."""


class PostgresFeed:
    """`ChangeFeed` on Postgres: a thread and a connection for each subscription.

    A lost connection is noticed within three seconds, also when the server falls silent without
    closing it, and is opened again.
    """

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        """Take the server's own address: a transaction pooler hands no notifications on."""
        self._url = url
        self._clock = clock or SystemClock()
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []

    def subscribe(
        self, on_change: Callable[[SchemaId], None], on_gap: Callable[[], None], on_live: Callable[[], None]
    ) -> None:
        """See `ChangeFeed`.

        A subscriber starts as after a gap: nothing is heard before the first `on_live`.
        """
        thread = threading.Thread(target=self._run, args=(on_change, on_gap, on_live), name="change-feed", daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self) -> None:
        """See `ChangeFeed`.

        Returns when the threads have ended, or after a few seconds if one is caught in a call-back.
        """
        self._closed.set()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_BEAT_SECONDS + _ANSWER_SECONDS)

    def _run(
        self, on_change: Callable[[SchemaId], None], on_gap: Callable[[], None], on_live: Callable[[], None]
    ) -> None:
        on_gap()
        attempts, next_line = 0, 0.0
        while not self._closed.is_set():
            try:
                self._listen(on_change, on_live)
            # the latter from `on_live`, which reads
            except (psycopg.Error, StoreUnavailable) as error:
                attempts += 1
                if self._clock.monotonic() >= next_line:
                    reason = " ".join(str(error).split())
                    logger().warning("change feed has no connection", reason=reason, attempts=attempts)
                    attempts, next_line = 0, self._clock.monotonic() + _REPEAT_SECONDS
            except _NotificationsLost:
                logger().warning(_POOLER)
                on_gap()
                self._clock.wait(_REPEAT_SECONDS, self._closed)
            except Exception:
                logger().exception("change feed's subscriber failed")  # the feed must continue
            if not self._closed.is_set():
                on_gap()  # before the pause: the cache is uncertain from now on
                self._clock.wait(_RETRY_SECONDS, self._closed)

    def _listen(self, on_change: Callable[[SchemaId], None], on_live: Callable[[], None]) -> None:
        """Pass changes on until the feed is closed; raise when the connection is lost."""
        with psycopg.connect(
            self._url, autocommit=True, application_name="sluicegate feed", connect_timeout=3
        ) as connection:
            with deadline(connection, _ANSWER_SECONDS):
                connection.execute(f"listen {CHANNEL}")
                pooled = connection.execute("select pg_backend_pid()").fetchone() != (connection.info.backend_pid,)
            if pooled:
                self._prove(connection)
            on_live()
            while not self._closed.is_set():
                for notice in connection.notifies(timeout=_BEAT_SECONDS):
                    on_change(SchemaId(int(notice.payload)))
                with deadline(connection, _ANSWER_SECONDS):
                    connection.execute("select 1")

    def _prove(self, connection: psycopg.Connection) -> None:
        """Send a notification to ourselves; raise `_NotificationsLost` if it does not arrive.

        A pooler tells a process number that is not the server's. In session mode, notifications
        arrive. The notification is sent on another connection: a pooler may run both statements in
        one session, which would hear itself.
        """
        channel = f"sluicegate_proof_{secrets.token_hex(8)}"
        with deadline(connection, _ANSWER_SECONDS):
            connection.execute(f"listen {channel}")
        with psycopg.connect(self._url, autocommit=True, connect_timeout=3) as other, deadline(other, _ANSWER_SECONDS):
            other.execute(f"notify {channel}")
        heard = connection.notifies(timeout=_ANSWER_SECONDS)
        # changes need no attention here: nothing is cached before `on_live`
        if not any(notice.channel == channel for notice in heard):
            raise _NotificationsLost
        connection.execute(f"unlisten {channel}")
