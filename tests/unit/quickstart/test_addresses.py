import json

import pytest

from sluicegate.shared.quickstart.addresses import Addresses
from sluicegate.shared.quickstart.screen import next_steps


def addresses(database_url: str, key: str | None = "sg_key") -> Addresses:
    return Addresses(
        registry_url="http://127.0.0.1:8080",
        bootstrap="127.0.0.1:9092",
        database_url=database_url,
        validator_url="http://127.0.0.1:9464",
        data_dir="/data",
        topics=("input", "valid", "dead-letter"),
        manager_key=key,
        manager_key_file=None if key is None else "/data/manager.key",
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
    assert found["manager_key"] == "sg_key"
    assert found["topics"] == ["input", "valid", "dead-letter"]


def test_key_is_named_by_its_file_for_people() -> None:
    shown = dict(addresses("postgresql://db/schemas").named())
    assert shown["Manager key"] == "/data/manager.key"
    assert (
        "sg_key" not in f"{shown}{addresses('postgresql://db/schemas')!r}{list(next_steps(addresses('u'), 'person'))}"
    )
    assert "everybody" in dict(addresses("postgresql://db/schemas", None).named())["Manager key"]


def test_next_steps_send_the_key_if_there_is_one() -> None:
    secured, unsecured = (list(next_steps(addresses("u", key), "person")) for key in ("sg_key", None))
    assert secured[0] == "export SLUICEGATE_API_KEY_FILE=/data/manager.key"
    assert secured[-1] == 'curl -u "token:$(cat $SLUICEGATE_API_KEY_FILE)" http://127.0.0.1:8080/schemas'
    assert unsecured[-1] == "curl http://127.0.0.1:8080/schemas"
    assert "KEY" not in "".join(unsecured)
