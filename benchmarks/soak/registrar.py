"""Schemas that change over time: a new version every few seconds, and now and then a new schema."""

import json

import httpx

from benchmarks import persons
from benchmarks.soak.traffic import Named

_VERSIONS = 20
"""Of a schema, before there is a new one."""


class Registrar:
    """Registers equivalent versions for the soak's messages, which compile to different programs."""

    def __init__(self, client: httpx.Client) -> None:
        """Over the native API."""
        self._client = client
        self._latest: Named | None = None
        self.count = 0

    def register(self) -> Named:
        """One more."""
        specification = json.dumps(_schema(self.count))
        if self._latest is None or self.count % _VERSIONS == 0:
            name = f"person-{self.count}"
            body = {"name": name, "schema_type": "json", "specification": specification}
            answer = self._client.post("/schemas", json=body)
        else:
            answer = self._client.put(f"/schemas/{self._latest.schema_id}", json={"specification": specification})
        found = answer.raise_for_status().json()
        self._latest = Named(int(found["identification"]), int(found["version"]))
        self.count += 1
        return self._latest


def _schema(number: int) -> dict[str, object]:
    """Return a schema that accepts all messages of the last one, and emails one character longer."""
    properties = persons.SCHEMA["properties"]
    assert isinstance(properties, dict)
    own = {
        "id": {"type": "string", "pattern": "^[0-9]{13}$"},
        "email": {"type": "string", "maxLength": 120 + number},
    }
    return {**persons.SCHEMA, "properties": properties | own}
