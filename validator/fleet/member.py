"""One worker process: the code of the child, and its reports to the parent."""

import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final

from sluicegate.shared.logs import logger
from sluicegate.validator.bootstrap import assembled, end_on_signals, logging_as
from sluicegate.validator.errors import ValidatorError
from sluicegate.validator.fleet.messages import MemberFailure, State
from sluicegate.validator.settings.validator import ValidatorSettings
from sluicegate.validator.telemetry.health import Probes

FAILED: Final = 3
"""Exit code of a process that cannot go on and has said why. Unlike 1, the interpreter never uses
it by itself.
"""


def settings_of(settings: ValidatorSettings, number: int) -> ValidatorSettings:
    """Return the settings of one process: no health server, and its own name if there are several."""
    health = settings.health.model_copy(update={"enabled": False})
    if settings.worker.processes == 1:
        return settings.model_copy(update={"health": health})
    worker = settings.worker.model_copy(update={"name": f"{settings.worker.name}-{number}", "processes": 1})
    source = settings.source.numbered(number)
    return settings.model_copy(update={"worker": worker, "health": health, "source": source})


def run(settings: ValidatorSettings, cautious: bool, channel: Connection) -> None:
    """Work until told to stop, by a signal or because the parent is gone.

    Exits with `FAILED` when it cannot go on.

    A cautious process checks every payload in a child process.
    """
    stop = end_on_signals()
    with logging_as(settings.log):
        _work(settings, cautious, _Reports(channel), stop)


def _work(settings: ValidatorSettings, cautious: bool, reports: "_Reports", stop: threading.Event) -> None:
    try:
        with assembled(settings, stop, cautious=cautious) as (worker, probes):
            threading.Thread(target=reports.answer, args=(probes, stop), name="fleet", daemon=True).start()
            logger().info("worker started", worker=settings.worker.name, cautious=cautious)
            worker.run()
    except ValidatorError as error:
        logger().error(
            "worker cannot go on; nothing undelivered was settled", worker=settings.worker.name, detail=error.message
        )
        reports.fail(error.message)
        sys.exit(FAILED)
    logger().info("worker stopped", worker=settings.worker.name)


class _Reports:
    """This process's end of the pipe. Thread-safe."""

    def __init__(self, channel: Connection) -> None:
        self._channel = channel
        self._sending = threading.Lock()

    def answer(self, probes: Probes, stop: threading.Event) -> None:
        """Answer questions until the parent is gone; then stop."""
        try:
            self._send(None)
            while True:
                self._channel.recv()
                self._send(State(probes.alive(), dict(probes.ready()), probes.metrics()))
        except (EOFError, OSError):
            stop.set()

    def fail(self, detail: str) -> None:
        """Say why this process ends, if the parent is still there."""
        with suppress(OSError):
            self._send(MemberFailure(detail))

    def _send(self, message: State | MemberFailure | None) -> None:
        with self._sending:
            self._channel.send(message)
