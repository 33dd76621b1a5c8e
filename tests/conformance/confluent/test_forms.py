"""One schema, written in several ways: which of them are one, and which can be asked for."""

import json
from base64 import b64decode, b64encode

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from tests.conformance.confluent.api import A, Api, record

PROTO = 'syntax = "proto3";\n\npackage p;\n\nmessage M {\n  string a = 1;\n}\n'
SAME_PROTO = '// a comment\nsyntax = "proto3";\npackage p;\nmessage M {\n\tstring   a=1;\n}'


def descriptor(name: str = "m.proto") -> str:
    """`PROTO` as Python's own serializer sends it."""
    file = FileDescriptorProto(name=name, package="p", syntax="proto3")
    field = file.message_type.add(name="M").field.add(name="a", number=1, json_name="a")
    field.type, field.label = field.TYPE_STRING, field.LABEL_OPTIONAL
    return b64encode(file.SerializeToString()).decode()


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "string"}]}',
        '{"name":"R","type":"record","fields":[{"type":"string","name":"a"}]}',
        '{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"string"}}]}',
        '\n {"type":"record",\t"name":"R","fields":[{"name":"a","type":"string"}]} ',
    ],
)
def test_avro_is_the_same_however_it_is_spelt(api: Api, text: str) -> None:
    api.registered("s", A)
    assert api.registered("s", text) == 1
    assert api.post("/subjects/s", {"schema": text}).ok()["version"] == 1


@pytest.mark.parametrize("text", [record("a", doc="documented"), record("a", aliases=["Q"]), record("a=x")])
def test_avro_that_says_more_is_another_schema(api: Api, text: str) -> None:
    api.registered("s", A)
    assert api.registered("s", text) == 2
    api.delete("/subjects/s/versions/2").ok()
    api.post("/subjects/s", {"schema": text}).refused(404, 40403, "Schema not found")


def test_what_was_registered_comes_back_letter_by_letter(api: Api) -> None:
    text = '{ "type":"record", "name":"R",\n "fields":[{"name":"a","type":"string"}]}'
    api.registered("s", text)
    assert api.get("/subjects/s/versions/1").ok()["schema"] == text
    assert api.get("/schemas/ids/1").ok()["schema"] == text
    assert api.get("/schemas/ids/1/schema").text == text


@pytest.mark.parametrize("normalize", ["true", "True"])
def test_json_schemas_are_told_apart_by_their_letters_unless_they_are_normalized(api: Api, normalize: str) -> None:
    one, two = '{"type":"object","title":"T"}', '{"title":"T","type":"object"}'
    assert api.registered("s", one, schemaType="JSON") == 1
    body = {"schema": two, "schemaType": "JSON"}
    assert api.post("/subjects/n/versions", {"schema": one, "schemaType": "JSON"}, normalize=normalize).status == 200
    before = api.get("/subjects/n/versions").ok()
    api.post("/subjects/n/versions", body, normalize=normalize).ok()
    assert api.get("/subjects/n/versions").ok() == before
    assert api.post("/subjects/n", body, normalize=normalize).ok()["version"] == 1


