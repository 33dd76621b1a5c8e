"""A worker process of the registry: granian's HTTP server in front of one application.

granian is driven below its public interface, which has the application's coroutine started on an
event loop for each request: a hot read costs half as much without
(docs/decisions/0061-http-front.md). `Schedule` is the place where it hands a request over, on a
thread of its own.
"""

import asyncio
import ctypes
import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection, util
from typing import Any, Final

from granian import _granian
from granian.http import HTTP1Settings, HTTP2Settings

from sluicegate.registry_api.app import Application, compose, open_examiner, open_store
from sluicegate.registry_api.front.bodies import BodyLimits
from sluicegate.registry_api.front.front import Front, Lanes
from sluicegate.registry_api.front.lanes import Lane
from sluicegate.registry_api.front.protocol import Arrival
from sluicegate.registry_api.metrics import Metrics
from sluicegate.registry_api.settings import RegistrySettings, read_in_worker
from sluicegate.shared import collector, logs
from sluicegate.shared.clock import SystemClock
from sluicegate.shared.log_sampling import Sampler

_native: Final[Any] = _granian  # its stubs are those of an older release

_M_MMAP_THRESHOLD: Final = -3
_LARGE_BLOCK_BYTES: Final = 512 * 1024
_OBJECTS = 50_000
"""Between two runs of the garbage collector: some two thousand registrations."""
_INSISTENCE = 1.0
"""Seconds after which a worker without a parent is asked again to stop."""
_LOG_PERIOD_SECONDS: Final = 10.0
STORE_THREADS: Final = 4
"""For requests that need the database: one has the interpreter while others wait for trials and for
the database.
"""
_MAX_WAITING: Final = 1024
_MAX_WAITING_PROBES: Final = 16
_HEADER_MILLISECONDS: Final = 10_000
_MAX_HEADER_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Listening:
    """How a worker accepts connections.

    `certificate` and `key` are paths of PEM files; None: without TLS. `client_authority` is a file
    of certificates; clients need one that was signed with these.
    """

    backlog: int
    max_connections: int
    certificate: str | None = None
    key: str | None = None
    client_authority: str | None = None


class Schedule(_native.CallbackScheduler):  # type: ignore[misc]  # its stubs are those of an older release
    """Hands each request to a front, on the server's thread for Python."""

    def __new__(cls, loop: asyncio.AbstractEventLoop, _: Callable[[Arrival], None]) -> "Schedule":
        """Omit the parts of granian that run coroutines."""
        made: Schedule = super().__new__(cls, loop, None, None, None, None)
        return made

    def __init__(self, _: asyncio.AbstractEventLoop, front: Callable[[Arrival], None]) -> None:
        """Take the front."""
        self._schedule_fn = front


def run(number: int, listener: socket.socket, ready: "connection.Connection[bool, bool]", listening: Listening) -> None:
    """Serve until SIGTERM, on a socket that listens.

    Settings come from the environment and the file that it names.
    """
    _leave_interrupts_to_parent()
    _give_memory_back()
    settings = read_in_worker()
    application = create_app(settings)
    loop = asyncio.new_event_loop()
    limits = BodyLimits(settings.body_limit, settings.body_memory, settings.body_timeout)
    lanes = _lanes(application, settings)
    front = Front(application.hot, application, lanes, limits, loop, settings.auth.credential_headers)
    ended = asyncio.Event()
    stop = _native.WorkerSignal()
    stop.add_cb(lambda: loop.call_soon_threadsafe(ended.set))
    _on_terminate(loop, front, stop.set, settings.drain_seconds)
    server = _server(number, listener, listening)
    server.serve_str(Schedule(loop, front), loop, stop)
    ready.send(True)
    _obey_parent()
    loop.run_until_complete(ended.wait())
    lanes.close()


