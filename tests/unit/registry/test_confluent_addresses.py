"""Requests below a context, and those at a shared path, reach their routes."""

from urllib.parse import parse_qsl

import pytest

from sluicegate.registry_api.facades.confluent.rewriting import Target, rewritten

ANY = "*/*"
VENDOR = "application/vnd.schemaregistry.v1+json, application/json"


@pytest.mark.parametrize("mount", ["", "/confluent"])
@pytest.mark.parametrize("context", [".c", ":.c:"])
@pytest.mark.parametrize(
    ("below", "path"),
    [
        ("/subjects/s/versions", "/subjects/:.c:s/versions"),
        ("/subjects/s/versions/1/schema", "/subjects/:.c:s/versions/1/schema"),
        ("/subjects/a/b", "/subjects/:.c:a/b"),
        ("/subjects/:.d:s", "/subjects/:.d:s"),
        ("/compatibility/subjects/s/versions/latest", "/compatibility/subjects/:.c:s/versions/latest"),
        ("/config/s", "/config/:.c:s"),
        ("/config", "/config/:.c:"),
        ("/config/", "/config/:.c:"),
        ("/mode/s", "/mode/:.c:s"),
        ("/mode", "/mode/:.c:"),
        ("/schemas/types", "/schemas/types"),
        ("/contexts", "/contexts"),
        ("/v1/metadata/id", "/v1/metadata/id"),
    ],
)
def test_a_path_below_a_context_names_its_subject(mount: str, context: str, below: str, path: str) -> None:
    assert rewritten(Target(f"{mount}/contexts/{context}{below}", "a=b"), "GET", ANY) == Target(mount + path, "a=b")


@pytest.mark.parametrize("mount", ["/apis/ccompat/v6", "/apis/ccompat/v7"])
@pytest.mark.parametrize(
    ("below", "path"),
    [
        ("", "/confluent"),
        ("/", "/confluent"),
        ("/subjects/s/versions", "/confluent/subjects/s/versions"),
        ("/schemas", "/confluent/schemas"),
        ("/schemas/ids/1", "/confluent/schemas/ids/1"),
        ("/contexts/.c/subjects/s", "/confluent/subjects/:.c:s"),
    ],
)
def test_the_paths_of_apicurio_lead_to_confluents_api(mount: str, below: str, path: str) -> None:
    assert rewritten(Target(mount + below, "a=b"), "GET", ANY) == Target(path, "a=b")


@pytest.mark.parametrize("path", ["/apis/ccompat/v5/subjects", "/apis/ccompat/v77", "/apis", "/x/apis/ccompat/v7"])
def test_other_paths_below_apis_are_left_alone(path: str) -> None:
    assert rewritten(Target(path, ""), "GET", ANY).path == path


@pytest.mark.parametrize(
    ("path", "query", "to", "parameters"),
    [
        ("/subjects", "", "/subjects", {"subjectPrefix": ":.c:"}),
        ("/subjects", "subjectPrefix=a&deleted=true", "/subjects", {"subjectPrefix": ":.c:a", "deleted": "true"}),
        ("/subjects", "subjectPrefix=:*:", "/subjects", {"subjectPrefix": ":*:"}),
        ("/schemas", "", "/confluent/schemas", {"subjectPrefix": ":.c:"}),
        ("/schemas/ids/1", "", "/schemas/ids/1", {"subject": ":.c:"}),
        ("/schemas/ids/1/schema", "subject=s", "/schemas/ids/1/schema", {"subject": ":.c:s"}),
        ("/schemas/ids/1/versions", "subject=s%2Ft", "/schemas/ids/1/versions", {"subject": ":.c:s/t"}),
    ],
)
def test_a_listing_below_a_context_is_of_that_context(
    path: str, query: str, to: str, parameters: dict[str, str]
) -> None:
    target = rewritten(Target(f"/contexts/.c{path}", query), "GET", ANY)
    assert (target.path, dict(parse_qsl(target.query))) == (to, parameters)


@pytest.mark.parametrize(
    ("query", "accept", "path"),
    [
        ("", ANY, "/schemas"),
        ("limit=10", "application/json", "/schemas"),
        ("", VENDOR, "/confluent/schemas"),
        ("", "Application/Vnd.SchemaRegistry+JSON", "/confluent/schemas"),
        ("latestOnly=true", ANY, "/confluent/schemas"),
        ("deleted=", ANY, "/confluent/schemas"),
        ("offset=1&subjectPrefix=a", ANY, "/confluent/schemas"),
        ("offset=0&limit=-1", ANY, "/confluent/schemas"),
    ],
)
def test_a_listing_of_schemas_at_the_root_goes_to_the_api_that_is_meant(query: str, accept: str, path: str) -> None:
    assert rewritten(Target("/schemas", query), "GET", accept) == Target(path, query)


def test_only_a_listing_is_shared() -> None:
    assert rewritten(Target("/schemas", ""), "POST", VENDOR).path == "/schemas"
    assert rewritten(Target("/schemas/1", "deleted=true"), "GET", VENDOR).path == "/schemas/1"


@pytest.mark.parametrize(
    "path", ["/", "/subjects/a", "/contexts", "/contexts/.c", "/contexts/c/subjects", "/subjects/:.c:a"]
)
def test_everything_else_stays_where_it_is(path: str) -> None:
    assert rewritten(Target(path, ""), "GET", VENDOR) == Target(path, "")


def test_slashes_at_the_end_mean_nothing() -> None:
    assert rewritten(Target("/subjects/a/", ""), "POST", ANY).path == "/subjects/a"
    assert rewritten(Target("/confluent/", ""), "GET", ANY).path == "/confluent"
