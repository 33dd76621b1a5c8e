"""The Go program in `go/`: franz-go's registry client and hamba/avro, built once and cached."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.acceptance.clients.node import RuntimeMissing, kept
from tests.acceptance.clients.orders import ORDERS, VALUE

SOURCE = Path(__file__).parent / "go"
BUILD_SECONDS = 900.0
RUN_SECONDS = 100.0


def built() -> Path:
    """Return the program. Raises `RuntimeMissing`. Several processes may call it at once."""
    if shutil.which("go") is None:
        raise RuntimeMissing("go is not on the PATH")
    text = b"".join(file.read_bytes() for file in sorted(SOURCE.iterdir()))
    with kept("go-client") as folder:
        program = folder / hashlib.sha256(text).hexdigest()[:16]
        if not program.exists():
            _build(program)
    return program


def _build(program: Path) -> None:
    try:
        done = subprocess.run(
            ["go", "build", "-o", str(program), "."], cwd=SOURCE, capture_output=True, text=True, timeout=BUILD_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise RuntimeMissing(f"go did not build the client within {BUILD_SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise RuntimeMissing(f"go cannot build the client: {done.stderr.strip()[-300:]}")


def run(program: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Run the program with a request, and return its results."""
    done = subprocess.run([str(program)], input=json.dumps(asked), capture_output=True, text=True, timeout=RUN_SECONDS)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def formats() -> list[dict[str, Any]]:
    """Return the orders in each format, as the program takes them."""
    return [
        {
            "type": order.type,
            "schema": order.schema,
            "reference": {"name": order.name, "schema": order.part},
            "message": "Order",
            "value": VALUE,
        }
        for order in ORDERS
    ]
