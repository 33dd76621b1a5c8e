"""Redrives over brokers in memory: with transactions, and without."""

import itertools
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import Violation
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.validator.brokers.letters import Redriving
from sluicegate.validator.brokers.memory import MemoryBroker, MemorySink, MemorySource, MemoryTransactions
from sluicegate.validator.checking.checker import TOO_EXPENSIVE
from sluicegate.validator.deadletters import judging, letter, trial
from sluicegate.validator.deadletters.handover import RedriveStopped
from sluicegate.validator.deadletters.judging import RedriveQuestionWrong
from sluicegate.validator.deadletters.redrive import Redrive, RedriveLimits, Tally
from sluicegate.validator.model import (
    Code,
    Destination,
    Failure,
    Headers,
    Invalid,
    Lookup,
    Message,
    Outcome,
    Refused,
    SchemaRef,
    TooLarge,
    Unavailable,
    Undelivered,
    Unprocessable,
    Unreadable,
    Valid,
)
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.pipeline.decider import ByAttributes, LatestVersion
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.settings.modes import WireFormat
from tests.fakes.clock import FakeClock
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import BAD, DEAD, GOOD, PERSON, TOPICS, VALID, headers, message, stored
from tests.hostile.checks import compact, doubling, nested

LENIENT = '{"type":"object"}'


class Ticking(FakeClock):
    """Time goes on with each look at it, so that quiet ends."""

    def monotonic(self) -> float:
        self.advance(0.5)
        return super().monotonic()


def put(broker: MemoryBroker, *payloads: bytes) -> None:
    desk = DeadLetters("w")
    verdict = Invalid(Code.PAYLOAD_INVALID, (Violation("/age", "minimum", "no"),))
    for number, payload in enumerate(payloads):
        original = message(payload, b"k%d" % number, headers())
        broker.append(DEAD, desk.write(original, verdict, "memory://in", b"now"))


def processor(text: str = PERSON) -> Processor:
    return Processor(ByAttributes(Checks(FakeSchemas(stored(text=text)), catalog.engine, 10)))


def redrive(broker: MemoryBroker, judge: Processor, *, log: bool = True, limits: RedriveLimits | None = None) -> Tally:
    source = MemorySource(broker, [DEAD], "redrive")
    sink = MemoryTransactions(broker, TOPICS, source) if log else MemorySink(broker, TOPICS)
    run = Redrive(Redriving(source, sink), judge, limits or RedriveLimits(quiet=1.0), Ticking())
    return run.run(threading.Event(), lambda _: None)


def payloads(messages: Sequence[Message]) -> list[bytes | None]:
    return sorted([each.payload for each in messages], key=lambda each: each or b"")


@pytest.fixture
def broker() -> MemoryBroker:
    made = MemoryBroker()
    put(made, GOOD, BAD, GOOD, b"{")
    return made


@pytest.mark.parametrize("log", [True, False])
def test_what_passes_goes_on_as_it_was(broker: MemoryBroker, log: bool) -> None:
    done = redrive(broker, processor(), log=log)

    assert (done.passed, done.stayed, done.codes) == (2, 2, {"payload_invalid": 1, "payload_malformed": 1})
    assert [each.headers for each in broker.messages(VALID)] == [headers()] * 2
    assert payloads(broker.messages(VALID)) == [GOOD, GOOD]


def test_what_is_sent_on_is_not_sent_again_and_what_stays_is_checked_again(broker: MemoryBroker) -> None:
    redrive(broker, processor())
    second = redrive(broker, processor())
    third = redrive(broker, processor(LENIENT))

    assert (second.passed, second.stayed) == (0, 2)
    assert (third.passed, third.stayed) == (1, 1)
    assert payloads(broker.messages(VALID)) == sorted([GOOD, GOOD, BAD])


def test_what_stays_says_which_redrive_has_left_it_and_nothing_else_changes(broker: MemoryBroker) -> None:
    before = {each.payload: each.headers for each in broker.messages(DEAD)}
    redrive(broker, processor())
    left = [each for each in broker.messages(DEAD) if letter.mark(each)]

    assert payloads(left) == sorted([BAD, b"{"])
    for each in left:
        assert each.payload is not None
        assert each.headers[:-1] == before[each.payload]


