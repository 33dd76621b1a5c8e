"""The main task on real parts: messages arrive unchanged at the right place, also after kills."""

import json
import threading
from collections.abc import Callable, Sequence

import pytest

from sluicegate.shared.clock import SystemClock
from tests.acceptance.system import System, arrived, assert_order_is_kept, producer, send
from tests.acceptance.traffic import ORDER, PERSON, Ids, Sent, messages
from tests.fixtures.programs import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

COUNT = 10_000


def test_each_message_arrives_exactly_where_it_should(system: System) -> None:
    ids, sent = _started(system)

    send(system, producer(system), sent)

    arrivals = arrived(system, sent)
    assert ids
    assert {len(copies) for copies in arrivals.by_number.values()} == {1}, "nothing failed, so nothing comes twice"
    assert_order_is_kept(arrivals, sent)
    assert system.validator.terminate() == 0, system.validator.log[-2000:]
    assert system.registry.terminate() == 0, system.registry.log[-2000:]


def test_nothing_is_lost_when_the_registry_is_killed_and_started_again(system: System) -> None:
    _, sent = _started(system)
    with _sending_slowly(system, sent) as at:
        at(COUNT // 3)
        system.registry.kill()
        at(2 * COUNT // 3)  # a third of the traffic, with the late schema in it, meets no registry
        system.registry.start().ready()

    arrivals = arrived(system, sent)

    assert_order_is_kept(arrivals, sent)


def test_nothing_is_lost_when_the_validator_is_killed_twice(system: System) -> None:
    _, sent = _started(system)
    with _sending_slowly(system, sent) as at:
        at(COUNT // 3)
        system.validator.kill()
        system.validator.start()
        at(2 * COUNT // 3)
        system.validator.ready()
        system.validator.kill()
        system.validator.start()

    arrived(system, sent)


def _started(system: System) -> tuple[Ids, Sequence[Sent]]:
    system.registry.start().ready()
    ids = Ids(
        person=system.register("person", "json", json.dumps(PERSON)),
        order=system.register("order", "avro", json.dumps(ORDER)),
        late=system.register("late", "json", json.dumps({**PERSON, "title": "late"})),
    )
    system.validator.start().ready()
    return ids, tuple(messages(ids, COUNT, late_from=COUNT // 3))


class _sending_slowly:  # noqa: N801 - reads as what it does, after `with`
    """Sends over some seconds, from a thread, so that there is a middle to kill something in."""

    CHUNK = 100
    PAUSE = 0.08

    def __init__(self, system: System, sent: Sequence[Sent]) -> None:
        self._system, self._sent = system, sent
        self._done = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Callable[[int], None]:
        self._thread.start()
        return lambda number: until(lambda: self._done >= number, f"{number} messages sent")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        clock, to = SystemClock(), producer(self._system)
        for start in range(0, len(self._sent), self.CHUNK):
            if clock.wait(self.PAUSE, self._stop):
                return
            send(self._system, to, self._sent[start : start + self.CHUNK])
            self._done = start + self.CHUNK
