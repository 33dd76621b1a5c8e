"""Logins: a key is kept for one registry, for one user, after the registry has accepted it."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from sluicegate.shared.console.command import Surroundings
from sluicegate.shared.console.login import login, logout
from sluicegate.shared.console.profiles import Profiles
from sluicegate.shared.console.schema import schema
from tests.fakes.clock import FakeClock

ADDRESS = "http://registry.example.com:8080"
Ask = Callable[..., Result]


class Registry(httpx.BaseTransport):
    """Accepts one key, and notes the address and the key of each request."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.is_open = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        key = request.headers.get("x-api-key")
        self.asked.append((f"{request.url.scheme}://{request.url.netloc.decode()}", key))
        if self.is_open:
            return httpx.Response(200, json=[], headers={"Warning": '299 Sluicegate "credentials ignored: open"'})
        return httpx.Response(200, json=[]) if key == "good" else httpx.Response(401, json={"message": "no"})


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    return Profiles(tmp_path / "config" / "sluicegate")


@pytest.fixture
def ask(registry: Registry, profiles: Profiles) -> Ask:
    def run(command: click.Command, *words: str, stdin: str = "", **env: str) -> Result:
        around = Surroundings(registry, FakeClock(), profiles)
        result = CliRunner().invoke(command, list(words), input=stdin, env=env, obj=around, catch_exceptions=False)
        assert "Traceback" not in result.output
        return result

    return run


def test_login_keeps_an_accepted_key_for_this_user_alone(ask: Ask, profiles: Profiles) -> None:
    done = ask(login, "--registry", ADDRESS, stdin="good\n")
    assert done.exit_code == 0, done.output
    assert "good" not in done.output
    assert stat.S_IMODE(profiles.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(profiles.folder.stat().st_mode) == 0o700
    assert [file.name for file in profiles.folder.iterdir()] == ["profiles.json"]


def test_later_commands_use_the_login(ask: Ask, registry: Registry) -> None:
    ask(login, "--registry", f"{ADDRESS}/", stdin="good\n")
    assert ask(schema, "list").exit_code == 0
    assert registry.asked[-1] == (ADDRESS, "good")


def test_key_goes_to_its_registry_only(ask: Ask, registry: Registry) -> None:
    ask(login, "--registry", ADDRESS, stdin="good\n")
    for other in ("http://registry.example.com:8081", "https://registry.example.com:8080", "http://other:8080"):
        ask(schema, "list", "--registry", other)
        assert registry.asked[-1] == (other, None)


@pytest.mark.parametrize(
    ("words", "env", "sent"),
    [
        ([], {"SLUICEGATE_API_KEY": "environment"}, "environment"),
        (["--api-key", "option"], {"SLUICEGATE_API_KEY": "environment"}, "option"),
        (["--api-key", "option"], {"SLUICEGATE_API_KEY_FILE": "FILE"}, "option"),
        (["--api-key-file", "FILE"], {"SLUICEGATE_API_KEY": "environment"}, "filed"),
        ([], {"SLUICEGATE_API_KEY": "environment", "SLUICEGATE_API_KEY_FILE": "FILE"}, "filed"),
    ],
)
def test_nearest_key_wins(
    ask: Ask, registry: Registry, tmp_path: Path, words: list[str], env: dict[str, str], sent: str
) -> None:
    file = tmp_path / "key"
    file.write_text("filed\n")
    ask(login, "--registry", ADDRESS, stdin="good\n")
    named = {name: value.replace("FILE", str(file)) for name, value in env.items()}
    ask(schema, "list", *(word.replace("FILE", str(file)) for word in words), **named)
    assert registry.asked[-1] == (ADDRESS, sent)


def test_two_keys_on_one_command_line_are_refused(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("filed")
    done = ask(schema, "list", "--api-key", "a", "--api-key-file", str(tmp_path / "key"))
    assert done.exit_code == 2
    assert "--api-key and --api-key-file exclude each other" in done.output


@pytest.mark.parametrize("stdin", ["wrong\n", "", "two words\n"])
def test_refused_key_is_not_kept(ask: Ask, profiles: Profiles, stdin: str) -> None:
    done = ask(login, "--registry", ADDRESS, stdin=stdin)
    assert done.exit_code in {1, 2}
    assert not profiles.file.exists()


def test_login_takes_the_key_of_a_file(ask: Ask, profiles: Profiles, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("good\n")
    assert ask(login, "--registry", ADDRESS, "--api-key-file", str(tmp_path / "key")).exit_code == 0
    assert profiles.key(httpx.URL(ADDRESS)) == "good"


def test_new_login_asks_for_a_new_key(ask: Ask, registry: Registry, profiles: Profiles) -> None:
    profiles.keep(httpx.URL(ADDRESS), "old")
    assert ask(login, stdin="good\n").exit_code == 0
    assert profiles.key(httpx.URL(ADDRESS)) == "good"


def test_login_refuses_a_password_in_the_address(ask: Ask, profiles: Profiles) -> None:
    done = ask(login, "--registry", "http://token:good@registry.example.com")
    assert done.exit_code == 2
    assert "good" not in done.output
    assert not profiles.file.exists()


def test_login_to_an_open_registry_says_so(ask: Ask, registry: Registry) -> None:
    registry.is_open = True
    assert "a key protects nothing there" in ask(login, "--registry", ADDRESS, stdin="any\n").output


def test_logout_forgets_one_registry_or_all(ask: Ask, profiles: Profiles) -> None:
    for address in ("http://one", "http://two", "http://three"):
        profiles.keep(httpx.URL(address), "good")
    assert "Logged out of http://three." in ask(logout).output
    assert profiles.default() is None
    assert json.loads(ask(logout, "--registry", "http://one", "--json").stdout) == {"registries": ["http://one"]}
    assert "There was no login." in ask(logout, "--registry", "http://one").output
    assert json.loads(ask(logout, "--all", "--json").stdout) == {"registries": ["http://two"]}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"keys": {"http://a": 1}}', b"\xff"])
def test_damaged_file_is_named_with_its_remedy(ask: Ask, profiles: Profiles, content: bytes) -> None:
    profiles.folder.mkdir(parents=True)
    profiles.file.write_bytes(content)
    done = ask(schema, "list")
    assert done.exit_code == 2
    assert "profiles.json holds no logins. Remove it" in " ".join(done.output.split())


def test_folder_that_refuses_is_named(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file")
    done = ask(login, "--registry", ADDRESS, stdin="good\n")
    assert done.exit_code == 2
    assert "cannot be written" in " ".join(done.output.split())
