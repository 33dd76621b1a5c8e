"""A value that no index of Postgres can hold (SQLSTATE 54000) is the request's fault, and nothing is kept of it."""

import random
import string

import pytest

from sluicegate.registry_api.core.commands import RegisterSchema
from sluicegate.registry_api.core.errors import InputInvalid
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import SchemaFormat
from tests.contracts.subjects.conftest import CALLER, Bench, record

LONG = Caller("".join(random.Random(1).choices(string.printable, k=9_000)), "request")
"""The audit has an index of callers. An entry has at most 2,704 bytes, and random characters cannot
be compressed.
"""


def test_name_of_a_caller_that_no_index_can_hold_is_refused(database_url: str) -> None:
    with Database(database_url) as database:
        bench = Bench(PostgresStore(database))
        with pytest.raises(InputInvalid) as refused:
            bench.native.register(RegisterSchema("s", SchemaFormat.AVRO, record("a")), LONG)
        assert [violation.code for violation in refused.value.violations] == ["too_large"]
        assert "Send a shorter one" in refused.value.violations[0].message
        assert bench.native.register(RegisterSchema("s", SchemaFormat.AVRO, record("a")), CALLER).added
        assert bench.numbers("s") == (1,)
