"""Pages for browsers, and requests of pages of other origins."""

import hashlib
import re
from importlib import resources
from typing import Final

import pytest

from tests.fakes.registry_service import Service, settings

BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ASSETS: Final = {
    "swagger-ui-bundle.js": "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
    "swagger-ui.css": "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
}


@pytest.mark.parametrize("accept", [BROWSER, "text/html"])
def test_browser_gets_a_page_at_the_root(service: Service, accept: str) -> None:
    answer = service.client.get("/", headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    assert 'href="docs"' in answer.text
    steps = answer.text.partition("<pre>")[2]
    assert steps.index("SLUICEGATE_API_KEY_FILE") < steps.index("schema register")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/vnd.schemaregistry.v1+json"])
def test_clients_get_an_empty_object_at_the_root(service: Service, accept: str) -> None:
    answer = service.client.get("/", headers={"Accept": accept})
    assert (answer.status_code, answer.json) == (200, {})


@pytest.mark.parametrize("page", ["/", "/docs"])
def test_pages_use_only_their_own_files(service: Service, page: str) -> None:
    answer = service.client.get(page, headers={"Accept": BROWSER})
    assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text
    links = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert links
    for link in links:
        assert "://" not in link
        if link != "schemas":  # the store of this test has no pages
            assert service.client.get(f"/{link}").status_code == 200, link


def test_files_have_their_media_types(service: Service) -> None:
    for name, media in (("swagger-ui.js", "text/javascript"), ("page.css", "text/css"), ("favicon.png", "image/png")):
        assert service.client.get(f"/docs/{name}").content_type.partition(";")[0] == media
    assert service.client.get("/docs/absent.js").status_code == 404


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_shipped_files_are_those_of_the_recorded_release(name: str) -> None:
    file = resources.files("sluicegate.registry_api.facades.ops") / "assets" / name
    assert hashlib.sha256(file.read_bytes()).hexdigest() == ASSETS[name]


def cross(*origins: str) -> Service:
    return Service(settings=settings(cors_origins=origins))


def test_allowed_origin_may_ask_with_its_own_headers() -> None:
    service = cross("https://portal.example.com")
    asked = {
        "Origin": "https://portal.example.com",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "x-api-key,content-type",
    }
    answer = service.client.open("/schemas/1", method="OPTIONS", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://portal.example.com"
    assert answer.headers["Access-Control-Allow-Headers"] == "x-api-key,content-type"
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_answers_name_the_allowed_origin_also_from_memory() -> None:
    service = cross("*")
    service.register()
    for _ in range(2):
        answer = service.client.get("/schemas/1/versions/1", headers={"Origin": "http://page"})
        assert answer.headers["Access-Control-Allow-Origin"] == "http://page"
        assert "Origin" in answer.headers.get_all("Vary")
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("origins", [(), ("https://portal.example.com",)])
def test_other_origins_get_no_header(origins: tuple[str, ...]) -> None:
    answer = cross(*origins).client.get("/health", headers={"Origin": "https://evil.example.com"})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
