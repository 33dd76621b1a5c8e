"""The broker of a quickstart: tansu behind a doorway, so that old clients can use it."""

from pathlib import Path
from typing import Self

from sluicegate.shared.quickstart.doorway import Doorway
from sluicegate.shared.quickstart.kafka import HOST, KafkaServer, KafkaServerFailed


class QuickstartBroker:
    """A broker process, and a doorway to it in this process. `port` is the doorway's."""

    def __init__(self, port: int, log: Path) -> None:
        """Prepare; nothing runs until `start`."""
        self.port = port
        self._server = KafkaServer(0, log, advertised_port=port)
        self._doorway: Doorway | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port`, for clients."""
        return f"{HOST}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the broker process is alive."""
        return self._server.running

    def start(self) -> Self:
        """Return once it accepts connections. Raises `KafkaServerFailed`. For the main thread."""
        self._server.start()
        try:
            self._doorway = Doorway(HOST, self.port, self._server.port).start()
        except OSError as error:
            self._server.stop()
            raise KafkaServerFailed(f"Port {self.port} cannot be used for Kafka on {HOST}: {error.strerror}") from error
        return self

    def stop(self) -> None:
        """End both. Idempotent."""
        if self._doorway is not None:
            self._doorway.stop()
        self._server.stop()
