"""The page on CSV has the engine's codes, and its example is valid."""

import re
from pathlib import Path

from sluicegate.shared.formats.csv_schema.compatibility import codes
from sluicegate.shared.formats.csv_schema.model import Match, Plain, Temporal
from sluicegate.shared.formats.csv_schema.refusals import CsvSchemaCode
from sluicegate.shared.formats.engine import SchemaSource
from tests.unit.formats.csv_schema.builders import ENGINE

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "formats" / "csv.md").read_text(encoding="utf-8")


def test_every_code_and_rule_is_on_the_page() -> None:
    words = set(re.findall(r"\w+", PAGE))
    assert [
        word for word in (*codes.CsvChange, *CsvSchemaCode, *Match, *Plain, *Temporal) if word.value not in words
    ] == []


def test_the_example_is_a_schema() -> None:
    example = next(block for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL) if block.startswith("version"))
    of = ENGINE.parse(SchemaSource(example))
    assert ENGINE.violations(of) == ()
    rejection = ENGINE.compile(of).explain(b"id,name,status,sent\n1,a,new,\n2,,paid,\n3,b,lost,\n4,c,sent,soon\n")
    assert rejection is not None
    for violation in rejection.violations:
        line = rf"^{violation.path} +{violation.code} +{re.escape(violation.message)}$"
        assert re.search(line, PAGE, re.MULTILINE), violation
