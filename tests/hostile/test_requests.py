"""Hostile bodies of requests, and schemas that are too large for a request."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from structlog.testing import capture_logs
from werkzeug.test import Client

from sluicegate.registry_api.app import StorePorts, compose
from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, ValidityMode
from tests.fakes.clock import FakeClock
from tests.fakes.registry_service import settings
from tests.hostile.conftest import Registry

MIB = 1024 * 1024
MANY = 100_000
START, END = b'{"name": "hostile", "schema_type": "json", "specification": "', b'"}'


def _million_names() -> bytes:
    return b"{" + b",".join(b'"a%d":1' % n for n in range(1_000_000)) + b"}"


BODIES: dict[str, bytes | Callable[[], bytes]] = {
    "invalid UTF-8": START + b"\xff\xfe" + END,
    "overlong UTF-8": START + b"\xc0\xaf" + END,
    "a lone surrogate": START + rb"\ud800" + END,
    "a lone surrogate as bytes": START + b"\xed\xa0\x80" + END,
    "NUL": START + rb"\u0000" + END,
    "a bare NUL": START + b"\0" + END,
    "NaN": b'{"name": "hostile", "schema_type": "json", "specification": NaN}',
    "10,000 digits": b'{"name": "hostile", "schema_type": "json", "specification": ' + b"9" * 10_000 + b"}",
    "100,000 lists": b"[" * MANY + b"]" * MANY,
    "100,000 objects": b'{"name":' * MANY + b"1" + b"}" * MANY,
    "100,000 objects without an end": b'{"name":' * MANY,
    "100,000 lists inside": b'{"name": ' + b"[" * MANY + b"]" * MANY + b"}",
    "UTF-16": '{"name": "hostile"}'.encode("utf-16"),
    "a million names": _million_names,
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_refused(registry: Registry, name: str) -> None:
    body = BODIES[name]
    data = body() if callable(body) else body
    answer = registry.client.post("/schemas", data=data, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith("Bad request: ")
    assert registry.serves()


@pytest.fixture
def shipped() -> Iterator[Client]:
    """A registry that takes bodies as large as it is shipped to take."""
    store = MemoryStore(FakeClock())
    ports = StorePorts(store, store, MemoryFeed(store), lambda: None)
    application = compose(settings(), ports, EngineExaminer(catalog.engine))
    with capture_logs():
        yield Client(application)
    application.close()


@pytest.mark.parametrize("declared", [True, False])
def test_a_schema_of_50_mb_does_not_get_in(shipped: Client, declared: bool) -> None:
    body = START + b"a" * 50 * MIB + END
    length = {"content_length": len(body)} if declared else {}
    answer = shipped.post("/schemas", data=body, content_type="application/json", **length)
    assert answer.status_code == 413


HUGE: dict[SchemaFormat, Callable[[], str]] = {
    SchemaFormat.JSON: lambda: '{"enum": [' + '{"a": [1, 2, 3]},' * 3_000_000 + "1]}",
    SchemaFormat.AVRO: lambda: '{"type": "enum", "name": "E", "symbols": ["A"' + ', "Aaaaaaaaaaaa"' * 3_000_000 + "]}",
    SchemaFormat.TABLE: lambda: '{"table": "a", "columns": {"a": "integer"' + ', "b": "integer"' * 3_000_000 + "}}",
    SchemaFormat.CSV: lambda: "version 1.1\n" + "a: notEmpty is(b)\n" * 3_000_000,
    SchemaFormat.PROTOBUF: lambda: 'syntax = "proto3"; message A {' + "int32 a = 1;    " * 3_000_000 + "}",
    SchemaFormat.XML: lambda: '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">' + "<xs:annotation/>" * 3_000_000 + "</xs:schema>",
}  # fmt: skip
"""Made when they are needed: as values, they were 300 MB of every test process."""


@pytest.mark.parametrize("mode", list(ValidityMode))
@pytest.mark.parametrize(
    "schema_format",
    [
        pytest.param(each, marks=pytest.mark.skipif(each not in catalog.FORMATS, reason=f"no engine for {each} yet"))
        for each in SchemaFormat
    ],
)
def test_a_schema_of_50_mb_is_ended_where_it_gets_in(
    judge: TrialExaminer, schema_format: SchemaFormat, mode: ValidityMode
) -> None:
    """As it would where an operator raises the limit of bodies."""
    text = HUGE[schema_format]()
    assert len(text) > 45 * MIB
    with suppress(SchemaInvalid):
        judge.content(schema_format, SchemaSource(text), mode)
    assert judge.content(SchemaFormat.JSON, SchemaSource("{}"), mode).fingerprint
