"""The last release and this one on one database, as in a rolling upgrade."""

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.fixtures.programs import run, until
from tests.fixtures.registry_process import Registry, Serve
from tests.fixtures.release import Release

pytestmark = pytest.mark.acceptance

Check = Callable[[httpx.Response, int], Any]
REMEDY = "sluicegate registry migrate"


def avro(name: str, *fields: str) -> str:
    """An Avro record with optional fields."""
    optional = [{"name": each, "type": ["null", "string"], "default": None} for each in fields]
    return json.dumps({"type": "record", "name": name, "fields": [{"name": "id", "type": "long"}, *optional]})


def strict(answer: httpx.Response, status: int) -> Any:
    """Return the content of the expected answer."""
    assert answer.status_code == status, (str(answer.request.url), answer.status_code, answer.text)
    return answer.json()


class Exercise:
    """Changes through one registry, each read through the other one.

    `check` judges each answer to a change.
    """

    def __init__(self, writer: Registry, reader: Registry, name: str, check: Check = strict) -> None:
        self.write = httpx.Client(base_url=writer.url, timeout=30)
        self.read = httpx.Client(base_url=reader.url, timeout=30)
        self.name, self.check = name, check

    def run(self) -> None:
        """Both APIs."""
        with self.write, self.read:
            self.native()
            self.confluent()

    def native(self) -> None:
        """Register, add a version, refuse an incompatible one, and deactivate."""
        one, two = avro(self.name, "a"), avro(self.name, "a", "b")
        body = {"name": self.name, "schema_type": "avro", "specification": one}
        made = self.check(self.write.post("/schemas", json=body), 201)
        if made is None:
            return
        path = f"/schemas/{made['identification']}"
        self.same(f"{path}/versions/1", one)
        self.check(self.write.put(path, json={"specification": two}), 200)
        self.same(f"{path}/versions/2", two)
        self.same(f"{path}/versions/latest", two)
        self.check(self.write.put(path, json={"specification": json.dumps({"type": "string"})}), 400)
        if self.check(self.write.delete(f"{path}/versions/1"), 200) is not None:
            until(lambda: self.read.get(f"{path}/versions/1").status_code == 404, "the other registry hears of it")

    def same(self, path: str, text: str) -> None:
        """Both registries give the version, with its text."""
        found = [strict(client.get(path), 200) for client in (self.write, self.read)]
        assert found[0] == found[1]
        assert json.loads(b64decode(found[0]["specification"])) == json.loads(text)

    def confluent(self) -> None:
        """Register, repeat, refer to the subject, change its setting, and remove it."""
        subject, referring = f"{self.name}-value", f"{self.name}-user"
        versions = f"/subjects/{subject}/versions"
        body = {"schema": avro(f"{self.name}C", "a")}
        made = self.check(self.write.post(versions, json=body), 200)
        if made is None:
            return
        assert strict(self.read.get(f"/schemas/ids/{made['id']}"), 200)["schema"] == body["schema"]
        assert self.check(self.write.post(versions, json=body), 200) in (None, made)
        reference = {"name": f"{self.name}C", "subject": subject, "version": 1}
        text = json.dumps({"type": "array", "items": f"{self.name}C"})
        self.check(
            self.write.post(f"/subjects/{referring}/versions", json={"schema": text, "references": [reference]}), 200
        )
        assert strict(self.read.get(f"/subjects/{referring}/versions/1"), 200)["references"] == [reference]
        self.check(self.write.post(versions, json={"schema": '{"type": "long"}'}), 409)
        if self.check(self.write.put(f"/config/{subject}", json={"compatibility": "NONE"}), 200) is not None:
            assert strict(self.read.get(f"/config/{subject}"), 200)["compatibilityLevel"] == "NONE"
        self.check(self.write.delete(f"/subjects/{referring}"), 200)
        until(lambda: self.read.get(f"/subjects/{referring}/versions/1").status_code == 404, "removed for both")
        self.check(self.write.delete(f"/subjects/{referring}", params={"permanent": "true"}), 200)


def migrate(database_url: str, phase: str, environment: dict[str, str]) -> None:
    done = run(("registry", "migrate", "--phase", phase), {"DATABASE_URL": database_url, **environment})
    assert done.returncode == 0, done.stderr


def test_both_releases_work_on_the_schema_of_this_one(
    last_release: Release, empty_database_url: str, serve: Serve
) -> None:
    """`pre` migrations are applied, and `post` ones are not: the time of a roll-out."""
    old_code = dict(last_release.environment)
    migrate(empty_database_url, "all", old_code)
    old = serve(empty_database_url, **old_code)
    old.program.ready()
    Exercise(old, old, "before").run()
    held = strict(httpx.get(f"{old.url}/schemas"), 200)

    migrate(empty_database_url, "upgrade", {})
    new = serve(empty_database_url)
    new.program.ready()
    old.program.ready()
    assert strict(httpx.get(f"{new.url}/schemas"), 200) == held
    for writer, reader, name in ((old, new, "byOld"), (new, old, "byNew"), (old, old, "onlyOld")):
        Exercise(writer, reader, name).run()

    assert old.program.terminate() == 0
    migrate(empty_database_url, "post", {})
    Exercise(new, new, "after").run()
    assert strict(httpx.get(f"{new.url}/schemas/{held[0]['schema_id']}/versions/2"), 200)


def test_this_release_on_the_schema_of_the_last_one_names_the_remedy(
    last_release: Release, empty_database_url: str, serve: Serve
) -> None:
    """Each answer is right, or it says that migrations are missing.

    After them the registry needs no restart.
    """
    migrate(empty_database_url, "all", dict(last_release.environment))
    new = serve(empty_database_url)
    new.up()

    def right_or_remedy(answer: httpx.Response, status: int) -> Any:
        if answer.status_code != status:
            assert answer.status_code in {500, 503}, answer.text
            assert "Retry-After" in answer.headers, answer.text
            assert REMEDY in answer.text
            return None
        return answer.json()

    Exercise(new, new, "early", right_or_remedy).run()
    migrate(empty_database_url, "upgrade", {})
    new.program.ready()
    Exercise(new, new, "late").run()
