"""The program `sluicegate`: finds commands by entry point, and imports only the called one."""

import sys
from importlib.metadata import EntryPoint, entry_points, version
from typing import NoReturn

import click

from sluicegate.shared import extras
from sluicegate.shared.addresses import without_credentials
from sluicegate.shared.errors import SluicegateError

GROUP = "sluicegate.commands"


class EntryPointGroup(click.Group):
    """A group whose commands are entry points, loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in alphabetical order."""
        return sorted(point.name for point in entry_points(group=GROUP))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None when there is none of that name."""
        point = next(iter(entry_points(group=GROUP, name=cmd_name)), None)
        return None if point is None else _loaded(point)


def _loaded(point: EntryPoint) -> click.Command:
    try:
        command = point.load()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("sluicegate"):
            raise
        return _unavailable(point.name, extras.absence(error.name, point.name))
    assert isinstance(command, click.Command), f"the entry point {point.name} is not a command"
    return command


def _unavailable(name: str, sentence: str) -> click.Command:
    """Return a command in the place of one whose libraries are not installed: it says so."""

    def refuse() -> None:
        raise SluicegateError(f"{name} is not available here. {sentence}")

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        name, callback=refuse, help=f"Not available: {sentence}", context_settings=anything, add_help_option=False
    )


@click.command(cls=EntryPointGroup)
@click.version_option(version("sluicegate"), prog_name="sluicegate")
def sluicegate() -> None:
    """Sluicegate: a schema registry and a streaming validator."""


def main() -> None:
    """Run the program. Our own errors end it with their message alone and exit code 1."""
    try:
        sluicegate()
    except SluicegateError as error:
        _fail(error.message)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("sluicegate"):
            raise
        _fail(extras.absence(error.name, "".join(sys.argv[1:2])))


def _fail(sentence: str) -> NoReturn:
    click.echo(without_credentials(f"sluicegate: {sentence}"), err=True)
    sys.exit(1)
