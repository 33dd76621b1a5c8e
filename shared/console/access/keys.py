"""`sluicegate keys`: create, list, revoke, rotate, generate."""

from datetime import UTC, datetime
from typing import Any

import click

from sluicegate.shared.client.administration import AdminClient, NewKey, Rotation
from sluicegate.shared.console import layout
from sluicegate.shared.console.command import RegistryCommand, Session
from sluicegate.shared.key_text import new_key

_KEY_ID = click.argument("key_id", metavar="ID", type=click.STRING, callback=lambda _, __, value: _plain(value))


def _plain(key_id: str) -> str:
    if not key_id.isascii() or not key_id.isalnum():
        raise click.BadParameter("an id has letters and digits only. `sluicegate keys list` shows the ids.")
    return key_id


def _moment(_: click.Context, __: click.Parameter, value: datetime | None) -> datetime | None:
    return None if value is None else value.replace(tzinfo=UTC)


_WHEN = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
_EXPIRES = click.option(
    "--expires", type=_WHEN, callback=_moment, help="The end of the key, in UTC: 2027-01-31 or 2027-01-31T12:00:00."
)


@click.group("keys")
def keys() -> None:
    """API keys of a registry."""


@keys.command("create", cls=RegistryCommand)
@click.argument("name")
@click.option("--owner", help="The team or person that uses the key.")
@_EXPIRES
@click.pass_obj
def create(session: Session, name: str, owner: str | None, expires: datetime | None) -> None:
    """Make a key called NAME, and print it: the only time that it is shown. It has no grants yet."""
    made = _admin(session).create_key(NewKey(name=name, owner=owner, expires_at=expires))
    _show(session, made)


@keys.command("list", cls=RegistryCommand)
@click.pass_obj
def list_keys(session: Session) -> None:
    """List all keys, without their texts."""
    found = _admin(session).keys()
    session.output.answer(found, tuple(layout.plain(_line(each)) for each in found))


@keys.command("revoke", cls=RegistryCommand)
@_KEY_ID
@click.pass_obj
def revoke(session: Session, key_id: str) -> None:
    """Revoke the key ID: within a second no process of the registry accepts it."""
    _admin(session).revoke_key(key_id)
    session.output.answer({"revoked": key_id}, (layout.plain(f"Revoked {key_id}."),))


@keys.command("rotate", cls=RegistryCommand)
@_KEY_ID
@click.option("--old-expires", type=_WHEN, callback=_moment, help="The end of the old key, in UTC; else in a day.")
@_EXPIRES
@click.pass_obj
def rotate(session: Session, key_id: str, old_expires: datetime | None, expires: datetime | None) -> None:
    """Make a key with the grants of the key ID, and print it. Both are valid until the old one ends."""
    made = _admin(session).rotate_key(key_id, Rotation(old_expires_at=old_expires, expires_at=expires))
    _show(session, made)


@keys.command("generate")
def generate() -> None:
    """Print a new key for `auth.bootstrap_key_file`, without a registry."""
    click.echo(str(new_key()))


def _show(session: Session, made: dict[str, Any]) -> None:
    """Print a new key. A table would break a long line."""
    if session.output.as_json:
        session.output.answer(made, ())
    else:
        click.echo(made["key"])


def _admin(session: Session) -> AdminClient:
    return AdminClient(session.client.exchange)


def _line(key: dict[str, Any]) -> str:
    state = "revoked" if key["revoked_at"] else f"expires {key['expires_at']}" if key["expires_at"] else "valid"
    used = f"used {key['last_used_at']}" if key["last_used_at"] else "never used"
    return f"{key['id']}  {key['name']}  {key['owner'] or '-'}  {state}  {used}"
