"""An invisible subject is absent, in every API; a visible one asks for the role that the operation needs."""

from typing import Any, Literal

import pytest

from sluicegate.registry_api.access_settings import Auth
from sluicegate.registry_api.core.access.grants import Grant, Grants
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.names import SubjectName
from tests.fakes.api_client import Answer
from tests.fakes.teams import Teams

MOUNTS = ["", "/confluent"]


@pytest.fixture
def teams() -> Teams:
    return Teams()


def told(answer: Answer) -> tuple[int, bytes]:
    return answer.status_code, answer.data


@pytest.mark.parametrize("mount", MOUNTS)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/subjects/{}/versions", None),
        ("GET", "/subjects/{}/versions/1", None),
        ("GET", "/subjects/{}/versions/latest/schema", None),
        ("GET", "/subjects/{}/versions/1/referencedby", None),
        ("GET", "/subjects/{}/metadata?key=a&value=b", None),
        ("POST", "/subjects/{}", {"schema": "x:int"}),
        ("POST", "/subjects/{}/versions", {"schema": "y:int"}),
        ("POST", "/subjects/{}/versions/1/tags", {"newVersion": 2}),
        ("DELETE", "/subjects/{}", None),
        ("DELETE", "/subjects/{}/versions/1", None),
        ("POST", "/compatibility/subjects/{}/versions", {"schema": "y:text"}),
        ("POST", "/compatibility/subjects/{}/versions/latest", {"schema": "y:text"}),
        ("GET", "/config/{}", None),
        ("GET", "/config/{}?defaultToGlobal=true", None),
        ("PUT", "/config/{}", {"compatibility": "FULL"}),
        ("DELETE", "/config/{}", None),
        ("GET", "/mode/{}", None),
        ("PUT", "/mode/{}", {"mode": "READONLY"}),
        ("DELETE", "/mode/{}", None),
    ],
)
def test_an_invisible_subject_is_answered_like_an_absent_one(
    teams: Teams, mount: str, method: str, path: str, body: Any
) -> None:
    teams.put("root", "b1")
    teams.ask("root", "PUT", "/config/b1", {"compatibility": "NONE"})
    teams.ask("root", "PUT", "/mode/b1", {"mode": "READWRITE"})
    there = teams.ask("a", method, mount + path.format("b1"), body)
    absent = teams.ask("a", method, mount + path.format("b2"), body)
    assert (there.status_code, there.data.replace(b"b1", b"b2")) == told(absent)
    assert teams.get("b", "/subjects/b1/versions").json == [1]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/schemas/{}"),
        ("GET", "/schemas/{}/versions"),
        ("GET", "/schemas/{}/versions/all"),
        ("GET", "/schemas/{}/versions/latest"),
        ("GET", "/schemas/{}/versions/1"),
        ("GET", "/schemas/{}/versions/1/spec"),
        ("DELETE", "/schemas/{}"),
        ("DELETE", "/schemas/{}/versions/1"),
        ("PUT", "/schemas/{}"),
        ("POST", "/check/compatibility"),
    ],
)
def test_an_invisible_schema_is_answered_like_an_absent_one(teams: Teams, method: str, path: str) -> None:
    teams.create("b", "b1")
    assert teams.get("b", "/schemas/1/versions/1").status_code == 200  # it is hot now
    etag = teams.get("b", "/schemas/1/versions/1").headers["ETag"]
    answers = []
    for schema_id in ("1", "7"):
        body = (
            {"specification": "y:int", "schema_id": schema_id, "new_schema": "y:int"} if method in "PUT POST" else None
        )
        answers.append(teams.ask("a", method, path.format(schema_id), body, **{"If-None-Match": etag}))
    assert (answers[0].status_code, answers[0].data.replace(b"id=1", b"id=7")) == told(answers[1])
    assert answers[0].status_code == 404


