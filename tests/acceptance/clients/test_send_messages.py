"""The programs in docs/how-to/send-messages.md send a message that names its schema."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.acceptance.clients.golang import SOURCE as GO_MODULE
from tests.acceptance.clients.node import NodeClient, RuntimeMissing
from tests.acceptance.clients.passage import read
from tests.fixtures.kafka_jars import KafkaJarsMissing, kafka_jars
from tests.fixtures.kafka_topics import MakeTopic

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "send-messages.md"
RUN_SECONDS = 600.0


def snippet(language: str) -> str:
    """Return the program of the page in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def python_command(folder: Path) -> Sequence[str]:
    return [sys.executable, str(folder / "send.py")]


def java_command(folder: Path) -> Sequence[str]:
    if shutil.which("javac") is None:
        pytest.skip("Java: no JDK is installed")
    try:
        jars = kafka_jars()
    except KafkaJarsMissing as reason:
        pytest.skip(f"Java: {reason}")
    return ["java", "-cp", f"{jars}/*", str(folder / "Send.java")]


def node_command(folder: Path) -> Sequence[str]:
    try:
        package = NodeClient("kafkajs", "kafkajs_producer.cjs").installed()
    except RuntimeMissing as reason:
        pytest.skip(f"Node: {reason}")
    (folder / "node_modules").symlink_to(package.parent)
    return ["node", str(folder / "send.cjs")]


def go_command(folder: Path) -> Sequence[str]:
    if shutil.which("go") is None:
        pytest.skip("Go: go is not on the PATH")
    for name in ("go.mod", "go.sum"):
        shutil.copy(GO_MODULE / name, folder)
    done = subprocess.run(
        ["go", "build", "-o", "send", "."], cwd=folder, capture_output=True, text=True, timeout=RUN_SECONDS
    )
    if done.returncode != 0 and "dial tcp" in done.stderr:
        pytest.skip("Go: the modules cannot be downloaded")
    assert done.returncode == 0, done.stderr[-3000:]
    return [str(folder / "send")]


@pytest.mark.parametrize(
    ("language", "file", "command"),
    [
        ("python", "send.py", python_command),
        ("java", "Send.java", java_command),
        ("javascript", "send.cjs", node_command),
        ("go", "main.go", go_command),
    ],
)
def test_example_sends_a_message_with_its_schema(
    language: str,
    file: str,
    command: Callable[[Path], Sequence[str]],
    kafka_bootstrap: str,
    make_topic: MakeTopic,
    tmp_path: Path,
) -> None:
    topic = make_topic("input", partitions=1)
    program = snippet(language).replace("127.0.0.1:9092", kafka_bootstrap)
    program = re.sub(r"""(["'])input\1""", rf"\1{topic}\1", program)
    (tmp_path / file).write_text(program, encoding="utf-8")
    done = subprocess.run(list(command(tmp_path)), cwd=tmp_path, capture_output=True, text=True, timeout=RUN_SECONDS)
    assert done.returncode == 0, done.stderr[-3000:]
    (message,) = read(kafka_bootstrap, topic, 1)
    assert dict(message.headers() or []) == {"schemaId": b"3", "versionId": b"1", "format": b"json"}
    assert (message.value() or b"").replace(b" ", b"") == b'{"name":"Ada","age":36}'
