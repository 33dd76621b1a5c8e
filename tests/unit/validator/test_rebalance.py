"""Rebalances inside calls of the worker: messages of lost lanes are neither sent nor left out.

The source calls `on_revoke` inside `receive` and `keep_alive`, and the worker calls `keep_alive`
while it checks a slow payload and while it waits for a destination. The tests have partitions taken
away, and given back, in all of these places.
"""

import random
from collections.abc import Callable, Sequence

import pytest

from sluicegate.validator.brokers.memory import MemoryBroker, MemorySink, MemorySource, MemoryTransactions
from sluicegate.validator.model import Destination, Message, Outcome, Undelivered
from sluicegate.validator.pipeline.check import Decision
from sluicegate.validator.pipeline.decider import Decider
from sluicegate.validator.pipeline.envelope import Attributes
from sluicegate.validator.pipeline.window import WindowLimits
from sluicegate.validator.ports import Sink, TransactionalSink
from tests.fakes.validator import DEAD, GOOD, INPUT, TOPICS, VALID, Bench, headers, message, stored

Event = Callable[[], None]

DELIVERIES = pytest.mark.parametrize("once", [False, True], ids=["at-least-once", "exactly-once"])


class Peer:
    """Another member of the group. It forwards its messages at once and in order."""

    def __init__(self, broker: MemoryBroker, *, once: bool) -> None:
        self.source = MemorySource(broker, [INPUT], "group")
        self._sink = MemoryTransactions(broker, TOPICS, self.source) if once else MemorySink(broker, TOPICS)
        self.joined = False

    def join(self) -> None:
        self.source.open(_nothing)
        self.joined = True

    def leave(self) -> None:
        self.source.close()
        self.joined = False

    def work(self, limit: int = 3) -> int:
        """Receive once; how many messages came."""
        batch = self.source.receive(limit, 0.0)
        if batch:
            self._sink.send(Destination.VALID, batch)
            if isinstance(self._sink, MemoryTransactions):
                self._sink.commit([batch], 0.0)
            self.source.settle(batch)
        return len(batch)


class InterruptedDecider:
    """Calls the test in the middle of a batch, and gives the sign of life of a slow check."""

    def __init__(self, inner: Decider, bench: "RebalancingBench") -> None:
        self._inner, self._bench = inner, bench
        self.likeness = inner.likeness

    def decide(self, attributes: Attributes) -> Decision:
        found = self._inner.decide(attributes)
        self._bench.slow_check()
        return found


class InterruptedTransactions(MemoryTransactions):
    """Calls the test before it commits; may be silent, or fail."""

    def __init__(self, bench: "RebalancingBench") -> None:
        super().__init__(bench.broker, TOPICS, bench.source)
        self._bench = bench

    def commit(self, done: Sequence[Sequence[Message]], seconds: float) -> Outcome | None:
        match self._bench.commit_answer():
            case "silent":
                return None
            case "failed":
                self.abort()
                return Undelivered("no")
        return super().commit(done, seconds)


class InterruptedSink(MemorySink):
    """Calls the test before it confirms; may be silent, or fail."""

    def __init__(self, bench: "RebalancingBench") -> None:
        super().__init__(bench.broker, TOPICS)
        self._bench = bench
        self._unsent: list[tuple[Destination, Message]] = []

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        self._unsent += [(destination, each) for each in messages]

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        answer = self._bench.commit_answer()
        if answer == "silent":
            return None
        unsent, self._unsent = self._unsent, []
        if answer == "failed":
            return [Undelivered("no")] * len(unsent)
        for destination, each in unsent:
            super().send(destination, [each])
        return super().confirm(seconds)


