"""A worker that is bound to one schema."""

from sluicegate.shared.formats import catalog
from sluicegate.shared.model import SchemaId, VersionNumber
from sluicegate.validator.model import VALID, Code, Headers, Invalid, Retry, Unprocessable, Verdict
from sluicegate.validator.modes.one_schema import OneSchema
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import BAD, GOOD, headers, message, stored

NAMED = '{"type":"object","required":["name"]}'
ANYTHING = "{}"
NOTHING: Headers = []


def processor(schemas: FakeSchemas, pinned: int | None = None) -> Processor:
    checks = Checks(schemas, catalog.engine, capacity=10)
    return Processor(OneSchema(schemas, checks, SchemaId(1), None if pinned is None else VersionNumber(pinned)))


def code(verdict: Verdict) -> Code:
    assert isinstance(verdict, Invalid | Unprocessable), verdict
    return verdict.code


def test_a_message_need_name_nothing() -> None:
    subject = processor(FakeSchemas(stored()))

    assert subject.judge(message(GOOD, head=NOTHING)) == VALID
    assert code(subject.judge(message(BAD, head=NOTHING))) is Code.PAYLOAD_INVALID


def test_a_message_of_another_schema_is_refused_by_name() -> None:
    verdict = processor(FakeSchemas(stored(), stored(2))).judge(message(GOOD, head=headers(2)))

    assert isinstance(verdict, Unprocessable)
    assert verdict.code is Code.ATTRIBUTE_INVALID
    assert "names schema 2" in verdict.reason


def test_a_message_may_name_a_version() -> None:
    subject = processor(FakeSchemas(stored(), stored(1, 2, NAMED)))

    assert subject.judge(message(GOOD, head=headers(1, 1))) == VALID
    assert code(subject.judge(message(GOOD, head=headers(1, 2)))) is Code.PAYLOAD_INVALID
    assert code(subject.judge(message(GOOD, head=headers(1, "latest")))) is Code.PAYLOAD_INVALID
    assert code(subject.judge(message(GOOD, head=headers(1, 3)))) is Code.SCHEMA_NOT_FOUND


def test_what_does_not_fit_the_held_version_is_checked_against_the_latest() -> None:
    schemas = FakeSchemas(stored(1, 1, NAMED))
    subject = processor(schemas)
    assert code(subject.judge(message(GOOD, head=NOTHING))) is Code.PAYLOAD_INVALID

    schemas.schemas.append(stored(1, 2))

    assert subject.judge(message(GOOD, head=NOTHING)) == VALID


def test_the_latest_is_held_once_something_fits_it_and_not_before() -> None:
    schemas = FakeSchemas(stored())
    subject = processor(schemas)
    assert subject.judge(message(GOOD, head=NOTHING)) == VALID
    schemas.schemas.append(stored(1, 2, NAMED))

    assert subject.judge(message(GOOD, head=NOTHING)) == VALID, "it fits the version that is held"
    assert code(subject.judge(message(BAD, head=NOTHING))) is Code.PAYLOAD_INVALID
    assert subject.judge(message(GOOD, head=NOTHING)) == VALID, "the newer version fitted nothing yet"
    assert subject.judge(message(b'{"name":1}', head=NOTHING)) == VALID
    assert code(subject.judge(message(GOOD, head=NOTHING))) is Code.PAYLOAD_INVALID, "now the newer one is held"


def test_a_pinned_version_is_held_for_ever() -> None:
    schemas = FakeSchemas(stored(1, 1, NAMED), stored(1, 2))
    subject = processor(schemas, pinned=1)

    assert code(subject.judge(message(GOOD, head=NOTHING))) is Code.PAYLOAD_INVALID
    assert [ref.version for ref in schemas.asked] == [1]


def test_while_the_latest_cannot_be_asked_for_nothing_is_dead_lettered() -> None:
    schemas = FakeSchemas(stored())
    subject = processor(schemas)
    assert subject.judge(message(GOOD, head=NOTHING)) == VALID

    schemas.down = True
    assert isinstance(subject.judge(message(BAD, head=NOTHING)), Retry), "a newer version might take it"
    assert isinstance(processor(schemas).judge(message(GOOD, head=NOTHING)), Retry), "nothing is held yet"


def test_a_schema_that_is_not_there_is_said_so() -> None:
    assert code(processor(FakeSchemas()).judge(message(GOOD, head=NOTHING))) is Code.SCHEMA_NOT_FOUND


def test_a_batch_goes_on_with_what_became_known_in_it() -> None:
    schemas = FakeSchemas(stored())
    subject = processor(schemas)
    assert subject.judge(message(GOOD, head=NOTHING)) == VALID
    schemas.schemas.append(stored(1, 2, ANYTHING))

    judged = subject.process([message(GOOD, head=NOTHING), message(BAD, head=NOTHING), message(BAD, head=NOTHING)])

    assert [len(judged.valid), len(judged.rejected), len(judged.undecided)] == [3, 0, 0]
