"""Apicurio Registry of generation 1, 2 or 3 as a WSGI application: the paths and bodies of its OpenAPI documents.

Generation 1 is also IBM Event Streams. Only reads; the content is given by tests.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

BASES = {1: "/api", 2: "/apis/registry/v2", 3: "/apis/registry/v3"}
DEFAULT = "default"


@dataclass(frozen=True)
class Version:
    """A version of an artifact."""

    group: str
    artifact: str
    name: str
    global_id: int
    content_id: int
    type: str = "AVRO"
    state: str = "ENABLED"


@dataclass(frozen=True)
class Reference:
    """A reference of a content."""

    name: str
    artifact: str
    version: str
    group: str = DEFAULT


class Absent(Exception):
    """There is no such thing."""


@dataclass
class Apicurio:
    """A registry. `page`: the most items of a page; `credentials`: of HTTP Basic; `base` None: as usual for it."""

    generation: int
    page: int = 500
    credentials: tuple[str, str] | None = None
    base: str | None = None
    shows_metadata: bool = True
    admin: bool = True
    versions: list[Version] = field(default_factory=list)
    contents: dict[int, tuple[bytes, tuple[Reference, ...]]] = field(default_factory=dict)
    rules: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _: None

    def content(self, number: int, text: str | bytes, *references: Reference) -> None:
        """Keep a content."""
        self.contents[number] = (text.encode() if isinstance(text, str) else text, references)

    def version(self, artifact: str, name: object, global_id: int, content_id: int, **rest: str) -> None:
        """Keep a version, of the default group if none is given."""
        group = rest.pop("group", DEFAULT)
        self.versions.append(Version(group, artifact, str(name), global_id, content_id, **rest))

    def rule(self, kind: str, config: str, *place: str) -> None:
        """Keep a rule of all, of a group, or of a group's artifact."""
        self.rules.setdefault(place, {})[kind] = config

    def __call__(self, environ: Any, start: Any) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ)
        path = str(environ["RAW_URI"]).partition("?")[0]
        self.asked.append(path)
        self.before(path)
        return self._answered(request, path)(environ, start)

    def _answered(self, request: Request, path: str) -> Response:
        given = request.authorization
        if self.credentials and (given is None or (given.username, given.password) != self.credentials):
            return _json({"error_code": 401, "message": "Unauthorized"}, 401)
        base = BASES[self.generation] if self.base is None else self.base
        if not path.startswith(f"{base}/"):
            return Response("<html>", 404, content_type="text/html")
        parts = [unquote(part) for part in path[len(base) + 1 :].rstrip("/").split("/")]
        if parts[:2] == ["admin", "rules"] and not self.admin:
            return _json({"error_code": 403, "message": "User is not authorized"}, 403)
        try:
            answer = (self._first if self.generation == 1 else self._later)(parts, request.args)
        except (Absent, KeyError, StopIteration):
            return _json({"error_code": 404, "message": "No such thing."}, 404)
        return Response(answer, content_type="application/x-protobuf") if isinstance(answer, bytes) else _json(answer)

    def _first(self, parts: list[str], _: Mapping[str, str]) -> Any:
        match parts:
            case ["artifacts"]:
                return sorted({each.artifact for each in self.versions})
            case ["rules", *rest]:
                return self._rules((), rest, "type")
            case ["ids", number]:
                return self._text(next(each for each in self.versions if each.global_id == int(number)))
            case ["artifacts", artifact, "rules", *rest]:
                self._of(DEFAULT, artifact)
                return self._rules((DEFAULT, artifact), rest, "type")
            case ["artifacts", artifact, "versions"]:
                return [int(each.name) for each in self._of(DEFAULT, artifact)]
            case ["artifacts", artifact, "versions", name]:
                found = self._one(artifact, name)
                if found.state == "DISABLED":
                    raise Absent
                return self._text(found)
            case ["artifacts", artifact, "versions", name, "meta"] if self.shows_metadata:
                found = self._one(artifact, name)
                shown = {"version": int(name), "type": found.type, "globalId": found.global_id, "state": found.state}
                return {"id": artifact, "createdBy": "", "createdOn": 1579267788258, **shown}
        raise Absent

    def _later(self, parts: list[str], query: Mapping[str, str]) -> Any:
        match parts:
            case ["system", "info"]:
                return {"name": "Apicurio Registry", "version": f"{self.generation}.0.0"}
            case ["admin", "rules", *rest]:
                return self._rules((), rest, self._type)
            case ["search", "artifacts"] if self.generation == 2:
                found = sorted({(each.group, each.artifact) for each in self.versions})
                return self._page("artifacts", [{**_group(group), "id": artifact} for group, artifact in found], query)
        return self._third(parts, query) if self.generation == 3 else self._below(parts, query)

    def _third(self, parts: list[str], query: Mapping[str, str]) -> Any:
        match parts:
            case ["groups"]:
                groups = sorted({each.group for each in self.versions})
                return self._page("groups", [{"groupId": each} for each in groups], query)
            case ["groups", group, "rules", *rest]:
                return self._rules((group,), rest, self._type)
            case ["search", "versions"]:
                ordered = sorted(self.versions, key=lambda each: each.global_id)
                return self._page("versions", [self._shown(each) for each in ordered], query)
        return self._below(parts, query)

    def _below(self, parts: list[str], query: Mapping[str, str]) -> Any:
        match parts:
            case ["groups", group, "artifacts", artifact, "versions"]:
                return self._page("versions", [self._shown(each) for each in self._of(group, artifact)], query)
            case ["groups", group, "artifacts", artifact, "rules", *rest]:
                self._of(group, artifact)
                return self._rules((group, artifact), rest, self._type)
            case ["ids", "contentIds", number, *rest]:
                return self._content(int(number), rest)
        raise Absent

    def _content(self, number: int, rest: list[str]) -> Any:
        text, references = self.contents[number]
        if rest != ["references"]:
            return text
        return [
            {**_group(each.group), "artifactId": each.artifact, "version": each.version, "name": each.name}
            for each in references
        ]

    @property
    def _type(self) -> str:
        return "type" if self.generation == 2 else "ruleType"

    def _of(self, group: str, artifact: str) -> list[Version]:
        found = [each for each in self.versions if (each.group, each.artifact) == (group, artifact)]
        if not found:
            raise Absent
        return found

    def _one(self, artifact: str, name: str) -> Version:
        return next(each for each in self._of(DEFAULT, artifact) if each.name == name)

    def _text(self, version: Version) -> bytes:
        return self.contents[version.content_id][0]

    def _shown(self, version: Version) -> dict[str, Any]:
        shown = {"version": version.name, "globalId": version.global_id, "contentId": version.content_id}
        if self.generation == 2:
            return {**shown, "type": version.type, "state": version.state, "createdOn": "2026-01-01T00:00:00Z"}
        place = {"groupId": version.group, "artifactId": version.artifact}
        return {**shown, **place, "artifactType": version.type, "state": version.state}

    def _page(self, name: str, found: list[dict[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
        offset, limit = int(query.get("offset", "0")), int(query.get("limit", "20"))
        return {name: found[offset : offset + min(limit, self.page)], "count": len(found)}

    def _rules(self, place: tuple[str, ...], rest: list[str], name: str) -> Any:
        found = self.rules.get(place, {})
        return {name: rest[0], "config": found[rest[0]]} if rest else list(found)


def _group(group: str) -> dict[str, str]:
    """Generation 2 leaves the default group out."""
    return {} if group == DEFAULT else {"groupId": group}


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
