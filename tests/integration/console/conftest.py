"""A registry in Postgres as the target of imports."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs
from werkzeug.test import EnvironBuilder, run_wsgi_app

from sluicegate.registry_api.app import compose, open_store
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.shared.formats import catalog
from tests.fakes.registry_service import settings


class Wsgi(httpx.BaseTransport):
    """Hands requests to an application as servers do: the path is decoded, in Latin-1 (PEP 3333).

    `httpx.WSGITransport` decodes it as UTF-8.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raw = request.url.raw_path.decode()
        environ = EnvironBuilder(
            method=request.method, base_url=f"http://{request.url.host}", headers=list(request.headers.items()),
            data=request.read(),
        ).get_environ()  # fmt: skip
        path, _, query = raw.partition("?")
        environ |= {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query, "RAW_URI": raw}
        body, status, headers = run_wsgi_app(self._application, environ, buffered=True)
        return httpx.Response(int(status.split()[0]), headers=list(headers), content=b"".join(body))


class Lasting(httpx.BaseTransport):
    """A transport that clients do not close."""

    def __init__(self, within: httpx.BaseTransport) -> None:
        self._within = within

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._within.handle_request(request)

    def close(self) -> None:
        pass


@pytest.fixture
def target(database_url: str) -> Iterator[Wsgi]:
    """A registry in Postgres."""
    with capture_logs():
        application = compose(
            settings(), open_store(settings(database_url=SecretStr(database_url))), EngineExaminer(catalog.engine)
        )
        yield Wsgi(application)
        application.close()


@pytest.fixture
def there(target: Wsgi) -> Callable[[str], Any]:
    """Return the function that reads the target's answers."""
    client = httpx.Client(transport=target, base_url="http://target")
    return lambda path: client.get(path).json()
