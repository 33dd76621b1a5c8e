"""The composition root: settings -> a worker with everything that it needs, and its end."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from types import FrameType
from typing import TYPE_CHECKING

from sluicegate.shared import collector, logs
from sluicegate.shared.clock import SystemClock
from sluicegate.shared.formats.catalog import Catalog
from sluicegate.shared.log_sampling import Sampler
from sluicegate.shared.logs import logger
from sluicegate.validator.checking.checker import SandboxedChecker
from sluicegate.validator.deciders import budget, decider
from sluicegate.validator.loop.worker import Pace, Parts, Worker
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.pipeline.limited import Pulse
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.ports import SchemaProvider, Sink, Source, TransactionalSink
from sluicegate.validator.registry.client import RegistryClient
from sluicegate.validator.registry.connection import connect
from sluicegate.validator.registry.provider import CachedSchemas, CacheTimes
from sluicegate.validator.registry.snapshot import SnapshotSchemas, WhoseSchemas
from sluicegate.validator.settings.validator import Log, ValidatorSettings
from sluicegate.validator.telemetry.health import HealthServer, Probes
from sluicegate.validator.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from sluicegate.validator.telemetry.tracing import Traces

_OBJECTS = 250_000
"""Objects between two runs of the garbage collector.

Four batches of dead letters: each makes 55,000 objects that live until delivery.
"""


@contextmanager
def running(settings: ValidatorSettings, stop: threading.Event) -> Iterator[Worker]:
    """Yield a worker that is ready to `run`, with its health server, in this process.

    No other process watches it.
    """
    with ExitStack() as stack:
        worker, probes = stack.enter_context(assembled(settings, stop))
        if settings.health.enabled:
            server = stack.enter_context(HealthServer(probes, settings.health.host, settings.health.port))
            logger().info("health server listens", address=server.address)
        yield worker


@contextmanager
def logging_as(log: Log) -> Iterator[None]:
    """Everything that is logged meanwhile is logged as the settings say."""
    sampler = Sampler(log.repeats, log.period_seconds, SystemClock()) if log.repeats else None
    logs.configure("sluicegate-validator", log.level, sampler)
    with logs.sampled(sampler) if sampler else nullcontext():
        yield


def end_on_signals() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set from now on."""
    stop = threading.Event()

    def on_signal(number: int, _: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop


@contextmanager
def assembled(
    settings: ValidatorSettings, stop: threading.Event, *, cautious: bool = False
) -> Iterator[tuple[Worker, Probes]]:
    """Yield a worker that is ready to `run`, and its probes; everything is closed at the end.

    A cautious worker checks every payload in a child process.
    """
    clock, metrics = SystemClock(), Metrics()
    with ExitStack() as stack:
        traces = _traces(settings)
        if traces is not None:
            stack.enter_context(closing(traces))
        http = connect(settings.registry.address, [] if traces is None else [traces.inject])
        client = stack.enter_context(RegistryClient(http, clock, metrics))
        cached = CachedSchemas(client, _cache_times(settings), clock, metrics)
        schemas = _schemas(settings, cached, lambda: client.registry)
        pulse = Pulse()
        limited = stack.enter_context(closing(_limited(settings, pulse, metrics)))
        checks = Checks(
            schemas,
            Catalog(settings.formats.options).engine,
            settings.registry.cache_schemas,
            limited,
            cautious=cautious,
        )
        source, sink = _sides(settings)
        stack.enter_context(closing(sink))
        parts = Parts(
            source=source,
            sink=sink,
            processor=Processor(decider(settings, schemas, checks), settings.null_values),
            letters=DeadLetters(settings.worker.name, settings.destination.value_bytes),
            clock=clock,
            metrics=metrics,
            budget=budget(settings),
            overflow=settings.destination.fallback,
            pulse=pulse,
            tracer=traces,
        )
        worker = Worker(parts, _pace(settings), stop)
        collector.spare(_OBJECTS)
        yield worker, Probes(lambda: worker.alive, lambda: readiness(worker, schemas), metrics.exposition)


def _sides(settings: ValidatorSettings) -> tuple[Source, Sink | TransactionalSink]:
    if settings.delivery == "exactly_once":
        return settings.destination.make_exactly_once(settings.source, settings.worker.name)
    return settings.source.make(), settings.source.divert(settings.destination.make())


def _schemas(
    settings: ValidatorSettings, registry: SchemaProvider, identity: Callable[[], str | None]
) -> SchemaProvider:
    folder = settings.registry.snapshot
    if folder is None:
        return registry
    return SnapshotSchemas(registry, folder, WhoseSchemas(str(settings.registry.address.public), identity))


def _traces(settings: ValidatorSettings) -> "Traces | None":
    if settings.tracing.endpoint is None:
        return None
    from sluicegate.validator.telemetry.tracing import exported  # an extra that may be missing

    tracing = settings.tracing
    return exported(str(tracing.endpoint), tracing.ratio, settings.worker.name, settings.source.traced)


def _cache_times(settings: ValidatorSettings) -> CacheTimes:
    registry = settings.registry
    return CacheTimes(
        latest=registry.latest_seconds,
        missing=registry.missing_seconds,
        unreadable=registry.unreadable_seconds,
        capacity=registry.cache_schemas,
    )


def _limited(settings: ValidatorSettings, pulse: Pulse, metrics: Metrics) -> SandboxedChecker:
    return SandboxedChecker(
        settings.checks.limits,
        settings.formats.options,
        pulse=pulse,
        metrics=metrics,
        where=" (settings checks.seconds and checks.memory_bytes)",
        warn=logger().warning,
    )


def _pace(settings: ValidatorSettings) -> Pace:
    worker = settings.worker
    return Pace(window=worker.window, drain=worker.drain_seconds, silence=worker.stall_seconds)


def readiness(worker: Worker, schemas: SchemaProvider) -> dict[str, bool]:
    """Return the parts of /ready with their states."""
    return {
        "source": worker.assigned,
        "destination": worker.sending,
        "registry": schemas.available,
        "dead_letter_budget": not worker.spent,
    }
