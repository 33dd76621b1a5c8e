"""`sluicegate schema` over real connections."""

import socket
import threading
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from sluicegate.shared.console.schema import schema


class Quiet(WSGIRequestHandler):
    """A server that writes no log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@Request.application
def empty_registry(request: Request) -> Response:
    """Answers a listing that was asked for with a key; a path before it does not matter."""
    allowed = request.headers.get("X-API-Key") == "k1" and request.path.endswith("/schemas")
    return Response("[]" if allowed else '{"message": "no"}', 200 if allowed else 403, mimetype="application/json")


@pytest.fixture
def address() -> Iterator[str]:
    """A registry that listens on loopback."""
    server = make_server("127.0.0.1", 0, empty_registry, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def deaf() -> Iterator[str]:
    """Yield an unused address."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def test_loopback_is_asked_directly_whatever_proxy_the_environment_names(
    address: str, deaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, deaf)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    result = CliRunner().invoke(schema, ["list", "--registry", f"{address}/base", "--api-key", "k1"])
    assert (result.exit_code, result.output) == (0, "No schemas.\n")


def test_a_wrong_key_is_refused(address: str) -> None:
    result = CliRunner().invoke(schema, ["list", "--registry", address, "--api-key", "k2"])
    assert result.exit_code == 1
    assert "refuses access (403 FORBIDDEN): no. Check the API key." in result.stderr


def test_nobody_at_the_address(deaf: str) -> None:
    result = CliRunner().invoke(schema, ["delete", "1", "--yes", "--registry", deaf])
    assert result.exit_code == 3
    assert f"Cannot reach the registry at {deaf}: " in result.stderr
    assert "refused" in result.stderr
