"""`sluicegate quickstart`: everything on this machine, for trying out."""

import sys
from pathlib import Path

import click

_PORT = click.IntRange(0, 65_535)


@click.command()
@click.option(
    "--registry-port", type=_PORT, default=8080, show_default=True, help="Where the registry listens; 0: a free port."
)
@click.option(
    "--kafka-port", type=_PORT, default=9092, show_default=True, help="Where the Kafka broker listens; 0: a free port."
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".sluicegate"),
    show_default=True,
    help="Where the database and the logs are kept.",
)
@click.option(
    "--database-url",
    envvar="DATABASE_URL",
    help="A Postgres of your own, instead of the embedded one. [env: DATABASE_URL]",
)
@click.option("--open", "unsecured", is_flag=True, help="A registry without keys. It listens on loopback only.")
@click.option("--no-demo", is_flag=True, help="Send no sample messages.")
@click.option("--exit-after-demo", is_flag=True, help="End after the sample messages; 0 if each went where it should.")
@click.option(
    "--json", "as_json", is_flag=True, help="One line of JSON with every address on stdout; the rest on stderr."
)
def quickstart(
    registry_port: int,
    kafka_port: int,
    data_dir: Path,
    database_url: str | None,
    unsecured: bool,
    no_demo: bool,
    exit_after_demo: bool,
    as_json: bool,
) -> None:
    """Start Postgres, registry, Kafka broker and validator on loopback, with a demonstration.

    The data folder has the keys of a manager and of the validator, for this user alone.
    Ctrl-C stops everything. Schemas stay in the data folder; messages are kept in memory only.
    """
    if no_demo and exit_after_demo:
        raise click.UsageError("--no-demo and --exit-after-demo exclude each other")
    if registry_port == kafka_port != 0:
        raise click.UsageError(f"--registry-port and --kafka-port are both {kafka_port}")
    # the parts are heavy, and `--help` needs none
    from rich.console import Console

    from sluicegate.shared.clock import SystemClock
    from sluicegate.shared.quickstart.commands import SluicegateCommands
    from sluicegate.shared.quickstart.folder import DataFolder
    from sluicegate.shared.quickstart.screen import Screen
    from sluicegate.shared.quickstart.session import QuickstartRun, Show
    from sluicegate.shared.quickstart.stack import RunPlan

    folder = DataFolder(data_dir.absolute())
    plan = RunPlan(folder, registry_port, kafka_port, database_url or None, secured=not unsecured)
    show = Show(demo=not no_demo, exit_after_demo=exit_after_demo, as_json=as_json)
    screen = Screen(Console(stderr=as_json, highlight=False, soft_wrap=True))
    session = QuickstartRun(plan, show, SluicegateCommands(folder), screen, SystemClock())
    sys.exit(session.run())
