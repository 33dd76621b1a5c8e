"""Hostile payloads in a process with 2 seconds of processor time and 512 MB.

The process must continue with the next payload.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sluicegate.shared.model import SchemaFormat
from sluicegate.shared.sandbox.channel import Channel
from tests.fakes.validating_child import ACCEPTED, REJECTED
from tests.hostile.case import Bait, HostilePayload
from tests.hostile.cases import PAYLOADS, parameters

PATIENCE = 80.0
NOTHING = b"\xff\xff\xff"
"""No payload of any format."""


@contextmanager
def validating(schema_format: SchemaFormat, schema: str) -> Iterator[Channel]:
    """A process that has compiled a schema."""
    ours, theirs = socket.socketpair()
    root = Path(__file__).parents[2]
    with theirs:
        command = [sys.executable, "-m", "tests.fakes.validating_child", schema_format.value]
        process = subprocess.Popen(command, stdin=theirs.fileno(), cwd=root)
    channel = Channel(ours)
    try:
        channel.send(schema.encode())
        assert channel.receive(100, PATIENCE) == b"compiled"
        yield channel
    finally:
        channel.close()
        process.kill()
        process.wait()


@pytest.mark.parametrize("case", parameters(PAYLOADS))
def test_a_payload(bait: Bait, case: HostilePayload) -> None:
    with validating(case.format, case.schema) as channel:
        channel.send(case.payload(bait), PATIENCE)
        verdict = channel.receive(1, PATIENCE)
        channel.send(NOTHING)
        assert channel.receive(1, PATIENCE) == REJECTED
    if case.accepted is not None:
        assert verdict == (ACCEPTED if case.accepted else REJECTED)
