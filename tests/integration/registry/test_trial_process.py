"""A process that may hold an answer to another question is never asked again. (What hostile ones do: test_trial.py.)"""

from collections.abc import Iterator

import pytest

from registry_api.trial import messages
from registry_api.trial.limits import TrialLimits
from registry_api.trial.messages import Judge, Judged
from registry_api.trial.process import TrialProcess
from shared.formats.engine import SchemaSource
from shared.model import SchemaFormat, ValidityMode

QUESTION = messages.encoded(Judge(SchemaFormat.JSON, SchemaSource('{"properties": {"a": {}}}'), ValidityMode.FULL))


@pytest.fixture
def process() -> Iterator[TrialProcess]:
    found = TrialProcess(TrialLimits())
    yield found
    found.end()


def test_one_that_has_answered_may_be_asked_again(process: TrialProcess) -> None:
    process.await_ready()
    for _ in range(2):
        answer = process.ask(QUESTION)
        assert isinstance(answer, Judged)
        assert answer.content.attributes == ("a",)
        assert not process.spent


def test_one_whose_answer_nobody_took_may_not(process: TrialProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: bytes) -> None:
        raise KeyboardInterrupt

    process.await_ready()
    monkeypatch.setattr(messages, "reply", interrupted)
    with pytest.raises(KeyboardInterrupt):
        process.ask(QUESTION)
    assert process.spent


def test_one_that_nobody_waited_for_may_not(process: TrialProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("registry_api.trial.channel.Channel.receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        process.await_ready()
    assert process.spent


def test_ending_says_how_and_may_be_repeated(process: TrialProcess) -> None:
    assert process.end() == process.end() == -9
    assert process.spent
