"""Every listing of both APIs, many large schemas, many clients: bounded memory."""

import httpx
import pytest

from tests.fixtures.listings import MAX_RSS_BYTES, most_memory, register_large
from tests.fixtures.registry_process import Serve

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]


def test_listings_of_thirty_large_schemas_take_limited_memory(serve: Serve, database_url: str) -> None:
    registry = serve(database_url)
    registry.program.ready()
    with httpx.Client(base_url=registry.url, timeout=60) as client:
        register_large(client, schemas=30, versions=4)
    peak = most_memory(registry, clients=4, rounds=2, first_pages=3)
    print(f"most memory of a process: {peak / 1e6:.0f} MB")
    assert peak < MAX_RSS_BYTES, f"{peak / 1e6:.0f} MB"
