"""A registry whose database does not answer, under requests: its log does not grow with them."""

import json

import httpx

from tests.fixtures.registry_process import Registry, Serve

REQUESTS = 30
REPEATS = 2
UNREACHABLE = "postgresql://nobody@127.0.0.1:1/none"


def events(registry: Registry) -> list[dict[str, object]]:
    """Return the lines of the log that are JSON."""
    lines = [line for line in registry.program.log.splitlines() if line.startswith("{")]
    return [json.loads(line) for line in lines]


def test_refusals_of_an_unreachable_database_are_counted(serve: Serve) -> None:
    registry = serve(UNREACHABLE, SLUICEGATE_REGISTRY_LOG_REPEATS=str(REPEATS), SLUICEGATE_REGISTRY_POOL__TIMEOUT="0.1")
    registry.up()
    answers = [httpx.get(f"{registry.url}/schemas/1", timeout=60).status_code for _ in range(REQUESTS)]
    registry.program.terminate()
    found = [event for event in events(registry) if event["event"] == "request refused"]
    counts = [event["count"] for event in events(registry) if event.get("of") == "request refused"]
    assert answers == [503] * REQUESTS
    assert found
    assert len(found) + sum(int(str(count)) for count in counts) == REQUESTS
    assert len(found) <= REPEATS * (1 + len(counts))
