"""docs/reference/formats/avro.md has every code of the JSON encoding, and true examples."""

import re

from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.avro.payload.json_faults import JsonCode
from sluicegate.shared.formats.engine import Fault, SchemaSource
from tests.docs.pages import REFERENCE, rows, section

PAGE = "formats/avro.md"


def test_each_violation_in_json_encoding_is_documented() -> None:
    described = {
        name: cells[1].strip("`") for name, cells in rows(section(PAGE, "JSON encoding")).items() if len(cells) == 2
    }
    malformed = {JsonCode.JSON_MALFORMED}
    assert described == {
        code.value: (Fault.MALFORMED if code in malformed else Fault.INVALID).value for code in JsonCode
    }


def test_examples_of_json_encoding() -> None:
    schema = re.search(r"```json\n(.*?)```", (REFERENCE / PAGE).read_text(encoding="utf-8"), re.DOTALL)
    assert schema
    engine = AvroEngine(encoding="json")
    validator = engine.compile(engine.parse(SchemaSource(schema[1])))
    table = section(PAGE, "JSON encoding").partition("| payload | finding |\n")[2].splitlines()[1:]
    examples = [line.split(" | ") for line in table if line.startswith("| `")]
    assert len(examples) >= 4
    for payload, said in examples:
        found = validator.explain(payload.removeprefix("| ").strip("`").encode())
        told = [f"`{one.code}` at `{one.path}`: {one.message}" for one in found.violations] if found else ["fits"]
        assert said.removesuffix(" |") == "<br>".join(told)
