"""A process that is kept: how it comes, waits and goes."""

import signal
from collections.abc import Iterator

import pytest

from sluicegate.shared.sandbox.ending import Cause, Ending
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.process import ProcessEnded, Program, Sandbox
from tests.fixtures.programs import until

MODULE = "tests.fakes.echo_child"


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    seconds, limits = getattr(request, "param", ("60", Limits()))
    found = Sandbox(Program(MODULE, (seconds,), limits, 1000))
    found.await_ready()
    yield found
    found.end()


def test_what_is_asked_is_answered_again_and_again(sandbox: Sandbox) -> None:
    for question in (b"", b"one", b"two"):
        assert sandbox.ask(question, bytes) == question
        assert not sandbox.spent


def test_an_answer_may_be_the_last(sandbox: Sandbox) -> None:
    assert sandbox.ask(b"last", bytes) == b"last"
    assert sandbox.spent


@pytest.mark.parametrize("sandbox", [("0.2", Limits())], indirect=True)
def test_a_process_that_is_told_nothing_leaves(sandbox: Sandbox) -> None:
    until(lambda: sandbox.spent, "the process has closed its end")
    assert sandbox._process.wait(30) == 0


def test_signs_of_life_are_given_while_an_answer_is_waited_for(sandbox: Sandbox) -> None:
    signs: list[bool] = []
    assert sandbox.ask(b"slowly", bytes, lambda: signs.append(True)) == b"slowly"
    assert signs
    signs.clear()
    assert sandbox.ask(b"quickly", bytes, lambda: signs.append(True)) == b"quickly"


def test_who_is_interrupted_leaves_a_process_that_nobody_asks_again(sandbox: Sandbox) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sandbox.ask(b"slowly", bytes, interrupt)
    assert sandbox.spent


@pytest.mark.parametrize("sandbox", [("60", Limits(seconds=0.2, patience_factor=200))], indirect=True)
def test_what_takes_more_than_it_may_ends_the_process(sandbox: Sandbox) -> None:
    with pytest.raises(ProcessEnded) as caught:
        sandbox.ask(b"slowly", bytes, lambda: None)
    assert caught.value.ending == Ending(Cause.LIMIT, -signal.SIGPROF)
    assert sandbox.end() < 0


@pytest.mark.parametrize(
    ("question", "ending"),
    [
        (b"signal %d" % signal.SIGSEGV, Ending(Cause.CRASH, -signal.SIGSEGV)),
        (b"signal %d" % signal.SIGABRT, Ending(Cause.CRASH, -signal.SIGABRT)),
        (b"signal %d" % signal.SIGKILL, Ending(Cause.OUTSIDE, -signal.SIGKILL)),
        (b"exit 0", Ending(Cause.OUTSIDE, 0)),
        (b"exit 3", Ending(Cause.CRASH, 3)),
        (b"babble", Ending(Cause.CRASH, -signal.SIGKILL)),
        (b"close", Ending(Cause.CRASH, -signal.SIGKILL)),
    ],
)
def test_the_ending_says_who_is_to_blame(sandbox: Sandbox, question: bytes, ending: Ending) -> None:
    with pytest.raises(ProcessEnded) as caught:
        sandbox.ask(question, bytes)
    assert caught.value.ending == ending
    assert sandbox.spent
