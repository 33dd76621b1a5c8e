"""`sluicegate registry import` over HTTP from IBM Event Streams and Apicurio 1, 2 and 3."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

from sluicegate.registry_api.cli import registry
from sluicegate.shared.console.command import Surroundings
from sluicegate.shared.formats.catalog import engine
from tests.fakes.apicurio import BASES, Apicurio, Reference
from tests.fakes.clock import FakeClock
from tests.fakes.registry_service import Service
from tests.integration.console.conftest import Lasting, Wsgi

AGE = '{"type":"object","properties":{"age":{"type":"integer"}}}'
WIDER = '{"type":"object","properties":{"age":{"type":"integer"},"name":{"type":"string"}}}'
PERSON = '{"type":"record","name":"person","fields":[{"name":"a","type":"string"}]}'
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
DONE = "0 steps done.\nNothing to do.\n"

There = Callable[[str], Any]


class Hosts(httpx.BaseTransport):
    """The target, and a source under every other name. Changes of the target fail after `changes`."""

    def __init__(self, target: httpx.BaseTransport, source: Any, changes: int | None = None) -> None:
        self._target = target
        self._source = Wsgi(source)
        self._changes = count() if changes is not None else None
        self._most = changes or 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host != "target":
            return self._source.handle_request(request)
        if self._changes is not None and request.method != "GET" and next(self._changes) >= self._most:
            raise httpx.ReadError("connection reset", request=request)
        return self._target.handle_request(request)


@dataclass(frozen=True)
class Importer:
    """Imports into the target."""

    target: httpx.BaseTransport

    def run(self, source: Any, address: str, *words: str, changes: int | None = None) -> Result:
        around = Surroundings(Lasting(Hosts(self.target, source, changes)), FakeClock())
        arguments = ["import", "--from", address, "--registry", "http://target", *words]
        return CliRunner().invoke(registry, arguments, obj=around, catch_exceptions=False)


@pytest.fixture
def importer(target: httpx.BaseTransport) -> Importer:
    return Importer(target)


def event_streams(base: str | None = None) -> Apicurio:
    """A registry of generation 1 with gaps, one content under two ids, states, rules, and odd names."""
    source = Apicurio(1, base=base)
    source.content(1, PERSON)
    source.content(2, WIDER)
    source.content(3, '"string"')
    source.version("citizen", 1, 75, 1)
    source.version("citizen", 2, 83, 1, state="DEPRECATED")
    source.version("citizen", 100, 91, 1)
    source.version("a/b%20c ü", 3, 90, 2, type="JSON")
    source.version("old", 1, 76, 3, state="DISABLED")
    source.version("old", 2, 77, 1)
    source.rule("COMPATIBILITY", "NONE")
    source.rule("COMPATIBILITY", "FORWARD", "default", "citizen")
    return source


def assert_as_in_event_streams(there: There) -> None:
    assert there("/artifacts") == ["a/b%20c ü", "citizen", "old"]
    assert there("/artifacts/citizen/versions") == [1, 2, 100]
    metadata = [there(f"/artifacts/citizen/versions/{number}/meta") for number in (1, 2, 100)]
    assert [(each["globalId"], each["state"]) for each in metadata] == [
        (75, "ENABLED"),
        (83, "DEPRECATED"),
        (91, "ENABLED"),
    ]
    assert there("/artifacts/a%2Fb%2520c%20%C3%BC/versions/3/meta")["globalId"] == 90
    assert there("/subjects/old/versions?deleted=true") == [1, 2]
    assert there("/artifacts/old/versions") == [2]
    for number, text in ((75, PERSON), (83, PERSON), (90, WIDER)):
        assert there(f"/schemas/ids/{number}")["schema"] == text
    assert there("/rules/COMPATIBILITY")["config"] == "NONE"
    assert there("/artifacts/citizen/rules/COMPATIBILITY")["config"] == "FORWARD"


@pytest.mark.parametrize(
    ("base", "address"),
    [("", "http://streams"), ("/api", "http://apicurio/api"), ("/api", "http://apicurio"), ("/apis/registry/v1",) * 2],
)
def test_event_streams_and_apicurio_1_are_imported_with_their_ids(
    importer: Importer, there: There, base: str, address: str
) -> None:
    address = address if address.startswith("http") else f"http://apicurio{address}"
    source = event_streams(base)
    result = importer.run(source, address)
    assert (result.exit_code, "Not kept" in result.output) == (0, False), result.output
    assert_as_in_event_streams(there)
    assert importer.run(source, address).output == DONE


def test_an_interrupted_import_goes_on(importer: Importer, there: There) -> None:
    source = event_streams("")
    for changes in (2, 3, 5):
        result = importer.run(source, "http://streams", changes=changes)
        assert (result.exit_code, result.stderr.count("\n")) == (3, 1), result.output
    assert importer.run(source, "http://streams").exit_code == 0
    assert_as_in_event_streams(there)
    assert importer.run(source, "http://streams").output == DONE


def test_credentials_in_the_address_are_sent_and_not_shown(importer: Importer) -> None:
    source = event_streams("")
    source.credentials = ("token", "secret/+")
    result = importer.run(source, "http://token:secret%2F%2B@streams")
    assert result.exit_code == 0, result.output
    refused = importer.run(source, "http://token:verysecret@streams")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "refuses access" in refused.stderr
    assert "verysecret" not in refused.stderr


def test_a_registry_that_hides_its_ids_is_not_copied_without_them(importer: Importer, there: There) -> None:
    source = event_streams("")
    source.shows_metadata = False
    result = importer.run(source, "http://streams")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "--from https://token:KEY@host/confluent" in result.stderr
    assert there("/artifacts") == []


def test_a_descriptor_becomes_its_text(importer: Importer, there: There) -> None:
    field = FieldDescriptorProto(name="id", number=1, type=FieldDescriptorProto.TYPE_STRING)
    message = DescriptorProto(name="Order", field=[field])
    alone = FileDescriptorProto(name="order.proto", syntax="proto3", message_type=[message])
    source = Apicurio(1)
    source.content(1, alone.SerializeToString())
    source.content(2, b"\xff\xfe")
    source.version("order", 1, 5, 1, type="PROTOBUF_FD")
    source.version("broken", 1, 6, 2, type="PROTOBUF_FD")
    source.version("latin", 1, 7, 2)
    result = importer.run(source, "http://apicurio/api")
    assert result.exit_code == 0, result.output
    assert "Not kept: broken version 1: it is of the type PROTOBUF_FD" in result.output
    assert "Not kept: latin version 1: its text is missing, or is not UTF-8" in result.output
    found = there("/artifacts/order/meta")
    assert (found["type"], found["globalId"]) == ("PROTOBUF", 5)
    assert importer.run(source, "http://apicurio/api").output.startswith(DONE)


def groups(generation: int) -> Apicurio:
    """A registry of generation 2 or 3: groups, references, states, rules, and pages of two items."""
    source = Apicurio(generation, page=2)
    source.content(11, PERSON)
    source.content(12, ORDER, Reference("person", "people", "2"))
    source.content(13, AGE)
    source.content(14, '"string"')
    source.content(15, ORDER, Reference("person", "people", "1", "shop"))
    source.version("a-orders", "1", 104, 12)
    source.version("people", "1", 101, 14, state="DISABLED")
    source.version("people", "2", 102, 11, state="DEPRECATED")
    source.version("ages", "1.0.0", 103, 13, group="shop", type="JSON")
    source.version("people", "1", 105, 11, group="shop")
    source.version("orders/ü", "7", 106, 15, group="shop")
    source.version("draft", "1", 107, 14, state="DRAFT")
    source.version("web", "1", 108, 14, type="OPENAPI")
    source.rule("COMPATIBILITY", "FULL")
    source.rule("VALIDITY", "SYNTAX_ONLY")
    source.rule("COMPATIBILITY", "NONE", "default", "people")
    if generation == 3:
        source.rule("COMPATIBILITY", "FORWARD", "shop")
    return source


@pytest.mark.parametrize("generation", [2, 3])
@pytest.mark.parametrize("end", ["", "apis"])
def test_apicurio_2_and_3_are_imported_in_pages(importer: Importer, there: There, generation: int, end: str) -> None:
    source = groups(generation)
    address = f"http://apicurio{BASES[generation] if end else ''}"
    result = importer.run(source, address)
    assert result.exit_code == 0, result.output
    assert sorted(line for line in result.output.splitlines() if line.startswith("Not kept")) == [
        "Not kept: :.shop:ages version 1: its name '1.0.0'",
        "Not kept: draft version 1: it is a draft",
        "Not kept: the registry: the rule VALIDITY SYNTAX_ONLY",
        "Not kept: web version 1: it is of the type OPENAPI",
    ]
    assert there("/subjects?subjectPrefix=:*:") == [
        ":.shop:ages",
        ":.shop:orders/ü",
        ":.shop:people",
        "a-orders",
        "people",
    ]
    order = there("/subjects/a-orders/versions/1")
    assert (order["id"], order["references"]) == (12, [{"name": "person", "subject": "people", "version": 2}])
    other = there("/subjects/:.shop:orders%2F%C3%BC/versions/7")
    assert (other["id"], other["references"][0]["version"]) == (15, 1)
    assert [there(f"/subjects/people/versions{each}") for each in ("?deleted=true", "")] == [[1, 2], [2]]
    assert there("/artifacts/people/meta")["state"] == "DEPRECATED"
    found = [there(f"/config{scope}")["compatibilityLevel"] for scope in ("", "/people", "/:.shop:")]
    assert found == ["FULL", "NONE", "FORWARD" if generation == 3 else "FULL"]
    assert importer.run(source, address).output.startswith(DONE)


@pytest.mark.parametrize("generation", [2, 3])
def test_global_ids_of_later_generations_are_kept_where_messages_carry_them(
    importer: Importer, there: There, generation: int
) -> None:
    assert importer.run(groups(generation), "http://apicurio", "--apicurio-ids", "global").exit_code == 0
    names = ("a-orders/versions/1", "people/versions/2", ":.shop:people/versions/1")
    assert [there(f"/subjects/{name}")["id"] for name in names] == [104, 102, 105]


def test_rules_that_only_administrators_may_read_are_listed(importer: Importer, there: There) -> None:
    source = groups(3)
    source.admin = False
    result = importer.run(source, "http://apicurio")
    assert result.exit_code == 0, result.output
    assert "Not kept: the registry: its rules, which only administrators may read" in result.output
    assert there("/config/people")["compatibilityLevel"] == "NONE"


@pytest.mark.parametrize("generation", [2, 3])
def test_a_registry_that_changes_while_it_is_read_is_not_copied(
    importer: Importer, there: There, generation: int
) -> None:
    source = groups(generation)
    listings = count()

    def shrink(path: str) -> None:
        if "/search/" in path and next(listings) == 2:
            source.versions = [each for each in source.versions if each.group == "default"]

    source.before = shrink
    result = importer.run(source, "http://apicurio")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert "changed while it was read" in result.stderr
    assert there("/artifacts") == []
    assert importer.run(source, "http://apicurio").exit_code == 0
    assert there("/artifacts") == ["a-orders", "people"]


def test_a_dry_run_reads_and_changes_nothing(importer: Importer, there: There) -> None:
    result = importer.run(event_streams(""), "http://streams", "--dry-run")
    assert result.exit_code == 2
    assert "register version 2 with id 83" in result.output
    assert "deprecate version 2" in result.output
    assert there("/subjects?deleted=true&subjectPrefix=:*:") == []


def test_a_registry_of_our_own_is_imported_through_its_artifacts_api(importer: Importer, there: There) -> None:
    source = Service(engine=engine)
    for text, artifact in ((PERSON, "people"), (AGE, "ages/of people")):
        source.client.post("/api/artifacts", data=text, headers={"X-Registry-ArtifactId": artifact})
    source.client.post("/api/artifacts/people/versions", data=PERSON)
    source.client.put("/api/artifacts/people/versions/1/state", data='{"state":"DEPRECATED"}')
    result = importer.run(source.application, "http://other/api")
    assert (result.exit_code, "Not kept" in result.output) == (0, False), result.output
    assert there("/artifacts/people/versions") == [1, 2]
    assert there("/artifacts/people/versions/1/meta")["state"] == "DEPRECATED"
    assert there("/artifacts/ages%2Fof%20people/meta")["globalId"] == 2
    assert importer.run(source.application, "http://other/api").output == DONE


def test_a_registry_behind_oidc_is_read_with_a_token(importer: Importer, there: There, tmp_path: Path) -> None:
    source, seen = event_streams(""), set[str | None]()

    def guarded(environ: Any, start: Any) -> Any:
        seen.add(environ.get("HTTP_AUTHORIZATION"))
        if environ.get("HTTP_AUTHORIZATION") == "Bearer a.b.c":
            return source(environ, start)
        start("401 Unauthorized", [("Content-Type", "application/json")])
        return [b'{"error_code":401,"message":"No token"}']

    token = tmp_path / "token"
    token.write_text("a.b.c\n")
    refused = importer.run(guarded, "http://streams")
    assert (refused.exit_code != 0, "Traceback" in refused.output, seen) == (True, False, {None})
    words = ("--from-token-file", str(token))
    both = importer.run(guarded, "http://token:key@streams", *words)
    assert (both.exit_code, "exclude each other" in both.output) == (2, True)
    assert importer.run(guarded, "http://streams", *words).exit_code == 0
    assert_as_in_event_streams(there)
    absent = importer.run(guarded, "http://streams", "--from-token-file", str(tmp_path / "none"))
    assert (absent.exit_code, "cannot be read" in absent.output) == (2, True)


def test_key_of_the_source_comes_from_a_file_or_the_environment(
    importer: Importer, there: There, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, seen = event_streams(""), set[str | None]()

    def guarded(environ: Any, start: Any) -> Any:
        seen.add(environ.get("HTTP_X_API_KEY"))
        return source(environ, start)

    key = tmp_path / "key"
    key.write_text("of-a-file\n")
    monkeypatch.setenv("SLUICEGATE_SOURCE_API_KEY", "of-the-environment")
    assert importer.run(guarded, "http://streams", "--dry-run").exit_code == 2
    assert seen == {"of-the-environment"}
    seen.clear()
    assert importer.run(guarded, "http://streams", "--from-key-file", str(key), "--dry-run").exit_code == 2
    monkeypatch.setenv("SLUICEGATE_SOURCE_API_KEY_FILE", str(key))
    assert importer.run(guarded, "http://streams", "--dry-run").exit_code == 2
    assert seen == {"of-a-file"}
    both = importer.run(guarded, "http://streams", "--from-key", "k", "--from-key-file", str(key))
    assert (both.exit_code, "--from-key and --from-key-file exclude each other" in both.output) == (2, True)
    absent = importer.run(guarded, "http://streams", "--from-key-file", str(tmp_path / "none"))
    assert (absent.exit_code, "cannot be read" in absent.output) == (2, True)
    key.write_text("two words\n")
    broken = importer.run(guarded, "http://streams")
    assert (broken.exit_code, "two words" in broken.output) == (2, False)
    assert there("/subjects?deleted=true&subjectPrefix=:*:") == []


def test_another_server_is_told_apart(importer: Importer) -> None:
    result = importer.run(Apicurio(2, base="/elsewhere"), "http://other")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "serves none of the APIs that are known" in result.stderr
