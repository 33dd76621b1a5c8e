"""`sluicegate registry import` from a Dataphos database and from Apicurio exports."""

import base64
import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from click.testing import CliRunner, Result

from sluicegate.registry_api.cli import registry
from sluicegate.shared.console.command import Surroundings
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.transfer import apicurio, archive
from tests.fakes.clock import FakeClock
from tests.integration.console.conftest import Lasting

AGE = '{"type":"object","properties":{"age":{"type":"integer"}}}'
WIDER = '{"type":"object","properties":{"age":{"type":"integer"},"name":{"type":"string"}}}'
PERSON = '{"type":"record","name":"person","fields":[{"name":"a","type":"string"}]}'
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
PROTO = 'syntax = "proto3";\nmessage Order {\n  string id = 1;\n}\n'

TABLES = """
    create schema syntio_schema;
    create table syntio_schema.schema (
        schema_id bigserial primary key, schema_type varchar(8), name varchar(256), description text, last_created varchar(8),
        publisher_id varchar(256), compatibility_mode varchar(256), validity_mode varchar(256)
    );
    create table syntio_schema.version_details (
        version_id bigserial primary key, version smallint, schema_id bigint references syntio_schema.schema,
        description text, specification text, schema_hash varchar(256), created_at timestamptz,
        version_deactivated boolean, attributes text
    );
    create index idver_idx on syntio_schema.version_details (version, schema_id);
"""


@pytest.fixture
def run(target: httpx.BaseTransport) -> Callable[..., Result]:
    """Import into it."""

    def run(*args: object) -> Result:
        words = ["import", "--from", *map(str, args), "--registry", "http://target"]
        around = Surroundings(Lasting(target), FakeClock())
        return CliRunner().invoke(registry, words, obj=around, catch_exceptions=False)

    return run


