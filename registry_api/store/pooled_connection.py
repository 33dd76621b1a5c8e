"""One connection to a transaction pooler, such as PgBouncer, which hands each transaction to any session.

Nothing may be left in a session, and nothing is expected in one: a transaction brings its settings
along, and no statement is prepared under a name.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, LiteralString

from psycopg import IsolationLevel, RawCursor, Transaction
from psycopg.pq import TransactionStatus

from sluicegate.registry_api.store.connection import SETTINGS, StoreConnection, Texts, settings
from sluicegate.registry_api.store.queries import Call
from sluicegate.registry_api.store.rows import Row


class PooledConnection(StoreConnection):
    """As its base. A single statement and its settings are one round trip, and one transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As its base."""
        super().__init__(*args, **kwargs)
        self.isolation_level = IsolationLevel.READ_COMMITTED
        self._local: dict[str, Any] = {}
        self._settings = self.cursor()
        self._raw = RawCursor[Row](self)

    def settle(self, statement_seconds: float) -> None:
        """Keep the settings for each transaction."""
        self._local = {**settings(statement_seconds), "local": True}

    def rows(self, statement: LiteralString, parameters: dict[str, Any], *, prepare: bool | None = None) -> list[Row]:
        """See `StoreConnection`. `prepare` has no effect."""
        with self._settled():
            self._kept.execute(statement, parameters, prepare=False)
        return self._kept.fetchall()

    def call(self, call: Call, parameters: Mapping[str, str | bytes | None]) -> Texts:
        """See `StoreConnection`."""
        with self._settled():
            self._raw.execute(call.statement, [parameters[name] for name in call.parameters], prepare=False)
        result = self._raw.pgresult
        assert result is not None, "the statement has succeeded"
        return [(result.get_value(0, column) or b"").decode() for column in range(result.nfields)]

    @contextmanager
    def transaction(self, savepoint_name: str | None = None, force_rollback: bool = False) -> Iterator[Transaction]:
        """As its base, with the settings."""
        outer = self._idle
        with super().transaction(savepoint_name, force_rollback) as transaction:
            if outer:
                self._settings.execute(SETTINGS, self._local, prepare=False)
            yield transaction

    @property
    def _idle(self) -> bool:
        return self.pgconn.transaction_status == TransactionStatus.IDLE

    @contextmanager
    def _settled(self) -> Iterator[None]:
        """Send the block's statement behind the settings, unless a transaction has them already."""
        if not self._idle:
            yield
            return
        with self.pipeline():
            self._settings.execute(SETTINGS, self._local, prepare=False)
            yield