class CountingSource(MemorySource):
    """Counts the messages that it hands out."""

    handed = 0

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        found = super().receive(limit, seconds)
        self.handed += len(found)
        return found


def test_a_redrive_reads_no_further_than_the_letters_that_it_has_left() -> None:
    """It would fetch all that it has appended, and all dead letters that arrive meanwhile."""
    broker = MemoryBroker(partitions=1)
    put(broker, *[BAD] * 3_000)
    source = CountingSource(broker, [DEAD], "redrive")
    sides = Redriving(source, MemoryTransactions(broker, TOPICS, source))

    done = Redrive(sides, processor(), RedriveLimits(quiet=1.0), Ticking()).run(threading.Event(), lambda _: None)

    assert done.stayed == 3_000
    assert source.handed <= 3_500, "one batch more"


def test_a_redrive_ends_though_it_appends_to_what_it_reads() -> None:
    broker = MemoryBroker()
    put(broker, *[BAD] * 2_000)

    assert redrive(broker, processor()).stayed == 2_000


class RefusingSink(MemorySink):
    """Refuses a whole call for one payload, as brokers do; it fails for `down` calls."""

    def __init__(self, broker: MemoryBroker, failure: Failure, down: int = 0) -> None:
        super().__init__(broker, TOPICS)
        self.failure, self.down = failure, down

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        if self.down:
            self.down -= 1
            self._outcomes += [Undelivered("away")] * len(messages)
        elif UNWANTED in [each.payload for each in messages]:
            self._outcomes += [self.failure] * len(messages)
        else:
            super().send(destination, messages)


class RefusingTransactions(MemoryTransactions):
    """The same with transactions; the dead-letter topic takes everything."""

    def __init__(self, broker: MemoryBroker, source: MemorySource, failure: Failure, down: int = 0) -> None:
        super().__init__(broker, TOPICS, source)
        self.failure, self.down = failure, down

    def commit(self, done: Sequence[Sequence[Message]], seconds: float) -> Outcome | None:
        unwanted = any(topic == VALID and each.payload == UNWANTED for topic, each in self._written)
        if self.down or unwanted:
            failure: Failure = Undelivered("away") if self.down else self.failure
            self.down = max(0, self.down - 1)
            self.abort()
            return failure
        return super().commit(done, seconds)


UNWANTED = b'{"age":99}'


def refusing(broker: MemoryBroker, failure: Failure, *, log: bool, down: int = 0) -> tuple[Tally, Ticking]:
    """A redrive to a destination that refuses one payload."""
    source = MemorySource(broker, [DEAD], "redrive")
    sink = RefusingTransactions(broker, source, failure, down) if log else RefusingSink(broker, failure, down)
    clock = Ticking()
    run = Redrive(Redriving(source, sink), processor(), RedriveLimits(quiet=1.0), clock)
    return run.run(threading.Event(), lambda _: None), clock


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize(
    ("failure", "code"), [(TooLarge("9 MB"), "too_large"), (Refused("no key"), "refused_by_destination")]
)
def test_a_refused_letter_stays_and_the_others_are_sent_once(failure: Failure, code: str, log: bool) -> None:
    broker = MemoryBroker(partitions=1)
    good = [b'{"age":%d}' % number for number in range(6)]
    put(broker, *good[:3], UNWANTED, BAD, *good[3:])

    first, _ = refusing(broker, failure, log=log)

    assert (first.passed, first.stayed) == (6, 2)
    assert first.codes == {code: 1, "payload_invalid": 1}
    assert payloads(broker.messages(VALID)) == good
    if log:
        second, _ = refusing(broker, failure, log=log)
        assert (second.passed, second.stayed) == (0, 2)
        assert payloads(broker.messages(VALID)) == good
        left = [each for each in broker.messages(DEAD) if letter.mark(each) and each.payload == UNWANTED]
        assert {letter.read(each, "").code for each in left} == {code}
        assert letter.original(left[0]).headers == headers(), "it can pass when the destination takes it"


