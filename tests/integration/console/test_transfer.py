"""`sluicegate registry import`, `export` and `apply` between two registries over HTTP."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import jsonschema_rs
import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr
from structlog.testing import capture_logs

from sluicegate.registry_api.app import Application, StorePorts, compose, open_store
from sluicegate.registry_api.cli import registry
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.shared.console.command import Surroundings
from sluicegate.shared.console.transfer.folder import SubjectEntry
from sluicegate.shared.formats import catalog
from tests.fakes.clock import FakeClock
from tests.fakes.registry_service import settings

SOURCE, TARGET = "http://source", "http://target"
PERSON = '{"type":"record","name":"person","fields":[{"name":"a","type":"string"}]}'
WIDER = (
    '{ "type":"record", "name":"person", "fields":[{"name":"a","type":"string"},{"name":"b","type":"int","default":1}]}'
)
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
AGE = '{"type":"object","properties":{"age":{"type":"integer"}}}'


class Registries(httpx.BaseTransport):
    """Two registries, by the names of their hosts.

    `after` requests that change something, the target is cut off.
    """

    def __init__(self, source: StorePorts, target: StorePorts) -> None:
        self._applications = {"source": _application(source), "target": _application(target)}
        self._transports = {name: httpx.WSGITransport(each) for name, each in self._applications.items()}
        self.after: int | None = None
        self.foreign = False
        """Whether the source is a registry of another vendor, without a listing of settings."""
        self.reads: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        if request.method == "GET":
            self.reads.append(request.url.path)
        if self.foreign and request.url.host == "source" and request.url.path == "/settings":
            return httpx.Response(404, json={"error_code": 404, "message": "HTTP 404 Not Found"})
        if request.method != "GET" and request.url.host == "target" and self.after is not None:
            if self.after <= 0:
                raise httpx.ConnectError("cut off", request=request)
            self.after -= 1
        return self._transports[request.url.host].handle_request(request)

    def close(self) -> None:
        """Clients close their transport when they are done; these live on."""

    def end(self) -> None:
        """Close the registries."""
        for application in self._applications.values():
            application.close()


def _application(store: StorePorts) -> Application:
    return compose(settings(), store, EngineExaminer(catalog.engine))


def _memory() -> StorePorts:
    store = MemoryStore()
    return StorePorts(store, store, MemoryFeed(store), lambda: None)


@pytest.fixture
def registries() -> Iterator[Registries]:
    """Both empty."""
    with capture_logs():
        made = Registries(_memory(), _memory())
        yield made
        made.end()


@pytest.fixture
def postgres_registries(database_url: str) -> Iterator[Registries]:
    """The target in Postgres."""
    with capture_logs():
        made = Registries(_memory(), open_store(settings(database_url=SecretStr(database_url))))
        yield made
        made.end()


@pytest.fixture
def run(registries: Registries) -> Callable[..., Result]:
    """Run a command against the target."""
    return _running(registries)


def _running(registries: Registries) -> Callable[..., Result]:
    around = Surroundings(registries, FakeClock())

    def run(*args: object, at: str = TARGET) -> Result:
        words = [*map(str, args), "--registry", at]
        return CliRunner().invoke(registry, words, obj=around, catch_exceptions=False)

    return run


@pytest.fixture
def source(registries: Registries) -> httpx.Client:
    """A registry with something of everything."""
    return _filled(registries)


def _filled(registries: Registries) -> httpx.Client:
    client = httpx.Client(transport=registries, base_url=SOURCE)

    def post(subject: str, text: str, **rest: object) -> None:
        response = client.post(f"/subjects/{subject}/versions", json={"schema": text, **rest})
        assert response.status_code == 200, response.text

    post("unused", '"string"')
    post("people", PERSON)
    post("people", WIDER, metadata={"properties": {"owner": "team"}})
    post("a-orders", ORDER, references=[{"name": "person", "subject": "people", "version": 1}])
    post(":.eu:people", PERSON)
    post(":.eu:ages", AGE, schemaType="JSON")
    post("gone", PERSON)
    post("a%2Fb c", AGE, schemaType="JSON")
    assert client.delete("/subjects/unused").status_code == 200
    assert client.delete("/subjects/unused?permanent=true").status_code == 200
    assert client.delete("/subjects/gone").status_code == 200
    assert client.delete("/subjects/people/versions/2").status_code == 200
    state = client.put("/artifacts/people/versions/1/state", json={"state": "DEPRECATED"})
    assert state.status_code == 204
    client.put("/config", json={"compatibility": "FULL"})
    client.put("/config/people", json={"compatibility": "NONE", "normalize": True, "compatibilityGroup": "major"})
    client.put("/config/:.eu:", json={"compatibility": "FORWARD"})
    client.put("/mode/:.eu:ages", json={"mode": "READONLY"})
    return client


def everything(registries: Registries, at: str) -> str:
    """All that a registry says of itself."""
    client = httpx.Client(transport=registries, base_url=at)
    paths = [
        "/confluent/schemas?subjectPrefix=:*:&deleted=true",
        "/subjects?subjectPrefix=:*:",
        "/contexts",
        "/config",
        "/config/people",
        "/config/:.eu:",
        "/mode/:.eu:ages",
        "/mode/people",
        "/mode",
    ]
    return "\n".join(json.dumps(without_times(client.get(path).json()), indent=1) for path in paths)


def without_times(body: object) -> object:
    """When it was registered is not moved."""
    if isinstance(body, list):
        return [without_times(each) for each in body]
    return {key: value for key, value in body.items() if key != "ts"} if isinstance(body, dict) else body


def test_an_import_makes_an_equal_registry(
    run: Callable[..., Result], source: httpx.Client, registries: Registries
) -> None:
    result = run("import", "--from", SOURCE)
    assert result.exit_code == 0, result.output
    assert "Nothing to do." in result.output
    assert everything(registries, TARGET) == everything(registries, SOURCE)
    again = run("import", "--from", SOURCE)
    assert again.output == "0 steps done.\nNothing to do.\n"


def test_an_import_from_a_registry_that_lists_no_settings(
    run: Callable[..., Result], source: httpx.Client, registries: Registries
) -> None:
    registries.foreign = True
    assert run("import", "--from", SOURCE).exit_code == 0
    registries.foreign = False
    assert everything(registries, TARGET) == everything(registries, SOURCE)


def test_an_export_needs_no_request_for_each_subject(
    run: Callable[..., Result], source: httpx.Client, registries: Registries, tmp_path: Path
) -> None:
    for number in range(30):
        source.post(
            f"/subjects/more-{number}/versions", json={"schema": f'{{"type":"fixed","size":1,"name":"f{number}"}}'}
        )
    registries.reads.clear()
    assert run("export", tmp_path / "all", at=SOURCE).exit_code == 0
    assert len(registries.reads) < 12, registries.reads


def test_settings_are_listed_in_pages(source: httpx.Client) -> None:
    listed = source.get("/settings").json()
    assert [each["scope"] for each in listed] == ["", "people", ":.eu:", ":.eu:ages"]
    people = {"normalize": True, "compatibilityLevel": "NONE", "compatibilityGroup": "major"}
    assert listed[1] == {"scope": "people", "config": people}
    assert listed[3] == {"scope": ":.eu:ages", "mode": "READONLY"}
    assert source.get("/settings?offset=1&limit=2").json() == listed[1:3]
    assert source.get("/confluent/settings?subjectPrefix=:.eu:").json() == listed[2:]


def test_an_import_into_postgres(postgres_registries: Registries) -> None:
    _filled(postgres_registries)
    run = _running(postgres_registries)
    for _ in range(2):
        result = run("import", "--from", SOURCE)
        assert (result.exit_code, "Nothing to do." in result.output) == (0, True), result.output
    assert everything(postgres_registries, TARGET) == everything(postgres_registries, SOURCE)


@pytest.mark.parametrize("after", [0, 1, 4, 9, 14])
def test_an_import_that_was_cut_off_goes_on(
    run: Callable[..., Result], source: httpx.Client, registries: Registries, after: int
) -> None:
    registries.after = after
    result = run("import", "--from", SOURCE)
    assert (result.exit_code, "cut off" in result.stderr) == (3, True)
    registries.after = None
    assert run("import", "--from", SOURCE).exit_code == 0
    assert everything(registries, TARGET) == everything(registries, SOURCE)


def test_a_dry_run_changes_nothing(run: Callable[..., Result], source: httpx.Client, registries: Registries) -> None:
    before = everything(registries, TARGET)
    result = run("import", "--from", SOURCE, "--dry-run")
    assert result.exit_code == 2
    assert "register version 1 with id 2" in result.output
    assert everything(registries, TARGET) == before


def test_what_differs_is_reported(run: Callable[..., Result], source: httpx.Client, registries: Registries) -> None:
    target = httpx.Client(transport=registries, base_url=TARGET)
    target.post("/subjects/people/versions", json={"schema": '"int"'})
    result = run("import", "--from", SOURCE)
    assert result.exit_code == 1
    assert "Differs: people version 1: id 1 instead of 2; another text" in result.output
    assert target.get("/subjects/:.eu:ages/versions").json() == [1], "all else is copied"


def test_an_export_is_the_same_each_time_and_can_be_applied(
    run: Callable[..., Result], source: httpx.Client, registries: Registries, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    assert run("export", folder, at=SOURCE).output == "Exported: 6 subjects, 7 versions\n"
    first = contents(folder)
    assert first["subjects/people/2.avsc"] == WIDER.encode()
    assert run("export", folder, at=SOURCE).exit_code == 0
    assert contents(folder) == first
    plan = run("apply", folder)
    assert plan.exit_code == 2
    assert run("apply", folder, "--yes").exit_code == 0
    assert everything(registries, TARGET) == everything(registries, SOURCE)
    assert (run("apply", folder).output, run("apply", folder).exit_code) == ("Nothing to do.\n", 0)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_files_without_ids_are_registered_as_anybody_would(
    run: Callable[..., Result], source: httpx.Client, registries: Registries, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    run("export", folder, "--no-ids", at=SOURCE)
    target = httpx.Client(transport=registries, base_url=TARGET)
    target.post("/subjects/first/versions", json={"schema": '"string"'})
    result = run("apply", folder, "--yes")
    assert result.exit_code == 0, result.output
    assert target.get("/subjects/a-orders/versions/1").json()["id"] > 1
    assert target.get("/mode/a-orders").status_code == 404


def test_a_changed_file_is_a_plan(run: Callable[..., Result], source: httpx.Client, tmp_path: Path) -> None:
    run("import", "--from", SOURCE)
    run("export", tmp_path)
    path = tmp_path / "subjects" / "people" / "subject.json"
    entry = json.loads(path.read_text())
    entry["config"] = {"compatibility": "BACKWARD"}
    path.write_text(json.dumps(entry))
    plan = run("apply", tmp_path, "--json")
    (step,) = json.loads(plan.stdout)["steps"]
    assert plan.exit_code == 2
    assert step == {
        "sign": "~",
        "subject": "people",
        "what": "configure compatibility NONE -> BACKWARD, compatibilityGroup major -> nothing, normalize true -> nothing",
    }
    assert run("apply", tmp_path, "--yes").exit_code == 0
    assert run("apply", tmp_path).exit_code == 0


def test_what_the_files_do_not_hold_stays_unless_it_is_pruned(
    run: Callable[..., Result], source: httpx.Client, registries: Registries, tmp_path: Path
) -> None:
    run("export", tmp_path, at=SOURCE)
    run("apply", tmp_path, "--yes")
    target = httpx.Client(transport=registries, base_url=TARGET)
    target.post("/subjects/extra/versions", json={"schema": '"string"'})
    assert run("apply", tmp_path).exit_code == 0
    assert "delete version 1 softly" in run("apply", tmp_path, "--prune").output
    assert run("apply", tmp_path, "--prune", "--yes").exit_code == 0
    assert target.get("/subjects/extra/versions").status_code == 404


def test_what_a_registry_refuses_is_told_and_the_rest_is_done(
    run: Callable[..., Result], source: httpx.Client, registries: Registries, tmp_path: Path
) -> None:
    run("export", tmp_path, "--no-ids", at=SOURCE)
    (tmp_path / "subjects" / "a-orders" / "1.avsc").write_text('{"type": "nonsense"}')
    result = run("apply", tmp_path, "--yes")
    assert result.exit_code == 1
    assert "Refused: a-orders: register version 1: " in result.output
    target = httpx.Client(transport=registries, base_url=TARGET)
    assert target.get("/subjects/people/versions").json() == [1]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "registry.json").unlink(), "holds no export"),
        (lambda folder: (folder / "registry.json").write_text("{"), "registry.json is not as an export writes it"),
        (lambda folder: (folder / "subjects/people/1.avsc").unlink(), "1.avsc cannot be read"),
        (
            lambda folder: (folder / "subjects/people/subject.json").write_text(
                '{"subject":"p","versions":[{"version":1,"type":"AVRO","file":"../../registry.json"}]}'
            ),
            "which does not stand beside it",
        ),
    ],
)
def test_folders_that_cannot_be_applied(
    run: Callable[..., Result], source: httpx.Client, tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    run("export", tmp_path, at=SOURCE)
    spoil(tmp_path)
    result = run("apply", tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_an_export_does_not_overwrite_other_things(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    result = run("export", tmp_path)
    assert result.exit_code == 2
    assert "is not empty, and holds no export" in result.stderr


def _import(namespace: str, file: str) -> str:
    return f'<xs:import namespace="{namespace}" schemaLocation="{file}"/>'


def _circular(name: str, other: str, more: str = "") -> str:
    """An XML schema with a type that holds an element of another document's type."""
    inner = f'<xs:sequence><xs:element name="o" type="o:{other}" minOccurs="0"/></xs:sequence>'
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:{name}" xmlns:o="urn:{other}">'
        f'{_import(f"urn:{other}", f"{other}.xsd")}<xs:complexType name="{name}">{inner}</xs:complexType>{more}</xs:schema>'
    )


