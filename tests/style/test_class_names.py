"""A public class name exists once in a deployable: an import says which class it is."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DEPLOYABLES: Mapping[str, tuple[str, ...]] = {
    "registry": ("registry_api", "shared"),
    "validator": ("validator", "shared"),
}

ROLES = frozenset({"Destination", "Engine", "Settings", "Sink", "Source"})
"""Names that each format and broker package uses for the same part."""

PACKAGES_OF_ROLES = ("shared/formats/", "validator/brokers/")

REPEATED: Mapping[str, frozenset[str]] = {
    "registry": frozenset(
        {
            "Answer",
            "Body",
            "Call",
            "Cause",
            "Direction",
            "Document",
            "Draft",
            "ErrorAnswer",
            "Exchange",
            "Holder",
            "Judged",
            "Metadata",
            "NewKey",
            "Query",
            "Reading",
            "ReferenceBody",
            "Registration",
            "Rule",
            "Schema",
            "Scope",
            "Subjects",
            "Surroundings",
            "VersionBody",
        }
    ),
    "validator": frozenset(
        {
            "Checks",
            "Code",
            "DeadLetterBudget",
            "Delivery",
            "Entity",
            "OneSchema",
            "Reading",
            "ReferenceBody",
            "RegistryClient",
            "Table",
            "VersionBody",
            "Worker",
        }
    ),
}
"""Names that still have several classes. A set only gets smaller."""


def _classes(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the file of each public class at the top of a module."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if path.stem.endswith("_pb2"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, name


def _repeated(deployable: str) -> dict[str, list[str]]:
    """Return the names of several classes, with their files."""
    files: dict[str, list[str]] = defaultdict(list)
    for folder in DEPLOYABLES[deployable]:
        for name, path in _classes(folder):
            if name not in ROLES or not path.startswith(PACKAGES_OF_ROLES):
                files[name].append(path)
    return {name: paths for name, paths in files.items() if len(paths) > 1}


@pytest.mark.parametrize("deployable", DEPLOYABLES)
def test_class_names_are_unique(deployable: str) -> None:
    repeated = _repeated(deployable)
    new = {name: paths for name, paths in repeated.items() if name not in REPEATED[deployable]}
    assert not new, "name the class after its part, such as CsvColumn and TableColumn"


@pytest.mark.parametrize("deployable", DEPLOYABLES)
def test_list_of_repeated_names_is_short(deployable: str) -> None:
    assert REPEATED[deployable] <= _repeated(deployable).keys(), "remove the names that are unique now"
