"""`sluicegate registry`: serve, migrate, check-config; import, export, apply over HTTP."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import orjson

from sluicegate.shared.console.lazy_group import LazyCommand, LazyGroup
from sluicegate.shared.console.settings_file import settings_file

if TYPE_CHECKING:
    from sluicegate.registry_api.settings import RegistrySettings

_config = settings_file(
    "registry.toml",
    "A TOML file with settings; the environment (SLUICEGATE_REGISTRY_...) wins over it",
    "--config",
    "-f",
    "config",
)


_TRANSFER: Final = "sluicegate.shared.console.transfer.commands"


@click.group(
    cls=LazyGroup,
    lazy={
        "apply": LazyCommand(f"{_TRANSFER}:apply", "Make a registry equal to a folder of `export`."),
        "export": LazyCommand(f"{_TRANSFER}:export", "Write everything that a registry holds to a folder."),
        "import": LazyCommand(f"{_TRANSFER}:import_registry", "Copy another registry into a running one."),
    },
)
def registry() -> None:
    """The schema registry."""


@registry.command()
@_config
@click.option("--host", help="The address to listen on (127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on (8080); 0 takes a free one.")
@click.option("--workers", type=click.IntRange(1), help="Worker processes (1).")
@click.option("--migrate", is_flag=True, default=None, help="Apply missing migrations first.")
def serve(config: Path | None, host: str | None, port: int | None, workers: int | None, migrate: bool | None) -> None:
    """Serve the registry over HTTP until SIGTERM or Ctrl-C."""
    from sluicegate.registry_api import settings as configuration  # pydantic-settings is heavy
    from sluicegate.shared import logs

    configuration.hand_over(config, {"host": host, "port": port, "workers": workers, "migrate": migrate})
    settings = _read(config)
    logs.configure("registry", settings.log_level)
    if settings.migrate:
        _migrate(settings)
    from sluicegate.registry_api.server import serve as run  # granian is heavy

    run(settings)


@registry.command()
@_config
@click.option(
    "--phase",
    type=click.Choice(["all", "pre", "post", "upgrade"]),
    default="all",
    help="Only migrations before the start of the new release (pre), or after the stop of the old one (post); "
    "upgrade: post of the release before, then pre of this one.",
)
@click.option("--dry-run", is_flag=True, help="Only list missing migrations.")
def migrate(config: Path | None, phase: str, dry_run: bool) -> None:
    """Bring the database's tables up to date."""
    from sluicegate.shared import logs  # structlog is heavy

    settings = _read(config)
    logs.configure("registry", settings.log_level)
    _migrate(settings, phase, dry_run=dry_run)


@registry.command()
@_config
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(config: Path | None, file: Path) -> None:
    """Write the whole registry into FILE, as of one moment, while it runs."""
    from sluicegate.registry_api.store.backup import backup as write  # psycopg is heavy

    manifest = write(_read(config).server_url, file)
    click.echo(f"Wrote {manifest.rows} rows of {len(manifest.tables)} tables to {file}.")


@registry.command()
@_config
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore(config: Path | None, file: Path) -> None:
    """Fill a new database from FILE: all ids are kept, and every table is compared with the backup."""
    from sluicegate.registry_api.store.backup import restore as read  # psycopg is heavy

    manifest = read(_read(config).server_url, file)
    click.echo(
        f"Restored {manifest.rows} rows of {len(manifest.tables)} tables, as of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC."
    )


@registry.command("check-config")
@_config
def check_config(config: Path | None) -> None:
    """Read the settings and print them without secrets, or list their mistakes."""
    from sluicegate.registry_api import settings as configuration  # pydantic-settings is heavy

    settings = configuration.read(config)
    click.echo(orjson.dumps(settings.model_dump(mode="json"), option=orjson.OPT_INDENT_2).decode())


@registry.command("bootstrap-admin")
@_config
@click.option("--name", default="bootstrap-admin", show_default=True, help="The name of the key.")
def bootstrap_admin(config: Path | None, name: str) -> None:
    """Make a first key with the role manager on the cluster, straight in the database, and print it once."""
    from sluicegate.registry_api import settings as configuration
    from sluicegate.registry_api.admission import first_manager  # psycopg is heavy

    click.echo(first_manager(configuration.read(config), name))


def _read(config: Path | None) -> "RegistrySettings":
    """Read settings. Raises `SettingsInvalid`, also for a malformed address of the database."""
    from sluicegate.registry_api import settings as configuration
    from sluicegate.registry_api.store.address import require_address  # psycopg is heavy

    settings: RegistrySettings = configuration.read(config)
    require_address(settings.database_url.get_secret_value())
    require_address(settings.server_url, "database_direct_url")
    return settings


def _migrate(settings: "RegistrySettings", phase: str = "all", *, dry_run: bool = False) -> None:
    from sluicegate.registry_api.store.migrate import migrate as bring_up_to_date  # psycopg is heavy
    from sluicegate.registry_api.store.migration_files import Phase
    from sluicegate.shared import logs

    report = bring_up_to_date(settings.server_url, Phase(phase), dry_run=dry_run)
    event = "migrations missing" if dry_run else "migrations applied"
    logs.logger().info(event, migrations=report.applied, unknown=report.unknown)
