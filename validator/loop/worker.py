"""The loop: receive -> process -> publish -> settle."""

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.validator.errors import DeadLetterBudgetSpent, Interrupted, MessageUndeliverable
from sluicegate.validator.loop.delivery import Delivery
from sluicegate.validator.loop.fallbacks import Overflow
from sluicegate.validator.loop.tools import Means
from sluicegate.validator.loop.transactions import TransactionalDelivery
from sluicegate.validator.model import Lane, Message, Retry
from sluicegate.validator.pipeline.budget import DeadLetterBudget
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.pipeline.held import Held
from sluicegate.validator.pipeline.limited import Pulse
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes
from sluicegate.validator.pipeline.ownership import Ownership
from sluicegate.validator.pipeline.process import Judged, Processor
from sluicegate.validator.pipeline.window import Window, WindowLimits, payload_bytes
from sluicegate.validator.ports import Reachable, Releasing, Sink, Source, Tracer, TransactionalSink
from sluicegate.validator.telemetry.metrics import Metrics

_LAG_SECONDS = 5.0
_SIGN_SECONDS = 1.0
_REACH_SECONDS = 2.0
"""Limit for one question whether the destination answers."""
_WITHDRAWAL_SECONDS = 5.0
"""Limit for a sink that gives up its messages; a request may have no answer for much longer."""
_REACH_PAUSES = BackoffTimes(longest=2.0)
_RETURN_PAUSES = BackoffTimes(first=1.0, longest=30.0)
"""Pauses before messages are received again that were given back in an outage."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Times of the loop in seconds, and the window.

    `receive`: wait for a message; `confirm`: longest time before delivered messages are
    acknowledged; `held`: between two checks of messages without a schema; `drain`: wait of a stop
    or rebalance for messages in flight; `outage`: time without an accepted message after which
    messages are returned, if that counts no delivery; `silence`: a loop without a sign of life for
    this time has stalled.
    """

    window: WindowLimits = WindowLimits()  # noqa: RUF009 - a frozen value
    receive: float = 0.1
    confirm: float = 0.25
    held: float = 0.25
    drain: float = 10.0
    outage: float = 5.0
    silence: float = 60.0
    resend: BackoffTimes = BackoffTimes()  # noqa: RUF009 - a frozen value


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of a worker.

    Their creator closes them, except for the source, which the worker opens and closes.
    """

    source: Source
    sink: Sink | TransactionalSink
    processor: Processor
    letters: DeadLetters
    clock: Clock
    metrics: Metrics
    budget: DeadLetterBudget | None = None
    overflow: Overflow = Overflow()  # noqa: RUF009 - a frozen value
    pulse: Pulse = field(default_factory=Pulse)
    tracer: Tracer | None = None


class Worker:
    """One source, one sink, one thread.

    A batch is settled when all of it is delivered, which is asked while the next one is being
    judged: at least once; exactly once when the sink is transactional. A message whose schema
    cannot be asked for holds up its lane and no other. `alive`, `sending`, `spent` and `assigned`
    may be read from any thread.
    """

    def __init__(self, parts: Parts, pace: Pace, stop: threading.Event) -> None:
        """Prepare. `stop` ends `run` from any thread or signal handler."""
        self._parts = parts
        parts.pulse.beat = self._idle_at_times
        self._pace = pace
        self._stop = stop
        self._held = Held(parts.source.lane)
        self._ownership = Ownership(parts.source.lane)
        means = Means(
            letters=parts.letters,
            positions=parts.source,
            ownership=self._ownership,
            backoff=Backoff(pace.resend),
            clock=parts.clock,
            metrics=parts.metrics,
            idle=self._idle,
            budget=parts.budget,
        )
        self._delivery = _delivery(parts, means, Window(pace.window))
        self._deadline: float | None = None
        self.halted: DeadLetterBudgetSpent | MessageUndeliverable | None = None
        self._released = False  # the source has no messages until the destination answers
        self._withdrawing: float | None = None  # since when the sink gives up its messages
        self._returning = Backoff(_RETURN_PAUSES)
        self._unreached = False  # the destination was asked whether it answers, and has not yet
        self._leaving = False  # the source is revoking lanes, or closing: it must not be called now
        self._confirmed = self._looked = self._counted = self._beat = parts.clock.monotonic()

    @property
    def alive(self) -> bool:
        """Whether the loop moves."""
        return self._parts.clock.monotonic() - self._beat < self._pace.silence

    @property
    def tracer(self) -> Tracer | None:
        """Return the receiver of spans, or None."""
        return self._parts.tracer

    @property
    def spent(self) -> bool:
        """Whether the budget of dead letters is exhausted."""
        return isinstance(self.halted, DeadLetterBudgetSpent)

    @property
    def sending(self) -> bool:
        """Whether the destination takes messages."""
        failing = self._unreached or self._delivery.failing
        return not failing and not isinstance(self.halted, MessageUndeliverable)

    @property
    def assigned(self) -> bool:
        """Whether the source has accepted this worker."""
        return self._parts.source.assigned

    def run(self) -> None:
        """Work until `stop` is set; then deliver and acknowledge messages in flight, and end.

        Raises `ValidatorError` if it cannot continue. If a restart had the same result (the budget
        of dead letters is exhausted, a message that no destination accepts), it leaves the group at
        once and is halted until `stop` is set.
        """
        try:
            self._work()
        except (DeadLetterBudgetSpent, MessageUndeliverable) as error:
            self.halted = error
            logger().error("worker halted", detail=error.message)
            while not self._parts.clock.wait(self._pace.confirm, self._stop):
                self._beat = self._parts.clock.monotonic()
            raise

    def _work(self) -> None:
        source = self._parts.source
        self._await_destination()
        if self._stop.is_set():
            return
        try:
            source.open(self._revoked)
            while not self._stop.is_set():
                self._step()
            self._drain()
        except Interrupted:
            logger().warning("stopped before everything was delivered; it comes again")
        finally:
            self._leaving = True
            source.close()

    def _await_destination(self) -> None:
        """Wait until the destination has answered once.

        A worker that receives before that, and is restarted during an outage, uses up deliveries,
        which Service Bus and Pub/Sub count.
        """
        sink, clock, backoff = self._parts.sink, self._parts.clock, Backoff(_REACH_PAUSES)
        if not isinstance(sink, Reachable):
            return
        while not self._stop.is_set() and not sink.reachable(_REACH_SECONDS):
            self._beat = clock.monotonic()
            if not self._unreached:
                logger().warning("destination unreachable; no messages are received until it answers")
            self._unreached = True
            clock.wait(backoff.pause(), self._stop)
        if self._unreached and not self._stop.is_set():
            logger().info("destination reached")
        self._unreached = False

    def _release_in_outage(self) -> None:
        """Return messages during an outage, so that the end of this process counts no delivery.

        The sink withdraws them first, or they would be delivered twice after the outage.
        """
        source = self._parts.source
        if self._released or self._delivery.outage_seconds < self._pace.outage or not isinstance(source, Releasing):
            return
        if self._delivery.confirming and self._withdrawn():  # the delivery has all messages
            logger().warning("messages given back: the destination takes none")
            self._released = True
            # or a slow destination would get them repeatedly
            self._settled(self._delivery.delivered())
            source.release()

    def _withdrawn(self) -> bool:
        """Return whether the sink has given up its messages, or had enough time for that."""
        now = self._parts.clock.monotonic()
        since = self._withdrawing = now if self._withdrawing is None else self._withdrawing
        return now - since >= _WITHDRAWAL_SECONDS or not self._delivery.withdraw()

    def _return(self) -> None:
        """Wait until messages may be received again.

        A destination that answers and takes none makes the pauses grow.
        """
        clock = self._parts.clock
        until, self._unreached = clock.monotonic() + self._returning.pause(), True
        while not self._stop.is_set() and (left := until - clock.monotonic()) > 0:
            self._beat = clock.monotonic()
            clock.wait(min(left, _REACH_SECONDS), self._stop)
        self._await_destination()
        self._released = self._unreached = False

    def _step(self) -> None:
        self._beat = self._parts.clock.monotonic()
        if self._released:
            self._return()
            return
        if self._held:
            self._look_at_held()
        batch = self._parts.source.receive(self._delivery.window.room(), self._pace.receive)
        if batch:
            self._take(batch)
        if not batch or self._parts.clock.monotonic() - self._confirmed >= self._pace.confirm:
            self._settle()
        self._observe()

    def _take(self, batch: Sequence[Message]) -> None:
        """Judge a batch, while the one before is on its way, and send it on."""
        metrics = self._parts.metrics
        metrics.received.inc(len(batch))
        metrics.received_bytes.inc(payload_bytes(batch))
        metrics.batch_messages.observe(len(batch))
        started = self._parts.clock.monotonic()
        batch = self._held.admit(batch)
        if batch:
            self._forward(batch, started)
        metrics.batch_seconds.observe(self._parts.clock.monotonic() - started)

    def _forward(self, batch: Sequence[Message], received: float) -> None:
        tracer = self._parts.tracer
        with nullcontext() if tracer is None or not batch else tracer.batch(batch):
            self._pass_on(batch, received)

    def _pass_on(self, batch: Sequence[Message], received: float) -> None:
        """Check a batch and send it. A rebalance in both may take away lanes of the batch."""
        epoch = self._ownership.epoch
        judged = self._parts.processor.process(batch)
        if judged.undecided:
            batch = self._hold(self._ownership.owned(batch, epoch), judged.undecided)
            judged = judged.only(batch)
        self._spend(batch, judged)
        if self._delivery.window.full or self._delivery.failing:
            self._settle()
        owned = self._ownership.owned(batch, epoch)
        if owned is not batch:
            logger().info("messages of lost lanes dropped before sending", count=len(batch) - len(owned))
            judged = judged.only(owned)
        if owned:
            self._delivery.send(owned, judged, received)
            self._count(judged)

    def _spend(self, batch: Sequence[Message], judged: Judged) -> None:
        """Count dead letters.

        Raises `DeadLetterBudgetSpent` before a message of the batch is sent: all are redelivered.
        """
        budget = self._parts.budget
        if budget is not None and (why := budget.spend(len(batch), len(judged.rejected))) is not None:
            raise DeadLetterBudgetSpent(why)

    def _hold(self, batch: Sequence[Message], undecided: Sequence[tuple[Message, Retry]]) -> Sequence[Message]:
        logger().warning("messages wait for their schema", count=len(undecided), reason=undecided[0][1].reason)
        going = self._held.stop_at(batch, [message for message, _ in undecided])
        self._parts.source.hold(self._held.lanes)
        self._looked = self._parts.clock.monotonic()
        return going

    def _look_at_held(self) -> None:
        """Let go of the lanes whose first message can be decided now."""
        now = self._parts.clock.monotonic()
        if now - self._looked < self._pace.held:
            return
        self._looked = now
        for lane, message in self._held.heads():
            if not isinstance(self._parts.processor.judge(message), Retry):
                self._forward(self._held.release(lane), now)
        self._parts.source.hold(self._held.lanes)

    def _settle(self) -> None:
        """Wait for deliveries in flight, and acknowledge them at the source."""
        for batch in self._delivery.confirm():
            self._settled(batch)
        self._confirmed = self._parts.clock.monotonic()
        self._withdrawing = None

    def _settled(self, batch: Sequence[Message]) -> None:
        self._parts.source.settle(batch)
        self._parts.metrics.settled.inc(len(batch))
        if batch:
            self._returning.reset()

    def _idle(self) -> None:
        """A sign of life while the sink, or a long check, makes us wait.

        Raises `Interrupted` when we have waited long enough to stop.
        """
        self._beat = self._parts.clock.monotonic()
        if self._stop.is_set() and self._deadline is None:
            self._deadline = self._beat + self._pace.drain
        if self._deadline is not None and self._beat >= self._deadline:
            raise Interrupted
        if not self._leaving:
            self._release_in_outage()
            self._parts.source.keep_alive()

    def _idle_at_times(self) -> None:
        """Call `idle` during judging, but only after a time: sources do it at the cost of speed."""
        if self._parts.clock.monotonic() - self._beat >= _SIGN_SECONDS:
            self._idle()

    def _drain(self) -> None:
        """Acknowledge messages in flight, if possible in time."""
        self._deadline = self._parts.clock.monotonic() + self._pace.drain
        self._settle()

    def _revoked(self, lanes: Collection[Lane]) -> None:
        """Settle messages in flight while that is possible, then drop all messages of these lanes.

        Other workers have them now. Nothing can be settled when the group has expelled this worker,
        nor inside `confirm`, which waits for the same messages.
        """
        if not self._leaving and not self._delivery.confirming and self._parts.source.assigned:
            self._settle_before_loss(len(lanes))
        self._ownership.lose(lanes)
        self._held.forget(lanes)
        self._delivery.forget_lost()
        self._parts.source.hold(self._held.lanes)  # a lane that returns must not be paused any more

    def _settle_before_loss(self, lanes: int) -> None:
        self._leaving, before = True, self._deadline
        try:
            self._drain()
        except Interrupted:
            logger().warning("lanes revoked before their messages were delivered", lanes=lanes)
        finally:
            self._leaving, self._deadline = False, before

    def _count(self, judged: Judged) -> None:
        metrics = self._parts.metrics
        metrics.valid.inc(len(judged.valid))
        for (schema_format, code), count in judged.counts().items():
            metrics.judged(schema_format, code, count)
        for code, count in Counter(verdict.code for _, verdict in judged.rejected).items():
            metrics.rejected(code, count)

    def _observe(self) -> None:
        """Update gauges that need not be exact."""
        now = self._parts.clock.monotonic()
        if now - self._counted < _LAG_SECONDS:
            return
        self._counted = now
        metrics = self._parts.metrics
        metrics.held.set(len(self._held))
        metrics.assigned.set(self.assigned)
        for gap in self._parts.source.gaps():
            metrics.gap(gap)
        lag = self._parts.source.lag()
        if lag is not None:
            metrics.lag.set(lag)


def _delivery(parts: Parts, means: Means, window: Window) -> Delivery | TransactionalDelivery:
    if isinstance(parts.sink, TransactionalSink):
        return TransactionalDelivery(parts.sink, means, window, parts.overflow)
    return Delivery(parts.sink, means, window, parts.overflow)
