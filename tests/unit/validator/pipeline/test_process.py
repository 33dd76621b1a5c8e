"""Envelope -> check -> verdict."""

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.model import SchemaFormat, SchemaId
from sluicegate.validator.model import VALID, Code, Headers, Invalid, Message, Retry, SchemaRef, Unprocessable, Verdict
from sluicegate.validator.modes.automatic import Automatic
from sluicegate.validator.modes.by_apicurio import ByApicurio
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider
from sluicegate.validator.pipeline.null_values import REJECTED, NullValues
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import BAD, GOOD, headers, message, stored

AVRO = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}'


def processor(*schemas: object, provider: FakeSchemas | None = None) -> Processor:
    return Processor(ByAttributes(Checks(provider or FakeSchemas(stored()), catalog.engine, capacity=10)))


def verdict(each: Message, provider: FakeSchemas | None = None) -> Verdict:
    """Return the verdict, equal by both methods."""
    judged = processor(provider=provider).process([each])
    alone = processor(provider=provider).judge(each)
    found: list[Verdict] = [VALID for _ in judged.valid]
    found += [about[1] for about in [*judged.rejected, *judged.undecided]]
    assert found == [alone]
    return alone


def code(each: Message, provider: FakeSchemas | None = None) -> Code:
    found = verdict(each, provider)
    assert isinstance(found, Invalid | Unprocessable), found
    return found.code


def test_a_payload_that_fits_is_valid() -> None:
    assert verdict(message(GOOD)) == VALID


def test_a_payload_that_does_not_fit_is_invalid_with_its_violations() -> None:
    found = verdict(message(BAD))

    assert isinstance(found, Invalid)
    assert found.code is Code.PAYLOAD_INVALID
    assert found.violations[0].path == "/age"


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff\xfe", b'{"age":1} x'])
def test_a_payload_that_is_not_json_is_malformed(payload: bytes) -> None:
    assert code(message(payload)) is Code.PAYLOAD_MALFORMED


@pytest.mark.parametrize(("payload", "good"), [(b"\x02", True), (b"\x02\x02", False), (b"", False)])
def test_avro_is_checked_as_one_binary_datum(payload: bytes, good: bool) -> None:
    provider = FakeSchemas(stored(text=AVRO, kind=SchemaFormat.AVRO))

    assert (verdict(message(payload), provider) == VALID) is good


def test_a_schema_that_is_not_there_is_not_found() -> None:
    assert code(message(head=headers(404))) is Code.SCHEMA_NOT_FOUND


def test_a_format_that_differs_from_the_schemas_is_a_mismatch() -> None:
    assert code(message(head=headers(format="avro"))) is Code.FORMAT_MISMATCH


@pytest.mark.parametrize("name", [*(each.value for each in SchemaFormat if each not in catalog.FORMATS), "nonsense"])
def test_a_format_without_engine_is_not_supported_and_nobody_is_asked(name: str) -> None:
    provider = FakeSchemas(stored())

    assert code(message(head=headers(format=name)), provider) is Code.FORMAT_UNSUPPORTED
    assert provider.asked == []


@pytest.mark.parametrize("text", ["{", "[]", '{"type": 7}', '{"$ref": "http://localhost/x"}'])
def test_a_schema_that_cannot_be_used_is_said_so(text: str) -> None:
    assert code(message(), FakeSchemas(stored(text=text))) is Code.SCHEMA_UNUSABLE


def test_when_the_registry_is_silent_nobody_knows() -> None:
    provider = FakeSchemas()
    provider.down = True

    assert isinstance(verdict(message(), provider), Retry)


def test_the_format_may_be_missing_and_the_version_may_be_the_latest() -> None:
    provider = FakeSchemas(stored(), stored(version=2, text="false"))

    assert code(message(head=headers(version="latest")), provider) is Code.PAYLOAD_INVALID
    assert verdict(message(head=headers(version=1)), provider) == VALID


def test_the_last_of_two_attributes_with_one_name_counts() -> None:
    assert verdict(message(head=[*headers(404), *headers(1)])) == VALID


def test_a_batch_is_sorted_in_its_order() -> None:
    provider = FakeSchemas(stored(), stored(2, text="false"))
    provider.unreachable = {3}
    batch = [message(b'{"age":%d}' % number, head=headers(1 + number % 4)) for number in range(40)]

    judged = processor(provider=provider).process(batch)

    assert judged.valid == batch[0::4]
    assert [about[0] for about in judged.rejected] == [
        each for number, each in enumerate(batch) if number % 4 in {1, 3}
    ]
    assert [about[0] for about in judged.undecided] == batch[2::4]


