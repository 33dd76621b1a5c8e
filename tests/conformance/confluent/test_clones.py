"""Cases in which Karapace, Redpanda and Apicurio differ from Confluent, or surprised users."""

import pytest

from tests.conformance.confluent.api import A_AND_MORE, AB, ABC, A, Api, record

OPEN = '{"type":"object","properties":{"a":{"type":"string"}}}'
OPEN_WIDER = '{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}}'
CLOSED = '{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}'
CLOSED_WIDER = (
    '{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"additionalProperties":false}'
)


class TestJsonSchema:
    """An optional property can only be added to a closed content model, to many users' surprise."""

    @pytest.mark.parametrize(
        ("before", "after", "policy", "fits"),
        [
            (OPEN, OPEN_WIDER, "STRICT", False),
            (OPEN, OPEN_WIDER, "LENIENT", True),
            (CLOSED, CLOSED_WIDER, "STRICT", True),
            (CLOSED, CLOSED_WIDER, "LENIENT", True),
            (CLOSED_WIDER, CLOSED, "STRICT", False),
            (OPEN_WIDER, OPEN, "STRICT", True),
        ],
    )
    def test_optional_properties(self, api: Api, before: str, after: str, policy: str, fits: bool) -> None:
        api.put("/config/s", {"compatibilityPolicy": policy}).ok()
        api.registered("s", before, schemaType="JSON")
        body = {"schema": after, "schemaType": "JSON"}
        assert api.post("/compatibility/subjects/s/versions", body).ok()["is_compatible"] is fits

    def test_the_message_names_the_rule(self, api: Api) -> None:
        api.registered("s", OPEN, schemaType="JSON")
        refused = api.register("s", OPEN_WIDER, schemaType="JSON")
        assert "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL" in refused.message
        assert "/properties/b" in refused.message


class TestMessages:
    """A refusal has the reason, the place, and the version."""

    def test_type_place_and_version(self, api: Api) -> None:
        api.registered("s", A, AB)
        message = api.register("s", record("a:int", "b=x")).message
        assert "errorType:'TYPE_MISMATCH'" in message
        assert "path '/fields/0/type'" in message
        assert "reader type: INT not compatible with writer type: STRING" in message
        assert "{oldSchemaVersion: 2}" in message
        assert AB in message

    def test_all_that_is_wrong_is_said_at_once(self, api: Api) -> None:
        api.registered("s", A)
        message = api.register("s", record("a:int", "b", "c")).message
        assert message.count("errorType") == 3


class TestDeletion:
    """Deleted resources are visible exactly where Confluent's are."""

    def test_a_deleted_schema_is_not_found_by_lookup_but_by_id(self, api: Api) -> None:
        api.registered("s", A, AB)
        api.delete("/subjects/s/versions/1").ok()
        assert api.post("/subjects/s", {"schema": A}).code == 40403
        assert api.get("/schemas/ids/1").status == 200

    def test_a_schema_comes_back_under_its_id_and_a_new_number(self, api: Api) -> None:
        api.registered("s", A, AB)
        api.delete("/subjects/s").ok()
        assert api.registered("s", A) == 1
        assert api.get("/subjects/s/versions").ok() == [3]

    def test_a_deletion_lets_an_incompatible_schema_in(self, api: Api) -> None:
        api.registered("s", A)
        api.delete("/subjects/s").ok()
        assert api.registered("s", A_AND_MORE) == 2


class TestListings:
    """UIs call once, and not once for each subject."""

    def test_the_latest_of_all_subjects_in_one_call(self, api: Api) -> None:
        for subject in ("a", "b", "c"):
            api.registered(subject, A, AB, ABC)
        found = api.get("/schemas", latestOnly=True).ok()
        assert [(each["subject"], each["version"], each["schema"]) for each in found] == [
            (subject, 3, ABC) for subject in ("a", "b", "c")
        ]

    @pytest.mark.parametrize("api", ["postgres"], indirect=True)
    def test_many_subjects(self, api: Api) -> None:
        for number in range(1100):
            api.registered(f"s{number:04}")
        assert len(api.get("/subjects").ok()) == 1100
        assert len(api.get("/subjects", limit=-1).ok()) == 1100
        first = api.get("/schemas", limit=-1).ok()
        rest = api.get("/schemas", offset=1000, limit=1000).ok()
        assert (len(first), len(rest)) == (1000, 100)


