"""Two teams on one registry: the answers to one of them are the same whether the other's subjects exist or not.

Ids are one sequence for all (decision 0151), so they are compared by the order in which the team meets them. Each example runs the
requests of team `a` against two registries, of which only one has the requests of team `b`.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sluicegate.registry_api.core.access.grants import Grant, Grants
from sluicegate.registry_api.core.access.resources import Prefix
from sluicegate.registry_api.core.access.roles import Role
from tests.fakes.api_client import Answer
from tests.fakes.teams import Teams

_PASSING: Final = {"X-Request-Id", "Date", "Sluicegate-Registry", "Content-Length"}
_SPACES: Final = {
    "id": "global",
    "maxId": "global",
    "schema_id": "schema",
    "identification": "schema",
    "version_id": "version",
}
_NOBODY: Final = 98765

Request = tuple[str, str, Any]


@dataclass
class World:
    """A registry, and the numbers that team `a` has met in it."""

    teams: Teams = field(default_factory=Teams)
    met: dict[tuple[str, int], str] = field(default_factory=dict)
    schemas: list[int] = field(default_factory=list)
    contents: list[int] = field(default_factory=list)
    hidden: int = _NOBODY
    """A schema of team `b`; a number that no schema has where there is none."""

    def __post_init__(self) -> None:
        for team in "ab":
            own = [Grant(Role.MANAGER, Prefix(team, context)) for context in (".", ".c")]
            self.teams.access.grants[team] = Grants(own)

    def ask(self, request: Request) -> tuple[int, Any, Any]:
        """Ask as team `a`; the answer without the numbers themselves."""
        method, path, body = request
        answer = self.teams.ask("a", method, self.filled(path), json.loads(self.filled(json.dumps(body))))
        self._note(path, answer)
        text = answer.get_data(as_text=True)
        headers = sorted((name, self._plain(value)) for name, value in answer.headers if name not in _PASSING)
        try:
            return answer.status_code, headers, self._named(path, json.loads(text))
        except json.JSONDecodeError:
            return answer.status_code, headers, self._plain(text)

    def filled(self, text: str) -> str:
        """The request with the numbers of this world.

        `<schema n>` and `<content n>` are the n-th that the team knows.
        """
        for name, known in (("schema", self.schemas), ("content", self.contents)):
            for at in range(3):
                text = text.replace(f"<{name} {at}>", str(known[at % len(known)] if known else _NOBODY))
        return text.replace("<hidden>", str(self.hidden))

    def _note(self, path: str, answer: Answer) -> None:
        found = answer.json if answer.is_json and answer.status_code < 300 else None
        if not isinstance(found, dict):
            return
        if "identification" in found and int(found["identification"]) not in self.schemas:
            self.schemas.append(int(found["identification"]))
        if path.endswith("/versions") and "id" in found and found["id"] not in self.contents:
            self.contents.append(found["id"])

    def _named(self, path: str, value: Any) -> Any:
        if path.endswith("/referencedby"):
            return sorted(self._name("global", each) for each in value) if isinstance(value, list) else value
        return self._walked(value)

    def _walked(self, value: Any) -> Any:
        if isinstance(value, dict):
            # the native API's `id` is of a version, Confluent's is of a content
            spaces = {**_SPACES, "id": "row"} if "version_id" in value else _SPACES
            return {key: self._member(spaces.get(key), each) for key, each in value.items()}
        if isinstance(value, list):
            found = [self._walked(each) for each in value]
            # sorted again, since names may end in numbers
            return sorted(found) if all(isinstance(each, str) for each in found) else found
        return self._plain(value) if isinstance(value, str) else value

    def _member(self, space: str | None, value: Any) -> Any:
        if space is not None and re.fullmatch(r"[0-9]+", str(value)):
            return self._name(space, int(value))
        return self._walked(value)

    def _name(self, space: str, number: int) -> str:
        """The number as the n-th that the team has met."""
        if number == _NOBODY or (space == "schema" and number == self.hidden):
            return "hidden"
        return self.met.setdefault((space, number), f"{space} {sum(key[0] == space for key in self.met)}")

    def _plain(self, text: str) -> str:
        # the second schema of a name has its number in the name of its subject: a1.3
        return re.sub(r"(id=|[Ss]chema |/schemas/|after_schema=|\b[ab][12]\.)([0-9]+)", self._numbered, text)

    def _numbered(self, match: re.Match[str]) -> str:
        return match[1] + self._name("schema", int(match[2]))


TEXTS: Final = ["x:int", "x:int\ny:int?", "x:text", "z:int"]


def _requests(names: list[str]) -> st.SearchStrategy[Request]:
    """Requests about subjects, and about what the team knows."""
    name, text = st.sampled_from(names), st.sampled_from(TEXTS)
    number = st.sampled_from(["1", "2", "latest"])
    mount = st.sampled_from(["", "/confluent"])

    def built(
        method: str, path: Callable[..., str], body: Any, *parts: st.SearchStrategy[Any]
    ) -> st.SearchStrategy[Request]:
        return st.tuples(*parts).map(lambda got: (method, path(*got), body(*got) if callable(body) else body))

    metadata = st.sampled_from([None, {"properties": {"k": "v"}}])
    parts = st.sampled_from(["", "/schema", "/referencedby"])
    modes = st.sampled_from(["READONLY", "READWRITE", "IMPORT"])
    kind, wide = st.sampled_from(["config", "mode"]), st.sampled_from(["", "?defaultToGlobal=true"])
    deletions, artifact_parts = (
        st.sampled_from(["", "?permanent=true"]),
        st.sampled_from(["", "/meta", "/versions", "/rules"]),
    )

    def schema(text: str, metadata: Any = None) -> dict[str, Any]:
        return {"schema": text, **({"metadata": metadata} if metadata else {})}

    def native(name: str, text: str) -> dict[str, Any]:
        return {"schema_type": "json", "publisher_id": "", "name": name, "specification": text}

    return st.one_of(
        built(
            "POST",
            lambda m, n, *_: f"{m}/subjects/{n}/versions",
            lambda m, n, t, d: schema(t, d),
            mount,
            name,
            text,
            metadata,
        ),
        built("POST", lambda *_: "/schemas", native, name, text),
        built("POST", lambda n, _: f"/subjects/{n}", lambda _, t: schema(t), name, text),
        built(
            "POST",
            lambda n, _: f"/compatibility/subjects/{n}/versions?verbose=true",
            lambda _, t: schema(t),
            name,
            text,
        ),
        built("GET", lambda m, n, v, p: f"{m}/subjects/{n}/versions/{v}{p}", None, mount, name, number, parts),
        built("GET", lambda n: f"/subjects/{n}/versions?deleted=true", None, name),
        built("DELETE", lambda n, p: f"/subjects/{n}{p}", None, name, deletions),
        built("DELETE", lambda n, v: f"/subjects/{n}/versions/{v}", None, name, number),
        built(
            "PUT",
            lambda n, _: f"/config/{n}",
            lambda _, c: {"compatibility": c},
            name,
            st.sampled_from(["NONE", "FULL"]),
        ),
        built("PUT", lambda n, _: f"/mode/{n}", lambda _, c: {"mode": c}, name, modes),
        built("GET", lambda k, n, q: f"/{k}/{n}{q}", None, kind, name, wide),
        built("DELETE", lambda k, n: f"/{k}/{n}", None, kind, name),
        built("POST", lambda n: f"/artifacts/{n}/versions", {"type": "string"}, name),
        built("GET", lambda n, p: f"/artifacts/{n}{p}", None, name, artifact_parts),
        built("DELETE", lambda n: f"/artifacts/{n}", None, name),
    )


LISTINGS: Final = [
    "/subjects", "/subjects?deleted=true&limit=2", "/subjects?subjectPrefix=:*:",
    "/confluent/schemas?deleted=true", "/confluent/schemas?limit=1&offset=1",
    "/confluent/schemas?aliases=true", "/schemas", "/schemas/all?limit=1", "/schemas/search?orderBy=name&limit=2", "/schemas/search?name=1",
    "/contexts",
    "/artifacts", "/search/artifacts",
]  # fmt: skip
KNOWN: Final = [
    "/schemas/<schema {}>", "/schemas/<schema {}>/versions/1", "/schemas/<schema {}>/versions/latest", "/schemas/ids/<content {}>",
    "/confluent/schemas/ids/<content {}>/subjects", "/schemas/ids/<content {}>/versions?deleted=true",
    "/schemas/ids/<content {}>?subject=b1",
    "/ids/<content {}>/meta",
]  # fmt: skip

own = _requests(["a1", "a2", ":.c:a1"])
foreign = _requests(["b1", "b2", ":.c:b1"])
listings = st.sampled_from(LISTINGS).map(lambda path: ("GET", path, None))
known = st.tuples(st.sampled_from(KNOWN), st.integers(0, 2)).map(lambda got: ("GET", got[0].format(got[1]), None))
hidden = st.sampled_from(
    [
        ("GET", "/schemas/<hidden>", None),
        ("DELETE", "/schemas/<hidden>/versions/1", None),
        ("PUT", "/schemas/<hidden>", {"specification": "x:int\nq:int?"}),
        ("POST", "/check/compatibility", {"schema_id": "<hidden>", "new_schema": "x:int"}),
        ("POST", "/schemas", {"name": "a1", "schema_type": "json", "specification": "r:int",
                              "references": [{"name": "n", "schema_id": "<hidden>", "version": "1"}]}),
        ("POST", "/subjects/a1/versions", {"schema": "r:int", "references": [{"name": "n", "subject": "b1", "version": 1}]}),
        ("PUT", "/config/a2", {"alias": "b1"}),
    ]
)  # fmt: skip
as_a = st.one_of(own, own, foreign, listings, known, hidden).map(lambda request: ("a", request))
as_b = foreign.map(lambda request: ("b", request))


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@example(
    [
        ("b", ("POST", "/subjects/b1/versions", {"schema": "x:int"})),
        ("a", ("POST", "/subjects/a1/versions", {"schema": "x:int"})),
        (
            "a",
            ("POST", "/schemas", {"schema_type": "json", "publisher_id": "", "name": "a1", "specification": "z:int"}),
        ),
    ]
)
@given(st.lists(st.one_of(as_a, as_b), min_size=4, max_size=25))
def test_a_team_cannot_tell_whether_another_team_exists(steps: list[tuple[str, Request]]) -> None:
    shared, alone = World(), World()
    for team, request in [*steps, *[("a", ("GET", path, None)) for path in LISTINGS]]:
        if team == "b":
            answer = shared.teams.ask("b", *request)
            if answer.is_json and isinstance(answer.json, dict) and "identification" in answer.json:
                shared.hidden = int(answer.json["identification"])
        else:
            assert shared.ask(request) == alone.ask(request), request
