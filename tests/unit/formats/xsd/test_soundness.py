"""Compatible means: documents of the writer fit the reader."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.formats.xsd.builders import ENGINE, parsed
from tests.unit.formats.xsd.drawing import Documents, Draw, schema_text

pytestmark = pytest.mark.slow

STEADY = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@STEADY
@given(st.integers(0, 2**32))
def test_documents_of_a_compatible_writer_fit_the_reader(seed: int) -> None:
    draw = Draw(seed)
    one = draw.schema()
    drawn = [one, draw.changed(one)]
    if draw.chance(0.5):
        drawn.reverse()
    writer, reader = (parsed(schema_text(each)) for each in drawn)
    if ENGINE.violations(writer) or ENGINE.violations(reader) or ENGINE.compare(reader, writer):
        return
    written, taken = ENGINE.compile(writer), ENGINE.compile(reader)
    documents = Documents(drawn[0], seed)

    for document in (documents.document() for _ in range(10)):
        assert taken.accepts(document) or not written.accepts(document)


@STEADY
@given(st.integers(0, 2**32))
def test_a_schema_is_compatible_with_itself_under_other_names_of_types(seed: int) -> None:
    """Nothing but the comparison itself says so: their texts differ."""
    schema = schema_text(Draw(seed).schema())
    reader, writer = (
        parsed(schema),
        parsed(schema.replace('"letters"', '"lettres"').replace("int letters", "int lettres")),
    )
    if ENGINE.violations(writer):
        return

    assert ENGINE.compare(reader, writer) == ()
