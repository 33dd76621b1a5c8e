"""Refusals and logins in the audit."""

import json
from datetime import timedelta

from sluicegate.registry_api.auditing import DENIED, LOGIN, Auditor
from sluicegate.registry_api.core.access.records import AuditQuery
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.origin import Origin
from sluicegate.registry_api.store.memory_access import MemoryAccess
from tests.fakes.clock import FakeClock

EVE = Caller("key:eve", "r", Origin("key", "eve", "192.0.2.1", "native", "deleteSchema"))


def test_refusals_beyond_the_limit_are_one_row_with_a_count() -> None:
    clock, tables = FakeClock(), MemoryAccess()
    auditor = Auditor(tables, clock, per_minute=3)
    for _ in range(10):
        auditor.note(EVE, DENIED)
    auditor.note(Caller("key:bob", "r"), LOGIN)
    auditor.flush()
    assert len(tables.audit(AuditQuery(100))) == 4
    clock.set(timedelta(minutes=1))
    auditor.flush()
    rows = tables.audit(AuditQuery(100, principal="key:eve"))
    assert sorted(row.count for row in rows) == [1, 1, 1, 7]
    assert {row.outcome for row in rows} == {DENIED}


def test_many_principals_are_counted_together() -> None:
    clock, tables = FakeClock(), MemoryAccess()
    auditor = Auditor(tables, clock, per_minute=1)
    for number in range(5000):
        auditor.note(Caller(f"proxy:{number}", "r"), DENIED)
    clock.set(timedelta(minutes=1))
    auditor.flush()
    rows = tables.audit(AuditQuery(10_000))
    assert len(rows) <= 1002
    assert sum(row.count for row in rows) == 5000


def test_lines_are_json_with_the_origin() -> None:
    lines: list[str] = []
    auditor = Auditor(MemoryAccess(), FakeClock(), per_minute=1, write=lines.append)
    auditor.note(EVE, DENIED)
    auditor.line(EVE, "done")
    refused, done = (json.loads(line)["audit"] for line in lines)
    assert (refused["outcome"], refused["principal"], refused["source"]) == ("refused", "key:eve", "192.0.2.1")
    assert done["outcome"] == "done"
