"""Service Bus in the suite of faults, on the project's server.

The test reads and writes messages also while the server is down.
"""

import threading
from collections.abc import Sequence

from sluicegate.shared.clock import SystemClock
from tests.faults.account import VALID, Arrival, Sent
from tests.faults.traffic import KEYS
from tests.fixtures.servicebus_entities import Stored
from tests.fixtures.servicebus_server import ServiceBusServer

_GOALS = ("valid", "dead-letter")
_LOCK_SECONDS = 5.0
_READ_SECONDS = 0.2
_OFTEN = 1_000_000
_NEVER = threading.Event()


class ServiceBusPipe:
    """A queue to read, with sessions, one for each key, and two queues to write to."""

    once = False

    def __init__(self, server: ServiceBusServer) -> None:
        self._server = server
        self.input = server.create_queue("input", sessions=True, lock_seconds=_LOCK_SECONDS, max_deliveries=_OFTEN)
        for goal in _GOALS:
            server.create_queue(goal)

    def settings(self) -> str:
        where = f'broker = "servicebus"\nconnection_string = "{self._server.connection_string}"'
        return f"""
[source]
{where}
queue = "{self.input}"
sessions = {KEYS + 3}
session_wait_seconds = 1.0
[destination]
{where}
valid = "valid"
dead_letter = "dead-letter"
"""

    def send(self, messages: Sequence[Sent]) -> None:
        self._server.put(self.input, [(each.payload, _properties(each), each.key) for each in messages])

    def read(self) -> Sequence[Arrival]:
        found = [_arrival(stored, goal) for goal in _GOALS for stored in self._server.take(goal)]
        if not found:
            SystemClock().wait(_READ_SECONDS, _NEVER)
        return found

    def drained(self) -> bool:
        """Return whether all read messages are completed, and none is a dead letter."""
        return not self._server.messages(self.input) and not self._server.messages(f"{self.input}/$DeadLetterQueue")


def _properties(sent: Sent) -> dict[str, str]:
    return {name: value.decode() for name, value in sent.attributes}


def _arrival(stored: Stored, goal: str) -> Arrival:
    properties = stored.properties
    fate = VALID if goal == "valid" else str(properties["deadLetterErrorCode"])
    return Arrival(int(properties["id"]), stored.session or "", stored.payload or b"", fate, goal, stored.sequence)
