"""A bundle on a real registry: its documents are judged within the limits of trial processes."""

from pathlib import Path

import httpx
import pytest

from tests.fixtures.registry_process import Serve
from tests.fixtures.ubl import bundle, ubl

SECONDS = 300


@pytest.mark.timeout(2 * SECONDS)
def test_ubl_invoice_registers_within_the_usual_limits(serve: Serve, database_url: str, ubl_jars: Path) -> None:
    registry = serve(database_url)
    registry.program.ready()
    found = ubl(ubl_jars, "2.4")
    body = bundle(found, found.main("Invoice"))
    answer = httpx.post(f"{registry.url}/schemas/bundle", json=body, timeout=SECONDS)
    assert answer.status_code == 201, answer.text
    assert answer.json()["message"] == f"{len(body['documents'])} of {len(body['documents'])} documents registered"
