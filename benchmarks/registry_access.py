"""Cost of access control: the same requests without it, with an API key, and with a bearer token."""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

from benchmarks import wrk
from benchmarks.registry_reads import a_version, repeated
from benchmarks.registry_rows import Contender, Processes, Row, turns
from benchmarks.registry_server import DatabaseServer, Server, serving
from benchmarks.registry_writes import load
from sluicegate.shared.key_text import new_key
from sluicegate.shared.quickstart.ports import HOST

_AUDIENCE: Final = "sluicegate"
_ALGORITHM: Final = "ES256"
_HOUR: Final = 3600


def access(postgres: DatabaseServer, seconds: int, rounds: int) -> list[Row]:
    """An open registry and one with access control, on one database, in turn."""
    with tempfile.TemporaryDirectory() as folder, issuer() as (address, token):
        key = str(new_key())
        settings = _settings(Path(folder), address, key)
        with serving(postgres) as open_server, serving(postgres, config=settings) as guarded:
            path = a_version(httpx.Client(base_url=open_server.url), "guarded")
            callers = {
                "no access control": (open_server, None),
                "an API key": (guarded, f"Authorization: Bearer {key}"),
                f"a bearer token ({_ALGORITHM})": (guarded, f"Authorization: Bearer {token}"),
            }
            reads, writes = list[Contender](), list[Contender]()
            for name, (server, header) in callers.items():
                processes = Processes(server.pid, postgres.pid)
                read = repeated(server.url + path, seconds, header)
                reads.append(Contender(f"hot reads, {name}", processes, read))
                writes.append(Contender(f"registrations, {name}", processes, _writing(server, seconds, header)))
            found = [turns(reads, rounds), turns(writes, rounds)]
    return [each.row(None if each is group[0] else group[0]) for group in found for each in group]


def _writing(server: Server, seconds: int, header: str | None) -> Callable[[int], wrk.Load]:
    return lambda _: load(server, seconds, "native", "json", header=header)


@contextmanager
def issuer() -> Iterator[tuple[str, str]]:
    """Run an issuer that publishes its key, and yield its address and a token of its own."""
    key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": _ALGORITHM}, private=True)
    keys = json.dumps({"keys": [key.as_dict(private=False)]}).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(keys)))
            self.end_headers()
            self.wfile.write(keys)

        def log_request(self, *_: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer((HOST, 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address, now = f"http://{HOST}:{server.server_port}", int(time.time())
    claims = {"iss": address, "aud": _AUDIENCE, "sub": "benchmark", "groups": ["all"], "iat": now, "exp": now + _HOUR}
    try:
        yield address, jwt.encode({"alg": _ALGORITHM, "kid": "one"}, claims, key)
    finally:
        server.shutdown()


def _settings(folder: Path, address: str, key: str) -> Path:
    keys, settings = folder / "key", folder / "registry.toml"
    keys.write_text(key)
    settings.write_text(f"""
[auth]
mode = "keys"
bootstrap_key_file = "{keys}"

[[auth.oidc]]
issuer = "{address}"
audiences = ["{_AUDIENCE}"]
jwks_url = "{address}/keys"
grants.all = [{{ role = "manager" }}]
""")
    return settings
