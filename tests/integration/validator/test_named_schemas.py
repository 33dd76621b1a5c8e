"""Random names in messages, up to the verdict: the real registry makes no message wait."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from structlog.testing import capture_logs

from sluicegate.registry_api.app import Application, StorePorts, compose
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.shared.apicurio_framing import ENCODING_HEADER, ID_HEADERS
from sluicegate.shared.formats import catalog
from sluicegate.shared.framing import GUID_HEADER
from sluicegate.shared.subject_names import Strategy
from sluicegate.validator.model import VALID, Headers, Message, Retry
from sluicegate.validator.modes.automatic import Automatic
from sluicegate.validator.modes.by_apicurio import ByApicurio
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.modes.header_check import HeaderChecked, HeaderDefaults
from sluicegate.validator.modes.subject_check import SubjectCheck, SubjectChoice
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.envelope import (
    FORMAT,
    HEADER_SCHEMA_ID,
    HEADER_VERSION,
    MESSAGE_TYPE,
    SCHEMA_ID,
    VALIDATE_HEADER,
    VERSION,
)
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.registry.client import RegistryClient
from sluicegate.validator.registry.provider import CachedSchemas, CacheTimes
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.api_client import ApiClient
from tests.fakes.clock import FakeClock
from tests.fakes.registry_service import settings
from tests.fakes.validator import GOOD, PERSON, message

PROTO = 'syntax = "proto3"; import "other.proto"; message A { int32 a = 1; message B { O b = 2; } }'
OTHER = 'syntax = "proto3"; message O { string s = 1; }'


class Worker:
    """A worker's pipeline with `wire_format = "auto"`, with and without subjects, over a registry."""

    def __init__(self, application: Application) -> None:
        client = ApiClient(application)
        self.ids = [
            self._registered(client, "p-value", PERSON, "JSON"),
            self._registered(client, "o-value", OTHER, "PROTOBUF"),
            self._registered(
                client, "a-value", PROTO, "PROTOBUF", [{"name": "other.proto", "subject": "o-value", "version": 1}]
            ),
        ]
        self.clock = FakeClock()
        http = httpx.Client(base_url="http://registry/", transport=httpx.WSGITransport(application))
        metrics = Metrics()
        provider = CachedSchemas(RegistryClient(http, self.clock, metrics), CacheTimes(), self.clock, metrics)
        checks = Checks(provider, catalog.engine, 100)
        subjects = SubjectCheck(provider, SubjectChoice(Strategy.TOPIC, "p"))
        self.processors = [
            Processor(
                HeaderChecked(
                    Automatic(
                        ByAttributes(checks),
                        ByFrame(provider, checks, each),
                        ByApicurio(provider, checks, subjects=each),
                    ),
                    checks,
                    defaults,
                )
            )
            for each in (None, subjects)
            for defaults in (HeaderDefaults(),)
        ]

    def _registered(
        self, client: ApiClient, subject: str, text: str, kind: str, references: list[Any] | None = None
    ) -> int:
        body = {"schema": text, "schemaType": kind, "references": references or []}
        answer = client.post(f"/subjects/{subject}/versions", json=body)
        assert answer.status_code == 200, answer.text
        return int(answer.json["id"])

    def judge(self, given: Message) -> None:
        for processor in self.processors:
            self.clock.advance(2.0)
            verdict = processor.judge(given)
            assert not isinstance(verdict, Retry), (given, verdict)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    store = MemoryStore()
    with capture_logs():
        application = compose(
            settings(),
            StorePorts(store, store, MemoryFeed(store), lambda: None),
            EngineExaminer(catalog.engine),
        )
        yield Worker(application)
        application.close()


NUMBERS = st.one_of(
    st.integers(-5, 10),
    st.sampled_from([2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**62, 2**63 - 1, 10**17, 10**18, 10**30]),
)
TEXTS = st.one_of(
    NUMBERS.map(lambda number: str(number).encode()),
    st.sampled_from([b"latest", b"LATEST", b"", b" 1 ", b"1/..", b"%31", b"?x", b"true", b"json", b"protobuf", b"A.B"]),
    st.binary(max_size=20),
    st.none(),
)
NAMES = st.sampled_from(
    [
        *SCHEMA_ID,
        *VERSION,
        *HEADER_SCHEMA_ID,
        *HEADER_VERSION,
        FORMAT,
        MESSAGE_TYPE,
        VALIDATE_HEADER,
        GUID_HEADER,
        *ID_HEADERS,
        ENCODING_HEADER,
        "other",
    ]
)
GUIDS = st.binary(min_size=16, max_size=24).map(lambda data: b"\x01" + data)
IDS = st.one_of(st.integers(0, 4), st.integers(2**31, 2**64 - 1)).map(lambda number: number.to_bytes(8, "big"))
HEADERS = st.lists(
    st.one_of(
        st.tuples(NAMES, TEXTS), st.tuples(st.just(GUID_HEADER), GUIDS), st.tuples(st.sampled_from(ID_HEADERS), IDS)
    ),
    max_size=6,
)
FRAMES = st.one_of(
    st.one_of(st.integers(0, 4), st.integers(0, 2**32 - 1)).map(lambda number: b"\0" + number.to_bytes(4, "big")),
    IDS.map(lambda data: b"\0" + data),
)
PAYLOADS = st.one_of(
    st.binary(max_size=30), st.none(), st.builds(lambda frame, rest: frame + rest, FRAMES, st.binary(max_size=12))
)


@given(headers=HEADERS, payload=PAYLOADS)
@example(headers=[], payload=bytes.fromhex("00800000007b7d"))
@example(headers=[], payload=bytes.fromhex("00ffffffff7b7d"))
@example(headers=[], payload=bytes.fromhex("000000000000"))
@example(headers=[("schemaId", b"1"), ("versionId", b"99999999999")], payload=b"{}")
@example(headers=[("schemaId", b"999999999999999999"), ("versionId", b"latest")], payload=b"{}")
@example(headers=[("schemaId", b"0"), ("versionId", b"0")], payload=b"{}")
@examples(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_a_message_names_makes_it_wait(worker: Worker, headers: Headers, payload: bytes | None) -> None:
    worker.judge(message(payload, head=headers))


def test_messages_pass_as_before(worker: Worker) -> None:
    frame = b"\0" + worker.ids[0].to_bytes(4, "big")
    for processor in worker.processors:
        assert processor.judge(message(frame + GOOD, head=[])) == VALID
