"""The draft by which a JSON schema is read, kept in both stores where its text names none."""

import pytest

from sluicegate.shared.model import GlobalId, SchemaFormat
from tests.contracts.subjects.conftest import Bench

NAMELESS = '{"items": [{"type": "string"}]}'
NAMED = '{"$schema": "http://json-schema.org/draft-07/schema#"}'
UNKNOWN = '{"$schema": "https://example.com/mine"}'


@pytest.mark.parametrize(("text", "draft"), [(NAMELESS, b"draft-07"), (UNKNOWN, b"draft-07"), (NAMED, None)])
def test_reads_of_a_schema_have_its_draft(bench: Bench, text: str, draft: bytes | None) -> None:
    version = bench.register("s", text, kind=SchemaFormat.JSON).version
    catalogue = bench.subjects.catalogue
    read = [
        catalogue.identified(version.global_id).version,
        catalogue.identified(version.global_id, version.subject).version,
        catalogue.by_guid(version.guid).version,
        catalogue.version(version.subject, version.number),
    ]
    assert [each.artifact for each in read] == [draft] * 4


def test_reads_of_other_formats_have_no_draft(bench: Bench) -> None:
    bench.register("s", '"int"')
    assert bench.subjects.catalogue.identified(GlobalId(1)).version.artifact is None
