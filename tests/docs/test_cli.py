"""docs/reference/cli.md has every command and option, in its own section or in one above it."""

import re
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
GROUPS = sorted(point.name for point in entry_points(group="sluicegate.commands"))

_HEADING = re.compile(r"^#+ `sluicegate ([^`]+)`$", re.MULTILINE)
_ROW = re.compile(r"^\| (`-.*?) \|", re.MULTILINE)
_OPTION = re.compile(r"--[a-z][a-z-]*")


def sections() -> dict[str, str]:
    """Command path -> its section, without the sections below it."""
    parts = _HEADING.split(PAGE.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def tree(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command and all that stand below it."""
    yield path, command
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None
            yield from tree(f"{path} {name}", below)


def commands(group: str) -> dict[str, click.Command]:
    """Every command of a group by its path."""
    (point,) = entry_points(group="sluicegate.commands", name=group)
    return dict(tree(group, point.load()))


def options(command: click.Command) -> set[str]:
    """The long names of a command's own options."""
    return {name for option in command.params for name in (*option.opts, *option.secondary_opts) if name[:2] == "--"}


def documented(path: str, found: dict[str, str]) -> set[str]:
    """The options in the first column of the tables of a command's section and of those above it."""
    words = path.split()
    above = [" ".join(words[: end + 1]) for end in range(len(words))]
    rows = (row for name in above for row in _ROW.findall(found.get(name, "")))
    return {option for row in rows for option in _OPTION.findall(row)}


@pytest.mark.parametrize("group", GROUPS)
def test_each_command_has_a_section_with_each_of_its_options(group: str) -> None:
    found = sections()
    for path, command in commands(group).items():
        assert path in found, f"docs/reference/cli.md has no section `sluicegate {path}`"
        assert options(command) - documented(path, found) == set(), f"options missing under `sluicegate {path}`"


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_is_documented_that_is_not_there(group: str) -> None:
    there = commands(group)
    for path in (path for path in sections() if path.split()[0] == group):
        assert path in there, f"docs/reference/cli.md describes `sluicegate {path}`, which is not there"
        below = [command for name, command in there.items() if f"{name} ".startswith(f"{path} ")]
        own = {option for row in _ROW.findall(sections()[path]) for option in _OPTION.findall(row)}
        assert own - {option for command in below for option in options(command)} == set()


@pytest.mark.parametrize("group", GROUPS)
def test_each_command_and_option_explains_itself(group: str) -> None:
    for path, command in commands(group).items():
        assert command.help, f"`sluicegate {path}` has no help"
        unexplained = [option.name for option in command.params if isinstance(option, click.Option) and not option.help]
        assert unexplained == [], f"`sluicegate {path}` has options without help"
