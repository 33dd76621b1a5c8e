"""A group of commands that imports a command when it is called.

`--help` of the group shows a line for each command, and imports none of them: libraries for HTTP and
models take longer than a person should wait for help.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import click


class LazyCommand(NamedTuple):
    """A command's place (`module:name`), and its line in `--help`."""

    place: str
    summary: str


class LazyGroup(click.Group):
    """Has commands of its own, and lazy ones."""

    def __init__(self, name: str | None = None, *, lazy: Mapping[str, LazyCommand], **rest: Any) -> None:
        """`lazy`: name -> command. The other arguments are click's."""
        super().__init__(name, **rest)
        self._lazy = dict(lazy)

    def summaries(self) -> Sequence[str]:
        """The lines of the lazy commands."""
        return [lazy.summary for lazy in self._lazy.values()]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in alphabetical order."""
        return sorted({*self.commands, *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now if it is a lazy one; None when there is none."""
        lazy = self._lazy.get(cmd_name)
        if lazy is None:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = lazy.place.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command), f"{lazy.place} is not a command"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        rows = [(name, self._summary(name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _summary(self, name: str) -> str:
        lazy = self._lazy.get(name)
        return self.commands[name].get_short_help_str() if lazy is None else lazy.summary
