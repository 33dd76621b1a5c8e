"""An address has one spelling: other spellings of a number name nothing, in every API."""

from urllib.parse import quote

import pytest

from sluicegate.registry_api.facades.numbers import LARGEST, java_number, number
from sluicegate.shared.formats.catalog import engine
from tests.fakes.registry_service import Service

TEXT = '{"type":"record","name":"Citizen","fields":[]}'
NEVER = ["\u0661", "\uff11", " 1", "1 ", "1\n", "1_0", "1.0", "0x1", "1e0", "--1", "+-1", "-", "+", ""]
OF_JAVA = ["01", "+1", "0001"]
STRANGE = [each for each in [*NEVER, *OF_JAVA] if each]
QUERIES = ["1_0", "1.0", " 1", "\u0661"]


@pytest.fixture(scope="module")
def service() -> Service:
    service = Service(engine=engine)
    assert service.client.post("/artifacts", data=TEXT, headers={"X-Registry-ArtifactId": "a"}).status_code == 200
    return service


@pytest.mark.parametrize("spelling", STRANGE)
@pytest.mark.parametrize("base", ["", "/api"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/artifacts/a/versions/{}"),
        ("GET", "/artifacts/a/versions/{}/meta"),
        ("PUT", "/artifacts/a/versions/{}/state"),
        ("DELETE", "/artifacts/a/versions/{}"),
        ("GET", "/ids/{}"),
        ("GET", "/ids/{}/meta"),
    ],
)
def test_artifacts_api_has_one_spelling(service: Service, method: str, path: str, base: str, spelling: str) -> None:
    body = '{"state": "DISABLED"}' if method == "PUT" else None
    answer = service.client.open(base + path.format(quote(spelling)), method=method, data=body)
    assert (answer.status_code, answer.json["error_code"]) == (404, 404)
    assert service.client.get("/artifacts/a/versions").json == [1]


@pytest.mark.parametrize("spelling", STRANGE)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/schemas/{}", 404),
        ("GET", "/schemas/{}/versions", 404),
        ("GET", "/schemas/{}/versions/1", 422),
        ("GET", "/schemas/1/versions/{}", 422),
        ("GET", "/schemas/1/versions/{}/spec", 422),
        ("DELETE", "/schemas/1/versions/{}", 422),
        ("DELETE", "/schemas/{}", 404),
    ],
)
def test_native_api_has_one_spelling(service: Service, method: str, path: str, status: int, spelling: str) -> None:
    answer = service.client.open(path.format(quote(spelling)), method=method)
    assert answer.status_code == status
    assert service.client.get("/schemas/1/versions/1").status_code == 200


@pytest.mark.parametrize("spelling", OF_JAVA)
def test_confluent_api_reads_numbers_as_java(service: Service, spelling: str) -> None:
    version = service.client.get(f"/confluent/subjects/a/versions/{quote(spelling)}")
    assert (version.status_code, version.json["version"]) == (200, 1)
    assert service.client.get(f"/confluent/schemas/ids/{quote(spelling)}").status_code == 200


@pytest.mark.parametrize("spelling", ["\u0661", "\uff11", "1_0", "1.0", "0x1", "1e0", "--1", "+-1"])
def test_confluent_api_refuses_texts_that_java_refuses(service: Service, spelling: str) -> None:
    version = service.client.get(f"/confluent/subjects/a/versions/{quote(spelling)}")
    assert (version.status_code, version.json["error_code"]) == (422, 42202)
    assert service.client.get(f"/confluent/schemas/ids/{quote(spelling)}").status_code == 404


@pytest.mark.parametrize("spelling", QUERIES)
@pytest.mark.parametrize(
    ("path", "status"),
    [("/search/artifacts?limit={}", 400), ("/schemas?limit={}", 400), ("/confluent/schemas?limit={}", 404)],
)
def test_query_refuses_other_spellings(service: Service, path: str, status: int, spelling: str) -> None:
    assert service.client.get(path.format(quote(spelling))).status_code == status


@pytest.mark.parametrize("text", [*NEVER, *OF_JAVA, "00", "-0", "-01"])
def test_number_has_one_spelling(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("7", 7),
        ("-7", -7),
        (str(LARGEST), LARGEST),
        ("9" * 5000, LARGEST + 1),
        ("-" + "9" * 5000, -LARGEST - 1),
    ],
)
def test_number_is_bounded(text: str, value: int) -> None:
    assert number(text) == java_number(text) == value


@pytest.mark.parametrize(("text", "value"), [("01", 1), ("+1", 1), ("-01", -1), ("0" * 5000 + "1", 1)])
def test_java_number_takes_signs_and_zeros(text: str, value: int) -> None:
    assert java_number(text) == value


@pytest.mark.parametrize("text", NEVER)
def test_java_number_takes_digits_alone(text: str) -> None:
    assert java_number(text) is None
