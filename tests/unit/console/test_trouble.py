"""Every failure ends in one clear line and an exit code, never in a traceback."""

import json
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from sluicegate.shared.client import errors as client_errors
from sluicegate.shared.client.errors import ClientError
from sluicegate.shared.console import errors
from sluicegate.shared.console.command import EXIT_CODES
from sluicegate.shared.console.errors import ConsoleError
from sluicegate.shared.console.schema import schema
from tests.fakes.clock import FakeClock
from tests.fakes.native_registry import FakeRegistry
from tests.fakes.scripted_transport import ScriptedTransport
from tests.unit.console.conftest import Run

HTML = {"Content-Type": "text/html; charset=utf-8"}
REFUSED = httpx.ConnectError("[Errno 111] Connection refused")


def html(status: int) -> httpx.Response:
    """Return a proxy's answer."""
    return httpx.Response(status, headers=HTML, text="<html><h1>nginx</h1></html>")


def test_each_error_class_has_an_exit_code() -> None:
    bases = (ConsoleError, ClientError)
    found = (*vars(errors).values(), *vars(client_errors).values())
    classes = {each for each in found if isinstance(each, type) and issubclass(each, bases)}
    assert set(EXIT_CODES) == classes - set(bases)


@pytest.mark.parametrize(
    ("step", "code", "said"),
    [
        (REFUSED, 3, "Cannot reach the registry at http://r:1: [Errno 111] Connection refused. Start it"),
        (httpx.ConnectTimeout(""), 3, "it does not answer in time"),
        (httpx.ReadTimeout(""), 3, "it does not answer in time"),
        (httpx.RemoteProtocolError("Server disconnected"), 3, "Server disconnected"),
        (UnicodeError("label too long"), 3, "label too long"),
        (html(200), 3, "answered 200 OK with text/html, which is not a registry's answer"),
        (html(404), 3, "answered 404 Not Found with text/html"),
        (html(413), 3, "answered 413 Request Entity Too Large with text/html"),
        (html(401), 1, "refuses access (401 Unauthorized). Check the API key. Give it with --api-key"),
        (httpx.Response(403, json={"message": "No role."}), 1, "(403 Forbidden): No role. Check the API key."),
        (html(502), 3, "failed with 502 Bad Gateway. Try again later."),
        (httpx.Response(500, json={"message": "Internal Server Error"}), 3, "500 Internal Server Error: Internal"),
        (httpx.Response(200, json={"schemas": 1}), 3, "which is not a registry's answer"),
        (httpx.Response(200, content=b'{"a'), 3, "with no content type, which is not a registry's answer"),
        (httpx.Response(200, content=b"\xff\xfe"), 3, "not a registry's answer"),
        (
            httpx.Response(302, headers={"Location": "https://r/"}),
            3,
            "redirects to https://r/. Use the registry's own",
        ),
        (httpx.Response(429, json={"message": "Slow down"}), 1, "Error: Slow down"),
        (httpx.Response(204), 3, "not a registry's answer"),
    ],
)
@pytest.mark.parametrize("command", ["list", "get 1", "delete 1 --yes", "update 1 FILE", "check compatibility 1 FILE"])
def test_every_kind_of_answer_ends_clearly(
    run: Run, person: Path, command: str, step: httpx.Response | Exception, code: int, said: str
) -> None:
    words = [str(person) if word == "FILE" else word for word in command.split()]
    result = run(*words, "--registry", "http://r:1", transport=ScriptedTransport(step))
    assert result.exit_code == code
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_json_leaves_standard_output_empty_when_no_registry_spoke(run: Run) -> None:
    result = run("list", "--json", transport=ScriptedTransport(REFUSED))
    assert (result.exit_code, result.stdout) == (3, "")
    assert "Cannot reach" in result.stderr


def test_json_of_refused_access_is_a_report(run: Run) -> None:
    result = run("list", "--json", transport=ScriptedTransport(html(401)))
    assert result.exit_code == 1
    assert "--api-key" in json.loads(result.stdout)["message"]


def test_a_password_in_the_address_is_not_shown(run: Run) -> None:
    result = run("list", "--registry", "http://me:secret@r:1/base", transport=ScriptedTransport(REFUSED))
    assert "http://r:1/base:" in result.stderr
    assert "secret" not in result.output


@pytest.mark.parametrize("passing", [REFUSED, httpx.ReadTimeout(""), html(502), html(503), html(504)])
def test_reads_are_tried_again(run: Run, clock: FakeClock, passing: httpx.Response | Exception) -> None:
    transport = ScriptedTransport(passing, passing, httpx.Response(200, json=[]))
    assert run("list", transport=transport).exit_code == 0
    assert len(clock.waits) == 2


def test_checks_change_nothing_so_they_are_tried_again(run: Run, person: Path) -> None:
    transport = ScriptedTransport(REFUSED, httpx.Response(200, json=True))
    assert run("check", "validity", person, transport=transport).exit_code == 0


@pytest.mark.parametrize("command", ["register FILE", "update 1 FILE", "delete 1 --yes"])
@pytest.mark.parametrize("step", [REFUSED, html(503)])
def test_changes_are_tried_once(
    run: Run, person: Path, clock: FakeClock, command: str, step: httpx.Response | Exception
) -> None:
    transport = ScriptedTransport(step)
    result = run(*(str(person) if word == "FILE" else word for word in command.split()), transport=transport)
    assert (result.exit_code, len(transport.requests), clock.waits) == (3, 1, [])


