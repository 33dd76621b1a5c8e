"""The program `sluicegate`: finds commands by entry point, and imports only the called one."""

import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points, version
from typing import Final, NoReturn

import click

from sluicegate.shared import extras
from sluicegate.shared.errors import SluicegateError

GROUP = "sluicegate.commands"


SUMMARIES: Final[Mapping[str, str]] = {
    "audit": "Show changes, refusals and logins.",
    "completion": "Print the script that completes commands in a shell.",
    "grants": "Give, take and explain roles.",
    "infer": "Make a schema that fits samples, and print it.",
    "init": "Write a settings file with every setting.",
    "keys": "Make, list and revoke API keys.",
    "login": "Keep the address and the key of a registry.",
    "logout": "Forget the key of a registry.",
    "quickstart": "Start everything on this machine, and show it at work.",
    "receive": "Show the messages of topics.",
    "registry": "Run the registry; move schemas.",
    "schema": "Register, find, check and compare schemas.",
    "send": "Send a message, and show where the validator sent it, and why.",
    "validate": "Check message files against a schema file.",
    "validator": "Run a validator; look at dead letters.",
}
"""Command -> its line in `--help`, which imports none of them. Another command is imported for its line."""


class EntryPointGroup(click.Group):
    """A group whose commands are entry points, loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in alphabetical order."""
        return sorted(point.name for point in entry_points(group=GROUP))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        rows = [(name, SUMMARIES.get(name) or self._summary(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _summary(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        return "" if command is None else command.get_short_help_str()

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


@click.command(cls=EntryPointGroup, context_settings={"help_option_names": ["-h", "--help"]})
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
    from sluicegate.shared.addresses import without_credentials  # pydantic is heavy, and `--help` needs none

    click.echo(without_credentials(f"Error: {sentence}"), err=True)
    sys.exit(1)
