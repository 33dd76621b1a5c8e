"""A way into the broker for clients with librdkafka before 2.3, such as Debian 12's kcat.

tansu answers the first request of a connection, ApiVersions, with tagged fields that those clients
read wrongly ("Read underflow"). The doorway answers it instead, as a broker answers that does not
know the request's version (KIP-511): every client then asks again in version 0, whose answer has no
tagged fields. All else passes unchanged.
"""

import asyncio
import struct
import threading
from contextlib import closing, suppress
from types import TracebackType
from typing import Final, Self

API_VERSIONS: Final = 18
FIRST_TAGGED: Final = 3
"""The first version of ApiVersions whose answer has tagged fields."""

_UNSUPPORTED_VERSION: Final = 35
_MOST_BYTES: Final = 1 << 16
_LARGEST_GREETING: Final = 4096
_LENGTH, _HEADER = struct.Struct(">i"), struct.Struct(">hhi")


def greeting_answer(request: bytes) -> bytes | None:
    """Return the doorway's own answer to the first request of a connection.

    None: the broker answers. Both are without the length prefix.
    """
    if len(request) < _HEADER.size:
        return None
    api, version, correlation = _HEADER.unpack_from(request)
    if api != API_VERSIONS or version < FIRST_TAGGED:
        return None
    return struct.pack(">ihihhh", correlation, _UNSUPPORTED_VERSION, 1, API_VERSIONS, 0, FIRST_TAGGED - 1)


class Doorway:
    """Listens on a port and forwards connections to another port, in its own thread."""

    def __init__(self, host: str, port: int, broker_port: int) -> None:
        """Prepare; nothing listens until `start`."""
        self._host = host
        self._port = port
        self._broker_port = broker_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="doorway", daemon=True)
        self._listening = threading.Event()
        self._failure: OSError | None = None
        self._stopping = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()

    def start(self) -> Self:
        """Return when it listens. Raises `OSError` when it cannot."""
        self._thread.start()
        self._listening.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """End all connections. Idempotent."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._listening.set()
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, self._host, self._port)
        self._listening.set()
        async with server:
            await self._stopping.wait()
            server.close()
            # Before the end of `async with`, which waits for all connections since Python 3.12.1.
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._connection(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError), closing(writer):
            broker_reader, broker_writer = await asyncio.open_connection(self._host, self._broker_port)
            with closing(broker_writer):
                await _greet(reader, writer, broker_writer)
                await asyncio.gather(_pump(reader, broker_writer), _pump(broker_reader, writer))


async def _greet(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, broker_writer: asyncio.StreamWriter
) -> None:
    """Answer the first request, or pass it on."""
    length = await reader.readexactly(_LENGTH.size)
    (size,) = _LENGTH.unpack(length)
    if not 0 < size <= _LARGEST_GREETING:
        broker_writer.write(length)
        return
    request = await reader.readexactly(size)
    answer = greeting_answer(request)
    if answer is None:
        broker_writer.write(length + request)
    else:
        writer.write(_LENGTH.pack(len(answer)) + answer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until one side has sent its last; then tell the other side so."""
    while data := await reader.read(_MOST_BYTES):
        writer.write(data)
        await writer.drain()
    writer.write_eof()
