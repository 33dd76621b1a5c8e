"""Traces by OpenTelemetry: one span for each batch, linked to the messages in it.

Imported only when they are asked for.

After the semantic conventions for messaging spans
(opentelemetry.io/docs/specs/semconv/messaging/messaging-spans): one span "Process" may account for
a batch; it is of the kind CONSUMER where there is no span "Receive", and links to the creation
contexts of its messages. These are in the headers `traceparent` and `tracestate` (W3C Trace
Context), which go on unchanged, like all headers.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final

import httpx
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_INSTANCE_ID, SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from sluicegate.validator.model import Message

LINKS: Final = 128
"""Links of a span, at most: the SDK's own limit. Of larger batches, evenly spaced messages are
linked to.
"""
_DESTINATION: Final = "messaging.destination.name"
_EXPORT_SECONDS: Final = 5.0
_FIELDS: Final = frozenset({"traceparent", "tracestate"})


class Traces:
    """A `Tracer` over a provider of OpenTelemetry's, which is shut down with it.

    Spans are exported in a thread of the provider's.
    """

    def __init__(self, provider: TracerProvider, source: Mapping[str, str]) -> None:
        """`source` has the attributes of the source by OpenTelemetry's conventions."""
        self._provider = provider
        self._tracer = provider.get_tracer("sluicegate.validator")
        self._propagator = TraceContextTextMapPropagator()
        self._attributes = {"messaging.operation.name": "process", "messaging.operation.type": "process", **source}
        self._name = f"process {source[_DESTINATION]}" if _DESTINATION in source else "process"

    def batch(self, messages: Sequence[Message]) -> AbstractContextManager[object]:
        """A span as long as this lasts."""
        return self._tracer.start_as_current_span(
            self._name,
            kind=SpanKind.CONSUMER,
            links=list(self._links(messages)),
            attributes={**self._attributes, "messaging.batch.message_count": len(messages)},
        )

    def inject(self, request: httpx.Request) -> None:
        """Have a request carry the context of the batch that it is made for, if there is one."""
        self._propagator.inject(request.headers)

    def close(self) -> None:
        """Export the remaining spans."""
        self._provider.shutdown()

    def _links(self, messages: Sequence[Message]) -> Iterator[Link]:
        """Each context once: messages that were sent together may share it."""
        seen: set[tuple[int, int]] = set()
        for message in messages[:: -(-len(messages) // LINKS)]:
            carrier = {name: value.decode("latin-1") for name, value in message.headers if name in _FIELDS and value}
            context = get_current_span(self._propagator.extract(carrier, Context())).get_span_context()
            identity = (context.trace_id, context.span_id)
            if context.is_valid and identity not in seen:
                seen.add(identity)
                yield Link(context)


def exported(endpoint: str, ratio: float, worker: str, source: Mapping[str, str]) -> Traces:
    """Traces that go to a collector over OTLP/HTTP.

    `endpoint` is its address, without `/v1/traces`; `ratio` of the batches are traced.
    """
    resource = Resource.create({SERVICE_NAME: "sluicegate-validator", SERVICE_INSTANCE_ID: worker})
    provider = TracerProvider(sampler=TraceIdRatioBased(ratio), resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=_EXPORT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Traces(provider, source)
