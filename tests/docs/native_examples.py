"""The requests in docs/reference/native-api.md, and their replay against a registry in one process."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sluicegate.shared.formats import catalog
from tests.fakes.registry_service import Service

_REQUEST = re.compile(r"^```http\n(?P<method>[A-Z]+) (?P<path>\S+)\n(?P<rest>.*?)^```$", re.MULTILINE | re.DOTALL)
_ANSWER = re.compile(r"^`(?P<status>\d+)`\n\n```(?:json|text)\n(?P<body>.*?)\n```$", re.MULTILINE | re.DOTALL)
_TIME = "2026-01-31T12:00:00Z"


@dataclass(frozen=True)
class Request:
    """One request of the page."""

    method: str
    path: str
    body: object


@dataclass(frozen=True)
class Shown:
    """A status and a body as the page shows them."""

    status: int
    body: str


def requests(page: str) -> Iterator[Request]:
    """Yield the requests of the page in order."""
    for match in _REQUEST.finditer(page):
        _, _, body = match["rest"].partition("\n\n")
        yield Request(match["method"], match["path"], json.loads(body) if body.strip() else None)


def shown(page: str) -> list[Shown]:
    """Return the answers that the page shows."""
    return [Shown(int(match["status"]), match["body"]) for match in _ANSWER.finditer(page)]


def replay(page: str) -> list[Shown]:
    """Send the requests of the page in order, and return the answers."""
    client = Service(engine=catalog.engine).client
    answers: list[Shown] = []
    for each in requests(page):
        answer = client.open(each.path, method=each.method, json=each.body)
        body = answer.data.decode()
        answers.append(Shown(answer.status_code, body if each.path.endswith("/spec") else _readable(body)))
    return answers


def _readable(body: str) -> str:
    """Lay JSON out for people, with one fixed time."""
    text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    return re.sub(r'("created_at": )"[^"]+"', rf'\1"{_TIME}"', text)
