"""The WSGI factory that each worker process calls: `registry_api.wsgi:create_app`."""

import multiprocessing
import os
import signal
import threading
from multiprocessing import connection, util

from registry_api.app import Application, compose, open_examiner, open_store
from registry_api.metrics import Metrics
from registry_api.settings import read_in_worker
from shared import collector, logs
from shared.clock import SystemClock

_OBJECTS = 50_000
"""Between two runs of the garbage collector: some two thousand registrations."""
_INSISTENCE = 1.0
"""Seconds after which a worker whose parent is gone is told again to stop."""


def create_app() -> Application:
    """The application with a store of this process's own. Settings come from the environment and the file that it names."""
    _leave_interrupts_to_parent()
    settings = read_in_worker()
    logs.configure("registry", settings.log_level)
    metrics = Metrics(multiprocess=settings.multiprocess_metrics)
    examiner = open_examiner(settings, metrics)
    application = compose(settings, open_store(settings), examiner, metrics=metrics)
    # Worker processes end without `atexit`; this is the way of multiprocessing to be told.
    util.Finalize(None, application.close, exitpriority=10)
    util.Finalize(None, examiner.close, exitpriority=10)
    _obey_parent()
    collector.spare(_OBJECTS)
    return application


def _leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process at the terminal, and is the parent's to hear: granian may hang when a worker hears of two signals.

    To be called before any thread starts: each has a mask of its own, which it has from the one that starts it, and one
    thread that hears is enough.
    """
    if multiprocessing.parent_process() is not None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _obey_parent() -> None:
    """Stop this worker when the process that started it is gone, however it went: an orphan would hold the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        clock, never = SystemClock(), threading.Event()
        while True:  # while it starts, the server may not yet hear the signal
            os.kill(os.getpid(), signal.SIGTERM)
            clock.wait(_INSISTENCE, never)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
