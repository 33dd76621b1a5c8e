"""The command that prints completion scripts: `sluicegate completion`."""

import click
from click.shell_completion import get_completion_class

from sluicegate.shared.errors import SluicegateError

VARIABLE = "_SLUICEGATE_COMPLETE"
"""The environment's name by which a shell asks for completions."""


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands and options in a shell.

    For bash, put `eval "$(sluicegate completion bash)"` into ~/.bashrc.
    """
    found = get_completion_class(shell)
    assert found is not None, "click has all three"
    try:
        click.echo(found(ctx.find_root().command, {}, "sluicegate", VARIABLE).source())
    except RuntimeError as error:
        raise SluicegateError(f"There is no completion for this shell: {error}") from error
