"""Containers of the chart as processes: they pass their probes and process messages.

They run as in the manifest: command, arguments, environment, mounts, user, and a read-only file
system.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from sluicegate.shared.key_text import new_key
from sluicegate.shared.quickstart.ports import free_port
from sluicegate.shared.quickstart.postgres import PostgresServer
from tests.acceptance.pairs.ends import End, Record
from tests.acceptance.traffic import PERSON
from tests.fixtures.containers import ADDRESS, Container, Node
from tests.helm.chart import Values, merged, pods, render, value_set

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("careless_sockets")]

REGISTRY = "demo-sluicegate-registry"
MIGRATION = "demo-sluicegate-migration"
ORDERS = "demo-sluicegate-validator-orders"
KEYS = {"manager-key": str(new_key()), "validator-key": str(new_key())}
"""The first keys. A cluster makes such a Secret at the installation."""
GIVEN = {"demo-sluicegate-registry-keys": KEYS}
SCHEMA_HEADERS = ("schemaId", "versionId", "format")
BROKERS = ("kafka", "pubsub", "servicebus")


def test_migration_registry_and_test_run(empty_database_url: str, tmp_path: Path) -> None:
    port = free_port()
    values = merged(value_set("default"), {"registry": {"port": port, "service": {"port": port}}})
    node = Node(
        tmp_path,
        render(values),
        {"registry-database": {"url": empty_database_url}, **GIVEN},
        sockets(empty_database_url),
    )
    with node.running("Deployment", REGISTRY) as registry:
        registry.await_probe("livenessProbe")
        assert not registry.probe("readinessProbe"), "ready without tables"
        assert completed(node.container("Job", MIGRATION)) == 0
        registry.await_started()
        assert completed(node.container("Pod", "demo-sluicegate-test")) == 0
        assert registry.stop() == 0


def test_registry_with_everything_switched_on_serves_https(database_url: str, tmp_path: Path) -> None:
    port = free_port()
    change = {"registry": {"port": port, "service": {"port": port}}, "database": {"url": database_url}}
    values = merged(value_set("full"), change)
    authority = trustme.CA()
    certificate = authority.issue_cert(REGISTRY)
    chain = "".join(part.bytes().decode() for part in certificate.cert_chain_pems)
    key = encrypted(certificate.private_key_pem.bytes(), values["registry"]["secrets"]["tls__key_password"]["value"])
    given = {
        "registry-tls": {"tls.crt": chain, "tls.key": key},
        "authority": {"ca.crt": authority.cert_pem.bytes().decode()},
        "registry-keys": {"manager.key": KEYS["manager-key"], "validator.key": KEYS["validator-key"]},
    }
    node = Node(tmp_path, render(values), given, sockets(database_url))
    with node.running("Deployment", REGISTRY) as registry:
        registry.await_started()
        assert completed(node.container("Pod", "demo-sluicegate-test")) == 0
        assert registry.stop() == 0


def test_migration_and_registry_take_the_parts_of_an_address(tmp_path: Path) -> None:
    """Host and user from values, the password from a Secret, over TCP."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder) / "data", free_port(), durable=False) as server:
            address = urlsplit(server.tcp_url)
            parts = {"host": address.hostname, "port": address.port, "name": "postgres", "user": address.username}
            port = free_port()
            values = {
                "registry": {"port": port},
                "database": {**parts, "passwordSecret": {"name": "registry-postgres"}},
            }
            node = Node(tmp_path, render(values), {"registry-postgres": {"password": address.password or ""}, **GIVEN})
            assert completed(node.container("Job", MIGRATION)) == 0
            with node.running("Deployment", REGISTRY) as registry:
                registry.await_started()
                assert registry.stop() == 0


@pytest.mark.parametrize("source", BROKERS)
def test_messages_flow_through_a_validator(
    source: str, make_end: Callable[[str], End], database_url: str, tmp_path: Path
) -> None:
    end = make_end(source)
    values, secrets = installation(end, database_url)
    node = Node(tmp_path, render(values), secrets, sockets(database_url))
    with node.running("Deployment", REGISTRY) as registry:
        registry.await_started()
        schema = register(values["registry"]["port"])
        with node.running("Deployment", ORDERS) as validator:
            validator.await_started()
            end.put(list(records(schema)))
            found = end.take({"valid": 20, "dead_letter": 10})
            assert {json.loads(each.payload or b"")["age"] for each in found["valid"]} == set(range(20))
            assert validator.stop() == 0, validator.log
        assert registry.stop() == 0


