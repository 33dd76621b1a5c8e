"""Each process serves one thread; spent ones are replaced, and no wait is endless."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from sluicegate.shared.sandbox.pool import NoneIdle, ProcessPool


class FakeProcess:
    """Counts how often it was ended."""

    def __init__(self) -> None:
        self.spent = False
        self.ended = 0

    def end(self) -> int:
        self.ended += 1
        self.spent = True
        return -9


class Machine:
    """Starts processes, up to a limit."""

    def __init__(self, limit: int = 100) -> None:
        self.limit = limit
        self.started: list[FakeProcess] = []

    def start(self) -> FakeProcess:
        if len(self.started) >= self.limit:
            raise OSError("no more processes")
        self.started.append(FakeProcess())
        return self.started[-1]


def pool(machine: Machine, size: int) -> ProcessPool[FakeProcess]:
    return ProcessPool(machine.start, size, wait_seconds=0.01)


def test_all_are_started_at_once_and_the_last_used_is_the_next() -> None:
    machine = Machine()
    processes = pool(machine, 3)
    assert len(machine.started) == 3
    used = []
    for _ in range(5):
        with processes.lent() as process:
            used.append(process)
    assert set(map(id, used)) == {id(used[0])}


def test_each_is_lent_to_one_at_a_time() -> None:
    processes = pool(Machine(), 2)
    barrier = Barrier(2)

    def use(_: int) -> int:
        with processes.lent() as process:
            barrier.wait(10)
            return id(process)

    with ThreadPoolExecutor(2) as threads:
        assert len(set(threads.map(use, range(2)))) == 2


def test_nobody_waits_long_for_one_that_is_lent() -> None:
    processes = pool(Machine(), 1)
    with processes.lent(), pytest.raises(NoneIdle), processes.lent():
        pass
    with processes.lent() as process:
        assert not process.spent


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_one_that_was_spent_in_use_is_ended_and_replaced(error: type[BaseException] | None) -> None:
    machine = Machine()
    processes = pool(machine, 1)

    def spend() -> None:
        with processes.lent() as process:
            process.spent = True
            if error is not None:
                raise error

    if error is None:
        spend()
    else:
        with pytest.raises(error):
            spend()
    with processes.lent() as process:
        assert process is machine.started[1]
    assert [each.ended for each in machine.started] == [1, 0]


def test_one_that_came_to_its_end_while_idle_is_replaced_before_it_is_lent() -> None:
    machine = Machine()
    processes = pool(machine, 1)
    machine.started[0].spent = True
    with processes.lent() as process:
        assert process is machine.started[1]


def test_idle_ones_that_came_to_their_end_are_replaced_by_a_sweep() -> None:
    machine = Machine()
    processes = pool(machine, 3)
    machine.started[0].spent = machine.started[2].spent = True
    processes.sweep()
    assert [each.ended for each in machine.started] == [1, 0, 1, 0, 0]
    processes.sweep()
    assert len(machine.started) == 5
    with processes.lent() as process:
        assert not process.spent


def test_sweep_keeps_the_order_and_the_places_of_those_that_could_not_be_started() -> None:
    machine = Machine(limit=2)
    processes = pool(machine, 3)
    processes.sweep()
    machine.limit = 3
    used = []
    for _ in range(2):
        with processes.lent() as process:
            used.append(process)
    assert used == [machine.started[2]] * 2


def test_sweep_of_a_closed_pool_starts_nothing() -> None:
    machine = Machine()
    processes = pool(machine, 1)
    processes.close()
    processes.sweep()
    assert len(machine.started) == 1


def test_a_machine_without_room_is_asked_again_next_time() -> None:
    machine = Machine(limit=0)
    processes = pool(machine, 1)
    for _ in range(2):
        with pytest.raises(NoneIdle), processes.lent():
            pass
    machine.limit = 1
    with processes.lent() as process:
        assert process is machine.started[0]


def test_closing_ends_all_once_those_that_are_lent_too_and_starts_no_other() -> None:
    machine = Machine()
    processes = pool(machine, 2)
    with processes.lent():
        processes.close()
        processes.close()
        assert [each.ended for each in machine.started] == [1, 1]
    for _ in range(3):
        with pytest.raises(NoneIdle), processes.lent():
            pass
    assert len(machine.started) == 2
