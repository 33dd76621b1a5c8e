"""`-f FILE`: the settings file of a program."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., object])


def settings_file(name: str, text: str, *flags: str) -> Callable[[Decorated], Decorated]:
    """Return the option; without a value, the file of this name in the folder, if it is there."""

    def default() -> Path | None:
        file = Path(name)
        return file if file.is_file() else None

    return click.option(
        *(flags or ("-f", "--file")),
        type=click.Path(exists=False, dir_okay=False, path_type=Path),
        default=default,
        help=f"{text} (./{name}, if it is there).",
    )