class RebalancingBench(Bench):
    """A worker whose group changes while it works. `in_check` and `in_commit` run inside it."""

    def __init__(self, *, once: bool, partitions: int = 2, window: int = 20) -> None:
        limits = WindowLimits(batch=7, messages=window, size=1_000_000)
        super().__init__(stored(), stored(9), partitions=partitions, window=limits, confirm=1.0)
        self.once = once
        self.peer = Peer(self.broker, once=once)
        self.in_check: Event = _nothing
        self.in_commit: Callable[[], str] = lambda: "decided"

    def decider(self) -> Decider:
        return InterruptedDecider(super().decider(), self)

    def destination(self) -> Sink | TransactionalSink:
        return InterruptedTransactions(self) if self.once else InterruptedSink(self)

    def slow_check(self) -> None:
        self.in_check()
        self.clock.advance(2.0)
        self.pulse.beat()

    def commit_answer(self) -> str:
        return self.in_commit()

    def put_numbered(self, count: int, head: Callable[[int], int] = lambda number: 1) -> None:
        """Messages with a key each, numbered. `head` gives the schema of each."""
        self.put(*(message(GOOD, key=b"%03d" % each, head=headers(head(each))) for each in range(count)))

    def expel(self) -> None:
        """The group goes on without the worker, which joins again at once."""
        group, source = self.broker.group("group"), self.source
        group.members.remove(source)
        assert source._on_revoke is not None
        source._on_revoke(set(source._next))
        source._let_go(set(source._next))
        group.members.append(source)

    def disturb(self, chance: random.Random) -> None:
        """The peer joins, leaves or works; schemas become unreachable, or reachable again."""
        match chance.randrange(12):
            case 0 if not self.peer.joined:
                self.peer.join()
            case 1 if self.peer.joined:
                self.peer.leave()
            case 2 | 3 | 4 | 5 if self.peer.joined:
                self.peer.work()
            case 6:
                self.schemas.unreachable = {9} if chance.random() < 0.5 else set()

    def finish(self) -> None:
        """The peer finishes its share, and then everything."""
        self.in_check, self.in_commit = _nothing, lambda: "decided"
        self.peer.leave() if self.peer.joined else None
        last = Peer(self.broker, once=self.once)
        last.join()
        while last.work(100):
            pass
        last.leave()

    def assert_complete(self, count: int) -> None:
        """Nothing is lost; nothing is doubled where that is promised; first copies are in order."""
        came = [int(each.key or b"") for each in self.broker.messages(VALID)]
        assert self.broker.messages(DEAD) == []
        assert sorted(set(came)) == list(range(count)), "lost"
        if self.once:
            assert len(came) == len(set(came)), f"doubled: {sorted(each for each in set(came) if came.count(each) > 1)}"
        for partition in range(self.broker.partitions):
            sent = [int(each.key or b"") for each in self.broker.read((INPUT, partition), 0, count)]
            firsts = [each for each in dict.fromkeys(came) if each in set(sent)]
            assert firsts == sent, "out of order"


def _nothing(lanes: object = None) -> None:
    pass


def once_then(action: Event) -> Event:
    """Do it the first time only."""
    left = [action]
    return lambda: left.pop()() if left else None


def keys(bench: Bench) -> list[int]:
    return [int(each.key or b"") for each in bench.broker.messages(VALID)]


@DELIVERIES
def test_batch_being_checked_drops_revoked_partitions(once: bool) -> None:
    """A slow check shows a sign of life, and another member has joined meanwhile."""
    bench = RebalancingBench(once=once)
    bench.put_numbered(7)
    bench.in_check = once_then(bench.peer.join)

    bench.run(until=lambda: bench.peer.joined and bench.settled() > 0)
    ours = set(keys(bench))
    bench.finish()

    assert 0 < len(ours) < 7, "the worker sent its own share only"
    assert len(keys(bench)) == 7
    bench.assert_complete(7)


@DELIVERIES
def test_partitions_lost_and_regained_in_one_check_are_read_anew(once: bool) -> None:
    bench = RebalancingBench(once=once)
    bench.put_numbered(7)

    def away_and_back() -> None:
        bench.peer.join()
        bench.source.keep_alive()
        bench.peer.leave()
        bench.source.keep_alive()

    bench.in_check = once_then(away_and_back)

    bench.run()

    assert len(keys(bench)) == 7
    bench.assert_complete(7)
    assert bench.settled() == 7


@DELIVERIES
def test_batch_behind_a_full_window_drops_revoked_partitions(once: bool) -> None:
    """It was checked before, and waits until the window has room."""
    bench = RebalancingBench(once=once, window=1)
    bench.put_numbered(14)
    answers = iter(["silent", "silent"])

    def commit() -> str:
        if (answer := next(answers, "decided")) == "silent" and not bench.peer.joined:
            bench.peer.join()
        return answer

    bench.in_commit = commit

    bench.run(until=lambda: bench.peer.joined and bench.settled() > 0)
    bench.finish()

    if once:
        assert len(keys(bench)) == 14
    bench.assert_complete(14)


