"""All six formats in one stream, on real parts: unchanged, at the right place, with the reason."""

import json

import httpx
import pytest

from sluicegate.shared.model import SchemaFormat
from tests.acceptance.six_formats import SPEECHES, messages
from tests.acceptance.system import System, arrived, assert_order_is_kept, producer, send
from tests.acceptance.traffic import VALID
from tests.fixtures.kafka_records import headers_of, values_of

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

COUNT = 3_000


def test_each_message_of_each_format_arrives_exactly_where_it_should(system: System) -> None:
    system.registry.start().ready()
    ids = {each: system.register(each, each, speech.schema) for each, speech in SPEECHES.items()}
    system.validator.start().ready()
    sent = tuple(messages(ids, COUNT))

    send(system, producer(system), sent)
    arrivals = arrived(system, sent)

    assert {len(copies) for copies in arrivals.by_number.values()} == {1}, "nothing failed, so nothing comes twice"
    assert_order_is_kept(arrivals, sent)
    for one in sent:
        copy = arrivals.by_number[one.number][0]
        headers = headers_of(copy)
        added = values_of(headers[: len(headers) - len(one.headers)])
        if one.fate.startswith("payload_"):
            assert all(each["message"] for each in json.loads(added["deadLetterErrors"]))
    for each, schema_id in ids.items():
        _is_as_it_was_registered(system, each, schema_id)
    assert system.validator.terminate() == 0, system.validator.log[-2000:]
    assert system.registry.terminate() == 0, system.registry.log[-2000:]


def test_every_format_says_good_and_bad_things() -> None:
    """The stream shows nothing of a format in which everything is right, or everything wrong."""
    assert set(SPEECHES) == set(SchemaFormat)
    for speech in SPEECHES.values():
        assert {VALID, "payload_invalid", "payload_malformed"} <= {case.fate for case in speech.cases}


def _is_as_it_was_registered(system: System, schema_format: SchemaFormat, schema_id: int) -> None:
    spec = httpx.get(f"{system.registry_url}/schemas/{schema_id}/versions/1/spec").raise_for_status()
    assert spec.content == SPEECHES[schema_format].schema.encode()
