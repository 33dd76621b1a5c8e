"""The base of commands that use a registry: address, key, `--json`, and exit codes."""

import errno
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import click
import httpx
from click.core import ParameterSource

from sluicegate.shared.client import RegistryClient
from sluicegate.shared.client.errors import (
    AccessRefused,
    AnswerUnintelligible,
    ClientError,
    EnvironmentUnusable,
    RegistryFailing,
    RegistryRefused,
    RegistryUnreachable,
)
from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.console import parameters
from sluicegate.shared.console.errors import BrokerFailed, ConsoleError, InputUnusable, OutputFailed
from sluicegate.shared.console.findings import JSON, TEXT
from sluicegate.shared.console.output import Output
from sluicegate.shared.console.profiles import Profiles

DEFAULT_REGISTRY = "http://127.0.0.1:8080"
REFUSED, USAGE, UNREACHABLE = 1, 2, 3

EXIT_CODES: Mapping[type[ConsoleError] | type[ClientError], int] = MappingProxyType(
    {
        InputUnusable: USAGE,
        EnvironmentUnusable: USAGE,
        OutputFailed: USAGE,
        BrokerFailed: UNREACHABLE,
        RegistryRefused: REFUSED,
        AccessRefused: REFUSED,
        RegistryUnreachable: UNREACHABLE,
        RegistryFailing: UNREACHABLE,
        AnswerUnintelligible: UNREACHABLE,
    }
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Replacements of network and clock, which an embedding program passes as click's `obj`."""

    transport: httpx.BaseTransport | None = None
    clock: Clock = field(default_factory=SystemClock)
    profiles: Profiles = field(default_factory=Profiles)


@dataclass(frozen=True, slots=True)
class Session:
    """The registry's client and the output of a command."""

    client: RegistryClient
    output: Output
    around: Surroundings = field(default_factory=Surroundings)
    registry: httpx.URL = field(default_factory=lambda: httpx.URL(DEFAULT_REGISTRY))
    given_key: str | None = field(default=None, repr=False)
    """The key of an option or of the environment, not that of a login."""

    def opened(self, url: httpx.URL, key: str | None, token: str | None = None) -> RegistryClient:
        """A client of another registry, which the caller closes."""
        return RegistryClient(url, key, self.around.clock, self.around.transport, token=token)


class RegistryCommand(click.Command):
    """A command that uses a registry.

    Its callback gets a `Session` by `@click.pass_obj`, and may raise `ConsoleError`.
    """

    def __init__(self, name: str | None, *, params: Sequence[click.Parameter] = (), **rest: Any) -> None:
        """Add the shared options behind the command's own. The arguments are click's."""
        super().__init__(name, params=[*params, *_options()], **rest)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error ends it with one clear message and its exit code."""
        form = ctx.params.pop("form", TEXT)
        output = Output(ctx.params.pop("as_json") or form == JSON, form)
        named = ctx.params.pop("registry")
        given = given_key(ctx, "--api-key", ctx.params.pop("api_key"), ctx.params.pop("api_key_file"))
        around = ctx.find_object(Surroundings) or Surroundings()
        try:
            address = named or parameters.address(around.profiles.default() or DEFAULT_REGISTRY)
            key = given or around.profiles.key(address)
            with RegistryClient(address, key, around.clock, around.transport) as client, _writing():
                ctx.obj = Session(client, output, around, address, given)
                return super().invoke(ctx)
        except (ConsoleError, ClientError) as error:
            output.error(error)
            ctx.exit(EXIT_CODES[type(error)])


def given_key(ctx: click.Context, option: str, key: str | None, key_in_file: str | None) -> str | None:
    """Return the key of `option` or `option`-file, else that of the environment; in each, a file wins.

    Raises `click.UsageError` for two options.
    """
    name = option.removeprefix("--").replace("-", "_")
    values = {f"{name}_file": key_in_file, name: key}
    typed = [each for each in values if ctx.get_parameter_source(each) is ParameterSource.COMMANDLINE]
    if len(typed) > 1:
        raise click.UsageError(f"{option} and {option}-file exclude each other.", ctx)
    return next((values[each] for each in (*typed, *values) if values[each]), None)


@contextmanager
def _writing() -> Iterator[None]:
    """Turn an `OSError` into `OutputFailed`: files and connections have errors of their own."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader has closed the pipe: click ends quietly
            raise
        with suppress(OSError):
            sys.stdout.close()  # or it would be tried again at exit
        raise OutputFailed(f"The output cannot be written: {error.strerror or error}.") from error


def _options() -> tuple[click.Option, ...]:
    return (
        click.Option(
            ("--registry",),
            type=parameters.address,
            metavar="URL",
            show_default=f"the last login, else {DEFAULT_REGISTRY}",
            # SLUICEGATE_REGISTRY was the only name, and looks like the settings of a registry
            envvar=["SLUICEGATE_URL", "SLUICEGATE_REGISTRY"],
            show_envvar=True,
            help="The registry's address.",
        ),
        click.Option(
            ("--api-key",),
            type=parameters.api_key,
            metavar="KEY",
            envvar="SLUICEGATE_API_KEY",
            show_envvar=True,
            help="Sent as X-API-Key. The environment keeps it out of the shell's history.",
        ),
        click.Option(
            ("--api-key-file",),
            type=parameters.api_key_file,
            metavar="FILE",
            envvar="SLUICEGATE_API_KEY_FILE",
            show_envvar=True,
            help="A file with the key. Neither a list of processes nor the shell's history shows it.",
        ),
        click.Option(("--json", "as_json"), is_flag=True, help="Print JSON, for programs."),
    )
