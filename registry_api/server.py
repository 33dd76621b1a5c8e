"""Serves the registry with granian: one process that listens and minds its workers, each with an application of its own."""

import errno
import multiprocessing
import socket
import ssl
from contextlib import ExitStack
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from granian.server.mt import MTServer

from registry_api.private_key import readable
from registry_api.settings import RegistrySettings, hand_over, share_metrics
from shared.errors import SluicegateError
from shared.logs import logger

TARGET = "registry_api.wsgi:create_app"
# Of a worker, for requests: one has the interpreter while others wait for trials, and for the database on connections of their own.
_THREADS = 4
_LOGGING = {"handlers": {}, "loggers": {"_granian": {"handlers": [], "propagate": True}}}


class ServerFailed(SluicegateError):
    """The server cannot start."""


def serve(settings: RegistrySettings) -> None:
    """Serve until SIGTERM or SIGINT; requests that are being answered get `stop_timeout` seconds. Raises `ServerFailed`."""
    port = _free_port(settings)
    hand_over(None, {"port": port})
    # Each worker starts from nothing: no thread, lock or connection of this process comes along.
    multiprocessing.set_start_method("spawn", force=True)
    with ExitStack() as cleanup:
        if settings.metrics.enabled and settings.workers > 1:
            cleanup.enter_context(share_metrics())
        server = _server(settings, port, _private_key(settings, cleanup))
        scheme = "https" if settings.tls.cert else "http"
        server.on_startup(lambda: logger().info("registry listens", url=f"{scheme}://{_printed(settings.host)}:{port}"))
        server.serve()


def _private_key(settings: RegistrySettings, cleanup: ExitStack) -> Path | None:
    if settings.tls.key is None:
        return None
    password = settings.tls.key_password
    try:
        return cleanup.enter_context(readable(settings.tls.key, password.get_secret_value() if password else None))
    except (ValueError, TypeError, OSError) as error:
        raise ServerFailed(f"tls: {settings.tls.key} cannot be read: {error}") from error


def _server(settings: RegistrySettings, port: int, key: Path | None) -> MPServer | MTServer:
    try:
        return Granian(
            TARGET,
            factory=True,
            interface=Interfaces.WSGI,
            address=settings.host,
            port=port,
            workers=settings.workers,
            blocking_threads=_THREADS,
            backlog=settings.backlog,
            http=HTTPModes.auto,
            http1_settings=HTTP1Settings(header_read_timeout=10_000),
            websockets=False,
            workers_kill_timeout=settings.stop_timeout,
            log_level=LogLevels.warning,
            log_dictconfig=_LOGGING,
            ssl_cert=settings.tls.cert,
            ssl_key=key,
            ssl_protocol_min=SSLProtocols.tls12,
        )
    except (ssl.SSLError, OSError) as error:
        raise ServerFailed(f"tls: {settings.tls.cert} and {settings.tls.key} cannot be used: {error}") from error


def _free_port(settings: RegistrySettings) -> int:
    """The port to listen on, once it is sure that nobody else does: granian's own sockets would share it in silence."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            port: int = probe.getsockname()[1]
            return port
    except OSError as error:
        where = f"{_printed(settings.host)}:{settings.port}"
        raise ServerFailed(f"cannot listen on {where}: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return "another program listens there. Stop it, or name another port with --port"
        case errno.EACCES:
            return "no permission. Name a port from 1024 upwards with --port"
        case errno.EADDRNOTAVAIL:
            return "this machine has no such address. Name one of its own with --host"
        case _:
            return error.strerror or str(error)


def _printed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
