"""The core's values are encoded unchanged; invalid messages are refused."""

from dataclasses import fields

import msgspec
import pytest

from sluicegate.registry_api.core.model import Content, Direction, Incompatibility, NumberedSource
from sluicegate.registry_api.trial import messages
from sluicegate.registry_api.trial.messages import (
    Broken,
    Compare,
    Compared,
    Judge,
    Judged,
    Refused,
    Unavailable,
    Unsupported,
)
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import CompatibilityMode, Finding, SchemaFormat, ValidityMode, VersionNumber, Violation

INNER = SchemaSource("inner", (NamedSource("deepest", SchemaSource("é\U0001f600"), "fingerprint"),), b"\x00\xff")
SOURCE = SchemaSource("outer", (NamedSource("inner", INNER),))
FINDING = Finding("code", "/path", "change", "remedy")


@pytest.mark.parametrize(
    "question",
    [
        Judge(SchemaFormat.CSV, SOURCE, ValidityMode.SYNTAX_ONLY),
        Compare(SchemaFormat.AVRO, CompatibilityMode.FULL, SOURCE, (NumberedSource(VersionNumber(3), INNER),)),
        Compare(SchemaFormat.AVRO, CompatibilityMode.FULL, SOURCE, ()),
    ],
)
def test_questions_come_through(question: messages.Question) -> None:
    assert messages.question(messages.encoded(question)) == question


def test_comparisons_weigh_more_than_schemas() -> None:
    judge = Judge(SchemaFormat.JSON, SchemaSource("Compare"), ValidityMode.FULL)
    compare = Compare(SchemaFormat.JSON, CompatibilityMode.FULL, SOURCE, (), None)
    assert messages.weight(messages.encoded(judge)) == 1
    assert messages.weight(messages.encoded(compare)) == messages.COMPARISON_WEIGHT


@pytest.mark.parametrize(
    "answer",
    [
        Judged(Content(SchemaFormat.PROTOBUF, "", "fingerprint", ("a", "a/b"), b"\x00\xff")),
        Compared((Incompatibility(VersionNumber(2), Direction.FORWARD, FINDING),)),
        Refused((Violation("/a", "code", "message"),)),
        Unsupported("message"),
        Unavailable("message"),
        Broken("trace"),
    ],
)
def test_answers_come_through(answer: messages.Answer) -> None:
    assert messages.answer(messages.encoded(answer)) == answer


def test_every_field_of_a_content_comes_through() -> None:
    """A field that the core gains must not be lost on the way."""
    warnings = (Violation("/$schema", "$schema", "message"),)
    content = Content(
        SchemaFormat.JSON, "text", "fingerprint", ("a",), b"artifact", "standard", "normal", "resolved", warnings
    )
    assert all(getattr(content, field.name) for field in fields(Content))
    answer = messages.answer(messages.encoded(Judged(content)))
    assert isinstance(answer, Judged)
    assert answer.content == content


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        b"\x93",
        msgspec.msgpack.encode(["Nothing"]),
        msgspec.msgpack.encode(["Judged", {"format": "json", "text": 1}]),
        msgspec.msgpack.encode(["Judged", {"format": "cobol", "text": "", "fingerprint": "", "attributes": []}]),
        msgspec.msgpack.encode(["Refused", [{"path": "", "code": ""}]]),
        b"\x91" * 100_000,
    ],
)
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        messages.answer(data)


def test_half_a_character_cannot_be_sent() -> None:
    with pytest.raises(UnicodeEncodeError):
        messages.encoded(Judge(SchemaFormat.JSON, SchemaSource("\ud800"), ValidityMode.FULL))
