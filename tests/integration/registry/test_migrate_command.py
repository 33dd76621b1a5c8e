"""`sluicegate registry migrate` against a real database."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from click.testing import CliRunner

from sluicegate.registry_api.cli import registry


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """The command takes over the logs of its process, which here is the tests'."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def migrate(*options: str) -> dict[str, object]:
    result = CliRunner().invoke(registry, ["migrate", *options], catch_exceptions=False)
    line: dict[str, object] = json.loads(result.stderr.splitlines()[-1])
    return line


def test_a_dry_run_says_what_is_missing_and_changes_nothing(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICEGATE_REGISTRY_DATABASE_URL", empty_database_url)

    first, again = (migrate("--dry-run") for _ in range(2))

    assert first["event"] == "migrations missing"
    assert first["migrations"] == again["migrations"] != []


def test_what_is_missing_is_applied_once(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICEGATE_REGISTRY_DATABASE_URL", empty_database_url)

    assert migrate("--phase", "pre")["migrations"] != []
    assert migrate()["migrations"] == []
