"""The files of `registry_api/store/sql` are the state after all migrations."""

from importlib import resources
from pathlib import Path

import psycopg
import pytest

from tests.migrations.catalogue import catalogue

STATE = Path(str(resources.files("sluicegate.registry_api"))) / "store/sql"
FUNCTIONS = sorted((STATE / "functions").glob("*.sql"))


def build(url: str) -> None:
    """Make the current state in an empty database."""
    with psycopg.connect(url) as connection:
        connection.execute("create schema sluicegate")
        connection.execute("set local check_function_bodies = off")
        for file in (*sorted((STATE / "schema").glob("*.sql")), *FUNCTIONS):
            connection.execute(file.read_text(encoding="utf-8").encode())


def test_migrations_build_the_current_state(database_url: str, empty_database_url: str) -> None:
    build(empty_database_url)
    assert catalogue(database_url) == catalogue(empty_database_url)


def test_functions_of_the_current_state_fit_together(empty_database_url: str) -> None:
    """Each body is valid once all the others are there."""
    build(empty_database_url)
    with psycopg.connect(empty_database_url) as connection:
        for file in FUNCTIONS:
            statement, _, _ = file.read_text(encoding="utf-8").partition("create trigger")
            connection.execute(statement.encode())


@pytest.mark.parametrize("change", ["add column extra integer", "alter column name drop not null"])
def test_difference_of_one_column_is_seen(database_url: str, change: str) -> None:
    before = catalogue(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(f"alter table sluicegate.schema {change}".encode())
    assert catalogue(database_url) != before


@pytest.mark.parametrize("file", FUNCTIONS, ids=lambda file: file.stem)
def test_file_of_a_function_is_called_like_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("create or replace function") == 1
    assert f"create or replace function sluicegate.{file.stem}(" in text
