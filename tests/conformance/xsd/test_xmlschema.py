"""The default engine and the library xmlschema, on schemas and on documents."""

import pytest
import xmlschema

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import XmlEngine
from sluicegate.shared.formats.xsd.engine import XsdEngine
from tests.conformance.xsd.models import FIXED, IDENTIFIERS, content_model, document
from tests.fixtures.agreement import Agreement
from tests.unit.formats.xsd.builders import ENGINE, accepts, text, violations

MODELS = 300
DOCUMENTS = 400
OTHER = XsdEngine(XmlEngine.XMLSCHEMA)


def _other_accepts_schema(schema: str) -> bool:
    try:
        xmlschema.XMLSchema10(schema)
    except xmlschema.XMLSchemaException:
        return False
    return True


def test_no_content_model_is_accepted_that_xmlschema_refuses(agreement: Agreement) -> None:
    """libxml2 refuses some unambiguous models with exact counts; it accepts no wrong model."""
    models = [content_model(seed) for seed in range(MODELS)]
    verdicts = [(not violations(model), _other_accepts_schema(model)) for model in models]
    agreeing = sum(mine == theirs for mine, theirs in verdicts)
    agreement("XML content models, verdicts of xmlschema", agreeing, MODELS, "the others are refused by libxml2 alone")
    assert (True, False) not in verdicts
    assert {(True, True), (False, False)} <= set(verdicts)


def test_identifiers_of_documents_agree(agreement: Agreement) -> None:
    validators = [engine.compile(engine.parse(SchemaSource(IDENTIFIERS))) for engine in (ENGINE, OTHER)]
    verdicts = [[each.accepts(document(seed).encode()) for each in validators] for seed in range(DOCUMENTS)]
    differing = [document(seed) for seed, (mine, theirs) in enumerate(verdicts) if mine != theirs]
    agreement("XML identifiers, verdicts of xmlschema", DOCUMENTS - len(differing), DOCUMENTS)
    assert differing == []
    assert len({mine for mine, _ in verdicts}) == 2


@pytest.mark.parametrize("type_", FIXED)
def test_fixed_values_agree(type_: str) -> None:
    fixed, values = FIXED[type_]
    schema = text(f'<xs:element name="r" type="xs:{type_}" fixed="{fixed}"/>')
    for value in values:
        payload = f"<r>{value}</r>"
        assert accepts(schema, payload) == accepts(schema, payload, OTHER), value
