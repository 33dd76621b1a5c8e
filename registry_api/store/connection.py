"""One connection of the pool: quick statements with a deadline, and the settings of its session."""

import weakref
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any, LiteralString

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGresult

from sluicegate.registry_api.store.deadlines import Deadline, Deadlines
from sluicegate.registry_api.store.queries import Call
from sluicegate.registry_api.store.rows import Row

# No sequential scans: a plan that was made while a table was small is kept while it grows, and then
# reads all of it for each row.
SETTINGS: LiteralString = """
    select set_config('statement_timeout', %(statement)s, %(local)s), set_config('lock_timeout', %(statement)s, %(local)s),
        set_config('idle_in_transaction_session_timeout', %(idle)s, %(local)s),
        set_config('default_transaction_isolation', 'read committed', %(local)s), set_config('timezone', 'UTC', %(local)s),
        set_config('jit', 'off', %(local)s), set_config('enable_seqscan', 'off', %(local)s)
"""

Texts = list[str]


def settings(statement_seconds: float) -> dict[str, Any]:
    """Return parameters of `SETTINGS`."""
    return {"statement": f"{statement_seconds}s", "idle": "30s"}


class StoreConnection(psycopg.Connection[Row]):
    """A connection with a cursor that is kept: making one costs more than most statements."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As its base, whose arguments are psycopg's own affair."""
        super().__init__(*args, **kwargs)
        self._kept = self.cursor()
        self._calls: set[bytes] = set()
        self._deadline: Deadline | None = None

    def settle(self, statement_seconds: float) -> None:
        """Give the session its settings."""
        self.execute(SETTINGS, {**settings(statement_seconds), "local": False})

    def limit(self, deadlines: Deadlines) -> None:
        """Give each statement a deadline from now on."""
        self._deadline = Deadline(deadlines, self)
        weakref.finalize(self, self._deadline.close)  # the pool drops broken connections without closing them

    @property
    def late(self) -> bool:
        """Whether a statement took so long that the connection was broken."""
        return self._deadline is not None and self._deadline.passed

    def wait(self, *args: Any, **kwargs: Any) -> Any:
        """Wait for the server, as all of psycopg's statements do."""
        with self._deadline or nullcontext():
            return super().wait(*args, **kwargs)

    def rows(self, statement: LiteralString, parameters: dict[str, Any], *, prepare: bool | None = None) -> list[Row]:
        """The rows of one statement."""
        return self._kept.execute(statement, parameters, prepare=prepare).fetchall()

    def call(self, call: Call, parameters: Mapping[str, str | bytes | None]) -> Texts:
        """Return the one row of a statement, as texts, directly through libpq.

        It costs a third of a cursor. Bytes are for `bytea`.
        """
        values = [parameters[name] for name in call.parameters]
        with self._deadline or nullcontext():
            try:
                return self._called(call, values)
            except psycopg.errors.InvalidSqlStatementName:  # psycopg deallocates everything after a rollback
                self._calls.clear()
                return self._called(call, values)

    def _called(self, call: Call, values: Sequence[str | bytes | None]) -> Texts:
        if call.name not in self._calls:
            self._succeeded(self.pgconn.prepare(call.name, call.statement))
            self._calls.add(call.name)
        result = self.pgconn.exec_prepared(
            call.name,
            [value.encode() if isinstance(value, str) else value for value in values],  # type: ignore[misc]  # None is a null, which psycopg's types do not know
            [Format.BINARY if isinstance(value, bytes) else Format.TEXT for value in values],
        )
        self._succeeded(result)
        return [(result.get_value(0, column) or b"").decode() for column in range(result.nfields)]

    def _succeeded(self, result: PGresult) -> None:
        if result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
            return
        if self.pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError(result.get_error_message("utf-8"))
        raise psycopg.errors.error_from_result(result, "utf-8")
