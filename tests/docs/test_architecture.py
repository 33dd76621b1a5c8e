"""ARCHITECTURE.md is short, and its import map is that of the contracts and has every module."""

import re

import pytest

from tests.docs.import_map import PAGE, ROOT, contracts, render, written

MAX_LINES = 120
TEXT = PAGE.read_text(encoding="utf-8")


def test_page_is_short_and_has_two_diagrams() -> None:
    assert len(TEXT.splitlines()) <= MAX_LINES
    assert TEXT.count("```mermaid") == 2


def test_import_map_is_that_of_the_contracts() -> None:
    assert written(TEXT) == render(), "run `python -m tests.docs.import_map`"


@pytest.mark.parametrize(("package", "layers"), list(contracts()), ids=lambda each: str(each)[:40])
def test_import_map_has_every_module(package: str, layers: list[str]) -> None:
    folder = ROOT / package.replace(".", "/")
    modules = {path.stem for path in folder.iterdir() if path.suffix == ".py"} - {"__init__"}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert set(re.findall(r"\w+", " ".join(layers))) == modules | packages


@pytest.mark.parametrize("package", ["registry_api", "validator", "shared"])
def test_import_map_has_each_deployable(package: str) -> None:
    assert package in dict(contracts())
