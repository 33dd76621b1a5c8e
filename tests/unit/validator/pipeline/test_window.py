"""The in-flight budget, by count and by bytes."""

from collections.abc import Sequence

import pytest

from sluicegate.validator.model import Destination, Message
from sluicegate.validator.pipeline.window import Window, WindowLimits
from tests.fakes.validator import Bench, message

LIMITS = WindowLimits(batch=10, messages=30, size=10_000)


def batch(count: int, size: int = 10) -> list[Message]:
    return [message(b"x" * size) for _ in range(count)]


def test_by_count() -> None:
    window = Window(LIMITS)
    for _ in range(2):
        window.add(batch(10))
        assert not window.full
    window.add(batch(10))

    assert window.full
    window.clear()
    assert not window.full


def test_by_bytes() -> None:
    window = Window(LIMITS)
    window.add(batch(9, 1000))
    assert not window.full

    window.add(batch(1, 1000))

    assert window.full


def test_no_more_is_asked_for_than_there_is_room_for() -> None:
    window = Window(LIMITS)
    for _ in range(20):  # until it knows the size of messages
        window.clear()
        window.add(batch(4, 1000))
    assert window.room() == 6, "six more of this size fit"

    window.add(batch(6, 1000))

    assert window.room() == 1, "the worker goes on, a message at a time"


def test_small_messages_are_asked_for_in_whole_batches_again() -> None:
    window = Window(LIMITS)
    window.add(batch(1, 9000))
    window.clear()
    assert window.room() == 1

    for _ in range(20):
        window.add(batch(1))
        window.clear()

    assert window.room() == LIMITS.batch


def test_payloads_that_are_null_have_no_bytes() -> None:
    window = Window(LIMITS)
    window.add([message(None), message(b"xx")])

    assert window.size == 2


class _Measured(Bench):
    """Looks at how much is in flight whenever more is sent."""

    def run_measured(self) -> tuple[int, int]:
        """The most messages, and the most bytes, that were in flight."""
        most = [0, 0]
        send, confirm = self.sink.send, self.sink.confirm
        flying: list[int] = []

        def sent(destination: Destination, messages: Sequence[Message]) -> None:
            flying.extend(len(each.payload or b"") for each in messages)
            most[:] = [max(most[0], len(flying)), max(most[1], sum(flying))]
            send(destination, messages)

        def confirmed(seconds: float) -> object:
            flying.clear()
            return confirm(seconds)

        self.sink.send, self.sink.confirm = sent, confirmed  # type: ignore[method-assign, assignment]  # measured on their way
        self.run()
        return most[0], most[1]


@pytest.mark.parametrize("size", [10, 400])
def test_the_worker_has_no_more_in_flight_than_that_and_a_batch(size: int) -> None:
    bench = _Measured(partitions=1, window=WindowLimits(batch=7, messages=30, size=3000), confirm=1000.0)
    payload = b'{"age":1,"x":"' + b"x" * size + b'"}'
    bench.put(*[message(payload, key=b"k") for _ in range(300)])

    messages, size_in_flight = bench.run_measured()

    assert len(bench.payloads("valid")) == 300
    assert messages <= 30 + 7
    assert size_in_flight <= 3000 + 7 * len(payload)
