"""Content encodings: request bodies that are compressed, and answers for clients that ask for it."""

import gzip
import json
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from werkzeug.test import Client, TestResponse

from sluicegate.registry_api.app import StorePorts, compose
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.encodings import MIN_COMPRESSED_BYTES, ContentEncodings
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.shared.formats import catalog
from tests.fakes.registry_service import settings

BODY = {"name": "people", "schema_type": "json", "specification": json.dumps({"type": "object", "title": "x" * 5000})}
DATA = json.dumps(BODY).encode()


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of a registry in memory."""
    store = MemoryStore()
    ports = StorePorts(store, store, MemoryFeed(store), lambda: None)
    application = compose(settings(), ports, EngineExaminer(catalog.engine))
    with capture_logs():
        yield Client(application)
    application.close()


def post(client: Client, data: bytes, coding: str) -> TestResponse:
    headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
    return client.post("/schemas", data=data, headers=headers)


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", gzip.compress(DATA)),
        ("x-gzip", gzip.compress(DATA)),
        ("GZIP", gzip.compress(DATA)),
        ("deflate", zlib.compress(DATA)),
        ("identity", DATA),
        ("", DATA),
    ],
    ids=["gzip", "x-gzip", "GZIP", "deflate", "identity", "none"],
)
def test_encoded_body_is_read(client: Client, coding: str, data: bytes) -> None:
    assert post(client, data, coding).status_code == 201
    assert client.get("/schemas/1/versions/1/spec").text == BODY["specification"]


@pytest.mark.parametrize(
    "data",
    [b"", b"no gzip", gzip.compress(DATA)[:-9], gzip.compress(DATA)[:40]],
    ids=["nothing", "no gzip", "without its end", "its beginning"],
)
def test_broken_encoding_is_refused(client: Client, data: bytes) -> None:
    answer = post(client, data, "gzip")
    assert answer.status_code == 400
    assert "decompressed" in answer.get_json()["message"]


def test_unknown_encoding_is_refused(client: Client) -> None:
    for coding in ("br", "gzip, gzip", "x" * 500):
        assert post(client, DATA, coding).status_code == 415


@pytest.mark.slow
def test_decompressed_body_has_the_limit_of_bodies(client: Client) -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join([bomb.compress(b" " * 1_000_000) for _ in range(300)]) + bomb.flush()
    assert len(packed) < 400_000
    assert post(client, packed, "gzip").status_code == 413


@pytest.mark.parametrize(
    "asked", ["gzip", "gzip, deflate, br", "br;q=1, gzip;q=0.5", "GZIP", "x-gzip", "*", "br, *;q=0.1"]
)
def test_answer_is_compressed_when_asked(client: Client, asked: str) -> None:
    post(client, DATA, "")
    for _ in range(2):  # the second one from the cache
        answer = client.get("/schemas/1/versions/1/spec", headers={"Accept-Encoding": asked})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.content_length == len(answer.data) < len(DATA)
        assert gzip.decompress(answer.data).decode() == BODY["specification"]


@pytest.mark.parametrize(
    "asked", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0, br", "agzip", "*;q=0", "gzip;q=0, *"]
)
def test_answer_is_plain_when_gzip_is_not_asked_for(client: Client, asked: str) -> None:
    post(client, DATA, "")
    answer = client.get("/schemas/1/versions/1/spec", headers={"Accept-Encoding": asked})
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.text == BODY["specification"]
    unchanged = {"Accept-Encoding": asked, "If-None-Match": answer.headers["ETag"]}
    assert client.get("/schemas/1/versions/1/spec", headers=unchanged).headers["Vary"] == "Accept-Encoding"


def test_small_answer_stays_plain(client: Client) -> None:
    answer = client.get("/health", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) < MIN_COMPRESSED_BYTES
    assert "Content-Encoding" not in answer.headers


def test_tag_of_a_compressed_answer_still_finds_it_unchanged(client: Client) -> None:
    post(client, DATA, "")
    asked = {"Accept-Encoding": "gzip"}
    first = client.get("/schemas/1/versions/1/spec", headers=asked)
    again = client.get("/schemas/1/versions/1/spec", headers={**asked, "If-None-Match": first.headers["ETag"]})
    assert first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.data) == (304, b"")


@given(st.lists(st.binary(max_size=3000)))
def test_streamed_answer_arrives_whole(chunks: list[bytes]) -> None:
    def streaming(_: object, start_response: object) -> object:
        start_response("200 OK", [("Content-Type", "application/json")])  # type: ignore[operator]
        return iter(chunks)

    answer = Client(ContentEncodings(streaming)).get("/", headers={"Accept-Encoding": "gzip"})  # type: ignore[arg-type]
    assert gzip.decompress(answer.data) == b"".join(chunks)
