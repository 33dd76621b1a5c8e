"""What a dead letter says, and what it leaves out when there is no room."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model import Violation
from tests.fakes.clock import START
from tests.fakes.validator import BAD, headers, message
from validator.model import Code, Invalid, Message, Unprocessable
from validator.pipeline.deadletter import (
    CATEGORIES,
    AttributeLimits,
    DeadLetters,
    cut,
    errors_json,
    timestamp,
)

VIOLATION = Violation("/age", "minimum", "too young")


def letter(limits: AttributeLimits = AttributeLimits(), verdict: Invalid | Unprocessable | None = None) -> Message:  # noqa: B008
    found = verdict or Invalid(Code.PAYLOAD_INVALID, (VIOLATION,) * 12)
    return DeadLetters("w", limits).write(message(BAD), found, "kafka://t/0/1", timestamp(START))


def test_every_code_has_a_category() -> None:
    assert set(CATEGORIES) == set(Code)


@pytest.mark.parametrize("code", list(Code))
def test_category_reason_and_code_are_always_set(code: Code) -> None:
    added = dict(letter(verdict=Unprocessable(code, "because")).headers)

    assert added["deadLetterErrorCategory"] == CATEGORIES[code].encode()
    assert added["deadLetterErrorReason"] == b"because"
    assert added["deadLetterErrorCode"] == code.value.encode()


def test_the_first_ten_violations_are_listed() -> None:
    errors = orjson.loads(dict(letter().headers)["deadLetterErrors"] or b"")

    assert errors == [{"path": "/age", "keyword": "minimum", "message": "too young"}] * 10


def test_the_original_is_kept_in_front() -> None:
    found = letter()

    assert found.payload == BAD
    assert found.headers[:2] == headers()


def test_attributes_that_do_not_fit_are_left_out_the_least_important_first() -> None:
    few = letter(AttributeLimits(count=5))
    small = letter(AttributeLimits(total=150))

    assert [name for name, _ in few.headers[2:]] == [
        "deadLetterErrorCategory",
        "deadLetterErrorReason",
        "deadLetterErrorCode",
    ]
    assert sum(len(name) + len(value or b"") for name, value in small.headers) <= 150
    assert ("deadLetterErrorCode", b"payload_invalid") in small.headers


def test_a_message_with_more_attributes_than_allowed_still_goes() -> None:
    assert letter(AttributeLimits(count=1)).headers == headers()


def test_values_are_cut_to_the_limit() -> None:
    verdict = Invalid(Code.PAYLOAD_INVALID, (Violation("/" + "p" * 500, "k", "ü" * 500),))

    found = letter(AttributeLimits(value=64), verdict)

    assert all(len(value or b"") <= 64 for _, value in found.headers)
    dict(found.headers)["deadLetterErrorReason"].decode()  # type: ignore[union-attr]
    assert orjson.loads(dict(found.headers)["deadLetterErrors"] or b"")[0]["keyword"] == "k"


@settings(deadline=None)
@given(st.text(), st.integers(0, 50))
def test_cutting_never_splits_a_character(text: str, limit: int) -> None:
    found = cut(text, limit)

    assert len(found) <= limit
    assert text.encode(errors="replace").startswith(found)
    found.decode()


@given(
    st.lists(st.builds(Violation, st.text(), st.just("k"), st.text()), min_size=1, max_size=15), st.integers(60, 400)
)
def test_errors_are_json_within_the_limit(violations: list[Violation], limit: int) -> None:
    found = errors_json(violations, limit)

    assert len(found) <= limit
    assert 1 <= len(orjson.loads(found)) <= 10


def test_a_lone_surrogate_in_a_message_stops_nothing() -> None:
    assert orjson.loads(errors_json([Violation("", "k", "\ud800")], 1000)) == [
        {"path": "", "keyword": "k", "message": "?"}
    ]
