"""A process with a possible answer to another question gets no further one.

Hostile answers: test_trial.py.
"""

from collections.abc import Iterator
from typing import NoReturn

import pytest

from sluicegate.registry_api.trial import messages
from sluicegate.registry_api.trial.messages import Judge, Judged
from sluicegate.registry_api.trial.program import trial_program
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, ValidityMode
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.process import ProcessEnded, Sandbox

QUESTION = messages.encoded(Judge(SchemaFormat.JSON, SchemaSource('{"properties": {"a": {}}}'), ValidityMode.FULL))


@pytest.fixture
def process() -> Iterator[Sandbox]:
    found = Sandbox(trial_program(Limits()))
    yield found
    found.end()


def test_one_that_has_answered_may_be_asked_again(process: Sandbox) -> None:
    process.await_ready()
    for _ in range(2):
        answer = process.ask(QUESTION, messages.answer)
        assert isinstance(answer, Judged)
        assert answer.content.attributes == ("a",)
        assert not process.spent


def test_one_whose_answer_nobody_took_may_not(process: Sandbox) -> None:
    def interrupted(_: bytes) -> NoReturn:
        raise KeyboardInterrupt

    process.await_ready()
    with pytest.raises(KeyboardInterrupt):
        process.ask(QUESTION, interrupted)
    assert process.spent


def test_one_that_says_what_is_no_answer_is_ended(process: Sandbox) -> None:
    def understood(_: bytes) -> NoReturn:
        raise ValueError("no answer")

    process.await_ready()
    with pytest.raises(ProcessEnded, match="no answer"):
        process.ask(QUESTION, understood)
    assert process.spent


def test_one_that_nobody_waited_for_may_not(process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sluicegate.shared.sandbox.channel.Channel.receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        process.await_ready()
    assert process.spent


def test_ending_says_how_and_may_be_repeated(process: Sandbox) -> None:
    assert process.end() == process.end() == -9
    assert process.spent
