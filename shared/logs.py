"""Structured logs: one JSON object a line, on stderr, for our own events and for the libraries' records alike."""

import logging
import sys
from typing import Any, cast

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
)


def configure(service: str, level: str = "info") -> None:
    """Send everything of this process to stderr as JSON, marked with the service's name. Call once, at start."""

    def name_service(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=(*_SHARED, structlog.stdlib.ExtraAdder()),
            processors=(
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                name_service,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ),
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logger() -> FilteringBoundLogger:
    """A logger for one module: `logger().info("event name in words", key=value)`."""
    return cast("FilteringBoundLogger", structlog.get_logger())


def _dumps(event: EventDict, **_: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
