"""Data confirm an engine's verdict on compatibility."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat
from tests.properties.formats import EVERY_FORMAT, LANGUAGES, STEADY
from tests.properties.language import validator

PAIRS = 300
ENOUGH = 25
"""Pairs of each verdict, and payloads of the writer's that were read: fewer would prove nothing."""


@dataclass(slots=True)
class Seen:
    """How often there was something to look at."""

    compatible: int = 0
    incompatible: int = 0
    payloads: int = 0


@EVERY_FORMAT
def test_a_schema_is_compatible_with_itself(schema_format: SchemaFormat) -> None:
    language, engine = LANGUAGES[schema_format], catalog.engine(schema_format)

    @STEADY
    @given(language.schemas)
    def holds(value: object) -> None:
        text = language.text(value)
        one, other = (engine.parse(SchemaSource(text)) for _ in range(2))
        assert engine.compare(one, one) == ()
        assert engine.compare(one, other) == ()

    holds()


@EVERY_FORMAT
def test_what_is_called_compatible_reads_what_was_written(schema_format: SchemaFormat) -> None:
    """Payloads that fit the writer are read with a reader that is backward compatible."""
    language, engine = LANGUAGES[schema_format], catalog.engine(schema_format)
    seen = Seen()

    @settings(STEADY, max_examples=PAIRS)
    @given(language.pairs, st.data())
    def holds(pair: tuple[object, object], data: st.DataObject) -> None:
        reader, writer = map(language.text, pair)
        if engine.compare(*(engine.parse(SchemaSource(text)) for text in (reader, writer))):
            seen.incompatible += 1
            return
        seen.compatible += reader != writer
        payload = language.data(pair[1])
        for _ in range(3):
            each = data.draw(payload)
            if validator(schema_format, writer).accepts(each):
                seen.payloads += 1
                assert language.reads(reader, writer, each), (reader, writer, each)

    holds()
    assert min(seen.compatible, seen.incompatible, seen.payloads) >= ENOUGH, seen
