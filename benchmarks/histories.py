"""Long histories: versions of one subject, registered in a row, and checks against all of them."""

import http.client
import json
import statistics
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

_CHECKS: Final = 20
_JSON: Final = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class History:
    """A subject with many versions.

    `rate`: versions a second, in the last tenth of its registrations.
    """

    mode: str
    kind: str
    versions: int
    rate: float
    whole_rate: float
    compatible_ms: float
    incompatible_ms: float
    named: str


def filled(url: str, mode: str, kind: str, versions: int) -> History:
    """Register versions of a subject, then check a compatible one and one that does not fit."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    subject = f"{kind}-{mode}-{versions}"
    policy = (
        {"compatibilityPolicy": "LENIENT"} if kind == "JSON" else {}
    )  # STRICT allows no new property in an open object
    _ask(connection, "PUT", f"/config/{subject}", {"compatibility": mode, **policy})
    marks = [time.perf_counter()]
    for number in range(versions):
        _ask(connection, "POST", f"/subjects/{subject}/versions", _body(kind, number))
        marks.append(time.perf_counter())
    tenth = max(versions // 10, 1)
    path = f"/compatibility/subjects/{subject}/versions?verbose=true"
    compatible = [_timed(connection, path, _body(kind, versions + at)) for at in range(_CHECKS)]
    assert all(answer["is_compatible"] for _, answer in compatible)
    place = versions // 2 if "TRANSITIVE" in mode else versions - 1
    spent, refused = _timed(connection, path, _odd(kind, place))
    assert not refused["is_compatible"]
    named = next(message for message in refused["messages"] if "oldSchemaVersion" in message)
    connection.close()
    return History(
        mode,
        kind,
        versions,
        tenth / (marks[-1] - marks[-1 - tenth]),
        versions / (marks[-1] - marks[0]),
        statistics.median(took for took, _ in compatible),
        spent,
        named,
    )


def _timed(connection: http.client.HTTPConnection, path: str, body: dict[str, str]) -> tuple[float, Any]:
    started = time.perf_counter()
    answer = _ask(connection, "POST", path, body)
    return (time.perf_counter() - started) * 1000, answer


def _ask(connection: http.client.HTTPConnection, method: str, path: str, body: dict[str, str]) -> Any:
    connection.request(method, path, json.dumps(body), _JSON)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == http.HTTPStatus.OK, text
    return json.loads(text)


def _body(kind: str, number: int) -> dict[str, str]:
    """A version with one optional field of its own among fields that all versions have."""
    return _schema(kind, f"own_{number}", "string")


def _odd(kind: str, number: int) -> dict[str, str]:
    """A version whose field is of another type in one other version."""
    return _schema(kind, f"own_{number}", "boolean")


def _schema(kind: str, name: str, type_name: str) -> dict[str, str]:
    if kind == "AVRO":
        default: object = "" if type_name == "string" else False
        fields: list[dict[str, object]] = [{"name": f"f{n}", "type": "string"} for n in range(6)]
        record = {
            "type": "record",
            "name": "R",
            "fields": [*fields, {"name": name, "type": type_name, "default": default}],
        }
        return {"schema": json.dumps(record)}
    properties = {**{f"f{n}": {"type": "string"} for n in range(6)}, name: {"type": type_name}}
    return {"schemaType": "JSON", "schema": json.dumps({"type": "object", "properties": properties})}
