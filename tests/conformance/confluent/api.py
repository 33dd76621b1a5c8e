"""A client of Confluent's API with short method names for tests."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.fakes.api_client import ApiClient

V1 = "application/vnd.schemaregistry.v1+json"
Json = Any


def record(*fields: str, name: str = "R", tagged: Sequence[str] = (), **more: Any) -> str:
    """An Avro record: `a` is a string, `b=x` one with a default, `c:int` an int."""
    if tagged:
        more["confluent:tags"] = list(tagged)
    return json.dumps(
        {"type": "record", "name": name, "fields": [_field(each) for each in fields], **more}, separators=(",", ":")
    )


def _field(text: str) -> dict[str, Any]:
    head, has_default, default = text.partition("=")
    name, _, kind = head.partition(":")
    return {"name": name, "type": kind or "string"} | ({"default": default} if has_default else {})


A = record("a")
AB = record("a", "b=x")
ABC = record("a", "b=x", "c=y")
A_AND_MORE = record("a", "b")
"""Not backward compatible with `A`."""


@dataclass(frozen=True)
class Answer:
    """The answer to a request."""

    status: int
    body: Json
    media: str
    text: str
    headers: dict[str, str]

    @property
    def code(self) -> int | None:
        """The code of a refusal; None when it is none."""
        return self.body.get("error_code") if isinstance(self.body, dict) and self.status >= 400 else None

    @property
    def message(self) -> str:
        """The sentence of a refusal."""
        assert set(self.body) == {"error_code", "message"}, self.body
        assert self.media == V1
        message: str = self.body["message"]
        return message

    def ok(self) -> Json:
        """The body of an answer that is none of refusal."""
        assert self.status in {200, 204}, (self.status, self.text)
        return self.body

    def refused(self, status: int, code: int, message: str | None = None) -> None:
        """It is just this refusal."""
        assert (self.status, self.code) == (status, code), self.text
        assert message in (None, self.message)


class Api:
    """One registry, below one prefix, in one profile."""

    def __init__(self, client: ApiClient, prefix: str, profile: int) -> None:
        self.client = client
        self.prefix = prefix
        self.profile = profile

    def ask(
        self,
        method: str,
        path: str,
        body: Json = None,
        headers: dict[str, str] | None = None,
        data: bytes | None = None,
        content_type: str | None = V1,
        **query: Any,
    ) -> Answer:
        """One request, as Confluent's clients send it."""
        sent = data if body is None else json.dumps(body).encode()
        bare, _, said = path.partition("?")
        said = "&".join(filter(None, (said, urlencode({name: str(value) for name, value in query.items()}))))
        response = self.client.open(
            self.prefix + bare,
            method=method,
            data=sent,
            content_type=content_type if sent is not None else None,
            headers=headers or {},
            query_string=said,  # booleans as Python's own clients write them
        )
        text = response.get_data(as_text=True)
        media = response.headers.get("Content-Type", "")
        return Answer(response.status_code, _read(text), media, text, dict(response.headers))

    def get(self, path: str, **more: Any) -> Answer:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Json = None, **more: Any) -> Answer:
        return self.ask("POST", path, body, **more)

    def put(self, path: str, body: Json = None, **more: Any) -> Answer:
        return self.ask("PUT", path, body, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        return self.ask("DELETE", path, **more)

    def register(self, subject: str, schema: str = A, **fields: Any) -> Answer:
        return self.post(f"/subjects/{quote(subject, safe='')}/versions", {"schema": schema, **fields})

    def registered(self, subject: str, *schemas: str, **fields: Any) -> int:
        """The id of the last of some schemas, registered one after another."""
        found = [self.register(subject, schema, **fields).ok()["id"] for schema in schemas or (A,)]
        last: int = found[-1]
        return last

    def level(self, level: str, subject: str = "") -> None:
        self.put(f"/config/{subject}".rstrip("/"), {"compatibility": level}).ok()

    def mode(self, mode: str | None, subject: str = "", **query: Any) -> None:
        self.put(f"/mode/{subject}".rstrip("/"), {"mode": mode}, **query).ok()


def _read(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return None
