"""CONTRIBUTING.md names files, classes and functions that exist, and its tour is short."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.docs.import_map import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAX_STOPS = 10

_SECTION = re.compile(r"^### (.+)$", re.MULTILINE)
_STOP = re.compile(r"^\| `([\w/.]+\.py)`(?: `([\w.]+)`)? \|", re.MULTILINE)
_PATH = re.compile(r"`((?:[\w.<>-]+/)+(?:[\w.<>-]+)?)`")


def journeys() -> dict[str, list[tuple[str, str]]]:
    parts = _SECTION.split(TEXT.partition("## The tour")[2])
    return {title: _STOP.findall(text) for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def names(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    """Yield the dotted names of the classes, methods and functions of a module."""
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from names(node.body, f"{node.name}.")


def test_tour_has_five_short_journeys() -> None:
    assert len(journeys()) == 5
    assert all(1 < len(stops) <= MAX_STOPS for stops in journeys().values())


@pytest.mark.parametrize("journey", journeys())
def test_stops_of_journey_exist(journey: str) -> None:
    for path, name in journeys()[journey]:
        module = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert not name or name in set(names(module.body)), f"{path} has no {name}"


def test_named_files_and_folders_exist() -> None:
    named = {path for path in _PATH.findall(TEXT) if "<" not in path and path.partition("/")[0] in TOP}
    assert sorted(path for path in named if not (ROOT / path).exists()) == []
    assert len(named) > 30


TOP = {"registry_api", "validator", "shared", "migrations", "tests", "docs", "helm", "benchmarks"}
"""Folders of the repository."""
