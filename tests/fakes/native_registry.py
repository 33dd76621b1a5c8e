"""A registry that speaks the native API's shapes from a dictionary, as an httpx transport."""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

Json = Any
Route = Callable[..., httpx.Response]

REFUSED_WORD = "incompatible-on-purpose"
"""A text with this word in it is compatible with nothing."""
INVALID_WORD = "invalid-on-purpose"
FINDING = {"path": "/properties/age", "code": "type_narrowed", "message": "age was a number. Keep it one"}


@dataclass
class FakeRegistry:
    """Keeps schemas as the JSON that it serves. `requests` is every request that came in."""

    schemas: dict[int, dict[str, Json]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    page_size: int = 100
    identity: str = ""

    def transport(self) -> httpx.MockTransport:
        """Return the transport for a client."""
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Route a request as the contract says."""
        self.requests.append(request)
        for method, pattern, route in self._routes():
            found = re.fullmatch(pattern, request.url.path)
            if found and method == request.method:
                answer = route(request, *(int(group) for group in found.groups()))
                if self.identity:
                    answer.headers["Sluicegate-Registry"] = self.identity
                return answer
        return _report(404, "Not Found")

    def add(
        self,
        *texts: str,
        name: str = "person",
        schema_type: str = "json",
        description: str = "",
        references: Sequence[Json] = (),
    ) -> int:
        """Put a schema with a version for each text; its id."""
        schema_id = len(self.schemas) + 1
        self.schemas[schema_id] = {
            "schema_id": str(schema_id),
            "name": name,
            "schema_type": schema_type,
            "description": description,
            "last_created": "0",
            "publisher_id": "",
            "compatibility_mode": "BACKWARD",
            "validity_mode": "FULL",
            "schemas": [],
        }
        for text in texts:
            self.add_version(schema_id, text, references)
        return schema_id

    def deactivate(self, schema_id: int, number: int) -> None:
        """Mark a version as deleted."""
        self.schemas[schema_id]["schemas"][number - 1]["version_deactivated"] = True

    def _routes(self) -> tuple[tuple[str, str, Route], ...]:
        return (
            ("POST", "/schemas", self._register),
            ("GET", "/schemas", self._list),
            ("GET", "/schemas/all", self._list),
            ("GET", "/schemas/search", self._search),
            ("PUT", r"/schemas/(\d+)", self._update),
            ("DELETE", r"/schemas/(\d+)", self._delete),
            ("GET", r"/schemas/(\d+)/versions", self._schema),
            ("GET", r"/schemas/(\d+)/versions/all", self._schema_all),
            ("GET", r"/schemas/(\d+)/versions/latest", self._version),
            ("GET", r"/schemas/(\d+)/versions/(\d+)", self._version),
            ("DELETE", r"/schemas/(\d+)/versions/(\d+)", self._delete),
            ("POST", "/check/compatibility", self._compatibility),
            ("POST", "/check/validity", self._validity),
        )

    def _register(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if INVALID_WORD in body["specification"]:
            return _report(400, "Schema is not valid", FINDING)
        for schema in self.schemas.values():
            for version in _active(schema):
                if _text(version) == body["specification"]:
                    return _info(409, schema["schema_id"], version["version"], "schema already exists at id=1")
        schema_id = self.add(
            body["specification"],
            name=body["name"],
            schema_type=body["schema_type"],
            references=body.get("references", ()),
        )
        return _info(201, schema_id, 1, "schema successfully created")

    def _update(self, request: httpx.Request, schema_id: int) -> httpx.Response:
        body = json.loads(request.content)
        text = body["specification"]
        if not _active(self.schemas.get(schema_id)):
            return _report(404, f"Schema with id={schema_id} doesn't exist")
        if REFUSED_WORD in text:
            return _report(400, "Schemas are not compatible", FINDING)
        if INVALID_WORD in text:
            return _report(400, "Schema is not valid", FINDING)
        self.add_version(schema_id, text, body.get("references", ()))
        return _info(200, schema_id, len(self.schemas[schema_id]["schemas"]), "schema successfully updated")

    def _list(self, request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params.get("offset", 0))
        limit = int(request.url.params.get("limit", self.page_size))
        every = request.url.path.endswith("/all")
        found = [schema if every else _shown(schema) for schema in self.schemas.values() if every or _active(schema)]
        more = len(found) > offset + limit
        links = {"Link": f'</schemas?limit={limit}&offset={offset + limit}>; rel="next"'} if more else {}
        return httpx.Response(200, json=found[offset : offset + limit], headers=links)

    def _search(self, request: httpx.Request) -> httpx.Response:
        part = request.url.params.get("name", "")
        found = [_shown(schema) for schema in self.schemas.values() if part in schema["name"] and _active(schema)]
        return httpx.Response(200, json=found)

    def _schema(self, _: httpx.Request, schema_id: int) -> httpx.Response:
        schema = self.schemas.get(schema_id)
        if schema is None or not _active(schema):
            return _report(404, f"Schema with id={schema_id} is not registered")
        return httpx.Response(200, json=_shown(schema))

    def _schema_all(self, _: httpx.Request, schema_id: int) -> httpx.Response:
        schema = self.schemas.get(schema_id)
        if schema is None:
            return _report(404, f"Schema with id={schema_id} is not registered")
        return httpx.Response(200, json=schema)

    def _version(self, _: httpx.Request, schema_id: int, number: int | None = None) -> httpx.Response:
        active = _active(self.schemas.get(schema_id))
        found = [version for version in active if number is None or version["version"] == str(number)]
        if not found:
            return _report(404, f"Schema with id={schema_id} and version={number} is not registered")
        return httpx.Response(200, json=found[-1])

    def _delete(self, _: httpx.Request, schema_id: int, number: int | None = None) -> httpx.Response:
        active = _active(self.schemas.get(schema_id))
        found = [version for version in active if number is None or version["version"] == str(number)]
        for version in found:
            version["version_deactivated"] = True
        if not found:
            return _report(404, f"Schema with id={schema_id} doesn't exist")
        return _report(200, f"schema with id={schema_id} successfully deleted")

    def _compatibility(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if int(body["schema_id"]) not in self.schemas:
            return _report(404, f"Schema with id={body['schema_id']} doesn't exist")
        if REFUSED_WORD in body["new_schema"]:
            return _report(409, "Schemas are not compatible", FINDING)
        if INVALID_WORD in body["new_schema"]:
            return _report(409, "Schema is not valid", FINDING)
        return httpx.Response(200, json=True)

    def _validity(self, request: httpx.Request) -> httpx.Response:
        if INVALID_WORD in json.loads(request.content)["new_schema"]:
            return _report(409, "Schema is not valid", FINDING)
        return httpx.Response(200, json=True)

    def add_version(self, schema_id: int, text: str, references: Sequence[Json] = ()) -> None:
        """Put another version of a schema."""
        schema = self.schemas[schema_id]
        number = len(schema["schemas"]) + 1
        schema["last_created"] = str(number)
        schema["schemas"].append(
            {
                "id": str(100 + number),
                "version_id": str(100 + number),
                "version": str(number),
                "schema_id": str(schema_id),
                "specification": base64.b64encode(text.encode()).decode(),
                "description": "",
                "schema_hash": f"{number:064x}",
                "created_at": "2026-03-04T05:06:07.5Z",
                "autogenerated": False,
                "version_deactivated": False,
                "attributes": "age,name",
                "schema_type": schema["schema_type"],
                "references": list(references),
            }
        )


def _text(version: Mapping[str, Json]) -> str:
    return base64.b64decode(version["specification"]).decode()


def _active(schema: Mapping[str, Json] | None) -> list[dict[str, Json]]:
    return [version for version in schema["schemas"] if not version["version_deactivated"]] if schema else []


def _shown(schema: dict[str, Json]) -> dict[str, Json]:
    return schema | {"schemas": _active(schema)}


def _info(status: int, schema_id: Json, number: Json, message: str) -> httpx.Response:
    return httpx.Response(status, json={"identification": str(schema_id), "version": str(number), "message": message})


def _report(status: int, message: str, *errors: Mapping[str, str]) -> httpx.Response:
    return httpx.Response(status, json={"message": message} | ({"errors": errors} if errors else {}))
