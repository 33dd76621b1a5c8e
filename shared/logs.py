"""Structured logs: one JSON object in a line, on stderr, for own events and records of libraries."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from sluicegate.shared.addresses import without_credentials, without_queries
from sluicegate.shared.log_sampling import LineKind, Sampler

LEFT_OUT: Final = "lines were left out"


_FOR_PEOPLE: Final[tuple[Processor, ...]] = (structlog.dev.ConsoleRenderer(pad_event_to=32),)


def configure(service: str, level: str = "info", sampler: Sampler | None = None) -> None:
    """Send everything of this process to stderr, marked with the service's name.

    Lines are JSON; on a terminal they are for people. Call once, at start.

    Our own events are written by structlog alone: by way of `logging`, a line costs three times as
    much. A sampler says which are left out; see `sampled`.
    """
    shared = _processors(service)
    people = sys.stderr.isatty()
    first: tuple[Processor, ...] = () if sampler is None else (_passing(sampler),)
    handler = logging.StreamHandler(sys.stderr)
    if sampler is not None:
        handler.addFilter(lambda record: sampler.passes(LineKind(record.levelname.lower(), str(record.msg))))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=(*shared, structlog.stdlib.ExtraAdder(), _hide_queries),
            processors=(
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(_FOR_PEOPLE if people else (structlog.processors.JSONRenderer(serializer=_text),)),
            ),
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[
            *first,
            *shared,
            *(_FOR_PEOPLE if people else (structlog.processors.JSONRenderer(serializer=_bytes),)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr)
        if people
        else structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


def logger() -> FilteringBoundLogger:
    """A logger for one module: `logger().info("event name in words", key=value)`."""
    return cast("FilteringBoundLogger", structlog.get_logger())


@contextmanager
def sampled(sampler: Sampler) -> Iterator[None]:
    """Write, at the end of each period, the kinds and counts of omitted lines."""
    stop = threading.Event()
    thread = threading.Thread(target=sampler.run, args=(_tell, stop), name="logs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _tell(kind: LineKind, count: int) -> None:
    logger().log(logging.getLevelNamesMapping()[kind.level.upper()], LEFT_OUT, of=kind.event, count=count)


def _passing(sampler: Sampler) -> Processor:
    def drop_what_is_left_out(_: WrappedLogger, level: str, event: EventDict) -> EventDict:
        if event["event"] != LEFT_OUT and not sampler.passes(LineKind(level, event["event"])):
            raise structlog.DropEvent
        return event

    return drop_what_is_left_out


def _processors(service: str) -> tuple[Processor, ...]:
    def name_service(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return (
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_service,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _hide_credentials,
    )


def _hide_credentials(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Remove credentials from all texts of an event, tracebacks included."""
    for name, value in event.items():
        if type(value) is str and ("=" in value or "@" in value):
            event[name] = without_credentials(value)
    return event


def _hide_queries(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Remove queries from texts of libraries, which log relative addresses as well."""
    for name, value in event.items():
        if type(value) is str and "?" in value:
            event[name] = without_queries(value)
    return event


def _bytes(event: EventDict, **_: Any) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)


def _text(event: EventDict, **_: Any) -> str:
    return _bytes(event).decode()