@pytest.mark.parametrize(
    "path", ["/subjects", "/confluent/schemas", "/schemas", "/schemas/all", "/schemas/search?version=1", "/contexts"]
)
def test_listings_have_visible_subjects_only_and_count_no_others(teams: Teams, path: str) -> None:
    listing = path + ("&" if "?" in path else "?")
    for name in ("b1", "a1", "b2", "a2", "b3", "a3"):
        assert teams.put("root", name, f"{name}:int").status_code == 200
    teams.put("root", ":.b:b1")
    texts = [teams.get("a", f"{listing}limit=1&offset={at}").get_data(as_text=True) for at in range(4)]
    if path == "/contexts":
        assert texts == ['["."]', "[]", "[]", "[]"]
        return
    assert [name in text for name, text in zip(("a1", "a2", "a3"), texts, strict=False)] == [True] * 3
    assert texts[3] == "[]"
    assert not any(f'"b{digit}"' in "".join(texts) for digit in "123")
    assert 'rel="next"' not in teams.get("a", f"{listing}limit=3").headers.get("Link", "")


@pytest.mark.parametrize("mount", MOUNTS)
@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_a_shared_content_is_read_through_any_holder_cold_and_hot(
    teams: Teams, mount: str, order: tuple[str, str]
) -> None:
    path = f"{mount}/schemas/ids/1"
    for team in order:
        assert teams.put(team, f"{team}1").json["id"] == 1
    for team in (*order, *order):
        assert teams.get(team, path).status_code == 200
        assert teams.get(team, f"{path}/subjects").json == [f"{team}1"]
        assert teams.get(team, f"{path}/versions").json == [{"subject": f"{team}1", "version": 1}]
        assert teams.get(team, f"{path}/schema").status_code == 200
    assert teams.get("nothing", path).status_code == 404
    assert teams.get("nothing", path).data == teams.get("nothing", f"{mount}/schemas/ids/1").data
    for deletion in ("", "?permanent=true"):
        assert teams.ask("a", "DELETE", f"/subjects/a1{deletion}").status_code == 200
    assert [teams.get(team, path).status_code for team in ("a", "b", "a", "b")] == [404, 200, 404, 200]
    assert teams.get("b", f"{path}/subjects").json == ["b1"]
    narrowed = [teams.get("b", f"{path}?subject={subject}").status_code for subject in ("b1", "a1")]
    assert narrowed == [200, 200]


def test_a_guid_leads_to_the_ids_of_visible_contents(teams: Teams) -> None:
    teams.put("b", "b1")
    guid = teams.get("b", "/subjects/b1/versions/1").json["guid"]
    for path in (f"/schemas/guids/{guid}", f"/schemas/guids/{guid}/ids"):
        assert (teams.get("b", path).status_code, teams.get("a", path).status_code) == (200, 404)
    teams.put("a", "a1")
    assert teams.get("a", f"/schemas/guids/{guid}").status_code == 200


def test_an_alias_is_authorized_as_its_target(teams: Teams) -> None:
    teams.put("b", "b1")
    assert teams.ask("a", "PUT", "/config/a-alias", {"alias": "b1"}).status_code == 200
    assert teams.ask("b", "PUT", "/config/b-alias", {"alias": "a1"}).status_code == 200
    teams.put("a", "a1")
    for path in ("versions", "versions/1", "versions/latest/schema", "versions/1/referencedby"):
        assert teams.get("a", f"/subjects/a-alias/{path}").status_code == 404
        assert teams.get("a", f"/subjects/b-alias/{path}").status_code == 200
    assert teams.put("a", "a-alias", "y:int").status_code == 403
    assert teams.ask("a", "DELETE", "/subjects/a-alias").status_code == 404
    assert teams.put("a", "b-alias", "x:int\ny:int?").status_code == 200
    assert teams.get("a", "/subjects/a1/versions").json == [1, 2]
    assert teams.get("b", "/subjects/b1/versions").json == [1]


def test_references_are_to_visible_subjects(teams: Teams) -> None:
    teams.put("b", "b1")
    native = {"references": [{"name": "n", "schema_id": "1", "version": "1"}]}
    absent = {"references": [{"name": "n", "schema_id": "9", "version": "1"}]}
    refused, unknown = teams.create("a", "a1", "y:int", **native), teams.create("a", "a1", "y:int", **absent)
    assert refused.status_code == unknown.status_code == 400
    assert refused.data.replace(b"schema 1", b"schema 9").replace(b"Schema 1", b"Schema 9") == unknown.data
    for subject in ("b1", "b9"):
        named = {"references": [{"name": "n", "subject": subject, "version": 1}]}
        assert teams.put("a", "a1", "y:int", **named).status_code == 422
    assert (
        teams.put("root", "a1", "y:int", references=[{"name": "n", "subject": "b1", "version": 1}]).status_code == 200
    )


