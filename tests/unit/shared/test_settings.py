"""Defaults < file < environment, and every mistake at once."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic_settings import SettingsConfigDict

from sluicegate.shared.errors import SettingsInvalid
from sluicegate.shared.settings import Settings, load


class Door(BaseModel):
    model_config = ConfigDict(extra="forbid")

    width: int = 1
    colour: str = "red"


class House(Settings):
    model_config = SettingsConfigDict(env_prefix="HOUSE_")

    door: Door = Door()
    rooms: int
    guests: tuple[str, ...] = ()
    key: SecretStr = SecretStr("")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "house.toml"


def test_the_environment_wins_over_the_file_and_the_file_over_defaults(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('rooms = 3\n[door]\nwidth = 2\ncolour = "blue"\n')
    monkeypatch.setenv("HOUSE_DOOR__WIDTH", "5")

    house = load(House, file)

    assert (house.rooms, house.door.width, house.door.colour) == (3, 5, "blue")


def test_every_mistake_is_named_at_once_with_its_place(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('rooms = "many"\nroof = 1\n')
    monkeypatch.setenv("HOUSE_DOR__WIDTH", "5")

    with pytest.raises(SettingsInvalid) as caught:
        load(House, file)

    assert len(caught.value.mistakes) == 3
    assert "rooms: " in caught.value.message
    assert "HOUSE_ROOMS" in caught.value.message
    assert "roof: " in caught.value.message
    assert "HOUSE_DOR__WIDTH" in caught.value.message


def test_a_secret_in_a_mistake_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOUSE_ROOMS", "hunter2")

    with pytest.raises(SettingsInvalid) as caught:
        load(House)

    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "there is no such file"), (b"rooms =", "not valid TOML"), (b"\xff\xfe", "not valid TOML")],
)
def test_a_file_that_cannot_be_used_is_one_clear_line(file: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SettingsInvalid, match=said) as caught:
        load(House, file)

    assert str(file) in caught.value.message


def test_mistakes_name_file_line_and_the_name_that_was_meant(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('# a house\nromms = 3\nrooms = "many"\n\n[door]\nwidht = 2  # metres\n')
    monkeypatch.setenv("HOUSE_DOR__WIDTH", "5")

    with pytest.raises(SettingsInvalid) as caught:
        load(House, file)

    assert sorted(caught.value.mistakes) == sorted(
        [
            f"{file}:6: door.widht: unknown setting. Did you mean width?",
            f"{file}:3: rooms: Input should be a valid integer, unable to parse string as an integer "
            "(environment: HOUSE_ROOMS)",
            f"{file}:2: romms: unknown setting. Did you mean rooms?",
            "HOUSE_DOR__WIDTH: unknown setting in the environment. Did you mean HOUSE_DOOR__WIDTH?",
        ]
    )


def test_variables_that_are_no_json_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"ROOMS": "1", "GUESTS": "hunter2", "DOOR": "{hunter2"}.items():
        monkeypatch.setenv(f"HOUSE_{name}", text)

    with pytest.raises(SettingsInvalid) as caught:
        load(House)

    assert sorted(caught.value.mistakes) == [
        "door: must be a table (environment: HOUSE_DOOR, as JSON)",
        "guests: must be a list (environment: HOUSE_GUESTS, as JSON)",
    ]
