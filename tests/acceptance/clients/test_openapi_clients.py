"""Clients that are generated from the registry's OpenAPI document, in Python and in TypeScript, and a linter."""

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fixtures.registry_process import Registry, Serve

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

SCHEMA = '{"type": "object"}'
MAIN = """
import createClient from "openapi-fetch";
import type { paths } from "./schema";

const run = async (baseUrl: string) => {
  const client = createClient<paths>({ baseUrl });
  const made = await client.POST("/schemas", {
    body: { name: "typescript", schema_type: "json", specification: '{"type": "object"}' },
  });
  if (made.error) throw new Error(JSON.stringify(made.error));
  const schema_id = Number(made.data.identification);
  const read = await client.GET("/schemas/{schema_id}/versions/{version}", {
    params: { path: { schema_id, version: 1 } },
  });
  if (read.error) throw new Error(JSON.stringify(read.error));
  const wrong = await client.POST("/check/validity", { body: { new_schema: "{", format: "json" } });
  console.log(JSON.stringify({ text: atob(read.data.specification), wrong: wrong.error?.message }));
};
run(process.argv[2]);
"""
PACKAGES = ("openapi-typescript@7", "openapi-fetch@0", "typescript@5", "@types/node@22")


@pytest.fixture
def registry(serve: Serve, database_url: str) -> Registry:
    started = serve(database_url)
    started.up()
    return started


@pytest.fixture
def document(registry: Registry, tmp_path: Path) -> Path:
    """The document in a file."""
    file = tmp_path / "openapi.json"
    file.write_bytes(httpx.get(f"{registry.url}/openapi.json").raise_for_status().content)
    return file


@pytest.fixture
def python_client(document: Path, tmp_path: Path) -> Iterator[Path]:
    """The folder of a generated package, which can be imported meanwhile."""
    config = tmp_path / "config.yml"
    config.write_text("post_hooks: []\n")
    program = Path(sys.executable).with_name("openapi-python-client")
    folder = tmp_path / "generated" / "registry_of_python"
    command = [str(program), "generate", "--path", str(document), "--config", str(config), "--meta", "none"]
    ran = subprocess.run(
        [*command, "--output-path", str(folder), "--fail-on-warning"], capture_output=True, text=True, check=False
    )
    assert "Endpoint will not be generated" not in ran.stdout + ran.stderr
    sys.path.insert(0, str(folder.parent))
    yield folder
    sys.path.remove(str(folder.parent))


def test_python_client_has_every_operation_and_works(registry: Registry, document: Path, python_client: Path) -> None:
    items = json.loads(document.read_text())["paths"].values()
    operations = [each["operationId"] for item in items for each in item.values() if isinstance(each, dict)]
    modules = [each for each in python_client.glob("api/*/*.py") if each.stem != "__init__"]
    assert len(modules) == len(operations)

    def module(name: str) -> Any:
        return importlib.import_module(f"registry_of_python.{name}")

    with module("client").Client(base_url=registry.url) as client:
        body = module("models").RegisterRequest(
            name="python", schema_type=module("models").SchemaFormat.JSON, specification=SCHEMA
        )
        made = module("api.native.register_schema").sync(client=client, body=body)
        assert (made.identification, made.version) == ("1", "1")
        read = module("api.native.get_schema").sync(client=client, schema_id=1)
        assert (read.name, len(read.schemas)) == ("python", 1)
        subject = module("models").SchemaRequest(schema=SCHEMA, schema_type="JSON")
        registered = module("api.confluent.register_version").sync(client=client, subject="orders", body=subject)
        assert registered.id == 1
        found = module("api.confluent.get_subject_version").sync(client=client, subject="orders", version="latest")
        assert json.loads(found.schema) == json.loads(SCHEMA)


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A folder with the generator and the compiler."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path / "node"
    folder.mkdir()
    (folder / "package.json").write_text('{"private": true}')
    installed = _npm(folder, *PACKAGES)
    if installed.returncode:
        pytest.skip(f"npm cannot install: {installed.stderr[-200:]}")
    return folder


def _npm(folder: Path, *packages: str) -> subprocess.CompletedProcess[str]:
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", *packages]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=180)


def _tool(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["npx", "--no-install", *words], cwd=folder, capture_output=True, text=True, check=False)


def test_typescript_client_compiles_and_works(registry: Registry, document: Path, node: Path) -> None:
    generated = _tool(node, "openapi-typescript", str(document), "-o", "schema.d.ts", "--default-non-nullable", "false")
    assert generated.returncode == 0, generated.stderr
    (node / "main.ts").write_text(MAIN)
    options = ("--strict", "--skipLibCheck", "--esModuleInterop", "--target", "es2022", "--module", "nodenext")
    compiled = _tool(node, "tsc", *options, "main.ts")
    assert compiled.returncode == 0, compiled.stdout
    ran = subprocess.run(["node", "main.js", registry.url], cwd=node, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"text": SCHEMA, "wrong": "Schema is not valid"}


def test_linter_of_redocly_finds_no_error(document: Path, node: Path) -> None:
    installed = _npm(node, "@redocly/cli@2")
    if installed.returncode:
        pytest.skip(f"npm cannot install: {installed.stderr[-200:]}")
    linted = _tool(node, "redocly", "lint", str(document), "--format=json")
    found = json.loads(linted.stdout)["totals"]
    assert (found["errors"], linted.returncode) == (0, 0)