@pytest.mark.parametrize("log", [True, False])
def test_a_redrive_pauses_between_tries_and_then_goes_on(broker: MemoryBroker, log: bool) -> None:
    done, clock = refusing(broker, Refused("no"), log=log, down=3)

    assert (done.passed, done.stayed) == (2, 2)
    assert len([pause for pause in clock.waits if pause > 0]) >= 3


@pytest.mark.parametrize("log", [True, False])
def test_a_destination_that_stays_away_stops_the_redrive_and_sends_nothing_twice(
    broker: MemoryBroker, log: bool
) -> None:
    with pytest.raises(RedriveStopped, match="does not take the messages: away"):
        refusing(broker, Refused("no"), log=log, down=1_000)

    assert redrive(broker, processor(), log=log).passed == 2
    assert payloads(broker.messages(VALID)) == [GOOD, GOOD]


@pytest.mark.parametrize("log", [True, False])
def test_an_envelope_is_never_sent_on(log: bool) -> None:
    broker = MemoryBroker()
    verdict = Unprocessable(Code.TOO_LARGE, "9 MB")
    broker.append(DEAD, DeadLetters("w").write_envelope(message(GOOD), verdict, "kafka://in/0/7", b"now"))

    done = redrive(broker, processor(), log=log)

    assert (done.passed, done.codes) == (0, {"too_large": 1})
    assert broker.messages(VALID) == []
    assert dict(broker.messages(DEAD)[-1].headers)["deadLetterErrorReason"] == b"9 MB"


@pytest.mark.parametrize("reason", ["n" * 90, "no", ""])
def test_a_letter_that_has_no_room_for_a_mark_stops_nothing(reason: str) -> None:
    """The worker wrote it with the fewest bytes, and the topic holds not one byte more."""
    broker = MemoryBroker(partitions=1)
    verdict = Unprocessable(Code.PAYLOAD_MALFORMED, reason)
    full = DeadLetters("w").write_short(message(b"{" * 1_000, b"k"), verdict, "kafka://in/0/7")
    broker.append(DEAD, full)
    put(broker, GOOD)
    broker.largest = size(full)

    done = redrive(broker, processor())

    assert (done.passed, done.stayed) == (1, 1)
    left = broker.messages(DEAD)[-1]
    assert letter.mark(left)
    assert redrive(broker, processor()).stayed == 1, "the next redrive takes it up"
    assert (left.payload, letter.read(left, "").code) == (full.payload, "payload_malformed")
    assert letter.original(left) == letter.original(full)._replace(timestamp=0, position=left.position)


def test_a_refused_letter_without_room_for_the_reason_stops_nothing() -> None:
    broker = MemoryBroker(partitions=1)
    verdict = Unprocessable(Code.SCHEMA_NOT_FOUND, "n" * 90)
    full = DeadLetters("w").write_short(message(UNWANTED, b"k"), verdict, "kafka://in/0/7")
    broker.append(DEAD, full)
    put(broker, GOOD)
    broker.largest = size(full)

    done, _ = refusing(broker, TooLarge("only 8 MB are allowed"), log=True)

    assert (done.passed, done.codes) == (1, {"too_large": 1})


def size(of: Message) -> int:
    """Bytes as the broker in memory counts them."""
    return (
        len(of.payload or b"") + len(of.key or b"") + sum(len(name) + len(value or b"") for name, value in of.headers)
    )


class SilentSink(MemorySink):
    """Gives no answer, like a client of a silent broker. `asked` is called at each question."""

    def __init__(self, broker: MemoryBroker, asked: Callable[[], object]) -> None:
        super().__init__(broker, TOPICS)
        self._asked = asked

    def confirm(self, seconds: float) -> None:
        self._asked()


