"""One registry behind both APIs: each shows the other's schemas, with equal ids and rules."""

from base64 import b64decode

import pytest

from tests.conformance.confluent.api import A_AND_MORE, AB, A, Api

XML = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:string"/></xs:schema>'


def native(api: Api, name: str, text: str = A, **fields: object) -> int:
    body = {"name": name, "schema_type": "avro", "specification": text, **fields}
    answer = api.client.post("/schemas", json=body)
    assert answer.status_code == 201, answer.data
    return int(answer.json["identification"])


def test_a_native_schema_is_a_subject(api: Api) -> None:
    schema_id = native(api, "orders")
    assert api.get("/subjects").ok() == ["orders"]
    found = api.get("/subjects/orders/versions/1").ok()
    assert found["schema"] == A
    assert api.get(f"/schemas/ids/{found['id']}").ok()["schema"] == A
    assert api.registered("orders", A) == found["id"]
    assert api.registered("orders", AB) == found["id"] + 1
    versions = api.client.get(f"/schemas/{schema_id}/versions").json["schemas"]
    assert [version["version"] for version in versions] == ["1", "2"]


def test_a_subject_is_a_native_schema(api: Api) -> None:
    api.registered("orders", A, AB)
    (schema,) = api.client.get("/schemas").json
    assert (schema["name"], schema["schema_type"], schema["last_created"]) == ("orders", "avro", "2")
    text = api.client.get(f"/schemas/{schema['schema_id']}/versions/2/spec").get_data(as_text=True)
    assert text == AB
    assert b64decode(schema["schemas"][0]["specification"]).decode() == A


def test_subjects_of_other_contexts_are_not_native(api: Api) -> None:
    api.registered(":.c:orders", A)
    assert api.client.get("/schemas").json == []


def test_deactivating_is_deleting_softly(api: Api) -> None:
    schema_id = native(api, "orders")
    assert api.client.delete(f"/schemas/{schema_id}").status_code == 200
    api.get("/subjects/orders/versions").refused(404, 40401)
    assert api.get("/subjects", deleted=True).ok() == ["orders"]
    assert api.get("/schemas/ids/1").status == 200
    api.delete("/subjects/orders").refused(404, 40404)
    assert api.delete("/subjects/orders", permanent=True).ok() == [1]
    assert api.client.get("/schemas/all").json == []


def test_deleting_softly_is_deactivating(api: Api) -> None:
    api.registered("orders", A, AB)
    api.delete("/subjects/orders/versions/1").ok()
    assert api.client.get("/schemas/1/versions/1").status_code == 404
    assert api.client.get("/schemas/1/versions/2").status_code == 200
    assert len(api.client.get("/schemas/1/versions/all").json["schemas"]) == 2


@pytest.mark.parametrize("mode", ["NONE", "FULL_TRANSITIVE"])
def test_compatibility_is_one_setting(api: Api, mode: str) -> None:
    schema_id = native(api, "orders", compatibility_mode=mode)
    assert api.get("/config/orders").ok() == {"compatibilityLevel": mode}
    api.put("/config/orders", {"compatibility": "FORWARD"}).ok()
    assert api.client.get(f"/schemas/{schema_id}").json["compatibility_mode"] == "FORWARD"


def test_what_is_configured_for_all_counts_for_both(api: Api) -> None:
    native(api, "orders")
    update = {"specification": A_AND_MORE}
    assert api.client.put("/schemas/1", json=update).status_code == 400
    api.level("NONE")
    assert api.client.put("/schemas/1", json=update).status_code == 200


def test_a_mode_counts_for_both(api: Api) -> None:
    api.mode("READONLY")
    body = {"name": "orders", "schema_type": "avro", "specification": A}
    assert api.client.post("/schemas", json=body).status_code == 403
    assert api.get("/subjects").ok() == []


def test_formats_that_confluent_does_not_know(api: Api) -> None:
    assert api.registered("doc", XML, schemaType="XML") == 1
    found = api.get("/schemas/ids/1").ok()
    assert (found["schemaType"], found["schema"]) == ("XML", XML)
    assert api.client.get("/schemas").json[0]["schema_type"] == "xml"
