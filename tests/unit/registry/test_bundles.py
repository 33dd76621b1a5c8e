"""Bundles: new schemas that refer to each other, registered by one request."""

import json
from typing import Any

import pytest

from sluicegate.shared.formats import catalog
from tests.fakes.registry_service import Service

XS = "http://www.w3.org/2001/XMLSchema"


def _document(name: str, text: str, **references: str) -> dict[str, Any]:
    """`references` are documents by the names that the text uses, with `_` for the dot."""
    members = [{"name": key.replace("_", "."), "document": value} for key, value in references.items()]
    return {"name": name, "specification": text, "references": members}


def _xsd(own: str, other: str, *, imports: str | None = None) -> str:
    """A schema whose root element holds one of another schema."""
    location = f"{other}.xsd" if imports is None else imports
    return (
        f'<xs:schema xmlns:xs="{XS}" xmlns:o="urn:{other}" targetNamespace="urn:{own}" elementFormDefault="qualified">'
        f'<xs:import namespace="urn:{other}" schemaLocation="{location}"/>'
        f'<xs:element name="{own}"><xs:complexType><xs:sequence>'
        f'<xs:element ref="o:{other}" minOccurs="0"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )


@pytest.fixture
def service() -> Service:
    """A registry with the real engines."""
    return Service(engine=catalog.engine)


def _post(service: Service, schema_type: str, *documents: dict[str, Any], **fields: Any) -> Any:
    body = {"schema_type": schema_type, "documents": documents, **fields}
    return service.client.post("/schemas/bundle", json=body)


ADDRESS = _document("address", '{"type": "object"}')
CUSTOMER = _document("customer", '{"properties": {"home": {"$ref": "address.json"}}}', address_json="address")


def test_bundle_registers_documents_after_those_they_refer_to(service: Service) -> None:
    answer = _post(service, "json", CUSTOMER, ADDRESS)
    assert answer.status_code == 201, answer.json
    assert answer.json["message"] == "2 of 2 documents registered"
    customer, address = answer.json["documents"]
    assert [customer["name"], address["name"]] == ["customer", "address"]
    kept = service.client.get(f"/schemas/{customer['identification']}/versions/1").json
    assert kept["references"] == [{"name": "address.json", "schema_id": address["identification"], "version": "1"}]


def test_bundle_that_is_registered_again_is_found(service: Service) -> None:
    first = _post(service, "json", CUSTOMER, ADDRESS)
    again = _post(service, "json", ADDRESS, CUSTOMER)
    assert again.status_code == 200
    ids = {each["name"]: each["identification"] for each in first.json["documents"]}
    assert {each["name"]: each["identification"] for each in again.json["documents"]} == ids
    assert len(service.client.get("/schemas").json) == 2


def test_bundle_with_invalid_document_registers_nothing(service: Service) -> None:
    wrong = _document("wrong", '{"type": "nothing"}')
    dangling = _document("dangling", '{"$ref": "missing.json"}')
    answer = _post(service, "json", ADDRESS, wrong, CUSTOMER, dangling)
    assert answer.status_code == 400
    paths = [each["path"] for each in answer.json["errors"]]
    assert any(path.startswith("documents.1") for path in paths)
    assert any(path.startswith("documents.3") for path in paths)
    assert service.client.get("/schemas").json == []


@pytest.mark.parametrize(
    ("documents", "path", "code"),
    [
        ([ADDRESS, ADDRESS], "documents.1.name", "repeated"),
        ([CUSTOMER], "documents.0.references.0.document", "not_found"),
        (
            [
                _document("a", "{}", x_json="b"),
                _document("b", "{}", x_json="c"),
                _document("c", "{}"),
            ],
            "documents.0.references",
            "ambiguous",
        ),
    ],
)
def test_bundle_with_wrong_names_is_refused(
    service: Service, documents: list[dict[str, Any]], path: str, code: str
) -> None:
    answer = _post(service, "json", *documents)
    assert answer.status_code == 400
    assert [(each["path"], each["code"]) for each in answer.json["errors"]] == [(path, code)]
    assert service.client.get("/schemas").json == []


@pytest.mark.parametrize("documents", [[], [ADDRESS] * 201, None, "x", [{}], [5]])
def test_bundle_without_sound_documents_is_refused(service: Service, documents: Any) -> None:
    answer = service.client.post("/schemas/bundle", json={"schema_type": "json", "documents": documents})
    assert answer.status_code == 400
    assert all(each["path"].startswith("documents") for each in answer.json["errors"])


def test_documents_that_import_each_other_are_registered_together(service: Service) -> None:
    main = _document("main", _xsd("main", "a"), a_xsd="a")
    a, b = _document("a", _xsd("a", "b"), b_xsd="b"), _document("b", _xsd("b", "a"), a_xsd="a")
    answer = _post(service, "xml", main, a, b)
    assert answer.status_code == 201, answer.json
    ids = {each["name"]: each["identification"] for each in answer.json["documents"]}
    kept = service.client.get(f"/schemas/{ids['main']}/versions/1").json
    assert {(each["name"], each["schema_id"]) for each in kept["references"]} == {
        ("a.xsd", ids["a"]),
        ("b.xsd", ids["b"]),
    }
    checked = service.client.post(
        "/check/validity",
        json={"new_schema": _xsd("main", "a"), "format": "xml", "references": kept["references"]},
    )
    assert checked.json is True


def test_fault_inside_a_circle_is_found(service: Service) -> None:
    a, b = _document("a", _xsd("a", "b"), b_xsd="b"), _document("b", _xsd("other", "a"), a_xsd="a")
    answer = _post(service, "xml", a, b)
    assert answer.status_code == 400
    assert service.client.get("/schemas").json == []


def test_json_schemas_in_a_circle_are_registered(service: Service) -> None:
    person = {"properties": {"pet": {"$ref": "pet.json"}}}
    pet = {"properties": {"owner": {"$ref": "person.json"}}}
    main = {"properties": {"who": {"$ref": "person.json"}}}
    answer = _post(
        service,
        "json",
        _document("person", json.dumps(person), pet_json="pet"),
        _document("pet", json.dumps(pet), person_json="person"),
        _document("main", json.dumps(main), person_json="person"),
    )
    assert answer.status_code == 201, answer.json
    assert [each["name"] for each in answer.json["documents"]] == ["person", "pet", "main"]


def test_documents_with_too_many_ways_between_them_are_refused(service: Service) -> None:
    """Forty levels of two ways each are 2^40 documents along all ways."""
    documents = [
        _document(
            f"d{level}",
            "{}",
            **({f"a{level}_json": f"d{level + 1}", f"b{level}_json": f"d{level + 1}"} if level < 40 else {}),
        )
        for level in range(41)
    ]
    answer = _post(service, "json", *documents)
    assert answer.status_code == 400
    assert [each["code"] for each in answer.json["errors"]] == ["too_much"]
