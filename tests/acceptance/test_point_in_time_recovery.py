"""The steps of docs/how-to/back-up.md: base backup, archived log, return to a point in time."""

import httpx
import psycopg
import pytest

from tests.fixtures.postgres_node import Nodes
from tests.fixtures.programs import until
from tests.fixtures.registry_process import Serve

pytestmark = pytest.mark.acceptance


def register(url: str, subject: str) -> None:
    """Register a first version."""
    body = {"schemaType": "JSON", "schema": f'{{"const": "{subject}"}}'}
    httpx.post(f"{url}/subjects/{subject}/versions", json=body).raise_for_status()


def test_registry_returns_to_the_moment_before_a_mistake(postgres_nodes: Nodes, serve: Serve) -> None:
    archive = postgres_nodes.folder / "archive"
    archive.mkdir()
    archive.chmod(0o777)
    primary = postgres_nodes.make("primary").initialize(
        "archive_mode = on", f"archive_command = 'cp %p {archive}/%f.part && mv {archive}/%f.part {archive}/%f'"
    )
    primary.start()
    registry = serve(primary.url, "--migrate")
    registry.program.ready()
    register(registry.url, "before-the-backup")
    recovered = postgres_nodes.make("recovered").clone(primary)
    register(registry.url, "after-the-backup")
    with psycopg.connect(primary.url, autocommit=True) as connection:
        moment = connection.execute("select clock_timestamp()::text").fetchone()
        httpx.delete(f"{registry.url}/subjects/after-the-backup").raise_for_status()
        segment = connection.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
    assert moment is not None
    assert segment is not None
    until((archive / segment[0]).exists, "log archived")
    primary.kill()

    recovered.configure(
        f"restore_command = 'cp {archive}/%f %p'",
        f"recovery_target_time = '{moment[0]}'",
        "recovery_target_action = 'promote'",
        "archive_mode = off",
    )
    (recovered.data / "recovery.signal").touch()
    recovered.start()
    after = serve(recovered.url)
    after.program.ready()
    assert httpx.get(f"{after.url}/subjects").json() == ["after-the-backup", "before-the-backup"]
    register(after.url, "next")
    assert httpx.get(f"{after.url}/subjects/next/versions/1").json()["id"] == 3
