"""Every required test of the official JSON-Schema-Test-Suite, through the engine, offline."""

from collections.abc import Iterator

import pytest

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.engine import PayloadValidator
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.options import JsonEngine
from tests.conformance.json_schema.official_suite import DRAFTS, Group, groups
from tests.fixtures.agreement import Agreement

TESTS = {"draft4": 610, "draft6": 829, "draft7": 913, "draft2019-09": 1227, "draft2020-12": 1257}

OWN_METASCHEMA = [
    "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary",
    "vocabulary.json: ignore unrecognized optional vocabulary",
]
"""Their metaschemas have a `$vocabulary` of their own, which the library `jsonschema` does not
heed; so the engine refuses them with it.
"""

REFUSED = {(draft, JsonEngine.PURE): OWN_METASCHEMA for draft in ("draft2019-09", "draft2020-12")}


@pytest.mark.parametrize("library", list(JsonEngine))
@pytest.mark.parametrize("draft", DRAFTS)
def test_every_required_test_agrees(draft: str, library: JsonEngine, agreement: Agreement) -> None:
    """Neither library differs anywhere; one that starts to is listed here by name, or mended."""
    engine = JsonSchemaEngine(library)
    differing: list[str] = []
    refused: list[Group] = []
    total = 0
    for group in groups(draft):
        total += len(group.tests)
        validator = _validator(engine, group)
        if validator is None:
            refused.append(group)
        else:
            differing += _differing(validator, group)
    count = sum(len(group.tests) for group in refused)
    note = f"{count} refused for a $vocabulary of their own" if refused else ""
    agreement(f"JSON-Schema-Test-Suite {draft}, {library}", total - count - len(differing), total, note)
    assert differing == []
    assert [group.name for group in refused] == REFUSED.get((draft, library), [])
    assert total == TESTS[draft]


def _validator(engine: JsonSchemaEngine, group: Group) -> PayloadValidator | None:
    """None when the library cannot heed the `$vocabulary` of the schema's metaschema."""
    try:
        return engine.compile(engine.parse(group.schema))
    except SchemaUnusable as error:
        if [found.code for found in error.violations] == ["$schema"]:
            return None
        raise


def _differing(validator: PayloadValidator, group: Group) -> Iterator[str]:
    for test in group.tests:
        accepted = validator.accepts(test.payload)
        explained = validator.explain(test.payload) is None
        if not accepted == explained == test.valid:
            yield f"{group.name}: {test.name}"
