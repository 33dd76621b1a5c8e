"""The costliest JSON schemas that count as plain, and the cost of plain schemas in a process of its own.

`python -m tests.hostile.plain_schemas` prints one line of JSON for each format and validity mode.
"""

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from typing import cast

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.model import NumberedSource
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.registry_api.trial.triage import Triage
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource, is_plain
from sluicegate.shared.formats.json_schema.plainness import COMMAS_LIMIT, LENGTH_LIMIT
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, VersionNumber
from tests.hostile import plain_avro_schemas

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


ORDINARY = json.dumps(
    {
        "type": "object",
        "properties": {f"field{number}": {"type": "string", "maxLength": 40} for number in range(12)},
        "required": ["field0", "field1"],
    }
)
"""The yardstick: a schema of the size that most teams register."""


def plain_texts(schema_format: SchemaFormat) -> list[str]:
    """Return the texts that skip the sandbox."""
    engine = catalog.engine(schema_format)
    every = texts() if schema_format is SchemaFormat.JSON else plain_avro_schemas.texts()
    return [text for text in every if is_plain(engine, SchemaSource(text))]


ORDINARY_TEXTS = {SchemaFormat.JSON: ORDINARY, SchemaFormat.AVRO: plain_avro_schemas.ORDINARY}

_YARDSTICK_ROUNDS = 200
_ROUNDS = 3


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of one examination."""
    started = time.thread_time()
    with suppress(SchemaInvalid):
        work()
    return time.thread_time() - started


def _content(schema_format: SchemaFormat, text: str, validity: ValidityMode) -> Callable[[], object]:
    examiner = EngineExaminer(catalog.engine)
    return lambda: examiner.content(schema_format, SchemaSource(text), validity)


def _ordinary(schema_format: SchemaFormat, validity: ValidityMode) -> float:
    work = _content(schema_format, ORDINARY_TEXTS[schema_format], validity)
    return min(_seconds(work) for _ in range(_YARDSTICK_ROUNDS))


def worst_ratio(schema_format: SchemaFormat, validity: ValidityMode) -> tuple[float, str]:
    """Return the cost of the costliest plain text in examinations of an ordinary one, and that text.

    Both are measured in this process, and each is the least of several rounds, so a busy machine
    slows both alike.
    """
    worst, text = max(
        (min(_seconds(_content(schema_format, text, validity)) for _ in range(_ROUNDS)), text)
        for text in plain_texts(schema_format)
    )
    return worst / _ordinary(schema_format, validity), text


def worst_comparison() -> tuple[float, str]:
    """Return the same for the comparisons of Avro schemas that skip the sandbox."""
    examiner = EngineExaminer(catalog.engine)
    here = Triage(cast("TrialExaminer", None), catalog.engine)

    def compared(new: str, old: str) -> Callable[[], object]:
        history = [NumberedSource(VersionNumber(1), SchemaSource(old))]
        mode = CompatibilityMode.FULL
        return lambda: examiner.incompatibilities(SchemaFormat.AVRO, mode, SchemaSource(new), history)

    chosen = [
        (new, old)
        for new, old in plain_avro_schemas.pairs(plain_texts(SchemaFormat.AVRO))
        if here.soon_compared(
            SchemaFormat.AVRO, SchemaSource(new), [NumberedSource(VersionNumber(1), SchemaSource(old))]
        )
    ]
    worst, pair = max((min(_seconds(compared(*pair)) for _ in range(_ROUNDS)), pair) for pair in chosen)
    return worst / _ordinary(SchemaFormat.AVRO, ValidityMode.FULL), "\n".join(pair)


def main() -> None:
    """Print the worst ratio of each format and validity mode, and of comparisons."""
    gc.disable()  # a full collection costs as much as the worst text, and is no cost of that text
    for schema_format, validity in product(ORDINARY_TEXTS, ValidityMode):
        ratio, text = worst_ratio(schema_format, validity)
        print(json.dumps({"format": schema_format, "validity": validity, "ratio": ratio, "text": text[:200]}))
    ratio, text = worst_comparison()
    print(json.dumps({"format": SchemaFormat.AVRO, "validity": "compared", "ratio": ratio, "text": text[:200]}))


if __name__ == "__main__":
    main()
