"""UBL's schemas register as bundles, and its published examples are valid."""

from pathlib import Path

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from tests.fakes.registry_service import Service
from tests.fixtures.agreement import Agreement
from tests.fixtures.ubl import VERSIONS, bundle, examples, ubl
from tests.unit.formats.xsd.builders import ENGINE

pytestmark = pytest.mark.timeout(600)

KINDS = {"2.1": ("Invoice",), "2.4": ("Invoice", "Order")}


@pytest.mark.parametrize("version", VERSIONS)
def test_ubl_documents_register_and_accept_published_examples(
    ubl_jars: Path, version: str, agreement: Agreement
) -> None:
    wanted = ubl(ubl_jars, version)
    service = Service(engine=catalog.engine)
    mains = {kind: wanted.main(kind) for kind in KINDS[version]}
    answer = service.client.post("/schemas/bundle", json=bundle(wanted, *mains.values()))
    assert answer.status_code == 201, answer.json
    again = service.client.post("/schemas/bundle", json=bundle(wanted, mains["Invoice"]))
    assert again.status_code == 200, again.json
    ids = {each["name"]: each["identification"] for each in answer.json["documents"]}
    verdicts: list[bool] = []
    for kind, main in mains.items():
        validator = ENGINE.compile(ENGINE.parse(_registered(service, ids[main])))
        payloads = {name: each for old in ("2.0", "2.1") for name, each in examples(ubl_jars, kind, old).items()}
        assert payloads
        verdicts += [validator.accepts(each) for each in payloads.values()]
        broken = [each.replace(b"IssueDate>", b"IssueDay>") for each in payloads.values()]
        assert not any(validator.accepts(each) for each in broken)
    agreement(f"UBL {version}, published examples", sum(verdicts), len(verdicts))
    assert all(verdicts)


def _registered(service: Service, schema_id: str, number: str = "1") -> SchemaSource:
    """Read a version with its references over the API, as a worker does."""
    version = service.client.get(f"/schemas/{schema_id}/versions/{number}").json
    text = service.client.get(f"/schemas/{schema_id}/versions/{number}/spec").data.decode()
    return SchemaSource(
        text,
        tuple(
            NamedSource(each["name"], _registered(service, each["schema_id"], each["version"]))
            for each in version["references"]
        ),
    )
