"""`sluicegate send` and `receive` against everything real: the quickstart's registry, broker and validator."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

PROGRAM = str(Path(sys.executable).with_name("sluicegate"))
PROTO = 'syntax = "proto3"; package shop; message Item { string sku = 1; } message Bill { repeated Item items = 1; }'
SECONDS = 60.0


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def addresses() -> Iterator[Mapping[str, Any]]:
    """The addresses of a quickstart without a demonstration."""
    with tempfile.TemporaryDirectory(prefix="quickstart-") as folder:
        Path(folder).chmod(0o711)
        command = [PROGRAM, "quickstart", "--json", "--registry-port", "0", "--kafka-port", "0", "--no-demo"]
        started = subprocess.Popen([*command, "--data-dir", f"{folder}/data"], text=True, stdout=subprocess.PIPE)
        assert started.stdout is not None
        yield json.loads(started.stdout.readline())
        started.terminate()
        started.communicate(timeout=SECONDS)


@pytest.fixture(scope="module")
def run(addresses: Mapping[str, Any]) -> Run:
    """Run `sluicegate` with standard input; the environment has the addresses."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "SLUICEGATE_URL": addresses["registry_url"],
        "SLUICEGATE_API_KEY": addresses["manager_key"],
        "SLUICEGATE_KAFKA": addresses["bootstrap"],
    }

    def run(*words: str, stdin: str | bytes = b"") -> Ran:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        ended = subprocess.run(
            [PROGRAM, *words], input=given, capture_output=True, env=environment, timeout=SECONDS, check=False
        )
        out, err = ended.stdout.decode(), ended.stderr.decode()
        assert "Traceback" not in err
        return Ran(ended.returncode, out, err)

    return run


