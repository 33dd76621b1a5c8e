"""Header validation."""

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.model import VALID, Code, Headers, Invalid, Retry, Unprocessable, Verdict
from sluicegate.validator.modes.header_check import HeaderChecked, HeaderDefaults
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import BAD, GOOD, headers, message, stored

TENANT = '{"type":"object","properties":{"tenant":{"minLength":2}},"required":["tenant"],"additionalProperties":false}'
BROKEN = '{"type":"nonsense"}'
ALWAYS = HeaderDefaults(validate=True, schema_id=SchemaId(9), version=VersionNumber(1))
SCHEMAS = (
    stored(),
    stored(9, 1, TENANT),
    stored(9, 2, "{}"),
    stored(8, 1, BROKEN),
    stored(7, 1, '"string"', SchemaFormat.AVRO),
)


def processor(defaults: HeaderDefaults = HeaderDefaults(), schemas: FakeSchemas | None = None) -> Processor:  # noqa: B008 - a frozen value
    checks = Checks(schemas or FakeSchemas(*SCHEMAS), catalog.engine, capacity=10)
    return Processor(HeaderChecked(ByAttributes(checks), checks, defaults))


def judged(head: Headers, defaults: HeaderDefaults = HeaderDefaults(), payload: bytes = GOOD) -> Verdict:  # noqa: B008 - a frozen value
    return processor(defaults).judge(message(payload, head=head))


def code(verdict: Verdict) -> Code:
    assert isinstance(verdict, Invalid | Unprocessable), verdict
    return verdict.code


def test_nothing_is_checked_unless_it_is_asked_for() -> None:
    assert judged(headers(tenant="")) == VALID


def test_the_other_attributes_must_fit_the_schema() -> None:
    assert judged(headers(tenant="acme"), ALWAYS) == VALID
    verdict = judged(headers(tenant="a"), ALWAYS)

    assert isinstance(verdict, Unprocessable)
    assert verdict.code is Code.HEADER_INVALID
    assert verdict.violations[0].path == "/tenant"
    assert verdict.reason.startswith("Headers: ")


def test_a_message_asks_for_it_and_names_its_own_schema() -> None:
    asks = {"validate_header": "true", "header_schema_id": "9", "header_version": "1"}

    assert judged(headers(tenant="acme", **asks)) == VALID
    assert code(judged(headers(**asks))) is Code.HEADER_INVALID
    assert judged(headers(**asks | {"header_version": "latest"})) == VALID


def test_a_message_can_be_excepted() -> None:
    assert judged(headers(validate_header="false"), ALWAYS) == VALID


def test_headers_come_before_the_payload_and_the_payload_is_checked_too() -> None:
    assert code(judged(headers(tenant="a"), ALWAYS, BAD)) is Code.HEADER_INVALID
    assert code(judged(headers(tenant="acme"), ALWAYS, BAD)) is Code.PAYLOAD_INVALID


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"validate_header": "yes please"}, Code.ATTRIBUTE_INVALID),
        ({"validate_header": "true"}, Code.ATTRIBUTE_MISSING),
        ({"validate_header": "true", "header_schema_id": "9"}, Code.ATTRIBUTE_MISSING),
        ({"validate_header": "true", "header_schema_id": "x", "header_version": "1"}, Code.ATTRIBUTE_INVALID),
        ({"validate_header": "true", "header_schema_id": "5", "header_version": "1"}, Code.SCHEMA_NOT_FOUND),
        ({"validate_header": "true", "header_schema_id": "8", "header_version": "1"}, Code.SCHEMA_UNUSABLE),
        ({"validate_header": "true", "header_schema_id": "7", "header_version": "1"}, Code.FORMAT_MISMATCH),
    ],
)
def test_what_cannot_be_checked_is_a_dead_letter_and_stops_nothing(more: dict[str, str], expected: Code) -> None:
    assert code(judged(headers(**more))) is expected


def test_a_value_that_is_no_text_is_invalid() -> None:
    assert code(judged([*headers(), ("tenant", b"\xff")], ALWAYS)) is Code.HEADER_INVALID


def test_while_the_schema_cannot_be_asked_for_messages_wait() -> None:
    schemas = FakeSchemas(*SCHEMAS)
    schemas.unreachable = {9}

    assert isinstance(processor(ALWAYS, schemas).judge(message(head=headers(tenant="acme"))), Retry)


def test_in_a_batch_each_message_is_judged_by_its_own_attributes() -> None:
    batch = [message(head=headers(tenant=name)) for name in ("acme", "a", "acme", "b", "zeta")]

    judged = processor(ALWAYS).process(batch)

    assert judged.valid == [batch[0], batch[2], batch[4]]
    assert [about[0] for about in judged.rejected] == [batch[1], batch[3]]
