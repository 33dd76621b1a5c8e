"""Listings of large schemas at a real server: complete over all links, with bounded memory."""

import base64
import json

import httpx

from tests.fixtures.listings import LISTINGS, MAX_RSS_BYTES, most_memory, pages, register_large
from tests.fixtures.registry_process import Serve

SCHEMAS, VERSIONS = 4, 3


def test_listings_of_large_schemas_are_complete_and_small_in_memory(serve: Serve, database_url: str) -> None:
    registry = serve(database_url)
    registry.program.ready()
    with httpx.Client(base_url=registry.url, timeout=60) as client:
        register_large(client, SCHEMAS, VERSIONS)
        everything = [(1, number) for number in range(1, VERSIONS + 1)] + [(each, 1) for each in range(2, SCHEMAS + 1)]
        assert _native(client, "/schemas") == everything
        assert _native(client, "/schemas/all?limit=2") == everything
        assert _native(client, "/schemas/search?name=large") == everything
        assert _confluent(client) == sorted((f"large {each - 1}", number) for each, number in everything)
    peak = most_memory(registry, clients=4, rounds=1, first_pages=3)
    assert peak < MAX_RSS_BYTES, f"{peak / 1e6:.0f} MB, asked for {LISTINGS}"


def _native(client: httpx.Client, address: str) -> list[tuple[int, int]]:
    return [
        (int(schema["schema_id"]), int(version["version"]))
        for page in pages(client, address)
        for schema in page.json()
        for version in schema["schemas"]
        if json.loads(base64.b64decode(version["specification"]))
    ]


def _confluent(client: httpx.Client) -> list[tuple[str, int]]:
    found = [each for page in pages(client, "/confluent/schemas") for each in page.json()]
    return [(each["subject"], each["version"]) for each in found]