@pytest.fixture(scope="module", autouse=True)
def schemas(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A schema of each kind that messages are made of."""
    folder = tmp_path_factory.mktemp("schemas")
    texts = {
        "person.json": '{"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}',
        "order.avsc": '{"type": "record", "name": "Order", "fields": [{"name": "number", "type": "long"}]}',
        "bill.proto": PROTO,
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        assert run("schema", "register", str(folder / name)).code == 0


def last(run: Run, topic: str) -> dict[str, Any]:
    found = run("receive", topic, "--json")
    assert found.code == 0, found.err
    value = json.loads(found.out.splitlines()[-1])
    assert isinstance(value, dict)
    return value


def test_good_message_is_shown_on_valid(run: Run) -> None:
    sent = run("send", "--schema", "person", "--key", "ada", "--header", "trace=t1", stdin='{"age": 36}')
    assert sent.code == 0, sent.err
    assert "Valid: arrived at valid/0/" in sent.out
    found = last(run, "valid")
    assert (found["payload"], found["key"]) == ({"age": 36}, "ada")
    assert found["headers"] == {"schemaId": "1", "versionId": "1", "format": "json", "trace": "t1"}


def test_bad_message_is_shown_as_dead_letter_with_the_reason(run: Run) -> None:
    sent = run("send", "--schema", "person:1", stdin='{"age": -1}')
    assert sent.code == 1, sent.err
    assert "payload_invalid: -1 is less than the minimum of 0 (at /age)" in sent.out
    shown = run("receive", "dead-letter", "--last", "1").out
    assert "payload_invalid: -1 is less than the minimum" in shown
    assert '{"age": -1}' in shown


def test_avro_and_protobuf_are_made_from_json_and_shown_as_json(run: Run) -> None:
    assert run("send", "--schema", "order", stdin='{"number": 7}').code == 0
    assert last(run, "valid")["payload"] == {"number": 7}
    bill = '{"items": [{"sku": "a"}]}'
    assert run("send", "--schema", "bill", "--message-type", "shop.Bill", stdin=bill).code == 0
    found = last(run, "valid")
    assert (found["payload"], found["headers"]["messageType"]) == (json.loads(bill), "shop.Bill")


@pytest.mark.parametrize(
    ("words", "text", "value"),
    [
        (("--schema", "order"), '{"number": 8}', {"number": 8}),
        (("--schema", "bill"), '{"sku": "b"}', {"sku": "b"}),
        (("--schema", "bill", "--message-type", "Bill"), '{"items": [{}]}', {"items": [{}]}),
    ],
)
def test_frame_names_the_schema_as_confluents_serializers_do(
    run: Run, words: tuple[str, ...], text: str, value: object
) -> None:
    """The quickstart's validator goes by attributes, so it says that they are missing."""
    sent = run("send", *words, "--frame", "--json", stdin=text)
    assert json.loads(sent.out)[0]["code"] == "attribute_missing"
    assert last(run, "dead-letter")["payload"] == value


def test_each_line_is_a_message_and_has_its_own_result(run: Run) -> None:
    sent = run("send", "--schema", "person", "--lines", "--json", stdin='{"age": 1}\n\n{"age": "x"}\n{"age": 1}\n')
    assert sent.code == 1
    found = json.loads(sent.out)
    assert [each["result"] for each in found] == ["valid", "dead_letter", "valid"]
    assert found[0]["arrived"] != found[2]["arrived"]


def test_raw_bytes_are_sent_as_they_are(run: Run) -> None:
    sent = run("send", "--schema", "order", "--raw", stdin=b"\xff\xff")
    assert sent.code == 1
    assert "payload_malformed" in sent.out


def test_result_that_no_validator_gives_is_unknown(run: Run) -> None:
    sent = run("send", "--topic", "elsewhere", "--wait", "1", stdin="x")
    assert sent.code == 3
    assert "Unknown: no validator has passed it on" in sent.out
    assert run("send", "--topic", "elsewhere", "--wait", "0", stdin="x").code == 0


@pytest.mark.parametrize(
    ("words", "text", "code", "message"),
    [
        (("--schema", "order"), '{"number": "x"}', 2, '"x" is not a whole number of 64 bits (at /number)'),
        (("--schema", "order"), b"\xff", 2, "standard input is not JSON in UTF-8 (byte 0). --raw sends"),
        (("--schema", "orde"), "{}", 2, "No schema is named 'orde'. Did you mean order?"),
        (("--schema", "99"), "{}", 1, "Schema with id=99"),
        (("--frame",), "{}", 2, "--frame and --message-type belong to a schema"),
        (("nowhere.json",), "{}", 2, "nowhere.json cannot be read: No such file"),
        (("-b", "127.0.0.1:9"), "{}", 3, "Cannot use the Kafka broker at 127.0.0.1:9"),
        (("--config", "nonsense=1"), "{}", 3, 'No such configuration property: "nonsense"'),
        (("-H", "nonsense"), "{}", 2, "'nonsense' is not NAME=VALUE"),
    ],
)
def test_mistakes_are_one_line(run: Run, words: tuple[str, ...], text: str, code: int, message: str) -> None:
    sent = run("send", *words, stdin=text)
    assert sent.code == code, sent.out + sent.err
    assert message in sent.err


def test_receive_shows_a_topic_from_its_start_and_ends(run: Run) -> None:
    for number in range(3):
        assert run("send", "-t", "letters", "--wait", "0", "--key", str(number), stdin=f"text {number}").code == 0
    found = [json.loads(line) for line in run("receive", "letters", "--json").out.splitlines()]
    assert sorted(each["payload"] for each in found) == ["text 0", "text 1", "text 2"]
    assert len(run("receive", "letters", "--limit", "2", "--json").out.splitlines()) == 2
    missing = run("receive", "nosuchtopic")
    assert (missing.code, "has no topic 'nosuchtopic'" in missing.err) == (2, True)


def test_last_counts_messages_where_offsets_are_not(run: Run, addresses: Mapping[str, Any]) -> None:
    """The end of a transaction takes an offset, as after a redrive."""
    producer = Producer({"bootstrap.servers": addresses["bootstrap"], "transactional.id": "last", "log_level": 0})
    producer.init_transactions(SECONDS)
    for batch in (("one", "two"), ("three",)):
        producer.begin_transaction()
        for text in batch:
            producer.produce("paid", text, partition=0)
        producer.commit_transaction(SECONDS)
    found = {count: run("receive", "paid", "--last", str(count), "--json").out.splitlines() for count in (0, 1, 2, 9)}
    payloads = {count: [json.loads(line)["payload"] for line in lines] for count, lines in found.items()}
    assert payloads == {0: [], 1: ["three"], 2: ["two", "three"], 9: ["one", "two", "three"]}