@DELIVERIES
def test_undecided_messages_of_revoked_partitions_are_not_held(once: bool) -> None:
    bench = RebalancingBench(once=once)
    bench.put_numbered(7, head=lambda number: 9)
    bench.schemas.unreachable = {9}
    bench.in_check = once_then(bench.peer.join)
    rounds = iter(range(100))

    def until() -> bool:
        bench.schemas.unreachable = {9} if next(rounds) < 5 else set()
        return bench.peer.joined and bench.settled() > 0

    bench.run(until=until)
    ours = set(keys(bench))
    bench.finish()

    assert 0 < len(ours) < 7
    assert len(keys(bench)) == 7
    bench.assert_complete(7)


@DELIVERIES
def test_held_partition_that_is_lost_and_regained_moves_again(once: bool) -> None:
    """The source's pause of a lane must end with the lane."""
    bench = RebalancingBench(once=once)
    bench.put_numbered(7, head=lambda number: 9)
    bench.schemas.unreachable = {9}
    rounds = iter(range(100))

    def until() -> bool:
        match next(rounds):
            case 2:
                bench.peer.join()
            case 4:
                bench.source.close()
                bench.source.open(bench.made._revoked)
            case 6:
                bench.peer.leave()
            case 8:
                bench.schemas.unreachable = set()
        return bench.settled() == 7

    bench.run(until=until)

    assert bench.settled() == 7
    bench.assert_complete(7)


def test_interrupted_transaction_forgets_nothing_of_a_regained_partition() -> None:
    """The drain ends before the transaction; the partition comes back; a transaction fails."""
    bench = RebalancingBench(once=True)
    bench.put_numbered(14)
    commits = iter(["silent"] * 60 + ["failed"])

    def commit() -> str:
        return next(commits, "decided")

    bench.in_commit = commit
    rounds = iter(range(100))

    def until() -> bool:
        match next(rounds):
            case 1:
                bench.peer.join()
            case 3:
                bench.peer.leave()
        return bench.settled() == 14

    bench.run(until=until)

    assert bench.settled() == 14
    bench.assert_complete(14)


@DELIVERIES
def test_expelled_worker_drops_its_messages_without_waiting(once: bool) -> None:
    """Nothing that it has in flight can be settled any more, and the group waits for it."""
    bench = RebalancingBench(once=once)
    bench.put_numbered(14)
    commits: list[str] = []
    commits_inside: list[int] = []
    checks = iter(range(100))

    def commit() -> str:
        commits.append("decided")
        return commits[-1]

    def expel() -> None:
        if next(checks) == 1:
            before = len(commits)
            bench.expel()
            commits_inside.append(len(commits) - before)

    bench.in_check, bench.in_commit = expel, commit

    bench.run()

    assert commits_inside == [0]
    assert bench.settled() == 14
    bench.assert_complete(14)


def test_commit_with_a_message_of_a_lost_partition_is_refused() -> None:
    """The last check: the sink does not commit such a message, after any fault of the worker."""
    bench = RebalancingBench(once=True)
    bench.put_numbered(10)
    bench.worker()
    source, sink = bench.source, MemoryTransactions(bench.broker, TOPICS, bench.source)
    source.after_round = _nothing
    source.open(_nothing)
    batch = source.receive(10, 0.0)
    bench.peer.join()
    source.keep_alive()
    sink.send(Destination.VALID, batch)

    assert isinstance(sink.commit([batch], 0.0), Undelivered)
    assert keys(bench) == []
    assert bench.settled() == 0


@DELIVERIES
@pytest.mark.parametrize("seed", range(100))
def test_random_rebalances_at_random_points_keep_the_promise(once: bool, seed: int) -> None:
    """A peer joins, leaves and works inside checks and commits; commits are silent or fail."""
    chance = random.Random(seed)
    bench = RebalancingBench(once=once, partitions=chance.choice([2, 3, 5]), window=chance.choice([1, 8, 20]))
    count = 120
    bench.put_numbered(count, head=lambda number: chance.choice([1, 9]))

    def commit() -> str:
        bench.disturb(chance)
        return chance.choice(["decided", "decided", "silent", "failed"])

    def check() -> None:
        for _ in range(chance.choice([0, 1, 4])):
            bench.disturb(chance)
            bench.source.keep_alive()

    bench.in_check, bench.in_commit = check, commit
    rounds = iter(range(1000))

    def until() -> bool:
        bench.disturb(chance)
        return next(rounds) > 40

    bench.run(until=until, rounds=400)
    bench.finish()

    bench.assert_complete(count)