class Dataphos:
    """A database of Dataphos."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._execute(TABLES)

    def schema(self, name: str, kind: str = "json", compatibility: str = "BACKWARD", validity: str = "FULL") -> int:
        """Its id."""
        statement = """
            insert into syntio_schema.schema (schema_type, name, description, last_created, publisher_id, compatibility_mode, validity_mode)
            values (%s, %s, '', '1', '', %s, %s) returning schema_id"""
        return self._execute(statement, kind, name, compatibility, validity)

    def version(self, schema_id: int, number: int, text: str, *, deactivated: bool = False, plain: bool = False) -> int:
        """Its id."""
        statement = """
            insert into syntio_schema.version_details (version, schema_id, description, specification, created_at, version_deactivated)
            values (%s, %s, '', %s, now(), %s) returning version_id"""
        specification = text if plain else base64.b64encode(text.encode()).decode()
        return self._execute(statement, number, schema_id, specification, deactivated)

    def describe(self, schema_id: int) -> None:
        """Describe it."""
        self._execute("update syntio_schema.schema set description = 'of people' where schema_id = %s", schema_id)

    def skip_id(self) -> None:
        """As a registration that failed does."""
        self._execute("select nextval('syntio_schema.schema_schema_id_seq')")

    def _execute(self, statement: Any, *values: object) -> int:
        with psycopg.connect(self.url) as connection:
            cursor = connection.execute(statement, values or None)
            return int(cursor.fetchone()[0]) if cursor.description else 0  # type: ignore[index]


@pytest.fixture
def dataphos(empty_database_url: str) -> Dataphos:
    """An empty one."""
    return Dataphos(empty_database_url)


def test_a_database_of_dataphos_is_imported_with_ids_numbers_and_modes(
    dataphos: Dataphos, run: Callable[..., Result], there: Callable[[str], Any]
) -> None:
    people = dataphos.schema("people", compatibility="full_transitive")
    orders = dataphos.schema("an order", "avro", compatibility="none")
    dataphos.version(people, 1, AGE, deactivated=True)
    dataphos.version(orders, 2, PERSON)  # number 1 was activated again, as 2
    latest = dataphos.version(people, 3, WIDER)
    again = dataphos.schema("people", "protobuf")
    dataphos.version(again, 1, PROTO, plain=True)
    gone = dataphos.schema("gone", compatibility="FORWARD")
    dataphos.version(gone, 1, AGE, deactivated=True)
    first = run(dataphos.url)
    assert (first.exit_code, "Not kept" in first.output) == (0, False), first.output
    assert "Nothing to do." in first.output
    body = there(f"/schemas/{people}/versions/all")
    assert (body["name"], body["compatibility_mode"]) == ("people", "FULL_TRANSITIVE")
    assert [(each["version"], each["version_deactivated"]) for each in body["schemas"]] == [("1", True), ("3", False)]
    assert base64.b64decode(body["schemas"][1]["specification"]).decode() == WIDER
    assert there(f"/schemas/{orders}/versions/all")["compatibility_mode"] == "NONE"
    assert there("/subjects/an%20order/versions") == [2]
    assert there(f"/subjects/people.{again}/versions/1")["schema"] == PROTO
    assert there(f"/confluent/schemas/ids/{latest}")["schema"] == WIDER
    assert there(f"/schemas/{gone}/versions/all")["compatibility_mode"] == "FORWARD"
    assert there("/subjects") == ["an order", "people", f"people.{again}"]
    assert run(dataphos.url).output == "0 steps done.\nNothing to do.\n"


def test_what_dataphos_has_and_cannot_be_kept_is_said(dataphos: Dataphos, run: Callable[..., Result]) -> None:
    dataphos.skip_id()
    people = dataphos.schema("people", validity="syntax-only")
    dataphos.version(people, 1, AGE)
    dataphos.version(people, 1, WIDER)
    dataphos.describe(people)
    dataphos.version(dataphos.schema("odd", "yaml"), 1, AGE)
    dataphos.version(dataphos.schema("broken"), 1, "{")
    result = run(dataphos.url)
    assert result.exit_code == 1
    for said in (
        "Not kept: people: the validity mode syntax-only; the registry's own holds",
        "Not kept: people: its description and publisher",
        "Not kept: people version 1: there is another one of this number, which is newer",
        "Not kept: people: the schema's id 2, it is 1 now",
        "Not kept: odd version 1: the type 'yaml'",
        "Refused: broken: register version 1 with id 4: ",
    ):
        assert said in result.output


def test_a_dry_run_of_dataphos_changes_nothing(
    dataphos: Dataphos, run: Callable[..., Result], there: Callable[[str], Any]
) -> None:
    dataphos.version(dataphos.schema("people"), 1, AGE)
    result = run(dataphos.url, "--dry-run")
    assert (result.exit_code, "register version 1 with id 1" in result.output) == (2, True)
    assert there("/subjects?deleted=true&subjectPrefix=:*:") == []


def test_databases_that_are_none_of_dataphos(empty_database_url: str, run: Callable[..., Result]) -> None:
    result = run(empty_database_url)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "The database holds no registry of Dataphos" in result.stderr
    away = run("postgresql://someone:secret@127.0.0.1:1/none")
    assert (away.exit_code, "secret" in away.stderr, away.stderr.count("\n")) == (3, False, 1)
    for address in (
        "postgresql://someone:%zzsecret@host/none",
        "postgresql://someone@host/none?secret=1",
        "postgresql://[::1",
    ):
        unlike = run(address)
        assert (unlike.exit_code, "secret" in unlike.stderr, unlike.stderr.count("\n")) == (2, False, 1)
        assert "is not as PostgreSQL understands one" in unlike.stderr


class Export:
    """A zip as Apicurio writes it, of generation 2 or 3."""

    def __init__(self, generation: int) -> None:
        self._generation = generation
        self._bytes = io.BytesIO()
        self._zip = zipfile.ZipFile(self._bytes, "w", zipfile.ZIP_DEFLATED)
        self._artifacts: set[tuple[str | None, str]] = set()
        self.entity("manifest-2026-01-01T00:00:00Z.Manifest", systemName="Apicurio Registry", exportVersion="3.0")

    def entity(self, name: str, /, **values: object) -> None:
        """A JSON file."""
        self._zip.writestr(f"{name}.json", json.dumps(values))

    def content(self, number: int, text: str, kind: str = "AVRO", references: object = None) -> None:
        """A text."""
        said = json.dumps(references) if references else None
        name = f"content/{number:064x}.Content"
        self.entity(
            name, contentId=number, canonicalHash="x", contentHash="y", artifactType=kind, serializedReferences=said
        )
        self._zip.writestr(f"{name}.data", text)

    def version(
        self,
        group: str | None,
        artifact: str,
        order: int,
        content: int,
        global_id: int,
        kind: str = "AVRO",
        **rest: object,
    ) -> None:
        """A version of an artifact."""
        folder = f"groups/{group or 'default'}/artifacts/{artifact}"
        values: dict[str, object] = {"version": str(order), "state": "ENABLED", "name": None, "createdOn": 1, **rest}
        values |= {"groupId": group, "artifactId": artifact, "globalId": global_id, "contentId": content}
        if self._generation == 2:
            values |= {"versionId": order, "artifactType": kind, "isLatest": True}
        else:
            values |= {"versionOrder": order}
            if (group, artifact) not in self._artifacts:
                self._artifacts.add((group, artifact))
                self.entity(f"{folder}/MetaData.Artifact", groupId=group, artifactId=artifact, artifactType=kind)
        self.entity(f"{folder}/versions/{values['version']}.ArtifactVersion", **values)

    def save(self, path: Path) -> Path:
        """The file."""
        self._zip.close()
        path.write_bytes(self._bytes.getvalue())
        return path


@pytest.mark.parametrize(("generation", "default"), [(2, None), (3, "default")])
def test_an_export_of_apicurio_is_imported(
    tmp_path: Path, run: Callable[..., Result], there: Callable[[str], Any], generation: int, default: str | None
) -> None:
    export = Export(generation)
    export.content(11, PERSON)
    reference = {"groupId": default, "artifactId": "people", "version": "2", "name": "person"}
    export.content(12, ORDER, references=[reference])
    export.content(13, AGE, "JSON")
    export.version(default, "a-orders", 1, 12, 104)
    export.content(14, '"string"')
    export.version(default, "people", 1, 14, 101, state="DISABLED")
    export.version(default, "people", 2, 11, 102)
    export.version("shop", "ages", 1, 13, 103, kind="JSON")
    export.entity("rules/COMPATIBILITY.GlobalRule", ruleType="COMPATIBILITY", configuration="FULL")
    export.entity(
        "groups/default/artifacts/people/rules/COMPATIBILITY.ArtifactRule",
        groupId=default,
        artifactId="people",
        type="COMPATIBILITY",
        configuration="NONE",
    )
    export.entity(
        "groups/shop/rules/COMPATIBILITY.GroupRule", groupId="shop", type="COMPATIBILITY", configuration="FORWARD"
    )
    path = export.save(tmp_path / "export.zip")
    result = run(path)
    assert (result.exit_code, "Not kept" in result.output) == (0, False), result.output
    assert [there(f"/subjects/people/versions{end}") for end in ("?deleted=true", "")] == [[1, 2], [2]]
    assert there("/subjects?subjectPrefix=:*:") == [":.shop:ages", "a-orders", "people"]
    order = there("/subjects/a-orders/versions/1")
    assert (order["id"], order["references"]) == (12, [{"name": "person", "subject": "people", "version": 2}])
    assert there("/subjects/:.shop:ages/versions/1")["id"] == 13
    found = [there(f"/config{scope}")["compatibilityLevel"] for scope in ("", "/people", "/:.shop:")]
    assert found == ["FULL", "NONE", "FORWARD"]
    assert run(path).output == "0 steps done.\nNothing to do.\n"


@pytest.mark.parametrize("generation", [2, 3])
def test_states_names_and_ids_of_an_export(
    tmp_path: Path, run: Callable[..., Result], there: Callable[[str], Any], generation: int
) -> None:
    export = Export(generation)
    export.content(1, AGE, "JSON")
    export.content(2, WIDER, "JSON")
    export.content(3, "openapi: 3.0.0", "OPENAPI")
    export.version("default", "ages", 1, 1, 21, "JSON", state="DISABLED", version="1.0.0")
    export.version("default", "ages", 2, 2, 22, "JSON", state="DEPRECATED")
    export.version("default", "same", 1, 2, 23, "JSON")
    export.version("default", "draft", 1, 2, 24, "JSON", state="DRAFT")
    export.version("default", "web", 1, 3, 25, "OPENAPI")
    export.entity("rules/VALIDITY.GlobalRule", ruleType="VALIDITY", configuration="NONE")
    path = export.save(tmp_path / "export.zip")
    result = run(path, "--apicurio-ids", "global")
    assert result.exit_code == 0, result.output
    for said in (
        "Not kept: ages version 1: its name '1.0.0'",
        "Not kept: draft version 1: it is a draft",
        "Not kept: web version 1: it is of the type OPENAPI",
        "Not kept: the registry: the rule VALIDITY NONE",
    ):
        assert said in result.output
    assert there("/subjects/ages/versions?deleted=true") == [1, 2]
    assert there("/subjects/ages/versions") == [2]
    assert there("/artifacts/ages/versions/2/meta")["state"] == "DEPRECATED"
    assert [there(f"/subjects/{name}")["id"] for name in ("ages/versions/2", "same/versions/1")] == [22, 23]
    assert run(path, "--apicurio-ids", "global").output.startswith("0 steps done.\nNothing to do.\n")


def test_damaged_exports_are_refused_or_read(tmp_path: Path) -> None:
    export = Export(3)
    export.content(1, PERSON)
    export.version("shop", "people", 1, 1, 1)
    path = export.save(tmp_path / "export.zip")
    whole, chance = path.read_bytes(), random.Random(7)
    refused: list[str] = []
    for _ in range(500):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 2, 5))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            apicurio.read(path, apicurio.Ids.CONTENT, lambda names, _: names)
        except InputUnusable as error:
            refused.append(error.message)
    assert refused
    assert not any("\n" in message for message in refused)


def _zip(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(f"{name.replace('_', '.')}.json", text)
    return path


def test_zips_that_cannot_be_imported(
    tmp_path: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "export.zip"
    path.write_text("PK")

    def said() -> str:
        result = run(path)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        return result.stderr

    assert "cannot be read as a zip" in said()
    assert "it has no manifest" in run(_zip(path, x="{}")).stderr
    _zip(path, a_Manifest="{}", b_ArtifactVersion='{"artifactId":"a"}')
    assert "b.ArtifactVersion.json is not as Apicurio writes it: version: " in said()
    _zip(path, a_Manifest="{}", c_Content='{"contentId":1}')
    assert "lacks the file c.Content.data" in said()
    _zip(path, a_Manifest="{}", b_ArtifactVersion="[" * 5000)
    assert "b.ArtifactVersion.json is not as Apicurio writes it" in said()
    monkeypatch.setattr(archive, "FILE_BYTES", 1000)
    _zip(path, a_Manifest="{}", b_ArtifactVersion=" " * 1001)
    assert "has 1001 bytes unpacked; 1000 is the most" in said()
    monkeypatch.setattr(archive, "ALL_BYTES", 1000)
    assert "more than 1000 bytes unpacked" in said()
    path.unlink()
    assert "No such file" in said()
