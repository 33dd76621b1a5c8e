"""Every required test of the official JSON-Schema-Test-Suite, through our engine: parse, compile, accepts, explain. No network."""

from collections.abc import Iterator

import pytest

from shared.formats.engine import PayloadValidator
from shared.formats.json_schema.engine import JsonSchemaEngine
from shared.formats.options import JsonEngine
from tests.conformance.json_schema.official_suite import DRAFTS, Group, groups
from tests.fixtures.agreement import Agreement

TESTS = {"draft4": 610, "draft6": 829, "draft7": 913, "draft2019-09": 1227, "draft2020-12": 1257}

OWN_METASCHEMA = [
    "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary",
    "vocabulary.json: ignore unrecognized optional vocabulary",
]
"""Their `$schema` is a metaschema of their own, which would have to be fetched. We know five drafts and refuse all else by name."""

REFUSED = {"draft2019-09": OWN_METASCHEMA, "draft2020-12": OWN_METASCHEMA}


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
    note = f"{count} refused for a metaschema of their own" if refused else ""
    agreement(f"JSON-Schema-Test-Suite {draft}, {library}", total - count - len(differing), total, note)
    assert differing == []
    assert [group.name for group in refused] == REFUSED.get(draft, [])
    assert total == TESTS[draft]


def _validator(engine: JsonSchemaEngine, group: Group) -> PayloadValidator | None:
    """None when the schema names a metaschema that is none of the five drafts."""
    schema = engine.parse(group.schema)
    if [found.code for found in engine.violations(schema)] == ["$schema"]:
        return None
    return engine.compile(schema)


def _differing(validator: PayloadValidator, group: Group) -> Iterator[str]:
    for test in group.tests:
        accepted = validator.accepts(test.payload)
        explained = validator.explain(test.payload) is None
        if not accepted == explained == test.valid:
            yield f"{group.name}: {test.name}"
