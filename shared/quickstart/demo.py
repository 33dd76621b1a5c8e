"""The demonstration: samples go in, and each must come out where it should, as it was."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sluicegate.shared.clock import Clock
from sluicegate.shared.quickstart.arrival import ShownArrival
from sluicegate.shared.quickstart.errors import DemoFailed
from sluicegate.shared.quickstart.messages import SampleMessage
from sluicegate.shared.quickstart.screen import Screen

_ARRIVE_SECONDS = 30.0
_PACE_SECONDS = 0.1  # a stream that eyes can follow
_POLL_SECONDS = 0.1


class Traffic(Protocol):
    """The messages that go in and come out. Both methods may block and may raise `BrokerSilent`."""

    def send(self, key: str, message: SampleMessage) -> None:
        """Put a sample on `input`."""
        ...

    def next(self, seconds: float) -> ShownArrival | None:
        """Return the next arrival in `valid` or `dead-letter`; None after the time."""
        ...


class Demo:
    """Sends sample messages and watches them arrive.

    `check` is called all along, and raises when a part is gone.
    """

    def __init__(self, stream: Traffic, screen: Screen, clock: Clock, check: Callable[[], None]) -> None:
        """Use these parts; nothing is opened or closed here."""
        self._stream = stream
        self._screen = screen
        self._clock = clock
        self._check = check

    def run(self, messages: Sequence[SampleMessage]) -> None:
        """Send all, and see all arrive.

        Raises `DemoFailed` naming every message that was lost, changed, or sent elsewhere.
        """
        sent = {f"sample-{number:02}": message for number, message in enumerate(messages, 1)}
        arrived: dict[str, ShownArrival] = {}
        self._screen.stream_begins()
        for key, message in sent.items():
            self._stream.send(key, message)
            self._watch(sent, arrived, _PACE_SECONDS)
        deadline = self._clock.monotonic() + _ARRIVE_SECONDS
        while len(arrived) < len(sent) and self._clock.monotonic() < deadline:
            self._watch(sent, arrived, _POLL_SECONDS)
        mistakes = [mistake for key, message in sent.items() if (mistake := fault(key, message, arrived.get(key)))]
        if mistakes:
            raise DemoFailed("The demonstration failed:\n  " + "\n  ".join(mistakes))
        self._screen.stream_ended(arrived.values())

    def follow(self) -> None:
        """Show further arrivals until the run ends."""
        while True:
            self._watch({}, {}, _POLL_SECONDS)

    def _watch(self, sent: Mapping[str, SampleMessage], arrived: dict[str, ShownArrival], seconds: float) -> None:
        """Show arrivals within the time."""
        self._check()
        deadline = self._clock.monotonic() + seconds
        while (left := deadline - self._clock.monotonic()) > 0:
            arrival = self._stream.next(left)
            if arrival is None:
                return
            message = sent.get(arrival.key)
            if message is not None:
                arrived[arrival.key] = arrival
            self._screen.arrival(arrival, message.shows if message else None)


def fault(key: str, message: SampleMessage, arrival: ShownArrival | None) -> str | None:
    """Return the difference from the expected arrival of a message; None if there is none."""
    what = f"{key} ({message.shows})"
    if arrival is None:
        return f"{what} did not arrive"
    if (arrival.topic, arrival.code) != (message.destination, message.code):
        expected = " ".join(filter(None, (message.destination, message.code)))
        got = " ".join(filter(None, (arrival.topic, arrival.code, arrival.reason)))
        return f"{what} should go to {expected}, and went to {got}"
    if arrival.payload != message.payload or not message.headers.items() <= arrival.headers.items():
        return f"{what} arrived with another payload or other headers"
    return None
