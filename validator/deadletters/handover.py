"""Two ways to send letters again: in transactions, or message by message.

A letter that the destination refuses never delays the others: after a failure, smaller pieces are
sent until the refused letter is alone. It stays a dead letter, with the reason of the destination.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from sluicegate.shared.clock import Clock
from sluicegate.validator.deadletters import letter
from sluicegate.validator.errors import ValidatorError
from sluicegate.validator.loop.fallbacks import verdict_of
from sluicegate.validator.loop.splitting import halves, pieces
from sluicegate.validator.model import Code, Delivered, Destination, Message, Outcome, Rejected, Undelivered, Valid
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes
from sluicegate.validator.ports import Sink, Source, TransactionalSink

_WAIT_SECONDS: Final = 0.25
_ANSWER_SECONDS: Final = 120.0
"""Longest wait for the outcome of one sending."""
_TRIES: Final = 20
_OF_DESTINATION: Final = frozenset({Code.TOO_LARGE, Code.REFUSED_BY_DESTINATION})
_PAUSES: Final = BackoffTimes(first=0.25, longest=2.0)


class RedriveStopped(ValidatorError):
    """The redrive stopped before its end.

    Its results are kept; the next redrive continues from there.
    """


@dataclass(frozen=True, slots=True)
class Decided:
    """A dead letter, and whether its message passes now.

    `shortened`: its letter is appended with fewer attributes.
    """

    message: Message
    verdict: Valid | Rejected
    shortened: bool = False


class Handover(Protocol):
    """Sends letters on, as the sink does it."""

    def send(self, decided: Sequence[Decided]) -> Sequence[Decided]:
        """Send the messages that pass and acknowledge their letters.

        Returns all letters with their final verdicts. Raises `RedriveStopped` and `SinkFailed`.
        """
        ...


class Tries:
    """Counts tries without success, and pauses between them.

    Raises `RedriveStopped` when there were too many.
    """

    def __init__(self, source: Source, clock: Clock, stop: threading.Event) -> None:
        """Begin with the first try. `stop` ends a pause."""
        self._source = source
        self._clock = clock
        self._stop = stop
        self._backoff = Backoff(_PAUSES)
        self._failed = 0

    def answer(self, ask: Callable[[], Outcome | Sequence[Outcome] | None]) -> Outcome | Sequence[Outcome]:
        """Ask until there is an answer.

        A client may never give one about a broker that is silent.
        """
        until = self._clock.monotonic() + _ANSWER_SECONDS
        while (found := ask()) is None:
            if self._stop.is_set() or self._clock.monotonic() >= until:
                raise RedriveStopped(
                    "The destination gives no answer about the messages. Start again: it goes on from here"
                )
            self._source.keep_alive()
        return found

    def succeeded(self) -> None:
        """Record a delivery."""
        self._failed = 0
        self._backoff.reset()

    def failed(self, detail: str) -> None:
        """Nothing was delivered: pause before the next try."""
        self._failed += 1
        if self._failed >= _TRIES or self._stop.is_set():
            raise RedriveStopped(f"The broker does not take the messages: {detail}. Start again: it goes on from here")
        self._source.keep_alive()
        self._clock.wait(self._backoff.pause(), self._stop)


class MessageByMessage:
    """A `Handover` to a `Sink`.

    Each letter is acknowledged after the delivery of its message; the others are returned at the
    end.
    """

    def __init__(self, source: Source, sink: Sink, tries: Tries) -> None:
        """`source` has the letters."""
        self._source = source
        self._sink = sink
        self._tries = tries

    def send(self, decided: Sequence[Decided]) -> Sequence[Decided]:
        """Send in the order of the letters."""
        done = [each for each in decided if not isinstance(each.verdict, Valid)]
        waiting = deque([[each for each in decided if isinstance(each.verdict, Valid)]])
        while waiting:
            piece = waiting.popleft()
            if piece:
                failed = self._sent(piece, done)
                waiting.extendleft(reversed([list(each) for each in self._again(piece, failed, done)]))
        return done

    def _sent(self, piece: Sequence[Decided], done: list[Decided]) -> list[tuple[Decided, Outcome]]:
        """Send a piece, acknowledge the delivered letters, and return the failures."""
        self._sink.send(Destination.VALID, [letter.original(each.message) for each in piece])
        outcomes = self._tries.answer(lambda: self._sink.confirm(_WAIT_SECONDS))
        assert not isinstance(outcomes, Outcome), "a sink gives one for each message"
        found = list(zip(piece, outcomes, strict=True))
        delivered = [each for each, outcome in found if isinstance(outcome, Delivered)]
        if delivered:
            self._source.settle([each.message for each in delivered])
            self._tries.succeeded()
            done += delivered
        return [(each, outcome) for each, outcome in found if not isinstance(outcome, Delivered)]

    def _again(
        self, piece: Sequence[Decided], failed: Sequence[tuple[Decided, Outcome]], done: list[Decided]
    ) -> Sequence[Sequence[Decided]]:
        """The pieces in which failed letters are sent again."""
        failures = [(each, outcome) for each, outcome in failed if not isinstance(outcome, Delivered)]
        if not failures:
            return []
        first, outcome = failures[0]
        if all(isinstance(each, Undelivered) for _, each in failures):
            self._tries.failed(outcome.detail)
            return [[first], [each for each, _ in failures[1:]]]
        if len(failures) == 1 and len(piece) == 1 and not isinstance(outcome, Undelivered):
            done.append(replace(first, verdict=verdict_of(outcome)))
            return []
        return list(pieces(failures))


class InTransactions:
    """A `Handover` to a `TransactionalSink`, for brokers that keep messages in a log.

    One transaction contains the messages that pass, the other letters (appended again), and the
    offsets.
    """

    def __init__(self, run: str, source: Source, sink: TransactionalSink, tries: Tries) -> None:
        """`source` has the letters; `run` marks the letters that are appended."""
        self._run = run
        self._source = source
        self._sink = sink
        self._tries = tries

    def send(self, decided: Sequence[Decided]) -> Sequence[Decided]:
        """Send in the order of the letters, in fewer and fewer at a time after a refusal."""
        waiting, done = deque([decided]), list[Decided]()
        while waiting:
            piece = waiting.popleft()
            outcome = self._committed(piece)
            if isinstance(outcome, Delivered):
                # The broker has the offsets already. The source must not look through them again.
                self._source.settle([each.message for each in piece])
                self._tries.succeeded()
                done += piece
            elif isinstance(outcome, Undelivered):
                self._tries.failed(outcome.detail)
                waiting.appendleft(piece)
            elif len(piece) > 1:
                waiting.extendleft(reversed(list(halves(piece))))
            elif isinstance(piece[0].verdict, Valid):
                waiting.appendleft([replace(piece[0], verdict=verdict_of(outcome))])
            elif not piece[0].shortened:
                waiting.appendleft([replace(piece[0], shortened=True)])
            else:
                raise RedriveStopped(f"The dead-letter topic refuses a dead letter of its own: {outcome.detail}")
        return done

    def _committed(self, piece: Sequence[Decided]) -> Outcome:
        passing = [letter.original(each.message) for each in piece if isinstance(each.verdict, Valid)]
        left = [self._left(each, each.verdict) for each in piece if not isinstance(each.verdict, Valid)]
        for destination, messages in ((Destination.VALID, passing), (Destination.DEAD_LETTER, left)):
            if messages:
                self._sink.send(destination, messages)
        done = [[each.message for each in piece]]
        outcome = self._tries.answer(lambda: self._sink.commit(done, _WAIT_SECONDS))
        assert isinstance(outcome, Outcome), "a transaction has one"
        return outcome

    def _left(self, each: Decided, verdict: Rejected) -> Message:
        message = each.message
        if verdict.code in _OF_DESTINATION and not letter.is_envelope(message):
            message = letter.refused(message, verdict)
        return letter.marked(letter.shortened(message, each.message) if each.shortened else message, self._run)
