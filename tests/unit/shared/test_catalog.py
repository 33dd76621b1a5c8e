"""Every format has one engine, which is imported when it is asked for."""

import subprocess
import sys

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.catalog import Catalog
from sluicegate.shared.formats.engine import Fault, SchemaSource
from sluicegate.shared.formats.options import FormatOptions, JsonEngine
from sluicegate.shared.model import SchemaFormat

TWICE = b'{"a": 1, "b": {"c": 1, "c": 2}}'


@pytest.mark.parametrize("schema_format", catalog.FORMATS)
def test_an_engine_says_which_format_it_serves(schema_format: SchemaFormat) -> None:
    assert catalog.engine(schema_format).format is schema_format
    assert catalog.engine(schema_format) is catalog.engine(schema_format)


def test_listing_the_formats_imports_no_engine() -> None:
    """Programs that need one format, or none, must not wait for all of them."""
    heavy = "'jsonschema_rs', 'lxml', 'google.protobuf', 'xmlschema', 'lark'"
    script = (
        f"import sys; from sluicegate.shared.formats import catalog; print([n for n in ({heavy}) if n in sys.modules])"
    )

    printed = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout

    assert printed.strip() == "[]"


@pytest.mark.parametrize("library", JsonEngine)
def test_strict_json_refuses_a_name_that_stands_twice(library: JsonEngine) -> None:
    engine = Catalog(FormatOptions(json_engine=library, strict_json=True)).engine(SchemaFormat.JSON)
    validator = engine.compile(engine.parse(SchemaSource("{}")))

    rejection = validator.explain(TWICE)

    assert not validator.accepts(TWICE)
    assert rejection is not None
    assert rejection.fault is Fault.MALFORMED
    assert "'c' stands twice" in rejection.violations[0].message


def test_otherwise_the_last_one_counts() -> None:
    engine = catalog.engine(SchemaFormat.JSON)
    schema = '{"properties": {"b": {"properties": {"c": {"const": 2}}}}}'

    assert engine.compile(engine.parse(SchemaSource(schema))).accepts(TWICE)


@pytest.mark.parametrize("payload", [b"", b"{", b'{"a": NaN}', b"\xff", b"[" * 100_000, b'"\\ud800"'])
def test_strict_json_never_raises(payload: bytes) -> None:
    engine = Catalog(FormatOptions(strict_json=True)).engine(SchemaFormat.JSON)
    validator = engine.compile(engine.parse(SchemaSource("{}")))

    assert not validator.accepts(payload)
    assert validator.explain(payload) is not None
