"""The commands that write a settings file: `sluicegate init`.

Each program offers its template by the entry point group `sluicegate.templates`.
"""

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

import click

from sluicegate.shared.errors import SluicegateError

TEMPLATES: Final = "sluicegate.templates"

_force = click.option("--force", is_flag=True, help="Replace the file if it is there.")


def _file(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "-f", "--file", type=click.Path(dir_okay=False, path_type=Path), default=default, show_default=True,
        help="The file to write; - is standard output.",
    )  # fmt: skip


@click.group("init")
def init() -> None:
    """Write a settings file with every setting, its meaning and its default."""


@init.command("registry")
@_file("registry.toml")
@_force
def registry(file: Path, force: bool) -> None:
    """Write the settings of a registry, which `sluicegate registry` finds in the current folder."""
    _write("registry", file, _template("registry")(), force=force)


@init.command("validator")
@click.option(
    "--broker", default="kafka", show_default=True, help="The broker of both sides: kafka, pubsub or servicebus."
)
@_file("validator.toml")
@_force
def validator(broker: str, file: Path, force: bool) -> None:
    """Write the settings of a validator, which `sluicegate validator` finds in the current folder."""
    _write("validator", file, _template("validator")(broker), force=force)


def _template(program: str) -> Callable[..., str]:
    (point,) = entry_points(group=TEMPLATES, name=program)
    found: Callable[..., str] = point.load()
    return found


def _write(program: str, file: Path, text: str, *, force: bool) -> None:
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    try:
        with file.open("w" if force else "x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise SluicegateError(f"{file} is there already. Name another file with -f, or pass --force.") from error
    except OSError as error:
        raise SluicegateError(f"{file} cannot be written: {error.strerror or error}.") from error
    click.echo(f"Wrote {file}. Check it with: sluicegate {program} check-config -f {file}")