ATTEMPTS = """
import os
print(os.getuid(), os.getgid(), os.getgroups(), os.uname().nodename)
for place in ("/", "/etc", "/etc/sluicegate/settings", "/usr", "/var/lib/sluicegate/snapshot", "/tmp"):
    try:
        open(f"{place}/written", "w").close()
        print(place)
    except OSError:
        pass
"""


def test_container_is_confined(tmp_path: Path) -> None:
    """Assumption of the tests above: the process may write to its volumes only."""
    node = Node(tmp_path, render(value_set("pubsub")), {"sluicegate-registry-keys": KEYS})
    container = node.container("Deployment", ORDERS)
    container.spec = {**container.spec, "command": ["python", "-c", ATTEMPTS], "args": [], "env": []}
    assert completed(container) == 0
    assert container.log.splitlines() == [
        f"10001 10001 [] {ORDERS}-0",
        "/var/lib/sluicegate/snapshot",
        "/tmp",
    ]


def installation(end: End, database_url: str) -> tuple[Values, dict[str, dict[str, str]]]:
    """Values of a registry and a validator of this broker, and the Secrets that they need."""
    port = free_port()
    source, destination = end.source(), end.destination()
    secrets = {}
    for name, table in (("source", source), ("destination", destination)):
        if "connection_string" in table:
            secrets[f"{name}__connection_string"] = {"value": table.pop("connection_string")}
    validator = {"source": source, "destination": destination, "secrets": secrets, "port": free_port()}
    change = {
        "registry": {"port": port, "service": {"port": port}},
        "validators": {"orders": validator},
    }
    return merged(value_set("default"), change), {"registry-database": {"url": database_url}, **GIVEN}


def sockets(url: str) -> list[Path]:
    """The folder of the database's socket, if it is reached by one.

    Opened for the containers' user.
    """
    found = [Path(folder) for folder in parse_qs(urlsplit(url).query).get("host", ()) if folder.startswith("/")]
    for folder in found:
        folder.chmod(0o711)
        for socket in folder.glob(".s.PGSQL.*[0-9]"):
            socket.chmod(0o777)
    return found


def register(port: int) -> str:
    """Register the schema of persons."""
    body = {"name": "person", "schema_type": "json", "specification": json.dumps(PERSON)}
    url, headers = f"http://{ADDRESS}:{port}/schemas", {"X-API-Key": KEYS["manager-key"]}
    assert httpx.post(url, json=body).status_code == 401
    assert httpx.post(url, json=body, headers={"X-API-Key": KEYS["validator-key"]}).status_code == 403
    answer = httpx.post(url, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["identification"])


def records(schema: str) -> Iterator[Record]:
    """Twenty valid messages, and ten that are not."""
    headers = tuple(zip(SCHEMA_HEADERS, (schema, "1", "json"), strict=True))
    for number in range(30):
        body: dict[str, Any] = {"name": "n", "age": number} if number < 20 else {"age": -number}
        yield Record(json.dumps(body).encode(), f"key-{number % 7}", headers)


def completed(container: Container) -> int:
    """Run to the end; the log is shown when the exit code is not 0."""
    container.start()
    try:
        code = container.finish()
    finally:
        container.kill()
    print(container.log)
    return code


def encrypted(key: bytes, password: str) -> str:
    """A private key that needs a password."""
    loaded = load_pem_private_key(key, None)
    protection = BestAvailableEncryption(password.encode())
    return loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection).decode()


def test_no_container_is_forgotten() -> None:
    """Each kind of Sluicegate's containers has a test above.

    The bundled Postgres has its own image.
    """
    names = {name for each in ("default", "bundled", "full") for name, _ in pods(render(value_set(each)))}
    kinds = {name.split("/")[1].removeprefix("demo-sluicegate-").split("-")[0] for name in names}
    assert kinds == {"migration", "registry", "test", "validator", "postgres"}