def test_500_is_not_tried_again(run: Run) -> None:
    transport = ScriptedTransport(httpx.Response(500, json={"message": "x"}))
    run("list", transport=transport)
    assert len(transport.requests) == 1


@pytest.mark.parametrize("answer", [False, "true", 0, {}])
def test_a_check_that_is_not_answered_with_true_is_no_yes(run: Run, person: Path, answer: object) -> None:
    transport = ScriptedTransport(httpx.Response(200, json=answer))
    assert run("check", "validity", person, transport=transport).exit_code == 3


@pytest.mark.parametrize(
    ("name", "value"), [("HTTP_PROXY", "http://p:x"), ("ALL_PROXY", "ftp://p"), ("SSL_CERT_FILE", "/not/there.pem")]
)
def test_an_environment_that_cannot_be_used(name: str, value: str) -> None:
    result = CliRunner().invoke(schema, ["list"], env={name: value})
    assert result.exit_code == 2
    assert "proxy or certificates cannot be used" in result.stderr


@pytest.mark.parametrize("number", ["x", "", "1.5", "1" * 5000])
@pytest.mark.parametrize("command", ["list", "get 1", "diff 1"])
def test_a_version_without_a_number(run: Run, registry: FakeRegistry, command: str, number: str) -> None:
    registry.add("{}")
    registry.schemas[1]["schemas"][0]["version"] = number
    result = run(*command.split())
    assert (result.exit_code, "not a registry's answer" in result.stderr) == (3, True)


@pytest.mark.parametrize("specification", ["***", "é", "YQ"])
def test_a_version_without_readable_base64(run: Run, registry: FakeRegistry, specification: str) -> None:
    registry.add("{}")
    registry.schemas[1]["schemas"][0]["specification"] = specification
    result = run("get", 1, "--spec")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "version 1 of schema 1 without readable base64" in result.stderr


@pytest.mark.parametrize(
    "command", ["register FILE --format json", "update 1 FILE", "check validity FILE --format json"]
)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (b'{"a": "\xe9"}', "is not UTF-8 text (byte 7)"),
        ("{}".encode("utf-16"), "is not UTF-8 text (byte 0)"),
    ],
)
def test_a_file_that_cannot_be_read(
    run: Run, registry: FakeRegistry, tmp_path: Path, command: str, content: bytes | None, said: str
) -> None:
    file = tmp_path / "s.json"
    if content is not None:
        file.write_bytes(content)
    result = run(*(file if word == "FILE" else word for word in command.split()))
    assert result.exit_code == 2
    assert f"Error: {file} " in result.stderr
    assert said in result.stderr
    assert registry.requests == []


def test_a_folder_is_no_file(run: Run, tmp_path: Path) -> None:
    result = run("register", tmp_path)
    assert (result.exit_code, "Is a directory" in result.stderr) == (2, True)


def test_a_path_with_a_nul_is_no_file(run: Run) -> None:
    assert run("register", "a\0b.json").exit_code == 2


def test_empty_standard_input(run: Run) -> None:
    assert "standard input is empty" in run("update", 1, "-").stderr


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8080",
        "ftp://r",
        "http://",
        "http://r:99999",
        "http://r:x",
        "http://r?x=1",
        "r",
        "http://[::1",
        "http://\udcff",
    ],
)
def test_an_address_that_is_none_is_wrong_usage(run: Run, address: str) -> None:
    result = run("list", "--registry", address)
    assert result.exit_code == 2
    assert "Invalid value for '--registry'" in result.stderr


def test_the_address_may_have_a_path(run: Run, registry: FakeRegistry) -> None:
    run("list", "--registry", "https://r/base/")
    assert str(registry.requests[-1].url) == "https://r/base/schemas?limit=1000&offset=0"


def test_address_and_key_come_from_the_environment(run: Run, registry: FakeRegistry) -> None:
    run("list", env={"SLUICEGATE_REGISTRY": "http://elsewhere:1", "SLUICEGATE_API_KEY": "k1"})
    assert registry.requests[-1].url.host == "elsewhere"
    assert registry.requests[-1].headers["X-API-Key"] == "k1"
    run("list", "--api-key", "k2", env={"SLUICEGATE_API_KEY": "k1"})
    assert registry.requests[-1].headers["X-API-Key"] == "k2"


def test_no_key_sends_no_header(run: Run, registry: FakeRegistry) -> None:
    run("list")
    assert "X-API-Key" not in registry.requests[-1].headers


@pytest.mark.parametrize("key", ["sec\nret", "secré", "sec ret", " secret"])
def test_a_key_that_no_header_carries_is_refused_unshown(run: Run, key: str) -> None:
    result = run("list", "--api-key", key)
    assert (result.exit_code, "sec" in result.output) == (2, False)


@pytest.mark.parametrize("option", ["--name", "--attributes"])
def test_words_that_are_not_utf_8_are_wrong_usage(run: Run, registry: FakeRegistry, option: str) -> None:
    result = run("search", option, "\udcff")
    assert (result.exit_code, "not UTF-8" in result.stderr, registry.requests) == (2, True, [])


def test_a_file_whose_name_is_not_utf_8(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "\udcff.json"
    assert "\\udcff.json does not exist" in run("register", file).stderr
    file.write_text("{}")
    assert "The name must not contain a lone surrogate." in run("register", file).stderr
    assert run("register", file, "--name", "n").exit_code == 0


@pytest.mark.parametrize("words", ["get", "get x", "get 0", "get 1 2", "nothing", "list --limit 0", "list --limit x"])
def test_wrong_usage(run: Run, words: str) -> None:
    assert run(*words.split()).exit_code == 2
