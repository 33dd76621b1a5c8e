"""TCP ports on loopback: whether one can be had."""

import errno
import os
import socket
from dataclasses import dataclass

from sluicegate.shared.quickstart.errors import PortUnavailable

HOST = "127.0.0.1"
_REASONS = {
    errno.EADDRINUSE: "another program listens there",
    errno.EACCES: "this user may not listen there",
}


def free_port() -> int:
    """Some port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class PortChoice:
    """A port that was asked for (0: any), for which part, and the option that asks for it."""

    port: int
    part: str
    option: str

    def claimed(self) -> int:
        """The port, proved to be free a moment ago. Raises `PortUnavailable`."""
        with socket.socket() as probe:
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # connections that linger do not count as in use
            try:
                probe.bind((HOST, self.port))
                probe.listen(1)
            except OSError as error:
                reason = _REASONS.get(error.errno or 0) or os.strerror(error.errno or 0)
                raise PortUnavailable(self.port, self.part, self.option, reason) from error
            return int(probe.getsockname()[1])
