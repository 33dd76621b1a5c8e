"""UBL's largest document stays within the limits of trial processes."""

from pathlib import Path

import pytest

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import SchemaFormat, ValidityMode
from tests.fixtures.trials import trials
from tests.fixtures.ubl import ubl


@pytest.mark.timeout(600)
def test_largest_ubl_document_stays_within_the_limits(ubl_jars: Path) -> None:
    found = ubl(ubl_jars, "2.4")
    name = "common/UBL-CommonAggregateComponents-2.4.xsd"
    imports = {spelled: each for document in found.reached(name) for spelled, each in document.imports.items()}
    named = tuple(NamedSource(spelled, SchemaSource(found.documents[each].text)) for spelled, each in imports.items())
    with trials() as examiner:
        content = examiner.content(SchemaFormat.XML, SchemaSource(found.documents[name].text, named), ValidityMode.FULL)
    assert content.attributes