def _write_circle(folder: Path) -> None:
    texts = {
        "a": (_circular("a", "b"), ["b"]),
        "b": (_circular("b", "a"), ["a"]),
        "root": (_circular("root", "a", '<xs:element name="root" type="o:a"/>'), ["a"]),
    }
    for subject, (text, references) in texts.items():
        place = folder / "subjects" / subject
        place.mkdir(parents=True)
        (place / "1.xsd").write_text(text)
        named = [{"name": f"{each}.xsd", "subject": each, "version": 1} for each in references]
        entry = {"version": 1, "type": "XML", "file": "1.xsd", "references": named}
        (place / "subject.json").write_text(json.dumps({"subject": subject, "versions": [entry]}))
    (folder / "registry.json").write_text("{}")


def test_documents_that_refer_to_each_other_are_applied_as_a_bundle(
    run: Callable[..., Result], registries: Registries, tmp_path: Path
) -> None:
    _write_circle(tmp_path)
    assert "register versions that refer to each other: a, b, root" in run("apply", tmp_path).output
    result = run("apply", tmp_path, "--yes")
    assert result.exit_code == 0, result.output
    target = httpx.Client(transport=registries, base_url=TARGET)
    references = target.get("/subjects/root/versions/1").json()["references"]
    assert sorted(each["subject"] for each in references) == ["a", "b"]
    assert (run("apply", tmp_path).output, run("apply", tmp_path).exit_code) == ("Nothing to do.\n", 0)