def test_a_reference_is_looked_up_once_for_each_batch() -> None:
    provider = FakeSchemas(stored())
    subject = processor(provider=provider)
    batch = [message(head=[*headers(), ("trace", b"%d" % number)]) for number in range(50)]

    subject.process(batch)
    subject.process(batch)

    assert len(provider.asked) == 2


def test_a_schema_is_compiled_once() -> None:
    provider = FakeSchemas(stored())
    checks = Checks(provider, catalog.engine, capacity=10)
    ref = SchemaRef(SchemaId(1), None, None)

    assert checks.decide(ref) is checks.decide(ref)


def test_compiled_schemas_are_bounded() -> None:
    provider = FakeSchemas(*(stored(number) for number in range(5)))
    checks = Checks(provider, catalog.engine, capacity=2)
    first = checks.decide(SchemaRef(SchemaId(0), None, None))

    for number in range(1, 5):
        checks.decide(SchemaRef(SchemaId(number), None, None))

    assert checks.decide(SchemaRef(SchemaId(0), None, None)) is not first


SCHEMAS = {
    SchemaFormat.JSON: '{"type":"object"}',
    SchemaFormat.AVRO: AVRO,
    SchemaFormat.PROTOBUF: 'syntax = "proto3"; message M { string a = 1; }',
    SchemaFormat.XML: '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"/></xs:schema>',
    SchemaFormat.CSV: "version 1.0\n@totalColumns 1\na:",
    SchemaFormat.TABLE: '{"columns":[{"name":"a","type":"integer"}]}',
}


def null_processors(kind: SchemaFormat, null_values: NullValues) -> dict[str, Processor]:
    """One for each wire format."""
    schemas = FakeSchemas(stored(text=SCHEMAS[kind], kind=kind))
    checks = Checks(schemas, catalog.engine, capacity=10)
    framed, apicurio = ByFrame(schemas, checks), ByApicurio(schemas, checks)
    deciders: dict[str, Decider] = {
        "attributes": ByAttributes(checks),
        "confluent": framed,
        "apicurio": apicurio,
        "auto": Automatic(ByAttributes(checks), framed, apicurio),
    }
    return {name: Processor(decider, null_values) for name, decider in deciders.items()}


@pytest.mark.parametrize("kind", list(SchemaFormat))
@pytest.mark.parametrize("head", [headers(), []], ids=["named", "nameless"])
@pytest.mark.parametrize("null_values", [NullValues.PASS, NullValues.DEAD_LETTER])
def test_null_value_has_one_verdict_in_every_format(kind: SchemaFormat, head: Headers, null_values: NullValues) -> None:
    """`vectors/cases/tombstone`: compaction must reach the valid topic."""
    tombstone = message(None, head=head)
    for each in null_processors(kind, null_values).values():
        judged = each.process([tombstone])
        if null_values is NullValues.PASS:
            assert judged.valid == [tombstone]
            assert each.judge(tombstone) == VALID
        else:
            assert [about for _, about in judged.rejected] == [REJECTED] == [each.judge(tombstone)]


@pytest.mark.parametrize("kind", list(SchemaFormat))
def test_null_value_is_checked_as_an_empty_payload(kind: SchemaFormat) -> None:
    for each in null_processors(kind, NullValues.CHECK).values():
        assert each.judge(message(None)) == each.judge(message(b""))


def test_null_value_needs_no_registry() -> None:
    schemas = FakeSchemas(stored())
    schemas.down = True

    assert processor(provider=schemas).process([message(None)]).undecided == []


def test_null_values_keep_the_order_and_the_formats_of_a_batch() -> None:
    schemas = FakeSchemas(stored(), stored(2, text=AVRO, kind=SchemaFormat.AVRO))
    batch = [
        message(None),
        message(),
        message(),
        message(None),
        message(),
        message(b"\x02", head=headers(2)),
        message(None),
    ]

    judged = processor(provider=schemas).process(batch)

    assert judged.valid == batch
    assert judged.counts() == {(None, None): 3, (SchemaFormat.JSON, None): 3, (SchemaFormat.AVRO, None): 1}
