"""One of several worker processes: what runs in the child, and how its parent asks how it is."""

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from shared.logs import logger
from validator.bootstrap import assembled, end_on_signals, logging_as
from validator.errors import ValidatorError
from validator.health import Probes
from validator.settings import ValidatorSettings

FAILED: Final = 1
"""Exit code of a process that cannot go on."""


@dataclass(frozen=True, slots=True)
class State:
    """How a process is."""

    alive: bool
    ready: Mapping[str, bool]
    metrics: bytes


def settings_of(settings: ValidatorSettings, number: int) -> ValidatorSettings:
    """The settings of one of several: a name of its own, and no health server."""
    worker = settings.worker.model_copy(update={"name": f"{settings.worker.name}-{number}", "processes": 1})
    health = settings.health.model_copy(update={"enabled": False})
    source = settings.source.numbered(number)
    return settings.model_copy(update={"worker": worker, "health": health, "source": source})


def run(settings: ValidatorSettings, channel: Connection) -> None:
    """Work until told to stop, by a signal or because the parent is gone. Ends the process with `FAILED` when it cannot go on."""
    stop = end_on_signals()
    with logging_as(settings.log):
        _work(settings, channel, stop)


def _work(settings: ValidatorSettings, channel: Connection, stop: threading.Event) -> None:
    try:
        with assembled(settings, stop) as (worker, probes):
            threading.Thread(target=_answer, args=(channel, probes, stop), name="fleet", daemon=True).start()
            logger().info("worker starts", worker=settings.worker.name)
            worker.run()
    except ValidatorError as error:
        logger().error(
            "worker cannot go on; nothing undelivered was settled", worker=settings.worker.name, detail=error.message
        )
        sys.exit(FAILED)
    logger().info("worker stopped", worker=settings.worker.name)


def _answer(channel: Connection, probes: Probes, stop: threading.Event) -> None:
    """Say that questions are answered now, and then each time how this process is. The end of the questions is the end of the parent."""
    try:
        channel.send(None)
        while True:
            channel.recv()
            channel.send(State(probes.alive(), dict(probes.ready()), probes.metrics()))
    except (EOFError, OSError):
        stop.set()
