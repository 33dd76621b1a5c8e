"""An application with callers of several roles, and short words for their requests."""

import json
from collections.abc import Callable
from typing import Any

from sluicegate.registry_api.core.access.grants import NOTHING_GRANTED
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.model import SchemaFormat
from tests.fakes.access import StaticAccess, cluster, prefixes
from tests.fakes.api_client import Answer
from tests.fakes.registry_service import Service, line_engine, settings


class Teams:
    """Teams `a` and `b` manage the subjects that begin with their letter; `ar` and `aw` read and write those of `a`."""

    def __init__(self, *, engine: Callable[[SchemaFormat], FormatEngine] = line_engine, **given: Any) -> None:
        access = StaticAccess(
            {
                "root": cluster(Role.MANAGER),
                "everywhere": cluster(Role.READER),
                "a": prefixes(Role.MANAGER, "a"),
                "ar": prefixes(Role.READER, "a"),
                "aw": prefixes(Role.WRITER, "a"),
                "b": prefixes(Role.MANAGER, "b"),
                "nothing": NOTHING_GRANTED,
            }
        )
        self.access = access
        self.service = Service(identity=access, settings=settings(**given), engine=engine)

    def ask(self, key: str | None, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return self.raw(key, method, path, None if body is None else json.dumps(body).encode(), **headers)

    def raw(self, key: str | None, method: str, path: str, body: bytes | None, **headers: str) -> Answer:
        given = {} if key is None else {"X-API-Key": key}
        content = {} if body is None else {"data": body, "content_type": "application/json"}
        return self.service.client.open(path, method=method, headers={**given, **headers}, **content)

    def get(self, key: str, path: str, **headers: str) -> Answer:
        return self.ask(key, "GET", path, **headers)

    def put(self, key: str, subject: str, text: str = "x:int", **fields: Any) -> Answer:
        return self.ask(key, "POST", f"/subjects/{subject}/versions", {"schema": text, **fields})

    def create(self, key: str, name: str, text: str = "x:int", **fields: Any) -> Answer:
        body = {"name": name, "schema_type": "json", "specification": text, **fields}
        return self.ask(key, "POST", "/schemas", body)
