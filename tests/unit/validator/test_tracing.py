"""Spans as OpenTelemetry's own SDK records them."""

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.bootstrap import assembled
from sluicegate.validator.model import Headers
from sluicegate.validator.registry.client import RegistryClient
from sluicegate.validator.settings import validator as settings
from sluicegate.validator.telemetry.metrics import Metrics
from sluicegate.validator.telemetry.tracing import LINKS, Traces
from tests.fakes.validator import BAD, DEAD, SETTINGS, VALID, Bench, headers, message

SOURCE = {
    "messaging.system": "kafka",
    "messaging.consumer.group.name": "g",
    "messaging.destination.name": "input",
}


class Recorder:
    """Traces that stay here."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.traces = Traces(provider, SOURCE)

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def links(self) -> list[tuple[int, int]]:
        return [(link.context.trace_id, link.context.span_id) for span in self.spans for link in span.links]


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    found = Recorder()
    yield found
    found.traces.close()


def traced(trace: int, span: int = 1) -> Headers:
    return [*headers(), ("traceparent", b"00-%032x-%016x-01" % (trace, span)), ("tracestate", b"vendor=1")]


def run(recorder: Recorder, *heads: Headers) -> Bench:
    bench = Bench(partitions=1)
    bench.tracer = recorder.traces
    bench.put(*(message(head=head) for head in heads))
    bench.run()
    return bench


def test_a_batch_is_one_span_with_links_to_its_messages(recorder: Recorder) -> None:
    run(recorder, *(traced(number) for number in range(1, 8)), *(traced(number) for number in range(8, 10)))

    first, second = recorder.spans
    assert (first.name, first.kind, first.parent) == ("process input", SpanKind.CONSUMER, None)
    assert first.attributes == SOURCE | {
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.batch.message_count": 7,
    }
    assert second.attributes is not None
    assert second.attributes["messaging.batch.message_count"] == 2
    assert recorder.links() == [(number, 1) for number in range(1, 10)]
    assert first.links[0].context.trace_state.get("vendor") == "1"


def test_messages_without_a_context_or_with_a_broken_one_are_not_linked_to(recorder: Recorder) -> None:
    broken = [*headers(), ("traceparent", b"00-\xff-1-01")]
    null: Headers = [*headers(), ("traceparent", None)]

    bench = run(recorder, headers(), broken, null, traced(5), traced(5))

    assert recorder.links() == [(5, 1)], "and to a context that several share, once"
    assert len(bench.broker.messages(VALID)) == 5


def test_a_large_batch_is_linked_to_as_far_as_a_span_may_be(recorder: Recorder) -> None:
    batch = [message(head=traced(number)) for number in range(1, 1001)]

    with recorder.traces.batch(batch):
        pass

    linked = [trace for trace, _ in recorder.links()]
    assert LINKS / 2 < len(linked) <= LINKS
    assert (linked[0], linked[-1] > 900) == (1, True)


def test_the_context_goes_on_unchanged_and_with_dead_letters(recorder: Recorder) -> None:
    bench = Bench(partitions=1)
    bench.tracer = recorder.traces
    bench.put(message(head=traced(7)), message(BAD, head=traced(8)))

    bench.run()

    (valid,), (dead,) = bench.broker.messages(VALID), bench.broker.messages(DEAD)
    assert valid.headers == traced(7)
    assert dead.headers[-len(traced(8)) :] == traced(8)


def test_requests_to_the_registry_carry_the_context_of_their_batch(recorder: Recorder) -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("traceparent"))
        return httpx.Response(404, json={"message": "Not Found"})

    http = httpx.Client(
        base_url="http://registry",
        transport=httpx.MockTransport(answer),
        event_hooks={"request": [recorder.traces.inject]},
    )
    with RegistryClient(http, SystemClock(), Metrics()) as client:
        with recorder.traces.batch([message()]):
            client.ask("schemas/1/versions/1")
        client.ask("schemas/1/versions/1")

    context = recorder.spans[0].get_span_context()
    assert context is not None
    during, after = seen
    assert (during or "").rpartition("-")[0] == f"00-{context.trace_id:032x}-{context.span_id:016x}"
    assert after is None


class Collector(BaseHTTPRequestHandler):
    """Takes everything."""

    posted: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        self.posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    Collector.posted = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", Collector.posted
        server.shutdown()
        thread.join()


@pytest.fixture
def _collects_as_before() -> Iterator[None]:
    """Undo the worker's settings of the garbage collector, which are not for tests."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.slow
@pytest.mark.usefixtures("_collects_as_before")
def test_a_worker_that_is_told_of_a_collector_exports_its_spans(
    collector: tuple[str, list[tuple[str, bytes]]], tmp_path: Path
) -> None:
    url, posted = collector
    file = tmp_path / "validator.toml"
    file.write_text(SETTINGS + f'[worker]\nname = "worker-1"\n[tracing]\nendpoint = "{url}"\n')

    with assembled(settings.read(file), threading.Event()) as (worker, _):
        tracer = worker.tracer
        assert tracer is not None
        with tracer.batch([message()]):
            pass

    ((path, body),) = posted
    assert path == "/v1/traces"
    assert all(text in body for text in (b"process input", b"sluicegate-validator", b"worker-1", b"kafka"))


def test_nothing_is_imported_unless_it_is_asked_for() -> None:
    program = (
        "import sys, sluicegate.validator.cli, sluicegate.validator.bootstrap; sys.exit('opentelemetry' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
