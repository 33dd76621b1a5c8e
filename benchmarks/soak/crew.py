"""The sending and the reading process, and their requests."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from benchmarks.soak.latencies import Latencies
from benchmarks.soak.plant import Broker
from benchmarks.soak.reader import Report, read
from benchmarks.soak.sender import Fill, send
from benchmarks.soak.traffic import Named, Schedule

_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Crew:
    """Both of them.

    All methods raise `EOFError`, or `BrokenPipeError`, when one of them has failed; it has printed
    why.
    """

    sender: Connection
    reader: Connection

    def name(self, named: Named) -> None:
        """Have messages name this version, too."""
        self.sender.send(named)

    def fill(self, first: int, count: int, *, large: bool) -> None:
        """Send so many messages at full speed, and wait until they are at the broker."""
        self.sender.send(Fill(first, count, large))
        self.sender.recv()

    def keep(self, schedule: Schedule) -> None:
        """Send by a schedule from now on, and measure by it."""
        self.reader.send(schedule)
        self.sender.send(schedule)

    def kept(self) -> bool:
        """Whether all of the schedule is sent."""
        return self.sender.poll()

    def lateness(self) -> Latencies:
        """How late the sender was itself, once all is sent."""
        late: Latencies = self.sender.recv()
        return late

    def report(self) -> Report:
        """Return the messages that have arrived."""
        self.reader.send(True)
        report: Report = self.reader.recv()
        return report


@contextmanager
def crew(broker: Broker, count: int) -> Iterator[Crew]:
    """Both, for so many messages in all."""
    context = multiprocessing.get_context("spawn")
    sender, orders = context.Pipe()
    reader, asked = context.Pipe()
    processes = [
        context.Process(target=send, args=(broker.bootstrap, broker.topics.source, orders), daemon=True),
        context.Process(
            target=read, args=(broker.bootstrap, broker.topics, broker.fetch_wait, count, asked), daemon=True
        ),
    ]
    for process in processes:
        process.start()
    orders.close()
    asked.close()
    try:
        yield Crew(sender, reader)
        sender.send(None)
        reader.send(False)
        for process in processes:
            process.join(_END_SECONDS)
    finally:
        for process in processes:
            process.kill()
            process.join()
        sender.close()
        reader.close()
