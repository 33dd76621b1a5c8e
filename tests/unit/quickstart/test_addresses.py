import json

import pytest

from sluicegate.shared.quickstart.addresses import Addresses


def addresses(database_url: str) -> Addresses:
    return Addresses(
        registry_url="http://127.0.0.1:8080",
        bootstrap="127.0.0.1:9092",
        database_url=database_url,
        validator_url="http://127.0.0.1:9464",
        data_dir="/data",
        topics=("input", "valid", "dead-letter"),
        pids={"registry": 1, "validator": 2},
    )


@pytest.mark.parametrize("password", ["secret", "se:cr/et", "s@cret"])
def test_a_password_is_not_shown_to_people(password: str) -> None:
    shown = dict(addresses(f"postgresql://me:{password}@db:5432/schemas").named())
    assert shown["Postgres"] == "postgresql://db:5432/schemas"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me@/schemas?host=/run:1&password=secret", "postgresql:///schemas"),
        ("postgresql://db:5432/schemas", "postgresql://db:5432/schemas"),
    ],
)
def test_user_and_query_are_not_shown_to_people(url: str, shown: str) -> None:
    assert dict(addresses(url).named())["Postgres"] == shown


def test_programs_get_every_address() -> None:
    found = json.loads(json.dumps(addresses("postgresql://me:secret@db/schemas").as_json()))
    assert found["database_url"] == "postgresql://me:secret@db/schemas"
    assert found["topics"] == ["input", "valid", "dead-letter"]
