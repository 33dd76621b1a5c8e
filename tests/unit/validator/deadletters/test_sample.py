"""A redrive without a new schema looks at a sample first."""

from collections.abc import Iterator
from typing import cast

import click
import pytest

from sluicegate.validator.brokers.letters import Browser, Letters
from sluicegate.validator.brokers.memory import MemoryBroker
from sluicegate.validator.deadletters import desk
from sluicegate.validator.model import Message
from tests.fakes.validator import BAD, DEAD, GOOD
from tests.unit.validator.deadletters.test_redrive import LENIENT, processor, put


class Waiting:
    """Dead letters of a broker in memory."""

    def __init__(self, *payloads: bytes) -> None:
        self._broker = MemoryBroker()
        put(self._broker, *payloads)

    def browse(self, *, everything: bool) -> Browser:
        """This object is its own browser."""
        return cast("Browser", self)

    def messages(self, limit: int) -> Iterator[Message]:
        """Yield the letters."""
        return iter(self._broker.messages(DEAD)[:limit])

    def left_out(self) -> int | None:
        return None

    def address(self, message: Message) -> str:
        """Return a place."""
        return f"memory://{DEAD}"

    def close(self) -> None:
        """Nothing is open."""


def refuse(question: str, *, abort: bool, err: bool) -> None:
    assert "all the same" in question
    raise click.Abort


def look(*payloads: bytes, schema: str | None = None, yes: bool = False) -> None:
    judge = processor() if schema is None else processor(schema)
    desk._look_first(cast("Letters", Waiting(*payloads)), judge, yes=yes)


def test_sample_that_fails_again_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    look(BAD, BAD)
    said = capsys.readouterr().err
    assert said.startswith("Warning: 2 of the first 2 dead letters would fail again.")
    assert said.count(f"memory://{DEAD}: payload_invalid") == 2


def test_sample_with_a_letter_that_passes_is_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    look(BAD, GOOD)
    look(BAD, schema=LENIENT)
    look()
    assert capsys.readouterr().err == ""


def test_person_decides_about_a_failing_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "is_terminal", lambda _: True)
    monkeypatch.setattr(click, "confirm", refuse)
    with pytest.raises(click.Abort):
        look(BAD)
    look(BAD, yes=True)
