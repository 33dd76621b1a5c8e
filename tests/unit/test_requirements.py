"""Locked requirements: a file for each extra, permitted versions, hashes everywhere."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
GROUPS: dict[str, list[str]] = SETTINGS["dependency-groups"]
# formats is part of two others
FILES = ["base", *GROUPS, *(each for each in EXTRAS if each != "formats")]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def wanted(name: str) -> list[Requirement]:
    """The requirements of a file, with those of the extras that its extra collects."""
    if name in GROUPS:
        return [Requirement(text) for text in GROUPS[name]]
    found = [Requirement(text) for text in PROJECT["dependencies"]]
    open_extras, seen = ([] if name == "base" else [name]), set[str]()
    while open_extras:
        extra = open_extras.pop()
        if extra in seen:
            continue
        seen.add(extra)
        for each in map(Requirement, EXTRAS[extra]):
            if each.name == PROJECT["name"]:
                open_extras.extend(each.extras)
            else:
                found.append(each)
    return found


def test_every_extra_has_its_file() -> None:
    assert sorted(path.stem for path in (ROOT / "requirements").glob("*.txt")) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_file_pins_what_the_project_allows(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins: dict[str, list[str]] = {}
    for distribution, version in PIN.findall(text):
        pins.setdefault(canonicalize_name(distribution), []).append(version)
    for requirement in wanted(name):
        versions = pins.get(canonicalize_name(requirement.name), [])
        assert versions, f"requirements/{name}.txt has no {requirement.name}: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in versions), (
            f"requirements/{name}.txt has {requirement.name} {versions}, not {requirement.specifier}: run `make lock`"
        )


@pytest.mark.parametrize("name", FILES)
def test_file_has_a_hash_for_every_version_and_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index-url" not in text
