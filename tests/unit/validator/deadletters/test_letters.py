"""Dead letters, read, grouped and shown."""

import io
import json
from contextlib import redirect_stdout

import pytest
from rich.console import RenderableType

from sluicegate.shared.console import layout
from sluicegate.shared.model import Violation
from sluicegate.validator.deadletters import grouping, letter, trial, views
from sluicegate.validator.deadletters.redrive import Tally
from sluicegate.validator.model import Code, Headers, Invalid, Message
from sluicegate.validator.pipeline.deadletter import DeadLetters
from tests.fakes.validator import BAD, headers, message

TIME = b"2026-01-01T00:00:00.000Z"


def written(payload: bytes | None = BAD, path: str = "/age", schema_id: int = 1) -> Message:
    """A dead letter as the validator writes it."""
    verdict = Invalid(Code.PAYLOAD_INVALID, (Violation(path, "minimum", "is less than 0"),))
    original = message(payload, head=headers(schema_id))
    return DeadLetters("w").write(original, verdict, "kafka://in/0/7", TIME)


ALL = views.Reach(4, 10_000, 0)


def text(*parts: RenderableType) -> str:
    """The output into a pipe."""
    with redirect_stdout(io.StringIO()) as written:
        layout.show(*parts)
    return written.getvalue()


def test_a_letter_is_read_as_it_was_written() -> None:
    found = letter.read(written(), "kafka://dead/0/1")

    assert (found.code, found.path, found.source, found.worker) == ("payload_invalid", "/age", "kafka://in/0/7", "w")
    assert (found.schema, found.version, found.address) == ("1", "1", "kafka://dead/0/1")
    assert found.reason == "is less than 0 (at /age)"


def test_a_letter_of_another_program_has_an_unknown_code() -> None:
    found = letter.read(Message(b"", None, [("deadLetterErrors", b"{"), ("a", b"\xff")], 0, None), "x")

    assert (found.code, found.violations, found.schema) == ("unknown", (), "")


@pytest.mark.parametrize("listed", [b"7", b"null", b'{"a": 1}', b"[1]", b'[{"path": 1}]', b"\xff"])
def test_violations_that_nobody_can_read_are_none(listed: bytes) -> None:
    assert letter.read(Message(b"", None, [("deadLetterErrors", listed)], 0, None), "x").violations == ()


def test_what_service_bus_says_itself_is_read_and_taken_away() -> None:
    heads: Headers = [
        ("DeadLetterReason", b"MaxDeliveryCountExceeded"),
        ("DeadLetterErrorDescription", b"too often"),
        ("k", b"v"),
    ]
    found = Message(b"", None, heads, 0, None)

    assert letter.read(found, "x").code == "MaxDeliveryCountExceeded"
    assert letter.read(found, "x").reason == "too often"
    assert letter.original(found).headers == [("k", b"v")]


def test_the_original_has_nothing_that_was_added_and_everything_else_in_order() -> None:
    before = message(BAD, head=[*headers(), ("trace", b"a"), ("trace", b"b"), ("null", None)])
    verdict = Invalid(Code.PAYLOAD_INVALID, (Violation("", "x", "y"),))
    after = DeadLetters("w").write(before, verdict, "here", TIME)

    assert letter.original(letter.marked(letter.marked(after, "one"), "two")) == before
    assert letter.mark(letter.marked(letter.marked(after, "one"), "two")) == "two"


def test_like_letters_are_one_group_and_the_largest_comes_first() -> None:
    letters = [written(), written(path="/name"), written(), written(schema_id=2)]
    groups = grouping.grouped(letter.read(each, f"a{number}") for number, each in enumerate(letters))

    assert [(each.count, each.schema, each.path) for each in groups] == [
        (2, "1", "/age"),
        (1, "1", "/name"),
        (1, "2", "/age"),
    ]
    assert views.groups_json(groups, "p", 4, ALL)["count"] == 4  # type: ignore[index]  # an object
    shown = text(*views.groups(groups, "kafka://dead", 4, ALL))
    assert "4 dead letters at kafka://dead" in shown
    assert "/name" in shown


