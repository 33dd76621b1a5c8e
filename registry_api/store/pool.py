"""Connections to Postgres: a pool, their settings, and the meaning of their errors."""

import logging
import select
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from os import dup
from typing import Any, LiteralString, Self

import psycopg
from psycopg_pool import ConnectionPool

from sluicegate.registry_api.core.errors import InputInvalid, StoreUnavailable
from sluicegate.registry_api.metrics import PoolState
from sluicegate.registry_api.store.connection import StoreConnection, Texts
from sluicegate.registry_api.store.deadlines import Deadlines
from sluicegate.registry_api.store.pooled_connection import PooledConnection
from sluicegate.registry_api.store.queries import Call
from sluicegate.registry_api.store.rows import Row
from sluicegate.shared.model import Violation

logging.getLogger("psycopg.pool").setLevel(logging.WARNING)  # it logs every lent connection

_UNAVAILABLE = (
    psycopg.OperationalError,  # also: a timeout, a lost connection, no connection in time, a deadlock, a full disk
    psycopg.errors.ReadOnlySqlTransaction,  # connected to a standby
)
_NOT_AS_NEEDED = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.InsufficientPrivilege,
)


_PREPARE_THRESHOLD = 5
"""Executions of a statement before psycopg prepares it, psycopg's default."""
_GRACE_SECONDS = 0.5
"""Time for the server to end a statement itself, which keeps the connection."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """How many connections there may be, and how long anything may take, in seconds."""

    least: int = 1
    most: int = 8
    connection_seconds: float = 3.0
    statement_seconds: float = 6.0


class Database:
    """Runs statements on pooled connections.

    Thread-safe. Opens itself at once, without waiting for the server; `close` ends it.

    Every method raises `StoreUnavailable` when the server does not answer in time or lacks our
    tables.
    """

    def __init__(self, url: str, limits: PoolLimits = PoolLimits(), *, pooler: bool = False) -> None:
        """Start connecting. `pooler`: the address is a transaction pooler's."""
        self._limits = limits
        self._deadlines = Deadlines(limits.statement_seconds + _GRACE_SECONDS)
        self._pool = ConnectionPool(
            url,
            connection_class=PooledConnection if pooler else StoreConnection,
            kwargs={
                "autocommit": True,  # a statement is a transaction, in one round trip
                "application_name": "sluicegate",
                "client_encoding": "utf8",
                "connect_timeout": 3,
                "tcp_user_timeout": 10_000,
                "prepare_threshold": None if pooler else _PREPARE_THRESHOLD,
            },
            min_size=limits.least,
            max_size=limits.most,
            timeout=limits.connection_seconds,
            reconnect_timeout=2.0,  # then the next caller tries again, instead of an ever longer pause
            configure=self._configure,
            name="sluicegate",
            open=True,
        )

    def rows(self, statement: LiteralString, parameters: dict[str, Any], *, prepare: bool | None = None) -> list[Row]:
        """The rows of one statement in a transaction of its own."""
        with self.connection() as connection:
            return connection.rows(statement, parameters, prepare=prepare)

    def call(self, call: Call, parameters: Mapping[str, str | bytes | None]) -> Texts:
        """The one row of a statement in a transaction of its own, the quick way."""
        with self.connection() as connection:
            return connection.call(call, parameters)

    @contextmanager
    def connection(self, seconds: float | None = None) -> Iterator[StoreConnection]:
        """A connection, given back afterwards; one that broke is replaced.

        Its errors come out translated.
        """
        with unavailable():
            connection = self._take(seconds)
            try:
                yield connection
            finally:
                self._pool.putconn(connection)
                if connection.late:  # the others will be no better
                    self._pool.drain()

    def state(self) -> PoolState:
        """How the pool stands, for metrics. Never blocks."""
        stats = self._pool.get_stats()
        return PoolState(stats["pool_size"], stats["pool_available"], stats["requests_waiting"])

    def reopen(self) -> None:
        """Replace every connection: those that are lent, when they come back."""
        self._pool.drain()

    def close(self) -> None:
        """Close every connection. Idempotent."""
        self._pool.close()
        self._deadlines.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _take(self, seconds: float | None) -> StoreConnection:
        """A connection that was good a moment ago.

        The pool's own check would pause between one bad connection and the next; but when one is
        lost, most often all are.
        """
        connection = self._pool.getconn(seconds)
        if not _lost(connection):
            return connection
        self._pool.putconn(connection)
        self._pool.drain()
        return self._pool.getconn(seconds)

    def _configure(self, connection: StoreConnection) -> None:
        connection.limit(self._deadlines)
        connection.settle(self._limits.statement_seconds)


@contextmanager
def unavailable() -> Iterator[None]:
    """Translate psycopg's errors of an unavailable database. Other errors are bugs, and pass."""
    try:
        yield
    except (
        psycopg.errors.ProgramLimitExceeded
    ) as error:  # an operational error to psycopg, and the request's to everyone else
        sentence = "A value in the request is larger than the database can keep. Send a shorter one"
        raise InputInvalid([Violation("", "too_large", sentence)], f"Bad request: {sentence}") from error
    except _UNAVAILABLE as error:
        raise StoreUnavailable from error
    except _NOT_AS_NEEDED as error:
        reason = "The registry's database lacks what this release needs. Run `sluicegate registry migrate`"
        raise StoreUnavailable(f"{reason} ({error.diag.message_primary})") from error


@contextmanager
def deadline(connection: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    """Break a connection that is still busy after `seconds`.

    A frozen server keeps no timeout itself.
    """
    guard = threading.Lock()  # after the end, the number of the socket may be another's
    ended = False
    end = socket.socket(fileno=dup(connection.fileno()))

    def cut() -> None:
        with guard:
            if not ended:
                end.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with guard:
            ended = True
            end.close()


def _lost(connection: StoreConnection) -> bool:
    """Whether an idle connection is no good any more.

    One that is good is silent: only one that has something to say is asked.
    """
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        if poll.poll(0):
            ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return True
    return False
