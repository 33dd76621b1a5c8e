"""`sluicegate registry backup` and `restore`, with real registries."""

import json
import threading
import zipfile
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.fixtures.programs import run
from tests.fixtures.registry_process import Registry, Serve

pytestmark = pytest.mark.acceptance

TEXTS = {
    "JSON": '{"type": "object", "properties": {"a": {"type": "integer"}}}',
    "AVRO": '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]}',
    "PROTOBUF": 'syntax = "proto3"; message M { int32 a = 1; }',
}
READS = (
    "/subjects", "/subjects?deleted=true", "/schemas", "/schemas/all", "/config", "/mode", "/config/AVRO", "/contexts",
    "/schemas/ids/1", "/schemas/ids/2", "/schemas/ids/3", "/subjects/JSON/versions/2", "/subjects/AVRO/versions/1",
    "/subjects/JSON/versions/2/referencedby", "/confluent/schemas",
)  # fmt: skip


def fill(url: str) -> None:
    """Versions, settings, a soft deletion and a deletion for good."""
    with httpx.Client(base_url=url) as client:
        for kind, text in TEXTS.items():
            register(client, kind, {"schemaType": kind, "schema": text})
        register(client, "JSON", {"schemaType": "JSON", "schema": '{"type": "object", "title": "\\u00e9\\\\t"}'})
        register(client, "gone", {"schemaType": "JSON", "schema": '{"type": "string"}'})
        client.delete("/subjects/gone").raise_for_status()
        client.delete("/subjects/gone?permanent=true").raise_for_status()
        client.delete("/subjects/PROTOBUF").raise_for_status()
        client.put("/config/AVRO", json={"compatibility": "FULL"}).raise_for_status()
        body = {"name": "native", "schema_type": "csv", "specification": "version 1.0\na: notEmpty\n"}
        body |= {"description": "", "compatibility_mode": "none", "validity_mode": "full", "publisher_id": "p"}
        client.post("/schemas", json=body).raise_for_status()


def register(client: httpx.Client, subject: str, body: dict[str, str]) -> int:
    """Register a version, and return its id."""
    answer = client.post(f"/subjects/{subject}/versions", json=body)
    answer.raise_for_status()
    identifier: int = answer.json()["id"]
    return identifier


def answers(url: str) -> dict[str, tuple[int, Any]]:
    """The status and the body of each read."""
    with httpx.Client(base_url=url) as client:
        return {path: (answer.status_code, answer.json()) for path in READS for answer in [client.get(path)]}


def command(verb: str, url: str, file: Path) -> tuple[int, str]:
    """Run the command. Returns its exit code and all its output."""
    done = run(("registry", verb, str(file)), {"SLUICEGATE_REGISTRY_DATABASE_URL": url})
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def registry(database_url: str, serve: Serve) -> Registry:
    """A registry with some of everything."""
    started = serve(database_url)
    started.program.ready()
    fill(started.url)
    return started


def test_restored_registry_gives_the_same_answers_and_goes_on_with_the_next_ids(
    registry: Registry, database_url: str, empty_database_url: str, serve: Serve, tmp_path: Path
) -> None:
    file = tmp_path / "registry.backup"
    code, output = command("backup", database_url, file)
    assert code == 0, output
    code, output = command("restore", empty_database_url, file)
    assert code == 0, output
    restored = serve(empty_database_url)
    restored.program.ready()
    assert answers(restored.url) == answers(registry.url)
    assert (
        httpx.get(f"{restored.url}/health").headers["Sluicegate-Registry"]
        == httpx.get(f"{registry.url}/health").headers["Sluicegate-Registry"]
    )
    body = {"schemaType": "JSON", "schema": '{"type": "array"}'}
    with httpx.Client(base_url=restored.url) as new, httpx.Client(base_url=registry.url) as old:
        assert register(new, "next", body) == register(old, "next", body)
        assert new.get("/subjects/next/versions").json() == [1]


def test_backup_under_load_is_of_one_moment(
    registry: Registry, database_url: str, empty_database_url: str, serve: Serve, tmp_path: Path
) -> None:
    stop = threading.Event()
    acknowledged: list[int] = []

    def write() -> None:
        with httpx.Client(base_url=registry.url) as client:
            for number in range(10_000):
                if stop.is_set():
                    return
                register(client, f"load-{number}", {"schemaType": "JSON", "schema": json.dumps({"const": number})})
                acknowledged.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        before = len(acknowledged)
        assert command("backup", database_url, tmp_path / "backup")[0] == 0
        after = len(acknowledged) + 1
    finally:
        stop.set()
        writer.join()
    assert command("restore", empty_database_url, tmp_path / "backup")[0] == 0
    restored = serve(empty_database_url)
    restored.program.ready()
    subjects = httpx.get(f"{restored.url}/subjects?subjectPrefix=load-").json()
    assert before <= len(subjects) <= after
    assert set(subjects) == {f"load-{number}" for number in range(len(subjects))}


def test_restore_refuses_a_database_with_schemas(registry: Registry, database_url: str, tmp_path: Path) -> None:
    assert command("backup", database_url, tmp_path / "backup")[0] == 0
    before = answers(registry.url)
    code, output = command("restore", database_url, tmp_path / "backup")
    assert code != 0
    assert "The database holds schemas: restore into a new database" in output
    assert answers(registry.url) == before


def test_damaged_files_are_refused_and_leave_the_database_empty(
    registry: Registry, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    assert command("backup", database_url, file)[0] == 0
    damaged = tmp_path / "damaged"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b"integer", b"INTEGER") if name.endswith("content.copy") else data)
    for bad, words in ((damaged, "the file is damaged"), (tmp_path / "none", "does not exist")):
        code, output = command("restore", empty_database_url, bad)
        assert code != 0
        assert words in output
        assert "Traceback" not in output
    cut = tmp_path / "cut"
    cut.write_bytes(file.read_bytes()[:-200])
    code, output = command("restore", empty_database_url, cut)
    assert code != 0
    assert "damaged or no backup" in output
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("select count(*) from sluicegate.schema").fetchone() == (0,)
    code, output = command("restore", empty_database_url, file)
    assert code == 0, output


def test_backup_keeps_a_file_that_is_there(registry: Registry, database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("precious")
    code, output = command("backup", database_url, file)
    assert code != 0
    assert "exists: give another name" in output
    assert file.read_text() == "precious"
    assert list(tmp_path.glob("*.partial")) == []


def test_a_backup_of_a_newer_release_is_refused(
    registry: Registry, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    file, newer = tmp_path / "backup", tmp_path / "newer"
    assert command("backup", database_url, file)[0] == 0
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(newer, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                manifest["migrations"]["9999_pre_future"] = "0"
                data = json.dumps(manifest).encode()
            target.writestr(name, data)
    code, output = command("restore", empty_database_url, newer)
    assert code != 0
    assert "9999_pre_future, which this release does not know: use the release that made it" in output
