"""One schema has one canonical text, however it is spelt."""

import random

from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat
from tests.properties.formats import EVERY_FORMAT, LANGUAGES, STEADY
from tests.properties.language import validator


@EVERY_FORMAT
def test_the_canonical_text_is_its_own(schema_format: SchemaFormat) -> None:
    """It parses, is valid, is its own canonical text, and is compatible with the original."""
    language, engine = LANGUAGES[schema_format], catalog.engine(schema_format)

    @STEADY
    @given(language.schemas)
    def holds(value: object) -> None:
        schema = engine.parse(SchemaSource(language.text(value)))
        assert engine.violations(schema) == ()
        text = engine.canonical(schema)
        again = engine.parse(SchemaSource(text))
        assert engine.canonical(again) == text
        assert engine.violations(again) == ()
        assert engine.attributes(again) == engine.attributes(schema)
        assert engine.compare(again, schema) == engine.compare(schema, again) == ()

    holds()


@EVERY_FORMAT
def test_another_spelling_has_the_same_canonical_text(schema_format: SchemaFormat) -> None:
    language, engine = LANGUAGES[schema_format], catalog.engine(schema_format)

    @STEADY
    @given(language.schemas, st.integers(0, 2**32))
    def holds(value: object, seed: int) -> None:
        text = language.text(value)
        respelt = language.respelt(text, random.Random(seed))
        one, other = (engine.canonical(engine.parse(SchemaSource(each))) for each in (text, respelt))
        assert one == other, respelt

    holds()


@EVERY_FORMAT
def test_schemas_of_one_fingerprint_accept_the_same_documents(schema_format: SchemaFormat) -> None:
    """Another spelling with the same canonical text, and that text itself, give equal verdicts."""
    language, engine = LANGUAGES[schema_format], catalog.engine(schema_format)

    @STEADY
    @given(st.data(), language.schemas, st.integers(0, 2**32))
    def holds(data: st.DataObject, value: object, seed: int) -> None:
        text = language.text(value)
        respelt = language.respelt(text, random.Random(seed))
        spellings = (text, respelt, engine.canonical(engine.parse(SchemaSource(text))))
        payload = data.draw(language.data(value))
        assert len({validator(schema_format, each).accepts(payload) for each in spellings}) == 1, (text, payload)

    holds()
