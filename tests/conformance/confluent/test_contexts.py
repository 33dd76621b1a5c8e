"""Contexts: subjects with ids of their own, by qualified names and below `/contexts/{context}`."""

from urllib.parse import quote

import pytest

from tests.conformance.confluent.api import AB, V1, A, Api
from tests.conformance.confluent.steps import OK, take


def test_each_context_has_ids_of_its_own(api: Api) -> None:
    assert api.registered("s", A, AB) == 2
    assert api.registered(":.c:s", AB) == 1
    assert api.get("/schemas/ids/1").ok()["schema"] == A
    assert api.get("/schemas/ids/1", subject=":.c:").ok()["schema"] == AB
    assert api.get("/schemas/ids/1", subject=":.c:s").ok()["subject"] == ":.c:s"
    api.get("/schemas/ids/2", subject=":.c:").refused(404, 40403)


def test_a_subject_of_another_context_is_shown_with_it(api: Api) -> None:
    api.registered(":.c:s", A)
    assert api.get("/subjects/:.c:s/versions/1").ok()["subject"] == ":.c:s"
    assert api.get("/schemas/ids/1/versions", subject=":.c:").ok() == [{"subject": ":.c:s", "version": 1}]


def test_the_default_context_may_be_named(api: Api) -> None:
    api.registered(":.:s", A)
    assert api.get("/subjects").ok() == ["s"]
    assert api.get("/subjects/s/versions/1").ok()["subject"] == "s"


def test_a_subject_of_the_default_context_is_looked_for_in_the_others(api: Api) -> None:
    api.registered(":.c:s", A)
    assert api.get("/subjects/s/versions/1").ok()["subject"] == ":.c:s"
    assert api.post("/subjects/s", {"schema": A}).ok()["subject"] == ":.c:s"
    assert api.get("/schemas/ids/1", subject="s").ok()["schema"] == A
    api.get("/subjects/s/versions").refused(404, 40401)


@pytest.mark.parametrize("context", [".c", ":.c:"])
def test_everything_is_there_below_a_context(api: Api, context: str) -> None:
    at = f"/contexts/{context}"
    take(api, [
        ("POST", f"{at}/subjects/s/versions", {"schema": A}, OK),
        ("GET", f"{at}/subjects/s/versions", [1]),
        ("GET", "/subjects/:.c:s/versions", [1]),
        ("GET", f"{at}/subjects", [":.c:s"]),
        ("GET", f"{at}/subjects/s/versions/1", OK),
        ("GET", f"{at}/subjects/:.c:s/versions/1", OK),
        ("POST", f"{at}/subjects/s", {"schema": A}, OK),
        ("GET", f"{at}/subjects/s/versions/1/referencedby", []),
        ("GET", f"{at}/schemas/ids/1", OK),
        ("GET", f"{at}/schemas/ids/1/schema", OK),
        ("GET", f"{at}/schemas/ids/1/subjects", [":.c:s"]),
        ("GET", f"{at}/schemas/ids/1/versions", [{"subject": ":.c:s", "version": 1}]),
        ("GET", f"{at}/schemas/types", OK),
        ("PUT", f"{at}/config/s", {"compatibility": "NONE"}, OK),
        ("GET", "/config/:.c:s", {"compatibilityLevel": "NONE"}),
        ("PUT", f"{at}/config", {"compatibility": "FULL"}, OK),
        ("GET", "/config/:.c:", {"compatibilityLevel": "FULL"}),
        ("GET", f"{at}/config", {"compatibilityLevel": "FULL"}),
        ("DELETE", f"{at}/config", {"compatibilityLevel": "FULL"}),
        ("PUT", f"{at}/mode/s", {"mode": "READONLY"}, OK),
        ("GET", "/mode/:.c:s", {"mode": "READONLY"}),
        ("PUT", f"{at}/mode", {"mode": "READONLY"}, OK),
        ("GET", "/mode/:.c:", {"mode": "READONLY"}),
        ("DELETE", f"{at}/mode/s", {"mode": "READONLY"}),
        ("DELETE", f"{at}/mode", {"mode": "READONLY"}),
        ("POST", f"{at}/compatibility/subjects/s/versions/latest", {"schema": AB}, {"is_compatible": True}),
        ("POST", f"{at}/compatibility/subjects/s/versions", {"schema": AB}, {"is_compatible": True}),
        ("DELETE", f"{at}/subjects/s/versions/1", 1),
        ("DELETE", f"{at}/subjects/s?permanent=true", [1]),
        ("GET", "/subjects?deleted=true", []),
        ("GET", f"{at}/contexts", OK),
    ])  # fmt: skip


def test_a_listing_of_schemas_below_a_context_is_of_that_context(api: Api) -> None:
    api.registered("s", A)
    api.registered(":.c:t", A)
    found = api.get("/contexts/.c/schemas", headers={"Accept": V1}).ok()
    assert [each["subject"] for each in found] == [":.c:t"]
    assert [each["subject"] for each in api.get("/contexts/.c/schemas").ok()] == [":.c:t"]
    every = api.get("/schemas", subjectPrefix=":*:").ok()
    assert [each["subject"] for each in every] == [":.c:t", "s"]


def test_a_context_goes_when_nothing_stands_in_it(api: Api) -> None:
    api.registered(":.c:s", A)
    api.delete("/contexts/.c").refused(422, 42211)
    api.delete("/subjects/:.c:s").ok()
    api.delete("/contexts/.c").refused(422, 42211)
    api.delete("/subjects/:.c:s", permanent=True).ok()
    answer = api.delete("/contexts/.c")
    assert (answer.status, answer.text) == (204, "")
    assert api.get("/contexts").ok() == ["."]


def test_a_context_may_be_named_with_colons(api: Api) -> None:
    assert api.delete(f"/contexts/{quote(':.c:')}").status == 204


@pytest.mark.parametrize("context", ["c", "c.d", ":c:", ":.c"])
def test_a_context_begins_with_a_dot(api: Api, context: str) -> None:
    answer = api.get(f"/contexts/{context}/subjects")
    answer.refused(400, 400)
    assert "context" in answer.message


def test_modes_and_settings_of_a_context_are_its_own(api: Api) -> None:
    api.put("/config/:.c:", {"compatibility": "NONE"}).ok()
    api.put("/mode/:.c:", {"mode": "READONLY"}).ok()
    assert api.get("/config").ok() == {"compatibilityLevel": "BACKWARD"}
    assert api.get("/mode").ok() == {"mode": "READWRITE"}
    assert api.get("/config/:.d:s", defaultToGlobal=True).ok() == {"compatibilityLevel": "BACKWARD"}
