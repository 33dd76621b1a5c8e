"""The answers that the OpenAPI document shows, taken from a real registry.

`python -m tests.docs.openapi_answers` writes them to the registry's package, with fixed times and
keys. A test takes them again, and compares.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import httpx

from sluicegate.registry_api.store.migrate import migrate
from sluicegate.shared.quickstart.postgres import PostgresServer
from tests.fixtures.secured_registry import SecuredRegistry, secured

FILE: Final = Path(__file__).parents[2] / "registry_api" / "facades" / "openapi" / "answers.json"
WITHOUT: Final = frozenset({"openapi", "openapiYaml", "getWelcome", "getDocs", "getDocsFile"})
"""Operations whose answers are pages, files of pages, or the document itself."""

ORDER: Final = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
NOTED: Final = ORDER.replace("}]}", '},{"name":"note","type":"string","default":""}]}')
LINE: Final = '{"type":"record","name":"Line","fields":[{"name":"order","type":"Order"}]}'
PERSON: Final = '{"type":"object","additionalProperties":false,"properties":{"age":{"type":"integer"}}}'
NAMED: Final = PERSON.replace('"age"', '"name":{"type":"string"},"age"')
TEXT_AGE: Final = PERSON.replace("integer", "string")
_AVRO: Final = {"schema": ORDER, "schemaType": "AVRO"}
_BUNDLE: Final = {
    "schema_type": "json",
    "documents": [
        {"name": "address.json", "specification": '{"type":"object"}'},
        {
            "name": "customer.json",
            "specification": '{"properties":{"home":{"$ref":"address.json"}}}',
            "references": [{"name": "address.json", "document": "address.json"}],
        },
    ],
}
_RULE: Final = {"type": "COMPATIBILITY", "config": "BACKWARD"}
_KEY_ID: Final = "4bWnB2sTJ6xa"
_METRIC_LINES: Final = 3


@dataclass(frozen=True)
class Wish:
    """A request. The answer of one without an operation is not shown."""

    operation: str
    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


def course(found: Mapping[str, Any]) -> Iterator[Wish]:
    """Yield requests in an order in which each has an answer; `found` has the answers so far."""
    yield from _native()
    yield from _confluent(found)
    yield from _artifacts()
    yield from _admin(found)
    for operation in ("health", "ready", "metrics"):
        yield Wish(operation, "GET", f"/{operation}")
    yield from _endings()


def _native() -> Iterator[Wish]:
    person = {"name": "person", "schema_type": "json", "compatibility_mode": "BACKWARD", "validity_mode": "FULL"}
    yield Wish("registerSchema", "POST", "/schemas", {**person, "specification": PERSON, "description": "A person"})
    yield Wish("updateSchema", "PUT", "/schemas/1", {"specification": NAMED, "description": "People have a name"})
    yield Wish("registerBundle", "POST", "/schemas/bundle", _BUNDLE)
    yield Wish("registerBundle", "POST", "/schemas/bundle", _BUNDLE)
    for operation, path in (
        ("listSchemas", "?limit=1"), ("listAllSchemas", "/all?limit=1"), ("searchSchemas", "/search?name=person"),
        ("getSchema", "/1"), ("getVersions", "/1/versions"), ("getAllVersions", "/1/versions/all"),
        ("getLatestVersion", "/1/versions/latest"), ("getVersion", "/1/versions/1"),
        ("getSpecification", "/1/versions/1/spec"), ("getDifferences", "/1/versions/1/diff/2"),
    ):  # fmt: skip
        yield Wish(operation, "GET", f"/schemas{path}")
    yield Wish("checkCompatibility", "POST", "/check/compatibility", {"schema_id": "1", "new_schema": NAMED})
    yield Wish("checkCompatibility", "POST", "/check/compatibility", {"schema_id": "1", "new_schema": TEXT_AGE})
    yield Wish("checkValidity", "POST", "/check/validity", {"new_schema": PERSON, "format": "json", "mode": "FULL"})


def _confluent(found: Mapping[str, Any]) -> Iterator[Wish]:
    at = "/subjects/orders-value"
    yield Wish("registerVersion", "POST", f"{at}/versions", _AVRO)
    yield Wish("", "POST", f"{at}/versions", {"schema": NOTED, "metadata": {"properties": {"team": "sales"}}})
    reference = {"name": "Order", "subject": "orders-value", "version": 1}
    yield Wish("", "POST", "/subjects/lines-value/versions", {"schema": LINE, "references": [reference]})
    yield Wish("lookUpSchema", "POST", at, _AVRO)
    yield Wish("listSubjects", "GET", "/subjects")
    for operation, path in (
        ("listVersions", "versions"), ("getSubjectVersion", "versions/1"), ("getSubjectVersionText", "versions/1/schema"),
        ("getSubjectDifferences", "versions/1/diff/2"), ("listReferrers", "versions/1/referencedby"),
        ("getVersionWithMetadata", "metadata?key=team&value=sales"),
    ):  # fmt: skip
        yield Wish(operation, "GET", f"{at}/{path}")
    number, guid = found["getSubjectVersion"]["200"]["id"], found["getSubjectVersion"]["200"]["guid"]
    for operation, path in (
        ("listSchemaTypes", "types"), ("getSchemaById", f"ids/{number}"), ("getSchemaTextById", f"ids/{number}/schema"),
        ("listSubjectsOfId", f"ids/{number}/subjects"), ("listVersionsOfId", f"ids/{number}/versions"),
        ("getSchemaByGuid", f"guids/{guid}"), ("listIdsOfGuid", f"guids/{guid}/ids"),
    ):  # fmt: skip
        yield Wish(operation, "GET", f"/schemas/{path}")
    for operation, path in (("checkSubject", ""), ("checkVersion", "/1")):
        yield Wish(operation, "POST", f"/compatibility{at}/versions{path}?verbose=true", _AVRO)
    tag = {"schemaEntity": {"entityPath": "Order.id", "entityType": "sr_field"}, "tags": ["PII"]}
    yield Wish("tagSubjectVersion", "POST", f"{at}/versions/2/tags", {"tagsToAdd": [tag]})
    yield from _settings()
    for operation, path in (
        ("getRoot", "/"), ("listContexts", "/contexts"), ("getCluster", "/v1/metadata/id"),
        ("getRelease", "/v1/metadata/version"), ("getDeployment", "/v1/metadata/deployment"),
        ("listAssociationsOfSubject", f"/associations{at}"), ("listAssociationsOfResource", "/associations/resources/orders"),
        ("listAssociationsOfNamedResource", "/associations/resources/kafka/orders"),
        ("listSchemaVersions", "/confluent/schemas?limit=1"),
    ):  # fmt: skip
        yield Wish(operation, "GET", path)
    yield Wish("postRoot", "POST", "/", {})
    yield Wish("restart", "POST", "/restart", {})


def _settings() -> Iterator[Wish]:
    for kind, setting in (("Config", {"compatibility": "FULL"}), ("Mode", {"mode": "READWRITE"})):
        for scope, path in (("Global", ""), ("Subject", "/orders-value")):
            yield Wish(f"update{scope}{kind}", "PUT", f"/{kind.lower()}{path}", setting)
            yield Wish(f"get{scope}{kind}", "GET", f"/{kind.lower()}{path}")
    yield Wish("listSettings", "GET", "/settings")
    for kind in ("config", "mode"):
        for scope, path in (("Subject", "/orders-value"), ("Global", "")):
            yield Wish(f"delete{scope}{kind.title()}", "DELETE", f"/{kind}{path}")


def _artifacts() -> Iterator[Wish]:
    citizen = ORDER.replace("Order", "Citizen")
    more = NOTED.replace("Order", "Citizen")
    at = "/artifacts/citizens"
    named = {"X-Registry-ArtifactId": "citizens", "X-Registry-ArtifactType": "AVRO"}
    yield Wish("createArtifact", "POST", "/artifacts", citizen, named)
    yield Wish("createArtifactVersion", "POST", f"{at}/versions", more)
    yield Wish("updateArtifact", "PUT", at, more)
    yield Wish("lookUpArtifact", "POST", f"{at}/meta", citizen)
    yield Wish("createArtifactRule", "POST", f"{at}/rules", _RULE)
    yield Wish("createGlobalRule", "POST", "/rules", _RULE)
    for operation, path in (
        ("listArtifacts", "/artifacts"), ("getArtifact", at), ("getArtifactMetadata", f"{at}/meta"),
        ("listArtifactVersions", f"{at}/versions"), ("getArtifactVersion", f"{at}/versions/1"),
        ("getArtifactVersionMetadata", f"{at}/versions/1/meta"), ("getArtifactByGlobalId", "/ids/1"),
        ("getArtifactMetadataByGlobalId", "/ids/1/meta"), ("searchArtifacts", "/search/artifacts?search=citizens"),
        ("listGlobalRules", "/rules"), ("getGlobalRule", "/rules/COMPATIBILITY"),
        ("listArtifactRules", f"{at}/rules"), ("getArtifactRule", f"{at}/rules/COMPATIBILITY"),
    ):  # fmt: skip
        yield Wish(operation, "GET", path)
    yield Wish("updateGlobalRule", "PUT", "/rules/COMPATIBILITY", _RULE)
    yield Wish("updateArtifactRule", "PUT", f"{at}/rules/COMPATIBILITY", _RULE)


def _admin(found: Mapping[str, Any]) -> Iterator[Wish]:
    key = {"name": "orders service", "owner": "team-a", "expires_at": "2099-01-01T00:00:00Z"}
    yield Wish("createKey", "POST", "/admin/keys", key)
    principal = f"key:{found['createKey']['201']['id']}"
    grant = {"principal": principal, "role": "writer", "resource": {"type": "subject", "prefix": "orders-"}}
    yield Wish("addGrant", "POST", "/admin/grants", grant)
    yield Wish("listGrants", "GET", f"/admin/grants?principal={principal}")
    asked = f"principal={principal}&operation=registerVersion&subject=orders-value"
    yield Wish("explainAccess", "GET", f"/admin/explain?{asked}")
    yield Wish("readAudit", "GET", "/admin/audit?operation=createKey&limit=1")
    yield Wish("listKeys", "GET", "/admin/keys")
    yield Wish("rotateKey", "POST", f"/admin/keys/{found['createKey']['201']['id']}/rotate", {})


def _endings() -> Iterator[Wish]:
    yield Wish("", "DELETE", "/subjects/lines-value")
    yield Wish("deleteSubjectVersion", "DELETE", "/subjects/orders-value/versions/1")
    yield Wish("deleteSubject", "DELETE", "/subjects/orders-value")
    yield Wish("deleteVersion", "DELETE", "/schemas/1/versions/1")
    yield Wish("deleteSchema", "DELETE", "/schemas/1")


def taken(registry: SecuredRegistry) -> dict[str, dict[str, Any]]:
    """Operation -> status -> body, as this registry answers.

    Raises `AssertionError` for an answer that is no success; a comparison may refuse.
    """
    found: dict[str, dict[str, Any]] = {}
    identity = ""
    for wish in course(found):
        body = wish.body if wish.body is None or isinstance(wish.body, str) else json.dumps(wish.body)
        headers = {"Content-Type": "application/json", **wish.headers} if body is not None else {}
        answer = registry.ask(registry.root, wish.method, wish.path, body, **headers)
        assert answer.is_success or wish.operation == "checkCompatibility", (
            f"{wish}: {answer.status_code} {answer.text}"
        )
        identity = answer.headers.get("Sluicegate-Registry", identity)
        if wish.operation and answer.content:
            found.setdefault(wish.operation, {})[str(answer.status_code)] = _body(wish, answer)
    return fixed(found, identity)


def _body(wish: Wish, answer: httpx.Response) -> Any:
    if wish.operation == "metrics":
        shown = "\n".join(answer.text.splitlines()[:_METRIC_LINES])
        return re.sub(r" [\d.]+$", " 7.0\n", shown)
    raw = wish.operation in {"getSpecification", "getArtifact", "getArtifactVersion", "getArtifactByGlobalId"}
    return answer.text if raw or "json" not in answer.headers["Content-Type"] else answer.json()


def fixed(found: Mapping[str, Any], identity: str) -> dict[str, dict[str, Any]]:
    """Return the answers with one time, one key and one identity of the registry."""
    text = json.dumps(found)
    created = found["createKey"]["201"]
    for secret in (created, found["rotateKey"]["201"]):
        text = text.replace(secret["key"], f"sg_{_KEY_ID}_...").replace(secret["id"], _KEY_ID)
    for key in found["listKeys"]["200"]:
        text = text.replace(key["id"], "9aKpQ7rLm2Zc")
    text = text.replace(identity, "0b0f4c5e-6d4f-4b1f-9c52-2f6f3f0f7a10")
    for pattern, replacement in (
        (r"\b20[1-8]\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", "2026-01-31T12:00:00Z"),
        (r"\b1[789]\d{11}\b", "1769860800000"),
        (r'"request_id": "[^"]+"', '"request_id": "6d4f0b0f4c5e2f6f-1"'),
        (r'"address": "[^"]+"', '"address": "192.0.2.7"'),
        (r'"commitId": "[^"]*"', '"commitId": ""'),
        (r'"last_used_at": (null|"[^"]*")', '"last_used_at": "2026-01-31T12:00:00Z"'),
        (r'"next": "[^"]+"', '"next": "MjAyNi0wMS0zMVQxMjowMDowMCswMDowMHwyNw=="'),
        (rf'"version": "{re.escape(version("sluicegate"))}"', '"version": "1.0.0"'),
    ):
        text = re.sub(pattern, replacement, text)
    value: dict[str, dict[str, Any]] = json.loads(text)
    return value


def main() -> None:
    """Write the answers."""
    with tempfile.TemporaryDirectory(prefix="answers-") as made:
        folder = Path(made)
        folder.chmod(0o711)  # root's Postgres runs as another user
        with PostgresServer(folder / "data", durable=False) as server:
            migrate(server.url)
            with secured(server.url, folder, SLUICEGATE_REGISTRY_CONFLUENT_RESTART="true") as registry:
                text = json.dumps(taken(registry), indent=1, ensure_ascii=False)
    FILE.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
