"""Serve the registry: one process listens and supervises workers with an application each."""

import errno
import multiprocessing
import resource
import socket
import ssl
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from sluicegate.registry_api.metrics import forget_process
from sluicegate.registry_api.private_key import readable
from sluicegate.registry_api.settings import RegistrySettings, hand_over, share_metrics
from sluicegate.registry_api.supervisor import Started, Supervisor, WorkersFailed
from sluicegate.registry_api.worker import Listening, run
from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.logs import logger

_OTHER_FILES: Final = 256
"""Files and sockets of a worker in addition to its clients' connections."""


class ServerFailed(SluicegateError):
    """The server cannot start."""


def serve(settings: RegistrySettings) -> None:
    """Serve until SIGTERM or SIGINT; running requests get `stop_timeout` seconds.

    Raises `ServerFailed`.
    """
    with ExitStack() as cleanup:
        listener = cleanup.enter_context(_listener(settings))
        port: int = listener.getsockname()[1]
        hand_over(None, {"port": port})
        shared_metrics = settings.metrics.enabled and settings.workers > 1
        if shared_metrics:
            cleanup.enter_context(share_metrics())
        listening = _listening(settings, cleanup)
        # Each worker starts from nothing: no thread, lock or connection of this process comes
        # along.
        spawn = multiprocessing.get_context("spawn")

        def start(number: int) -> Started:
            ours, theirs = spawn.Pipe(duplex=False)
            process = spawn.Process(name=f"worker-{number}", target=run, args=(number, listener, theirs, listening))
            with theirs:
                process.start()
            return Started(process, ours)

        supervisor = Supervisor(
            start, settings.workers, settings.stop_timeout, forget_process if shared_metrics else _nothing
        )
        scheme = "https" if settings.tls.cert else "http"
        url = f"{scheme}://{_printed(settings.host)}:{port}"
        try:
            supervisor.run(lambda: logger().info("registry listens", url=url), listener.close)
        except WorkersFailed as error:
            raise ServerFailed(error.message) from error


def _nothing(_: int) -> None:
    """There is nothing to forget of a process that has ended."""


def _listening(settings: RegistrySettings, cleanup: ExitStack) -> Listening:
    key = _private_key(settings, cleanup)
    cert, authority = settings.tls.cert, settings.tls.client_ca
    if authority is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(authority)
        except (ssl.SSLError, OSError) as error:
            raise ServerFailed(f"tls: client_ca: {authority} cannot be used: {error}") from error
    if cert is not None and key is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
        except (ssl.SSLError, OSError) as error:
            raise ServerFailed(f"tls: {cert} and {settings.tls.key} cannot be used: {error}") from error
    certificate, private = (None, None) if cert is None else (str(cert.resolve()), str(key and key.resolve()))
    gate = None if authority is None else str(authority.resolve())
    return Listening(settings.backlog, _max_connections(settings), certificate, private, gate)


def _max_connections(settings: RegistrySettings) -> int:
    """As many as the settings allow and the machine gives files for."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.max_connections + _OTHER_FILES
    granted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))  # workers inherit it
    if granted < needed:
        logger().warning("max_connections lowered: too few open files are allowed", connections=granted - _OTHER_FILES)
    return max(granted - _OTHER_FILES, 1)


def _listener(settings: RegistrySettings) -> socket.socket:
    """Return a listening socket. Workers share it: pending connections outlive a worker that ends."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _unusable(settings, error) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # connections inherit it: a client that never reads is disconnected
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(settings.write_timeout * 1000))
        listener.bind(address)
        listener.listen(settings.backlog)
    except OSError as error:
        listener.close()
        raise _unusable(settings, error) from error
    return listener


def _unusable(settings: RegistrySettings, error: OSError) -> ServerFailed:
    return ServerFailed(f"cannot listen on {_printed(settings.host)}:{settings.port}: {_reason(error)}")


def _private_key(settings: RegistrySettings, cleanup: ExitStack) -> Path | None:
    if settings.tls.key is None:
        return None
    password = settings.tls.key_password
    try:
        return cleanup.enter_context(readable(settings.tls.key, password.get_secret_value() if password else None))
    except (ValueError, TypeError, OSError) as error:
        raise ServerFailed(f"tls: {settings.tls.key} cannot be read: {error}") from error


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
