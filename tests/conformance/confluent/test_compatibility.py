"""Comparison without registration: the compared versions, and every sentence of a refusal."""

import pytest

from tests.conformance.confluent.api import A_AND_MORE, AB, ABC, A, Api, record

EMPTY = record()
UNION = '{"type":"record","name":"R","fields":[{"name":"a","type":["null","string"]}]}'
WIDER = '{"type":"record","name":"R","fields":[{"name":"a","type":["null","string","int"]}]}'
ENUM = '{"type":"enum","name":"E","symbols":["X","Y"]}'
WIDER_ENUM = '{"type":"enum","name":"E","symbols":["X","Y","Z"]}'
FIXED = '{"type":"fixed","name":"F","size":4}'
WIDER_FIXED = '{"type":"fixed","name":"F","size":8}'
INT, STRING = record("a:int"), record("a:string")
OTHER = record("a", name="Other")


def told(error: str, description: str, info: str) -> str:
    return f"{{errorType:'{error}', description:'{description}', additionalInfo:'{info}'}}"


AVRO = [
    (
        "BACKWARD", A, A_AND_MORE,
        told(
            "READER_FIELD_MISSING_DEFAULT_VALUE",
            "The field 'b' at path '/fields/1' in the new schema has no default value and is missing in the old schema", "b",
        ),
    ),
    (
        "FORWARD", A, EMPTY,
        told(
            "READER_FIELD_MISSING_DEFAULT_VALUE",
            "The field 'a' at path '/fields/0' in the old schema has no default value and is missing in the new schema", "a",
        ),
    ),
    (
        "BACKWARD", STRING, INT,
        told(
            "TYPE_MISMATCH", "The type (path '/fields/0/type') of a field in the new schema does not match with the old schema",
            "reader type: INT not compatible with writer type: STRING",
        ),
    ),
    (
        "FORWARD", STRING, INT,
        told(
            "TYPE_MISMATCH", "The type (path '/fields/0/type') of a field in the old schema does not match with the new schema",
            "reader type: STRING not compatible with writer type: INT",
        ),
    ),
    (
        "BACKWARD", A, OTHER,
        told("NAME_MISMATCH", "The name of the schema has changed (path '/name')", "expected: R"),
    ),
    (
        "BACKWARD", WIDER, UNION,
        told(
            "MISSING_UNION_BRANCH",
            "The new schema is missing a type inside a union field at path '/fields/0/type/2' in the old schema",
            "reader union lacking writer type: INT",
        ),
    ),
    (
        "FORWARD", UNION, WIDER,
        told(
            "MISSING_UNION_BRANCH",
            "The old schema is missing a type inside a union field at path '/fields/0/type/2' in the new schema",
            "reader union lacking writer type: INT",
        ),
    ),
    (
        "BACKWARD", WIDER_ENUM, ENUM,
        told(
            "MISSING_ENUM_SYMBOLS", "The new schema is missing enum symbols '[Z]' at path '/symbols' in the old schema", "[Z]",
        ),
    ),
    (
        "BACKWARD", FIXED, WIDER_FIXED,
        told(
            "FIXED_SIZE_MISMATCH",
            "The size of FIXED type field at path '/size' in the new schema does not match with the old schema",
            "expected: 4, found: 8",
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("level", "registered", "candidate", "line"), AVRO)
@pytest.mark.parametrize("where", ["versions", "versions/1", "versions/latest", "versions/-1"])
def test_what_is_said_about_avro(api: Api, level: str, registered: str, candidate: str, line: str, where: str) -> None:
    api.level(level)
    api.registered("s", registered)
    path = f"/compatibility/subjects/s/{where}"
    assert api.post(path, {"schema": candidate}, verbose=True).ok() == {
        "is_compatible": False,
        "messages": [
            line,
            "{oldSchemaVersion: 1}",
            f"{{oldSchema: '{registered}'}}",
            f"{{validateFields: 'false', compatibility: '{level}'}}",
        ],
    }
    assert api.post(path, {"schema": candidate}).ok() == {"is_compatible": False}
    assert api.post(path, {"schema": candidate}, verbose="no").ok() == {"is_compatible": False}


JSON_OBJECT = '{{"type":"object","properties":{{"a":{{"type":"{}"}}}}}}'
PROTO = 'syntax = "proto3";\n\nmessage M {{\n  {} a = 1;\n}}\n'

OTHERS = [
    ("JSON", JSON_OBJECT.format("string"), JSON_OBJECT.format("integer"), "TYPE_CHANGED"),
    ("JSON", '{"type":"object"}', JSON_OBJECT.format("string"), "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"),
    ("JSON", '{"type":"string"}', '{"type":"string","maxLength":3}', "MAX_LENGTH_ADDED"),
    ("PROTOBUF", PROTO.format("string"), PROTO.format("int32"), "FIELD_SCALAR_KIND_CHANGED"),
    ("PROTOBUF", PROTO.format("string"), 'syntax = "proto3";\n\npackage p;\n\nmessage M {\n  string a = 1;\n}\n', "PACKAGE_CHANGED"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "registered", "candidate", "error"), OTHERS)
def test_what_is_said_about_other_formats(api: Api, kind: str, registered: str, candidate: str, error: str) -> None:
    api.registered("s", registered, schemaType=kind)
    body = {"schema": candidate, "schemaType": kind}
    answer = api.post("/compatibility/subjects/s/versions", body, verbose=True).ok()
    first, *rest = answer["messages"]
    assert answer["is_compatible"] is False
    assert first.startswith(f'{{errorType:"{error}", description:"')
    assert first.endswith('"}')
    assert rest[-3:] == [
        "{oldSchemaVersion: 1}",
        f"{{oldSchema: '{registered}'}}",
        "{validateFields: 'false', compatibility: 'BACKWARD'}",
    ]


def test_what_fits(api: Api) -> None:
    api.registered("s", A)
    for where in ("versions", "versions/1", "versions/latest"):
        path = f"/compatibility/subjects/s/{where}"
        assert api.post(path, {"schema": AB}).ok() == {"is_compatible": True}
        assert api.post(path, {"schema": AB}, verbose=True).ok() == {"is_compatible": True, "messages": []}


def test_both_directions(api: Api) -> None:
    api.level("FULL")
    api.registered("s", STRING)
    messages = api.post("/compatibility/subjects/s/versions", {"schema": INT}, verbose=True).ok()["messages"]
    assert [("new schema does not match" in line, "old schema does not match" in line) for line in messages[:2]] == [
        (True, False),
        (False, True),
    ]
    assert messages[-1] == "{validateFields: 'false', compatibility: 'FULL'}"


def test_another_format(api: Api) -> None:
    api.registered("s", A)
    body = {"schema": '{"type":"string"}', "schemaType": "JSON"}
    answer = api.post("/compatibility/subjects/s/versions", body, verbose=True).ok()
    assert answer["is_compatible"] is False
    assert answer["messages"][0] == "Incompatible because of different schema type"
    assert api.post("/subjects/s/versions", body).code == 409
    api.level("NONE")
    assert api.post("/subjects/s/versions", body).ok()["id"] == 2


def test_a_schema_that_cannot_be_read_is_said_not_to_fit(api: Api) -> None:
    api.registered("s", A)
    answer = api.post("/compatibility/subjects/s/versions", {"schema": "{"}, verbose=True).ok()
    assert answer["is_compatible"] is False
    assert len(answer["messages"]) == 1


def test_where_nothing_is_everything_fits(api: Api) -> None:
    for where in ("versions", "versions/latest", "versions/-1"):
        assert api.post(f"/compatibility/subjects/s/{where}", {"schema": A}).ok() == {"is_compatible": True}


def test_a_long_schema_is_cut_short(api: Api) -> None:
    long = record("a", doc="x" * 20_000)
    api.registered("s", long)
    messages = api.post("/compatibility/subjects/s/versions", {"schema": A_AND_MORE}, verbose=True).ok()["messages"]
    assert messages[-2] == f"{{oldSchema: '{long[: 10 * 1024]}'}}"


TRANSITIVE = [
    ("NONE", [STRING], INT, True),
    ("BACKWARD", [A, AB], ABC, True),
    ("BACKWARD", [A, AB], A_AND_MORE, True),
    ("BACKWARD_TRANSITIVE", [A, AB], A_AND_MORE, False),
    ("BACKWARD_TRANSITIVE", [A, AB], ABC, True),
    ("FORWARD", [AB, A_AND_MORE], A, False),
    ("FORWARD", [A_AND_MORE, AB], A, True),
    ("FORWARD_TRANSITIVE", [A_AND_MORE, AB], A, False),
    ("FULL", [A, AB], ABC, True),
    ("FULL", [A, AB], A_AND_MORE, True),
    ("FULL_TRANSITIVE", [A, AB], A_AND_MORE, False),
    ("FULL_TRANSITIVE", [A, AB], ABC, True),
]


@pytest.mark.parametrize(("level", "registered", "candidate", "fits"), TRANSITIVE)
def test_every_level_looks_as_far_as_it_says(
    api: Api, level: str, registered: list[str], candidate: str, fits: bool
) -> None:
    api.level("NONE")
    api.registered("s", *registered)
    api.level(level, "s")
    assert api.post("/compatibility/subjects/s/versions", {"schema": candidate}).ok()["is_compatible"] is fits
    assert (api.register("s", candidate).status == 200) is fits


def test_the_newest_version_that_does_not_fit_is_named(api: Api) -> None:
    api.level("NONE")
    api.registered("s", A, AB)
    api.level("BACKWARD_TRANSITIVE")
    messages = api.post("/compatibility/subjects/s/versions", {"schema": A_AND_MORE}, verbose=True).ok()["messages"]
    assert "{oldSchemaVersion: 1}" in messages
    assert "{oldSchemaVersion: 2}" not in messages


def test_one_version_is_compared_whatever_came_after_it(api: Api) -> None:
    api.registered("s", A, AB)
    assert api.post("/compatibility/subjects/s/versions/1", {"schema": A_AND_MORE}).ok()["is_compatible"] is False
    assert api.post("/compatibility/subjects/s/versions/2", {"schema": A_AND_MORE}).ok()["is_compatible"] is True


def test_force_registers_what_does_not_fit(api: Api) -> None:
    api.registered("s", A)
    assert api.post("/subjects/s/versions", {"schema": A_AND_MORE}, force=True).ok()["id"] == 2