def test_circles_with_ids_are_refused_by_the_registry(run: Callable[..., Result], tmp_path: Path) -> None:
    """Ids are kept in mode IMPORT, one version after the other."""
    _write_circle(tmp_path)
    for number, file in enumerate(sorted(tmp_path.rglob("subject.json")), 1):
        entry = json.loads(file.read_text())
        entry["versions"][0]["id"] = number
        file.write_text(json.dumps(entry))
    assert run("apply", tmp_path, "--yes").exit_code == 1


def test_plan_is_shown_for_build_systems(run: Callable[..., Result], source: httpx.Client, tmp_path: Path) -> None:
    run("export", tmp_path, at=SOURCE)
    found = run("apply", tmp_path, "--plan", "--output", "markdown")
    assert found.exit_code == 2
    assert "| + people: register version 1 with id" in found.output
    assert "planned" in found.output
    done = run("apply", tmp_path, "--yes", "--output", "junit")
    assert (done.exit_code, 'failures="0"' in done.output) == (0, True)


def test_subject_file_is_as_its_schema_says(run: Callable[..., Result], source: httpx.Client, tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "subject.schema.json"
    schema = json.loads(page.read_text(encoding="utf-8"))
    assert schema["properties"] == SubjectEntry.model_json_schema()["properties"]
    assert schema["$defs"] == SubjectEntry.model_json_schema()["$defs"]
    run("export", tmp_path, at=SOURCE)
    files = list(tmp_path.glob("subjects/*/subject.json"))
    assert len(files) == 6
    for file in files:
        jsonschema_rs.validate(schema, json.loads(file.read_text(encoding="utf-8")))
