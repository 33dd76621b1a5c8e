"""A referenced schema keeps the draft of its registration, also after the default draft has changed."""

from dataclasses import dataclass

import pytest

from sluicegate.shared.formats.catalog import Catalog
from sluicegate.shared.formats.options import FormatOptions, JsonDraft
from tests.fakes.registry_service import Service
from tests.fakes.registry_store import FakeStore

CHILD = '{"type": "array", "prefixItems": [{"type": "string"}]}'
PARENT = '{"$schema": "http://json-schema.org/draft-07/schema#", "allOf": [{"$ref": "child.json"}]}'
WRITTEN_OUT = """{"$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array", "prefixItems": [{"type": "string"}]}"""


@dataclass(frozen=True, slots=True)
class Registry:
    """Two releases of one registry: with its former default draft, and with the present one."""

    former: Service
    present: Service


@pytest.fixture
def registry() -> Registry:
    """Return a registry that has nothing yet."""
    store = FakeStore()
    former, present = (
        Service(store, engine=Catalog(FormatOptions(json_default_draft=draft)).engine)
        for draft in (JsonDraft.DRAFT_2020, JsonDraft.DRAFT_7)
    )
    return Registry(former, present)


@pytest.mark.parametrize(("registered_by", "status"), [("former", 200), ("present", 409)])
def test_change_is_judged_by_the_draft_of_the_reference(registry: Registry, registered_by: str, status: int) -> None:
    service: Service = getattr(registry, registered_by)
    service.client.post("/subjects/child/versions", json={"schema": CHILD, "schemaType": "JSON"})
    references = [{"name": "child.json", "subject": "child", "version": 1}]
    parent = {"schema": PARENT, "schemaType": "JSON", "references": references}
    client = registry.present.client
    assert client.post("/subjects/parent/versions", json=parent).status_code == 200
    answer = client.post("/subjects/parent/versions", json={"schema": WRITTEN_OUT, "schemaType": "JSON"})
    assert answer.status_code == status
