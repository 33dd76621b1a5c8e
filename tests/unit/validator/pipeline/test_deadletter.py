"""Content of a dead letter, and its parts without room."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.shared.model import Violation
from sluicegate.validator.model import Code, Headers, Invalid, Message, Unprocessable
from sluicegate.validator.pipeline.deadletter import (
    ADDED,
    CATEGORIES,
    NAMING,
    DeadLetters,
    cut,
    digest,
    errors_json,
    timestamp,
)
from tests.fakes.clock import START
from tests.fakes.validator import BAD, headers, message

VIOLATION = Violation("/age", "minimum", "too young")


def letter(limit: int = 8192, verdict: Invalid | Unprocessable | None = None, head: Headers | None = None) -> Message:
    found = verdict or Invalid(Code.PAYLOAD_INVALID, (VIOLATION,) * 12)
    return DeadLetters("w", limit).write(message(BAD, head=head), found, "kafka://t/0/1", timestamp(START))


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


def test_the_reasons_come_before_all_that_the_message_has() -> None:
    own = [(f"note-{number:03}", b"v" * 500) for number in range(1_200)]

    found = letter(head=[*headers(), *own])

    assert found.payload == BAD
    assert [name for name, _ in found.headers[:4]] == [
        "deadLetterErrorCategory",
        "deadLetterErrorCode",
        "deadLetterErrorReason",
        "deadLetterSource",
    ]
    assert found.headers[-1_202:] == [*headers(), *own]


@pytest.mark.parametrize("name", ADDED)
def test_an_attribute_with_one_of_our_names_never_says_the_reason(name: str) -> None:
    found = letter(head=[(name, b"forged"), ("x", b"1"), (name, b"forged")])

    assert b"forged" not in [value for _, value in found.headers]
    assert found.headers[-1] == ("x", b"1")


def test_an_envelope_names_its_message_without_holding_it() -> None:
    large = Message(BAD * 100, b"k" * 2_000, [*headers(), ("note", b"v" * 5_000), ("format", b"x" * 300)], 5, None)
    verdict = Unprocessable(Code.TOO_LARGE, "9 MB " + "x" * 500)

    found = DeadLetters("w").write_envelope(large, verdict, "kafka://t/0/1", timestamp(START))

    said = dict(found.headers)
    assert (found.payload, found.key) == (b"", None)
    assert said["deadLetterPayloadBytes"] == b"%d" % (100 * len(BAD))
    assert said["deadLetterPayloadDigest"] == digest(BAD * 100)
    assert said["deadLetterKeyDigest"] == digest(b"k" * 2_000)
    assert said["deadLetterSource"] == b"kafka://t/0/1"
    assert (said["schemaId"], said["versionId"]) == (b"1", b"1")
    assert sum(len(name) + len(value or b"") for name, value in found.headers) < 1_500


def test_an_envelope_has_one_attribute_of_each_name() -> None:
    many: Headers = [(name, b"%d" % number) for number in range(5_000) for name in NAMING]
    verdict = Unprocessable(Code.TOO_LARGE, "9 MB")

    found = DeadLetters("w").write_envelope(message(BAD, head=many), verdict, "kafka://t/0/1", timestamp(START))

    kept = [header for header in found.headers if header[0] in NAMING]
    assert sorted(kept) == sorted((name, b"4999") for name in NAMING), "the last counts, as for the validator"
    assert sum(len(name) + len(value or b"") for name, value in found.headers) < 2_500


def test_values_are_cut_to_the_limit() -> None:
    verdict = Invalid(Code.PAYLOAD_INVALID, (Violation("/" + "p" * 500, "k", "ü" * 500),))

    found = letter(64, verdict, head=[])

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