class SilentTransactions(MemoryTransactions):
    """The same with transactions."""

    def __init__(self, broker: MemoryBroker, source: MemorySource, asked: Callable[[], object]) -> None:
        super().__init__(broker, TOPICS, source)
        self._asked = asked

    def commit(self, done: Sequence[Sequence[Message]], seconds: float) -> None:
        self._asked()


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("interrupted", [True, False])
def test_a_destination_without_an_answer_stops_the_redrive(broker: MemoryBroker, log: bool, interrupted: bool) -> None:
    stop, questions = threading.Event(), itertools.count()

    def asked() -> None:
        assert next(questions) < 1_000, "it asks forever"
        if interrupted:
            stop.set()

    source = MemorySource(broker, [DEAD], "redrive")
    sink = SilentTransactions(broker, source, asked) if log else SilentSink(broker, asked)
    run = Redrive(Redriving(source, sink), processor(), RedriveLimits(quiet=1.0), Ticking())

    with pytest.raises(RedriveStopped, match="gives no answer"):
        run.run(stop, lambda _: None)
    assert (next(questions) <= 2) is interrupted
    assert redrive(broker, processor(), log=log).passed == 2


class SettlingSource(MemorySource):
    """Counts the messages that are settled."""

    settled = 0

    def settle(self, messages: Sequence[Message]) -> None:
        self.settled += len(messages)
        super().settle(messages)


def test_committed_transactions_settle_their_letters() -> None:
    """Otherwise the source keeps all of them, and looks through them at each commit."""
    broker = MemoryBroker(partitions=2)
    put(broker, *[GOOD, BAD] * 600)
    source = SettlingSource(broker, [DEAD], "redrive")
    sides = Redriving(source, MemoryTransactions(broker, TOPICS, source))

    done = Redrive(sides, processor(), RedriveLimits(quiet=1.0), Ticking()).run(threading.Event(), lambda _: None)

    assert (done.passed, done.stayed) == (600, 600)
    assert source.settled == 1_200


def test_nothing_is_decided_while_the_registry_is_away(broker: MemoryBroker) -> None:
    schemas = FakeSchemas(stored())
    schemas.down = True
    judge = Processor(ByAttributes(Checks(schemas, catalog.engine, 10)))

    with pytest.raises(RedriveStopped, match="registry is down"):
        redrive(broker, judge)
    assert broker.messages(VALID) == []
    assert redrive(broker, processor()).passed == 2


class OneNeverAnswered(FakeSchemas):
    """Fails over schema 2, as `CachedSchemas` does: unavailable at first, then unreadable."""

    failures = 0

    def find(self, ref: SchemaRef) -> Lookup:
        if ref.schema_id != 2:
            return super().find(ref)
        self.failures += 1
        return Unavailable("500") if self.failures < 5 else Unreadable("500")


@pytest.mark.parametrize("log", [True, False])
def test_a_letter_about_whose_schema_the_registry_never_answers_stops_nothing(log: bool) -> None:
    broker = MemoryBroker()
    verdict = Unprocessable(Code.SCHEMA_UNREADABLE, "500")
    broker.append(DEAD, DeadLetters("w").write(message(GOOD, b"k", headers(2)), verdict, "memory://in", b"now"))
    put(broker, GOOD, GOOD)
    judge = Processor(ByAttributes(Checks(OneNeverAnswered(stored()), catalog.engine, 10)))

    done = redrive(broker, judge, log=log)

    assert (done.passed, done.codes) == (2, {"schema_unreadable": 1})
    assert payloads(broker.messages(VALID)) == [GOOD, GOOD]


def test_no_more_are_taken_up_than_the_rate_allows(broker: MemoryBroker) -> None:
    source = MemorySource(broker, [DEAD], "redrive")
    clock = Ticking()
    sides = Redriving(source, MemoryTransactions(broker, TOPICS, source))
    Redrive(sides, processor(), RedriveLimits(rate=0.5, quiet=1.0), clock).run(threading.Event(), lambda _: None)

    assert clock.monotonic() >= 4 / 0.5


class PausingSource(MemorySource):
    """A source that gives one letter, and the next one 5 seconds later."""

    def __init__(self, broker: MemoryBroker, clock: FakeClock) -> None:
        super().__init__(broker, [DEAD], "redrive")
        self._clock = clock
        self._until = 0.0

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        if self._clock.monotonic() < self._until:
            return []
        self._until = self._clock.monotonic() + 5.0
        return super().receive(1, seconds)


