"""JSON schemas that pass for plain and are as dear as such can be: each is judged in a fraction of what a trial may take."""

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from registry_api.core.errors import SchemaInvalid
from registry_api.core.examination import EngineExaminer
from shared.formats import catalog
from shared.formats.engine import SchemaSource, is_plain
from shared.formats.json_schema.plainness import COMMAS_LIMIT, LENGTH_LIMIT
from shared.model import SchemaFormat, ValidityMode
from shared.sandbox.limits import Limits

DEEP = 48
WIDE = ("allOf", "anyOf", "oneOf", "prefixItems", "enum", "required", "type")
NAMED = ("properties", "$defs", "definitions", "dependentSchemas", "dependentRequired", "dependencies")
ALONE = ("not", "if", "items", "additionalProperties", "contains", "propertyNames", "contentSchema", "unevaluatedItems")
ITEMS = ("{}", "true", "1", '"a"', '"%"', '{"type":[1]}', '{"properties":{"a":{"items":{}}}}', '{"minLength":-1}')
MEMBERS = (
    "{}",
    "1",
    "[1]",
    '{"type":1}',
    '{"$id":"%"}',
    '{"$id":"../../a/%"}',
    '{"$anchor":"a%"}',
    '{"multipleOf":0.001}',
)


def filled(opening: str, unit: str, closing: str) -> str:
    """As much of a unit as a plain text can hold; `%` in it is a number."""
    room, units = LENGTH_LIMIT - len(opening) - len(closing), list[str]()
    for number in range(COMMAS_LIMIT // (1 + unit.count(","))):
        room -= len(unit) + len(str(number)) + 1
        if room < 0:
            break
        units.append(unit.replace("%", str(number)))
    return opening + ",".join(units) + closing


def texts() -> Iterator[str]:
    for draft in ("", '"$schema":"http://json-schema.org/draft-04/schema#",'):
        for keyword in WIDE:
            yield from (filled(f'{{{draft}"{keyword}":[', unit, "]}") for unit in ITEMS)
        for keyword in NAMED:
            yield from (filled(f'{{{draft}"{keyword}":{{', f'"%":{unit}', "}}") for unit in MEMBERS)
    for keyword in ALONE:
        yield f'{{"{keyword}":' * DEEP + "{}" + "}" * DEEP
        beside = ",".join(f'"p{number}":{{}}' for number in range(8))
        yield f'{{"$id":"a/","properties":{{{beside}}},"{keyword}":' * DEEP + "1" + "}" * DEEP
    for keyword in WIDE[:4]:
        yield f'{{"{keyword}":[{"{}," * 8}' * DEEP + "{}" + "]}" * DEEP
    yield '{"title":"' + "x" * (LENGTH_LIMIT - 12) + '"}'
    yield '{"$id":"' + "../" * (LENGTH_LIMIT // 3 - 4) + '"}'


@pytest.mark.parametrize("validity", ValidityMode)
def test_a_plain_schema_is_soon_judged(validity: ValidityMode) -> None:
    examiner, limit = EngineExaminer(catalog.engine), Limits().seconds / 4
    for text in (text for text in texts() if is_plain(catalog.engine(SchemaFormat.JSON), SchemaSource(text))):
        started = time.thread_time()
        with suppress(SchemaInvalid):
            examiner.content(SchemaFormat.JSON, SchemaSource(text), validity)
        assert time.thread_time() - started < limit, text[:200]


def test_most_of_these_pass_for_plain() -> None:
    found = [is_plain(catalog.engine(SchemaFormat.JSON), SchemaSource(text)) for text in texts()]
    assert found.count(True) > 0.9 * len(found)