def test_referrers_that_the_caller_may_not_read_are_not_named(teams: Teams) -> None:
    teams.create("a", "a1")
    reference = {"references": [{"name": "n", "schema_id": "1", "version": "1"}]}
    assert teams.create("root", "b1", "y:int", **reference).status_code == 201
    assert teams.get("a", "/subjects/a1/versions/1/referencedby").json == []
    assert len(teams.get("root", "/subjects/a1/versions/1/referencedby").json) == 1
    refused = teams.ask("a", "DELETE", "/schemas/1")
    assert refused.status_code == 409
    assert b"2" not in refused.data
    assert b"2" in teams.ask("root", "DELETE", "/schemas/1").data


def test_the_same_content_of_an_invisible_schema_is_not_found(teams: Teams) -> None:
    assert teams.create("b", "b1").status_code == 201
    assert teams.create("a", "a1").status_code == 201
    again = teams.create("a", "a2")
    assert (again.status_code, again.json["message"]) == (409, "schema already exists at id=2")


def test_a_refusal_names_the_role_to_readers_only(teams: Teams) -> None:
    teams.put("a", "a1")
    assert (
        teams.ask("ar", "DELETE", "/subjects/a1").json["message"] == "This needs the role manager on the subject 'a1'."
    )
    assert teams.put("ar", "a1", "y:int").json["message"] == "This needs the role writer on the subject 'a1'."
    assert teams.put("b", "a1", "y:int").json["message"] == "The caller lacks the role for this."
    assert teams.ask("a", "PUT", "/config", {"compatibility": "NONE"}).json["message"] == (
        "This needs the role manager on the cluster."
    )


@pytest.mark.parametrize(("create_role", "statuses"), [(Role.MANAGER, (403, 403)), (Role.WRITER, (200, 201))])
def test_the_setting_says_the_role_that_creates(
    create_role: Literal[Role.MANAGER, Role.WRITER], statuses: tuple[int, int]
) -> None:
    teams = Teams(auth=Auth(create_role=create_role))
    assert (teams.put("aw", "a1").status_code, teams.create("aw", "a2", "y:int").status_code) == statuses
    teams.put("a", "a3", "z:int")
    assert teams.put("aw", "a3", "z:int\nw:int?").status_code == 200


def test_a_later_schema_of_an_exact_name_needs_a_prefix(teams: Teams) -> None:
    teams.access.grants["exact"] = Grants([Grant(Role.MANAGER, SubjectName(".", "one"))])
    assert teams.create("exact", "one").status_code == 201
    refused = teams.create("exact", "one", "y:int")
    assert refused.status_code == 403
    assert "one.*" in refused.json["message"]
    assert teams.create("root", "one", "y:int").status_code == 201


def test_settings_of_contexts_and_import_are_the_clusters(teams: Teams) -> None:
    teams.put("a", "a1")
    for path, body in (
        ("/config/:.:", {"compatibility": "NONE"}),
        ("/mode/:.c:", {"mode": "READONLY"}),
        ("/mode/a9", {"mode": "IMPORT"}),
    ):
        assert teams.ask("a", "PUT", path, body).status_code == 403
        assert teams.ask("root", "PUT", path, body).status_code == 200


def test_a_bundle_is_undone_by_a_caller_that_may_create_but_not_delete() -> None:
    teams = Teams(auth=Auth(create_role=Role.WRITER))
    documents = [
        {"name": "a1", "specification": "x:int"},
        {"name": "b1", "specification": "y:int"},
    ]
    assert (
        teams.ask("aw", "POST", "/schemas/bundle", {"schema_type": "json", "documents": documents}).status_code == 403
    )
    assert teams.get("root", "/schemas").json == []
