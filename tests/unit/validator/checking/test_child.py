"""Answers of a checking process; its limits are tested in tests/hostile."""

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.effort import Effort, Linear
from sluicegate.shared.formats.engine import Fault, NamedSource, Rejection, SchemaSource
from sluicegate.shared.model import SchemaFormat, Violation
from sluicegate.validator.checking import messages
from sluicegate.validator.checking.child import KEPT, Checking
from sluicegate.validator.checking.messages import (
    Accept,
    Broken,
    Explain,
    Fits,
    Key,
    Load,
    Loaded,
    RefusedPayload,
    TooMuch,
    Unknown,
)

POSITIVE = SchemaSource('{"minimum": 1}')
PROTO = SchemaSource('syntax = "proto3"; message A { int32 a = 1; } message B { string b = 1; }')
KEY: Key = (1, 1, None, 0)


def asked(checking: Checking, question: messages.Question) -> messages.Answer:
    answered = checking.answered(messages.encoded(question))
    assert answered.good
    return messages.answer(answered.data)


@pytest.fixture
def checking() -> Checking:
    return Checking(catalog.engine(SchemaFormat.JSON))


def test_payloads_are_checked_with_the_schema_of_their_key(checking: Checking) -> None:
    other: Key = (1, 2, None, 0)
    assert asked(checking, Load(KEY, POSITIVE)) == asked(checking, Load(other, SchemaSource("{}"))) == Loaded()
    assert asked(checking, Accept(KEY, b"1")) == Fits(True)
    assert asked(checking, Accept(KEY, b"0")) == Fits(False)
    assert asked(checking, Accept(other, b"0")) == Fits(True)


def test_reasons_are_those_of_the_engine(checking: Checking) -> None:
    asked(checking, Load(KEY, POSITIVE))
    found = asked(checking, Explain(KEY, b"0"))
    assert found == RefusedPayload(Fault.INVALID, (Violation("", "minimum", "0 is less than the minimum of 1"),))
    assert asked(checking, Explain(KEY, b"1")) == Fits(True)


def test_a_key_that_nothing_is_kept_under_is_unknown(checking: Checking) -> None:
    assert asked(checking, Accept(KEY, b"1")) == asked(checking, Explain(KEY, b"1")) == Unknown()


def test_the_least_used_schema_goes_first(checking: Checking) -> None:
    keys: list[Key] = [(number, 1, None, 0) for number in range(KEPT + 1)]
    for key in keys[:-1]:
        asked(checking, Load(key, POSITIVE))
    asked(checking, Accept(keys[0], b"1"))
    asked(checking, Load(keys[-1], POSITIVE))
    assert asked(checking, Accept(keys[0], b"1")) == Fits(True)
    assert asked(checking, Accept(keys[1], b"1")) == Unknown()


def test_a_message_type_has_a_key_of_its_own() -> None:
    checking = Checking(catalog.engine(SchemaFormat.PROTOBUF))
    for key in ((1, 1, None, 0), (1, 1, "B", 0)):
        asked(checking, Load(key, PROTO))
    assert asked(checking, Accept((1, 1, None, 0), b"\x08\x01")) == Fits(True)
    assert asked(checking, Accept((1, 1, "B", 0), b"\x08\x01")) == Fits(False)


def test_half_a_character_in_a_reason_is_written_out(checking: Checking) -> None:
    checking._kept[KEY] = Quoting("\ud800")
    found = asked(checking, Explain(KEY, b"1"))
    assert found == RefusedPayload(Fault.INVALID, (Violation("/\\ud800", "code", "\\ud800"),))


@pytest.mark.parametrize(
    ("error", "answer"), [(MemoryError(), TooMuch), (RecursionError(), TooMuch), (KeyError("a fault of ours"), Broken)]
)
def test_a_process_that_something_is_wrong_with_is_not_asked_again(
    checking: Checking, error: Exception, answer: type[messages.Answer]
) -> None:
    checking._kept[KEY] = Quoting("", error)
    answered = checking.answered(messages.encoded(Accept(KEY, b"1")))
    assert not answered.good
    assert isinstance(messages.answer(answered.data), answer)


def test_questions_and_answers_come_through() -> None:
    source = SchemaSource("outer", (NamedSource("inner", SchemaSource("é\U0001f600"), "fingerprint"),), b"\x00\xff")
    for question in (Load((1, 2, "A", 0), source), Accept(KEY, b"\xff"), Explain(KEY, b"")):
        assert messages.question(messages.encoded(question)) == question
    refused = RefusedPayload(Fault.MALFORMED, (Violation("/a", "code", "message"),))
    for answer in (Loaded(), Unknown(), Fits(True), refused, TooMuch(), Broken("trace")):
        assert messages.answer(messages.encoded(answer)) == answer


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91\xa7Nothing", b"\x92\xa4Fits\x05"])
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which one is the library's choice
        messages.answer(data)


class Quoting:
    """A validator that returns or raises the test's value."""

    def __init__(self, text: str, error: Exception | None = None) -> None:
        self._text, self._error = text, error

    def effort(self) -> Effort:
        return Effort(Linear(1.0), Linear(1.0))

    def public_path(self, path: str) -> str:
        return path

    def accepts(self, _: bytes) -> bool:
        if self._error is not None:
            raise self._error
        return False

    def explain(self, _: bytes, limit: int = 10) -> Rejection:
        return Rejection(Fault.INVALID, (Violation(f"/{self._text}", "code", self._text),))