def test_no_letters_are_said_so() -> None:
    assert "No dead letters wait" in text(*views.groups([], "here", 0, views.Reach(0, 10, 0)))


@pytest.mark.parametrize(
    ("reach", "count", "sentence"),
    [
        (views.Reach(10_000, 10_000, 40_000), 10_000, "The last 10,000 of 50,000 dead letters at here. Pass --limit"),
        (views.Reach(10_000, 10_000, 40_000), 7, "7 among the last 10,000 of 50,000 dead letters at here. Pass"),
        (views.Reach(10, 10, None), 10, "The first 10 dead letters at here. Pass --limit for more."),
        (views.Reach(9, 10, None), 9, "9 dead letters at here\n"),
        (views.Reach(10, 10, 0), 10, "10 dead letters at here\n"),
    ],
)
def test_a_list_that_is_cut_does_not_look_complete(reach: views.Reach, count: int, sentence: str) -> None:
    groups = grouping.grouped([letter.read(written(), "x")])

    assert sentence in text(*views.groups(groups, "here", count, reach))
    listed = views.groups_json(groups, "here", count, reach)
    assert listed["left_out"] == (0 if reach.is_complete else reach.left_out)  # type: ignore[index]  # an object


def test_rows_in_a_pipe_have_no_spaces_at_their_end_and_no_frame() -> None:
    groups = grouping.grouped(letter.read(each, "a") for each in (written(), written(path="/a/much/longer/path")))
    shown = [
        *text(*views.groups(groups, "here", 2, ALL)).splitlines(),
        *text(*views.letter(letter.read(written(), "x"), in_hex=False)).splitlines(),
    ]

    assert [line for line in shown if line != line.rstrip()] == []
    assert [line for line in shown if not line.isascii()] == []


@pytest.mark.parametrize(
    ("payload", "in_hex", "expected"),
    [
        (b'{"a":1}', False, '"a": 1'),
        (b"plain text", False, "plain text"),
        (b"\x00\xffab", False, "00000000  00 ff 61 62"),
        (b"abc", True, "00000000  61 62 63"),
        (b"", False, "(empty payload)"),
        (None, False, "(null payload)"),
        (b"\x1b[31m", False, "\\x1b[31m"),
    ],
)
def test_payloads_are_shown_as_what_they_are(payload: bytes | None, in_hex: bool, expected: str) -> None:
    assert expected in text(views.payload(payload, in_hex=in_hex))


def test_a_letter_is_shown_with_its_violations_attributes_and_payload() -> None:
    shown = text(*views.letter(letter.read(written(), "kafka://dead/0/1"), in_hex=False))

    for expected in ("kafka://dead/0/1", "kafka://in/0/7", "minimum", "/age", "schemaId", '"age": -1'):
        assert expected in shown


def test_a_letter_for_programs_is_json_whatever_its_bytes_are() -> None:
    told = json.loads(views.json_text(views.letter_json(letter.read(written(b"\xff"), "x"))))

    assert (told["payload"], told["key"]) == ({"text": None, "hex": "ff"}, "k")


def test_what_a_redrive_did_is_told() -> None:
    done = Tally(3, 2, {"payload_invalid": 2})

    assert "3 passed and were sent on, 2 stay" in text(*views.tally(done, dry=False))
    assert "3 would pass, 2 would stay" in text(*views.tally(done, dry=True))


def test_a_forecast_says_how_many_and_why() -> None:
    refusal = trial.Refusal("payload_invalid", "/age", "type", 2, "kafka://t/0/1", "is no integer")
    shown = text(*views.forecast(trial.Forecast(8, 2, [refusal]), "kafka://t"))

    assert "Of 8 messages on kafka://t, 2 (25.0 %) would be refused" in shown
    assert "is no integer" in shown
    assert "Of 0 messages" in text(*views.forecast(trial.Forecast(0, 0, []), "t"))