class TestExactness:
    """Clones that differ in small ways break clients."""

    def test_no_field_beside_code_and_message(self, api: Api) -> None:
        """Apicurio's `detail` broke the Java client, which refuses unknown fields."""
        for answer in (api.get("/subjects/s/versions"), api.get("/schemas/ids/1"), api.register("s", "{")):
            assert set(answer.body) == {"error_code", "message"}

    @pytest.mark.parametrize(
        "path", ["/subjects/s/versions/-1", "/subjects/s/versions/-1/schema", "/subjects/s/versions/-1/referencedby"]
    )
    def test_minus_one_is_the_latest(self, api: Api, path: str) -> None:
        api.registered("s", A, AB)
        assert api.get(path).status == 200

    def test_a_config_that_is_not_there_is_40408_and_not_40401(self, api: Api) -> None:
        """Karapace says 40401 where the subject is not there."""
        api.registered("s", A)
        assert api.get("/config/s").code == 40408
        assert api.get("/config/nowhere").code == 40408

    def test_there_is_no_space_in_the_sentence_about_soft_deletion(self, api: Api) -> None:
        api.registered("s", A, AB)
        api.delete("/subjects/s/versions/1").ok()
        expected = "Subject 's' Version 1 was soft deleted.Set permanent=true to delete permanently"
        assert api.delete("/subjects/s/versions/1").message == expected

    def test_a_deleted_version_is_a_bare_number(self, api: Api) -> None:
        api.registered("s", A)
        assert api.delete("/subjects/s/versions/1").text == "1"

    def test_messages_only_by_wish(self, api: Api) -> None:
        """Karapace always gives them."""
        api.registered("s", A)
        assert "messages" not in api.post("/compatibility/subjects/s/versions/1", {"schema": A_AND_MORE}).ok()

    def test_python_writes_booleans_with_a_capital(self, api: Api) -> None:
        api.registered("s", A)
        assert api.post("/subjects/s?normalize=False&deleted=False", {"schema": A}).status == 200
        assert api.delete("/subjects/s?permanent=False").ok() == [1]
        assert api.delete("/subjects/s?permanent=True").ok() == [1]

    def test_a_list_of_associations_is_empty_and_no_error(self, api: Api) -> None:
        """confluent-kafka asks before it produces; anything but 200 and 404 fails the producer."""
        path = "/associations/resources/-/orders?resourceType=topic&associationType=value&offset=0&limit=-1"
        assert api.get(path).ok() == []


class TestReferences:
    """Clones support references for Protobuf only, or permit deletion of their targets."""

    S = record("a", name="S")
    T = record("s:S", name="T")

    def test_a_referrer_that_was_deleted_softly_still_protects(self, api: Api) -> None:
        api.registered("s", self.S)
        api.registered("t", self.T, references=[{"name": "S", "subject": "s", "version": 1}])
        assert api.delete("/subjects/s").code == 42206
        api.delete("/subjects/t").ok()
        api.delete("/subjects/s").ok()
        assert api.delete("/subjects/s", permanent=True).code == 42206

    def test_compatibility_looks_through_references(self, api: Api) -> None:
        api.registered("s", self.S, record("a", "b=x", name="S"))
        api.registered("t", self.T, references=[{"name": "S", "subject": "s", "version": 1}])
        fits = {"schema": self.T, "references": [{"name": "S", "subject": "s", "version": 2}]}
        assert api.post("/compatibility/subjects/t/versions", fits).ok()["is_compatible"] is True
        api.level("NONE", "s")
        api.registered("s", record("a:int", name="S"))
        breaks = {"schema": self.T, "references": [{"name": "S", "subject": "s", "version": 3}]}
        assert api.post("/compatibility/subjects/t/versions", breaks).ok()["is_compatible"] is False