def create_app(settings: RegistrySettings) -> Application:
    """Return the application with its own store, which is closed at the end of the process."""
    _log_as(settings)
    # its lines about each worker repeat the supervisor's
    logging.getLogger("_granian").setLevel(logging.WARNING)
    metrics = Metrics(multiprocess=settings.multiprocess_metrics)
    examiner = open_examiner(settings, metrics)
    application = compose(settings, open_store(settings), examiner, metrics=metrics)
    # Worker processes end without `atexit`; multiprocessing's finalizers run instead.
    util.Finalize(None, application.close, exitpriority=10)
    util.Finalize(None, examiner.close, exitpriority=10)
    collector.spare(_OBJECTS)
    return application


def _log_as(settings: RegistrySettings) -> None:
    """Log as the settings say.

    A database that does not answer must not fill the log with one line for each request.
    """
    if not settings.log_repeats:
        logs.configure("registry", settings.log_level)
        return
    sampler = Sampler(settings.log_repeats, _LOG_PERIOD_SECONDS, SystemClock())
    logs.configure("registry", settings.log_level, sampler)
    sampling = logs.sampled(sampler)
    sampling.__enter__()
    util.Finalize(None, sampling.__exit__, (None, None, None), exitpriority=5)


def _lanes(application: Application, settings: RegistrySettings) -> Lanes:
    patience = settings.queue_timeout
    probes = Lane("probe", 1, _MAX_WAITING_PROBES, patience)
    storeless = Lane("storeless", 1, _MAX_WAITING, patience)
    by_path = dict.fromkeys(application.storeless_paths, storeless) | dict.fromkeys(application.probe_paths, probes)
    stored = Lane("store", STORE_THREADS, _MAX_WAITING, patience)
    refusals = Lane("refusal", 1, _MAX_WAITING, patience)
    return Lanes(stored, storeless, by_path, refusals, application.asking_paths)


def _server(number: int, listener: socket.socket, listening: Listening) -> Any:
    holder = _native.SocketHolder(listener.detach(), False, listening.backlog)
    http1 = HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS, max_buffer_size=_MAX_HEADER_BYTES)
    tls: tuple[object, ...] = (
        listening.certificate is not None,
        listening.certificate,
        listening.key,
        None,
        "tls1.2",
        listening.client_authority,
        [],
        listening.client_authority is not None,
    )
    return _native.RSGIWorker(
        number,
        (None, holder),
        None,  # no pipe to the parent
        1,  # thread for sockets
        1,  # thread for blocking work in Rust: files, which are never served
        1,  # thread that holds the interpreter
        30,
        listening.max_connections,
        "1",  # with HTTP/2, a connection that never sends a byte would stay forever
        http1,
        HTTP2Settings(),
        False,  # no websockets
        None,  # no static files
        *tls,
        (None, None),  # no metrics of granian's own
    )


def _on_terminate(
    loop: asyncio.AbstractEventLoop, front: Front, stop: Callable[[], None], drain_seconds: float
) -> None:
    """On SIGTERM, drain for some time, and then stop: accept no connection, and finish the running requests."""
    stopping = False

    def end() -> None:
        front.stop()
        stop()

    def hear() -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            front.drain()
            loop.call_later(drain_seconds, end)

    loop.add_signal_handler(signal.SIGTERM, hear)


def _give_memory_back() -> None:
    """Return freed large blocks to the system. By default, glibc keeps blocks of up to 32 MiB."""
    mallopt: Callable[[int, int], int] | None = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # not on every system
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)


def _leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process at the terminal, and is the parent's to hear.

    To be called before any thread starts: each has a mask of its own, which it has from the one
    that starts it, and one thread that hears is enough.
    """
    if multiprocessing.parent_process() is not None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _obey_parent() -> None:
    """Stop this worker when its parent has ended in any way: an orphan would hold the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        clock, never = SystemClock(), threading.Event()
        while True:
            os.kill(os.getpid(), signal.SIGTERM)
            clock.wait(_INSISTENCE, never)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