class TestProtobuf:
    def test_normalized(self, api: Api) -> None:
        body = {"schema": SAME_PROTO, "schemaType": "PROTOBUF"}
        api.post("/subjects/s/versions", {"schema": PROTO, "schemaType": "PROTOBUF"}, normalize=True).ok()
        assert api.post("/subjects/s/versions", body, normalize=True).ok()["id"] == 1
        assert api.post("/subjects/s", body, normalize=True).ok()["version"] == 1
        assert api.get("/subjects/s/versions").ok() == [1]

    def test_permutations_are_one_schema_when_normalized(self, api: Api) -> None:
        one = 'syntax = "proto3"; message M { int32 a = 1; oneof o { int32 c = 3; int32 b = 2; } } enum E { Z = 0; B = 2; A = 1; }'
        two = 'syntax = "proto3"; message M { oneof o { int32 b = 2; int32 c = 3; } int32 a = 1; } enum E { Z = 0; A = 1; B = 2; }'
        ids = [api.registered(each, one, two, schemaType="PROTOBUF") for each in ("apart",)]
        for text in (one, two):
            body = {"schema": text, "schemaType": "PROTOBUF"}
            ids.append(api.post("/subjects/s/versions", body, normalize=True).ok()["id"])
            assert api.post("/subjects/s", body, normalize=True).ok()["version"] == 1
        assert ids[1] == ids[2]
        assert api.get("/subjects/apart/versions").ok() == [1, 2]
        assert api.get("/subjects/s/versions").ok() == [1]

    def test_a_descriptor_is_taken_for_a_text(self, api: Api) -> None:
        """Clients of languages without a parser send descriptors in base64, and get texts back."""
        body = {"schema": descriptor(), "schemaType": "PROTOBUF"}
        assert api.post("/subjects/s/versions", body).ok()["id"] == 1
        text = api.get("/schemas/ids/1").ok()["schema"]
        assert "message M {" in text
        assert api.registered("t", text, schemaType="PROTOBUF") == 1
        assert api.post("/subjects/s", body).ok()["version"] == 1
        assert api.post("/subjects/s", {"schema": text, "schemaType": "PROTOBUF"}).ok()["version"] == 1

    def test_who_sends_a_descriptor_is_answered_with_one(self, api: Api) -> None:
        """Clients cache the answer for their schema, and read it later."""
        body = {"schema": descriptor(), "schemaType": "PROTOBUF"}
        registered = api.post("/subjects/s/versions", body).ok()
        looked_up = api.post("/subjects/s", body).ok()
        for answer in (registered, looked_up) if api.profile == 8 else (looked_up,):
            assert FileDescriptorProto.FromString(b64decode(answer["schema"])).message_type[0].name == "M"

    def test_a_text_is_found_by_its_descriptor(self, api: Api) -> None:
        api.registered("s", PROTO, schemaType="PROTOBUF")
        assert api.registered("s", descriptor(), schemaType="PROTOBUF") == 1
        assert api.get("/subjects/s/versions").ok() == [1]

    @pytest.mark.parametrize("path", ["/schemas/ids/1", "/subjects/s/versions/1"])
    def test_serialized(self, api: Api, path: str) -> None:
        api.registered("s", PROTO, schemaType="PROTOBUF")
        text = api.get(path, format="serialized").ok()["schema"]
        assert text == api.get(f"{path}/schema", format="serialized").text
        file = FileDescriptorProto.FromString(b64decode(text))
        assert (file.package, [message.name for message in file.message_type]) == ("p", ["M"])

    def test_serialized_with_an_import(self, api: Api) -> None:
        api.registered("inner", PROTO, schemaType="PROTOBUF")
        outer = 'syntax = "proto3";\n\nimport "inner.proto";\n\nmessage O {\n  p.M m = 1;\n}\n'
        reference = {"name": "inner.proto", "subject": "inner", "version": 1}
        api.registered("outer", outer, schemaType="PROTOBUF", references=[reference])
        text = api.get("/schemas/ids/2", format="serialized").ok()["schema"]
        file = FileDescriptorProto.FromString(b64decode(text))
        assert list(file.dependency) == ["inner.proto"]
        assert [message.name for message in file.message_type] == ["O"]

    def test_ignore_extensions(self, api: Api) -> None:
        api.registered("s", PROTO, schemaType="PROTOBUF")
        assert api.get("/schemas/ids/1", format="ignore_extensions").ok()["schema"] == PROTO


def test_avro_with_all_written_out(api: Api) -> None:
    api.registered("s", record("a", name="S"))
    reference = {"name": "S", "subject": "s", "version": 1}
    api.registered("t", record("s:S", name="T"), references=[reference])
    for path in ("/schemas/ids/2", "/subjects/t/versions/1"):
        found = json.loads(api.get(path, format="resolved").ok()["schema"])
        assert found["fields"][0]["type"]["name"] == "S"
        assert found["fields"][0]["type"]["fields"] == [{"name": "a", "type": "string"}]
    assert api.get("/schemas/ids/1", format="resolved").ok()["schema"] == record("a", name="S")


@pytest.mark.parametrize("form", ["nothing", "serialized", ""])
def test_a_form_that_there_is_not_is_the_text(api: Api, form: str) -> None:
    api.registered("s", A)
    assert api.get("/schemas/ids/1", format=form).ok()["schema"] == A