@pytest.mark.parametrize(("expected", "come"), [(0, 1), (4, 4)])
def test_a_slow_broker_does_not_end_a_redrive_before_all_counted_letters_came(
    broker: MemoryBroker, expected: int, come: int
) -> None:
    clock = Ticking()
    source = PausingSource(broker, clock)
    sides = Redriving(source, MemoryTransactions(broker, TOPICS, source))
    limits = RedriveLimits(quiet=1.0, expected=expected)

    tally = Redrive(sides, processor(), limits, clock).run(threading.Event(), lambda _: None)

    assert tally.passed + tally.stayed == come


def test_the_latest_version_is_checked_whichever_is_named() -> None:
    judge = Processor(
        LatestVersion(ByAttributes(Checks(FakeSchemas(stored(version=2, text=LENIENT)), catalog.engine, 10)))
    )

    assert judge.judge(message(BAD, head=headers(version=1))) == processor(LENIENT).judge(message(BAD))


def test_a_forecast_counts_what_a_file_would_refuse(broker: MemoryBroker, tmp_path: Path) -> None:
    file = tmp_path / "person.json"
    file.write_text(PERSON)
    source = MemorySource(broker, [DEAD], "reader")
    source.open(lambda lanes: None)

    with judging.by_file(file, None, Limits(), FormatOptions()) as judge:
        seen = trial.forecast(source.receive(100, 0), source, judge)  # type: ignore[arg-type]  # has addresses

    assert (seen.checked, seen.refused) == (4, 2)
    assert {(each.code, each.path, each.count) for each in seen.refusals} == {
        ("payload_invalid", "/age", 1),
        ("payload_malformed", "", 1),
    }


LONG, SHORT = b"\0" + (7).to_bytes(8, "big"), b"\0" + (7).to_bytes(4, "big")
APICURIO_HEADER = (("apicurio.value.globalId", (7).to_bytes(8, "big")),)


@pytest.mark.parametrize(
    ("wire_format", "frame", "head"),
    [
        (WireFormat.ATTRIBUTES, b"", ()),
        (WireFormat.CONFLUENT, SHORT, ()),
        (WireFormat.CONFLUENT, b"", (("__value_schema_id", b"\1" + bytes(16)),)),
        (WireFormat.APICURIO, LONG, ()),
        (WireFormat.APICURIO, SHORT, ()),
        (WireFormat.APICURIO, b"", APICURIO_HEADER),
        (WireFormat.AUTO, LONG, ()),
        (WireFormat.AUTO, SHORT, ()),
        (WireFormat.AUTO, b"", APICURIO_HEADER),
        (WireFormat.AUTO, b"", headers()),
    ],
)
def test_a_file_judges_the_payload_behind_a_frame(
    tmp_path: Path, wire_format: WireFormat, frame: bytes, head: Headers
) -> None:
    file = tmp_path / "person.json"
    file.write_text(PERSON)

    with judging.by_file(file, None, Limits(), FormatOptions(), wire=judging.Wire(wire_format)) as judge:
        good, bad = (judge.judge(message(frame + each, head=head)) for each in (GOOD, BAD))

    assert isinstance(good, Valid)
    assert isinstance(bad, Invalid)
    assert bad.violations[0].path == "/age"


def test_a_payload_that_would_take_for_ever_is_refused_by_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "doubling.json"
    file.write_text(doubling(60))

    with judging.by_file(file, None, Limits(seconds=0.5, patience_factor=100), FormatOptions()) as judge:
        verdict = judge.judge(message(compact(nested(60))))

    assert isinstance(verdict, Invalid)
    assert verdict.violations[0].code == TOO_EXPENSIVE


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.json", b"{", "a.json"),
        ("a.json", b"\xff", "not UTF-8"),
        ("a.json", b'{"type": 7}', "not a valid schema"),
        ("a.txt", b"{}", "--format"),
        ("a.json", None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_schema_is_told_in_a_line(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)

    with (
        pytest.raises(RedriveQuestionWrong, match=told) as caught,
        judging.by_file(file, None, Limits(), FormatOptions()),
    ):
        pytest.fail("it is used")
    assert "\n" not in caught.value.message
