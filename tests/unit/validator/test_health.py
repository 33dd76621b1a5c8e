"""The worker's own HTTP server."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from sluicegate.validator.telemetry.health import HealthFailed, HealthServer, Probes


class State:
    """Answers of the probes."""

    alive = True
    parts: dict[str, bool]

    def __init__(self) -> None:
        self.parts = {"source": True, "registry": True}


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def url(state: State) -> Iterator[str]:
    probes = Probes(lambda: state.alive, lambda: state.parts, lambda: b"metric 1\n")
    with HealthServer(probes, "127.0.0.1", 0) as server:
        yield f"http://{server.address}"


def test_health_says_whether_the_loop_moves(url: str, state: State) -> None:
    assert httpx.get(f"{url}/health").status_code == 200
    state.alive = False
    assert httpx.get(f"{url}/health").status_code == 503


def test_ready_names_the_part_that_is_not(url: str, state: State) -> None:
    assert httpx.get(f"{url}/ready/").json() == {"status": "ok", "parts": {"source": True, "registry": True}}
    state.parts["registry"] = False

    answer = httpx.get(f"{url}/ready")

    assert answer.status_code == 503
    assert answer.json() == {"status": "failing", "parts": {"source": True, "registry": False}}


def test_metrics_are_served(url: str) -> None:
    answer = httpx.get(f"{url}/metrics")

    assert (answer.text, answer.headers["content-type"]) == ("metric 1\n", "text/plain; version=0.0.4; charset=utf-8")


def test_other_paths_are_not_found(url: str) -> None:
    assert httpx.get(f"{url}/else").status_code == 404


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HealthFailed, match=str(port)):
            HealthServer(Probes(lambda: True, dict, bytes), "127.0.0.1", port)
